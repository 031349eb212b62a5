"""Giving a coupon to a friend: by a code that goes from hand to hand, for three days (requirements C2; ADR 0605).

    give ──> the coupon is held, the giver gets a code ──> a friend brings the code: the coupon is the friend's
                     │ taken back, or three days are over: the giver's again

The code is derived from the coupon and the hold's end, so asking again while the hold lasts tells the same code.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from functions.coupons import certainty, wallet
from functions.coupons.callers import Caller
from functions.coupons.errors import OwnGiftError
from functions.coupons.wallet import Loaded
from loyalty.attempts import Plan
from loyalty.clock import iso
from loyalty.coupons import codes, store
from loyalty.coupons import coupon as changes
from loyalty.coupons.coupon import Coupon, Hold, HoldKind, Way
from loyalty.coupons.refusals import UnknownCouponError
from loyalty.dynamo import to_item
from loyalty.pepper import digest
from loyalty.standing import require
from loyalty.types import Kind, MemberId

LASTS = timedelta(days=3)
KEPT = timedelta(days=1)
"""How much longer the code's row is kept before housekeeping removes it."""


class Gift(NamedTuple):
    """A gift on its way: its code, and until when a friend may bring it (RFC 3339)."""

    code: str
    until: str


def give(member_id: MemberId, code: str, caller: Caller) -> Plan[Gift]:
    """Hold a coupon for a friend; asked again while it is held, the same gift.

    Raises:
        CouponNotFoundError: if it is not the member's.
        CouponHeldError, CouponNotGiftableError, CouponUsedError, CouponExpiredError, CouponVoidedError.
        MembershipStatusError: if the member may not dispose of coupons.
    """

    def decide(loaded: Loaded) -> Plan[Gift]:
        coupon = wallet.own(loaded.coupon, member_id)
        if hold := _on_its_way(coupon, caller.now):
            return Plan(_gift(coupon, hold.until), replayed=True)
        require(wallet.status_of(loaded.account), Kind.REDEEM)
        changes.require_open(coupon, caller.today)
        changes.require_free(coupon, "", caller.now)
        until = caller.now + LASTS
        gift = _gift(coupon, iso(until))
        after = changes.given(coupon, _mark(gift.code), until, caller.act(loaded.account))
        return Plan(gift, ({"Put": store.put_if_unchanged(after)}, _row(gift, coupon, until)))

    return certainty.settle(lambda certain: wallet.load(code, member_id, certain), decide)


def take(member_id: MemberId, gift_code: str, coupon_code: str, caller: Caller) -> Plan[Coupon]:
    """Hand a coupon to the member who brings the gift's code; to the same member again, the same answer.

    Raises:
        UnknownCouponError: the gift is over, was taken back, or somebody else was faster.
        OwnGiftError: if it is the member's own.
        MembershipStatusError: if the member could not use it.
        CouponExpiredError, CouponVoidedError.
    """

    def decide(loaded: Loaded) -> Plan[Coupon]:
        coupon = loaded.coupon
        if coupon and coupon.member_id == member_id:
            return _mine_already(coupon, gift_code, caller.now)
        if coupon is None or not _is_gift(coupon, gift_code, caller.now):
            raise UnknownCouponError
        changes.require_open(coupon, caller.today)
        require(wallet.status_of(loaded.account), Kind.REDEEM)
        after = changes.taken(coupon, member_id, caller.act(loaded.account))
        return Plan(after, ({"Put": store.put_if_unchanged(after)},))

    return certainty.settle(lambda certain: wallet.load(coupon_code, member_id, certain), decide)


def take_back(member_id: MemberId, code: str, caller: Caller) -> None:
    """Let go of a gift nobody has taken yet; nothing happens where there is none.

    Raises:
        CouponNotFoundError: if the coupon is not, or no longer, the member's.
    """

    def decide(loaded: Loaded) -> Plan[None]:
        coupon = wallet.own(loaded.coupon, member_id)
        if _on_its_way(coupon, caller.now) is None:
            return Plan(None, replayed=True)
        after = changes.released(coupon, caller.act(loaded.account))
        return Plan(None, ({"Put": store.put_if_unchanged(after)},))

    certainty.settle(lambda certain: wallet.load(code, member_id, certain), decide)


def _mine_already(coupon: Coupon, gift_code: str, now: datetime) -> Plan[Coupon]:
    if _is_gift(coupon, gift_code, now):
        raise OwnGiftError
    if coupon.way is not Way.GIFT:
        raise UnknownCouponError
    return Plan(coupon, replayed=True)


def _on_its_way(coupon: Coupon, now: datetime) -> Hold | None:
    hold = coupon.held(now)
    return hold if hold and hold.kind is HoldKind.FRIEND else None


def _is_gift(coupon: Coupon, gift_code: str, now: datetime) -> bool:
    hold = _on_its_way(coupon, now)
    return hold is not None and hold.by == _mark(gift_code)


def _gift(coupon: Coupon, until: str) -> Gift:
    return Gift(codes.derived("gift", f"{coupon.code}/{coupon.member_id}/{until}"), until)


def _mark(gift_code: str) -> str:
    """Return what the coupon knows of the gift's code: enough to tell it, not enough to use it."""
    return digest("gift", gift_code)


def _row(gift: Gift, coupon: Coupon, until: datetime) -> dict[str, Any]:
    """Return the part that makes the code lead to the coupon; the coupon's hold says whether it still counts."""
    row = {**store.key(gift.code, store.GIFT), "coupon": coupon.code, "ttl": int((until + KEPT).timestamp())}
    return {"Put": {"TableName": store.table(), "Item": to_item(row)}}
