"""What an operation may cost at most, asserted by `tests/proof` and marked in what `python -m bench` prints."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench import campaign_costs, costs, coupon_costs, survey_costs
from bench.costs import Cost


@dataclass(frozen=True)
class Limit:
    """The most calls and write units (indexes included) of one operation."""

    calls: int
    writes: float


PURCHASE_LIMIT = Limit(calls=2, writes=5)
MOVING_LIMIT = Limit(calls=2, writes=7)
REPLAY_LIMIT = Limit(calls=2, writes=0)

LIMITS: Mapping[str, Limit] = {
    costs.FIRST: MOVING_LIMIT,
    costs.PURCHASE: PURCHASE_LIMIT,
    costs.MOVING: MOVING_LIMIT,
    costs.REPLAY: REPLAY_LIMIT,
    costs.SPENDING: PURCHASE_LIMIT,
    costs.SPENDING_MOVING: MOVING_LIMIT,
    costs.SPENDING_REPLAY: REPLAY_LIMIT,
    costs.LAST_POINTS: MOVING_LIMIT,
    costs.LAST_POINTS_REPLAY: REPLAY_LIMIT,
    costs.REDEMPTION: PURCHASE_LIMIT,
    costs.REDEMPTION_REPLAY: REPLAY_LIMIT,
    costs.UNDO: PURCHASE_LIMIT,
    costs.REFUND: Limit(calls=3, writes=9),
    costs.REFUND_REPLAY: REPLAY_LIMIT,
    costs.EXPIRY: Limit(calls=3, writes=7),
    costs.REMINDER: Limit(calls=3, writes=7),
    costs.NOT_DUE: Limit(calls=1, writes=0),
}

COUPON_LIMITS: Mapping[str, Limit] = {
    coupon_costs.CHECKOUT: Limit(calls=2, writes=17),
    coupon_costs.CHECKOUT_REPLAY: REPLAY_LIMIT,
    coupon_costs.RETURN: Limit(calls=3, writes=19),
    coupon_costs.LOCK: Limit(calls=2, writes=3),
    coupon_costs.LOCK_REPLAY: Limit(calls=2, writes=0),
    coupon_costs.ROLLBACK: Limit(calls=2, writes=3),
}


CAMPAIGN_LIMITS: Mapping[str, Limit] = {
    campaign_costs.PLAIN: PURCHASE_LIMIT,
    campaign_costs.PLAIN_REPLAY: REPLAY_LIMIT,
    campaign_costs.PLAIN_REFUND: Limit(calls=3, writes=7),
    campaign_costs.PAID: Limit(calls=2, writes=7),
    campaign_costs.PAID_REPLAY: REPLAY_LIMIT,
    campaign_costs.PAID_REFUND: Limit(calls=3, writes=9),
    campaign_costs.COUNTED: Limit(calls=2, writes=9),
    campaign_costs.COUNTED_REFUND: Limit(calls=3, writes=11),
}


SURVEY_LIMITS: Mapping[str, Limit] = {
    survey_costs.PLAIN: PURCHASE_LIMIT,
    survey_costs.OFFER: Limit(calls=3, writes=11),
    survey_costs.OFFER_REPLAY: Limit(calls=3, writes=0),
    survey_costs.RESTING: Limit(calls=3, writes=5),
    survey_costs.PARTIAL: Limit(calls=3, writes=2),
    survey_costs.ANSWER: Limit(calls=3, writes=16),
    survey_costs.ANSWER_REPLAY: Limit(calls=3, writes=0),
    survey_costs.REPORT_SMALL: Limit(calls=3, writes=0),
    survey_costs.REPORT_LARGE: Limit(calls=3, writes=0),
}


def exceeded(found: Mapping[str, Cost], limits: Mapping[str, Limit] = LIMITS) -> list[str]:
    """Name every operation that costs more than it may, and every limit nothing was measured for."""
    missing = [f"{operation}: not measured" for operation in limits.keys() - found.keys()]
    return missing + [
        f"{operation}: {len(cost.bill.calls)} calls, {cost.bill.writes:g} WCU; allowed {limits[operation]}"
        for operation, cost in found.items()
        if not _within(cost, limits[operation])
    ]


def _within(cost: Cost, limit: Limit) -> bool:
    return len(cost.bill.calls) <= limit.calls and cost.bill.writes <= limit.writes


def grown(short: Mapping[str, Cost], long: Mapping[str, Cost]) -> list[str]:
    """Name every operation that costs another thing for a member with a longer history."""
    return [operation for operation in short if short[operation].figures() != long[operation].figures()]
