"""Rows of coupons as the product writes them, one for everything that can happen to a coupon."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from events.examples import COUPON, MEMBER
from loyalty.coupons import coupon as life
from loyalty.coupons.coupon import Act, Coupon, Did, Use, Way
from loyalty.coupons.store import row_of
from loyalty.coupons.terms import Kind, Scope, Terms
from loyalty.dynamo import Item, from_item, to_item
from loyalty.types import Day, MemberId, Origin, TenantId

CODE = COUPON
FRIEND = MemberId("a81d33e6097b4c2f95d0")
SHOP = TenantId("shoes-and-more")
RECEIPT_NO = "A-20261121-0042"
REASON = "王小明在服务台投诉"


def _act(clock: str, actor: str, origin: Origin, **more: Any) -> Act:
    at = f"2026-11-21T{clock}Z"
    return Act(at, at, actor, origin, "1-69203b01-5d6c2f1e0a9b8c7d6e5f4a3b", **more)


def _instant(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-21T{clock}").replace(tzinfo=UTC)


def _stored(coupon: Coupon) -> Item:
    return from_item(to_item(row_of(coupon)))


_TILL = _act("10:30:00.000", f"till:{SHOP}", Origin.TILL, tier="gold")
_MEMBER = _act("10:05:00.000", "member", Origin.MEMBER)
_SCHEDULE = _act("19:45:00.000", "schedule", Origin.SCHEDULE)
_STAFF = _act("11:00:00.000", "staff:operator-7", Origin.STAFF, note=REASON)

_CLAIMED = Coupon(
    code=CODE,
    template_id="autumn-200-30",
    member_id=MEMBER,
    terms=Terms(kind=Kind.AMOUNT_OFF, scope=Scope(tenants=(SHOP,)), threshold_fen=20_000, off_fen=3_000, giftable=True),
    name_zh="满200减30",
    name_en="30 off 200",
    valid_from=Day("261121"),
    valid_until=Day("261220"),
    way=Way.CLAIM,
    issued_at="2026-11-21T10:00:00.000Z",
    act=_act("10:00:00.000", "member", Origin.MEMBER, tier="silver"),
    did=Did.CLAIMED,
    category="autumn",
    channel="app",
    tier="silver",
    unit_cost=0,
)
_SENT = replace(_CLAIMED, did=Did.SENT, way=Way.EVENT, act=_act("10:00:02.000", "event", Origin.SCHEDULE))
_SEEN = life.seen(_CLAIMED, _MEMBER)
_LOCKED = life.locked(_SEEN, life.till_reference(SHOP, RECEIPT_NO), _instant("10:40:00"), _TILL)
_REDEEMED = life.redeemed(_LOCKED, Use(SHOP, RECEIPT_NO, _TILL.at, 3_000), _TILL)
_GIVEN = life.given(_SEEN, "5f2c9b", _instant("23:00:00"), _MEMBER)

COUPONS: dict[str, Item] = {
    "by_an_event": _stored(_SENT),
    "in_the_app": _stored(_CLAIMED),
    "looked_at": _stored(_SEEN),
    "at_the_till": _stored(_LOCKED),
    "rolled_back": _stored(life.released(_LOCKED, _TILL)),
    "with_a_receipt": _stored(_REDEEMED),
    "goods_came_back": _stored(life.returned(_REDEEMED, _TILL)),
    "to_a_friend": _stored(_GIVEN),
    "by_a_friend": _stored(life.taken(_GIVEN, FRIEND, _act("12:00:00.000", "member", Origin.MEMBER))),
    "unused": _stored(life.expired(_SEEN, _SCHEDULE)),
    "by_staff": _stored(life.voided(_SEEN, _STAFF)),
}
"""New versions of coupons, by what happened; the code and the reason in words must not be found in any event."""
