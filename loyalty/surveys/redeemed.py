"""The occasions a redemption is, told as its events will tell them, so that the answer can offer a survey. Pure.

Of an event's data only what the redemption itself knows is here. A survey whose conditions ask for more waits for the
event (see `at_once`).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from loyalty.coupons.coupon import Coupon
from loyalty.entries import Entry
from loyalty.pricing.records import from_plain
from loyalty.surveys.occasion import Occasion, TriggerEvent, of_event
from loyalty.types import Kind


def by_entry(entry: Entry) -> tuple[Occasion, ...]:
    """Return the redemptions an entry of the ledger is: of points, and of the coupons that changed a price."""
    return (*_points(entry), *_coupons(entry))


def by_coupon(coupon: Coupon) -> tuple[Occasion, ...]:
    """Return the redemption of a coupon without a purchase."""
    if coupon.use is None:
        return ()
    use, act = coupon.use, coupon.act
    data = {
        "template_id": coupon.template_id,
        "kind": coupon.terms.kind,
        "way": coupon.way,
        "category": coupon.category,
        "tier": act.tier or coupon.tier,
        "tenant_id": use.tenant_id,
        "receipt_no": use.receipt_no,
        "off": use.off,
    }
    at = datetime.fromisoformat(act.at)
    return (of_event(TriggerEvent.COUPON_REDEEMED, coupon.member_id, at, act.origin, data, coupon.code),)


def _points(entry: Entry) -> tuple[Occasion, ...]:
    spent, facts = entry.answer.get("points_spent", 0), entry.facts
    if not spent:
        return ()
    purchase = entry.cause.kind is Kind.PURCHASE
    data = {
        "entry_id": entry.entry_id,
        "movement": entry.cause.kind,
        "points": spent,
        "redeemed_for": "purchase" if purchase else facts.get("kind", "cash"),
        "value": facts.get("points_value", entry.answer.get("value_fen")),
        "tenant_id": facts.get("tenant_id"),
        "receipt": _receipt(entry) if purchase else None,
    }
    return (_occasion(TriggerEvent.POINTS_REDEEMED, entry, data),)


def _coupons(entry: Entry) -> tuple[Occasion, ...]:
    lines = len(entry.facts.get("lines", ()))
    reductions = (from_plain(plain, lines) for plain in entry.facts.get("reductions", ()))
    return tuple(
        _occasion(
            TriggerEvent.COUPON_REDEEMED,
            entry,
            {"template_id": one.template_id, "kind": one.kind, "off": one.off, **_receipt(entry)},
        )
        for one in reductions
        if one.template_id is not None and one.source in entry.facts.get("coupons", ())
    )


def _occasion(event: TriggerEvent, entry: Entry, data: Mapping[str, Any]) -> Occasion:
    at = datetime.fromisoformat(entry.cause.at)
    return of_event(event, entry.member_id, at, entry.cause.origin, data, entry.entry_id)


def _receipt(entry: Entry) -> dict[str, str]:
    return {"tenant_id": entry.facts["tenant_id"], "receipt_no": entry.facts["receipt_no"]}
