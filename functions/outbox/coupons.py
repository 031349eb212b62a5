"""From a coupon's row to the event it means. Pure, like `conversion`.

Every version of a coupon is one thing that happened to it (`did`), so it is one event. The other rows of the table
(codes nobody claimed, gifts on their way, counts, templates, stock, figures) mean nothing.
"""

from collections.abc import Callable
from typing import Any

from loyalty.clock import date_of
from loyalty.coupons.codes import reference
from loyalty.coupons.coupon import Coupon, Did, Hold, Use, from_row
from loyalty.coupons.store import COUPON
from loyalty.dynamo import Item
from loyalty.events import coupons as c
from loyalty.events.envelope import Event, event_id


class UnexplainedVersionError(ValueError):
    """A coupon says it was locked, given, redeemed or returned, and not for whom: no event can be made of it."""


def of_coupon_row(row: Item, mall: str) -> list[Event]:
    """Return the event of a version of a coupon; none for the table's other rows.

    Raises:
        UnexplainedVersionError: if it lacks what its event tells.
        LookupError, TypeError, ValueError: if it is no row of ours.
    """
    if row["kind"] != COUPON:
        return []
    coupon = from_row(row)
    event, data = _EVENTS[coupon.did]
    return [event.model_validate({**_envelope(coupon, event.__name__, mall), "data": data(coupon)})]


def _envelope(coupon: Coupon, name: str, mall: str) -> dict[str, Any]:
    act = coupon.act
    return {
        "id": event_id((reference(coupon.code), COUPON), coupon.version, name),
        "source": f"/malls/{mall}/coupons",
        "time": act.at,
        "subject": coupon.member_id,
        "mall": mall,
        "member_seq": 0,
        "correlationid": act.correlation_id or None,
        "origin": act.origin,
        "recordedat": act.recorded_at,
    }


def _told(coupon: Coupon) -> dict[str, Any]:
    return {
        "coupon_ref": reference(coupon.code),
        "coupon_seq": coupon.version,
        "template_id": coupon.template_id,
        "kind": coupon.terms.kind,
        "way": coupon.way,
        "category": coupon.category,
        "channel": coupon.channel,
        "tier": coupon.act.tier or coupon.tier,
        "valid_until": date_of(coupon.valid_until),
        "unit_cost": coupon.unit_cost,
    }


def _locked(coupon: Coupon) -> dict[str, Any]:
    hold = _hold(coupon)
    return {**_told(coupon), "tenant_id": hold.by.split("/")[0], "held_until": hold.until}


def _given(coupon: Coupon) -> dict[str, Any]:
    return {**_told(coupon), "held_until": _hold(coupon).until}


def _redeemed(coupon: Coupon) -> dict[str, Any]:
    return _used(coupon, coupon.use)


def _returned(coupon: Coupon) -> dict[str, Any]:
    return _used(coupon, coupon.undone)


def _used(coupon: Coupon, use: Use | None) -> dict[str, Any]:
    if use is None:
        raise UnexplainedVersionError(coupon.did)
    return {**_told(coupon), "tenant_id": use.tenant_id, "receipt_no": use.receipt_no, "off": use.off}


def _hold(coupon: Coupon) -> Hold:
    if coupon.hold is None:
        raise UnexplainedVersionError(coupon.did)
    return coupon.hold


_EVENTS: dict[Did, tuple[type[Event], Callable[[Coupon], dict[str, Any]]]] = {
    Did.SENT: (c.CouponSent, _told),
    Did.CLAIMED: (c.CouponClaimed, _told),
    Did.SEEN: (c.CouponSeen, _told),
    Did.LOCKED: (c.CouponLocked, _locked),
    Did.RELEASED: (c.CouponReleased, _told),
    Did.REDEEMED: (c.CouponRedeemed, _redeemed),
    Did.RETURNED: (c.CouponReturned, _returned),
    Did.GIVEN: (c.CouponGiven, _given),
    Did.TAKEN: (c.CouponTaken, _told),
    Did.EXPIRED: (c.CouponExpired, _told),
    Did.VOIDED: (c.CouponVoided, _told),
}
