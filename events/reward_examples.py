"""Rows of orders as the product writes them, one for everything that can become of a redeemed reward."""

from dataclasses import replace

from events.coupon_examples import CODE
from events.examples import MEMBER
from functions.redeem.order import Order, OrderState, handed_over, to_row
from loyalty.dynamo import Item, from_item, to_item

KEY_DIGEST = "b1946ac92492d2347c6235b4d2611184"
TRACE = "1-69203b01-5d6c2f1e0a9b8c7d6e5f4a3b"


def _stored(order: Order) -> Item:
    return from_item(to_item(to_row(order)))


_RESERVED = Order(
    redemption_id="redeem.3f9a51c07be24d8815aa.k0q1Zb3v.redeem",
    member_id=MEMBER,
    reward="tea-set",
    reward_kind="gift",
    name_zh="茶具",
    name_en="Tea set",
    state=OrderState.RESERVED,
    points=5000,
    purse="points",
    at="2026-11-21T11:00:00.000Z",
    recorded_at="2026-11-21T11:00:00.000Z",
    actor="member",
    origin="member",
    correlation_id=TRACE,
    ordered_at="2026-11-21T11:00:00.000Z",
    shard=3,
    point="east-desk",
    limited=True,
)
_LATER = "2026-11-22T03:15:00.000Z"
_GIVEN_UP = replace(_RESERVED, state=OrderState.CANCELLED, at=_LATER, recorded_at=_LATER, version=2)
_VOUCHER = replace(
    _RESERVED,
    redemption_id="redeem.3f9a51c07be24d8815aa.m7w2Xc9p.redeem",
    reward="voucher-50",
    reward_kind="voucher",
    state=OrderState.DONE,
    point=None,
    limited=False,
    code=CODE,
)

ORDERS: dict[str, Item] = {
    "gift": _stored(_RESERVED),
    "at_the_desk": _stored(handed_over(_RESERVED, KEY_DIGEST, _LATER, "staff:operator-7", "staff", TRACE)),
    "voucher_at_once": _stored(_VOUCHER),
    "by_the_member": _stored(_GIVEN_UP),
}
"""New versions of orders, by what happened; a voucher's code must not be found in any event."""
