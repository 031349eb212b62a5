"""Vouchers for points: the coupon a redeemed voucher gives, issued in the redemption's own transaction (P6, C2)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from functions.redeem.order import Order
from functions.redeem.reward import Reward
from loyalty import dynamo
from loyalty.coupons import issue
from loyalty.coupons.coupon import Act, Way
from loyalty.coupons.issue import Found, Wish
from loyalty.stock import MOST_SHARDS
from loyalty.types import Day, MemberId, Origin, Status


def wish_for(reward: Reward, member_id: MemberId, redemption_id: str) -> Wish | None:
    """Return the coupon a redemption is to give; None where the reward is no voucher."""
    if reward.template_id is None:
        return None
    return Wish(reward.template_id, member_id, Way.REWARD, issue.code_for(Way.REWARD, redemption_id))


def read(wish: Wish, *, certain: bool) -> Found:
    """Read what the coupon is decided on in one call, with all the shards its template may have."""
    rows = dynamo.batch_get(*issue.reading(wish, MOST_SHARDS), consistent=certain)
    found = issue.found_in(rows)
    return replace(found, shards=found.shards[: issue.shards_of(found.offer)])


def issued(
    order: Order, wish: Wish, found: Found, status: Status, tier: str, today: Day
) -> tuple[Order, tuple[Mapping[str, Any], ...]]:
    """Return the order with its coupon's code, and the transaction parts that issue the coupon.

    Raises:
        CouponNotOfferedError, CouponExpiredError, CouponTierError, CouponLimitError, SoldOutError.
    """
    act = Act(order.at, order.recorded_at, order.actor, Origin(order.origin), order.correlation_id, tier)
    plan = issue.issued(wish, found, status, act, today)
    return replace(order, code=plan.answer.code), tuple(plan.writes)
