"""The rule of redeeming points without a purchase, and of undoing it (requirements P6). Pure."""

from typing import Any

from loyalty import buckets
from loyalty.accounts import Account, credit
from loyalty.buckets import BucketKey, Leg
from loyalty.entries import Entry, Reason
from loyalty.errors import InsufficientPointsError, PointsNotConvertibleError
from loyalty.ledger import Decision
from loyalty.programme import Programme
from loyalty.standing import require
from loyalty.types import Day, Kind, Purse


def decide(account: Account, points: int, facts: dict[str, Any], programme: Programme, today: Day) -> Decision:
    """Spend points for money off, the earliest expiry first.

    Raises:
        MembershipStatusError: if the membership may not redeem.
        PointsNotConvertibleError: if the points do not make whole fen.
        InsufficientPointsError: with the points that are missing.
    """
    require(account.status, Kind.REDEEM)
    rate = programme.redemption
    if points % rate.step or points < rate.min_points:
        raise PointsNotConvertibleError(step=rate.step, minimum=max(rate.min_points, rate.step))
    after, legs, reasons = spent(account, Purse.POINTS, points, today)
    return Decision(
        account=after,
        legs=legs,
        reasons=reasons,
        answer={
            "points_spent": points,
            "value_fen": rate.value_of(points),
            "balance": after.balance(Purse.POINTS, today),
            "tier": after.rung.code,
        },
        facts=facts,
    )


def spent(
    account: Account, purse: Purse, points: int, today: Day
) -> tuple[Account, tuple[Leg, ...], tuple[Reason, ...]]:
    """Return the account after points of a purse were spent, the earliest expiry first, with legs and reasons.

    Raises:
        InsufficientPointsError: with the points that are missing.
    """
    before = account.tidied(today)
    if (missing := points - before.spendable(purse, today)) > 0:
        raise InsufficientPointsError(missing_points=missing, balance=points - missing)
    legs = tuple(buckets.spend_earliest_first(purse, before.held(purse), points, today))
    return before.moved(legs), legs, (Reason("redeemed", purse, -points),)


def undo(account: Account, redeemed: Entry, today: Day) -> Decision:
    """Give the points of a redemption back to the buckets they came from; what has expired since lapses again."""
    require(account.status, Kind.REFUND)
    after, legs = account.tidied(today), list[Leg]()
    for purse, bucket, points in redeemed.legs:
        credited = credit(after, purse, -points, BucketKey(bucket[:6]), today)
        after = after.moved(credited)
        legs += credited
    purse = Purse(redeemed.facts.get("purse", Purse.POINTS))
    given = -redeemed.points(purse)
    lapsed = sum(leg.points for leg in legs if leg.points < 0)
    reasons = (Reason("given_back", purse, given), Reason("lapsed", purse, lapsed))
    return Decision(
        account=after,
        legs=tuple(legs),
        reasons=tuple(reason for reason in reasons if reason.points),
        answer={
            "points_given_back": given,
            "points_lapsed": -lapsed,
            "balance": after.balance(Purse.POINTS, today),
            "tier": after.rung.code,
        },
        facts={"redemption": redeemed.entry_id, **_kept(redeemed)},
    )


def _kept(redeemed: Entry) -> dict[str, Any]:
    """Return what the entry that gives back keeps of the one that took: where it was made, and what it was for."""
    return {key: redeemed.facts[key] for key in ("tenant_id", "reward_id") if key in redeemed.facts}
