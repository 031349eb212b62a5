"""A return's rule: points of the returned goods go back, redeemed points come back (requirements P9). Pure.

Redeemed points return to the bucket they came from, the longest-lived first, so they keep their expiry; then the
points the goods had earned are taken: not yet usable, the bucket they were earned into, the earliest expiry, debt.
A coupon of which nothing is left on the receipt returns to the wallet, if its terms say so (C2).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from functions.earn.receipt import Receipt, Return
from loyalty import tiers
from loyalty.accounts import Account, credit
from loyalty.buckets import BucketKey, Leg, take_back
from loyalty.coupons.codes import shown
from loyalty.coupons.coupon import Act, Coupon, returned
from loyalty.entries import EntryKey, Reason
from loyalty.ledger import Decision
from loyalty.programme import Programme
from loyalty.standing import require
from loyalty.types import Day, Kind, Purse


@dataclass(frozen=True, slots=True)
class SettledReturn:
    """What one return did to the account and the receipt."""

    account: Account
    receipt: Receipt
    legs: tuple[Leg, ...]
    reasons: tuple[Reason, ...]
    given_back: int
    taken_back: int


def settle_return(account: Account, receipt: Receipt, asked: Return, today: Day, programme: Programme) -> SettledReturn:
    """Apply one return.

    Raises:
        ReturnExceedsPurchaseError: if more comes back than is left.
        UnknownLineError: if a returned line is not on the receipt.
    """
    after = receipt.with_return(asked)
    given, taken = after.given_back - receipt.given_back, after.taken_back - receipt.taken_back
    moved, legs = _give_back(account, _parts(receipt, given), today)
    taken_legs = take_back(Purse.POINTS, moved.held(Purse.POINTS), taken, receipt.bucket, today) if taken else []
    moved = moved.moved(taken_legs)
    spend = tiers.add_spend(account.spend, receipt.bought_on, after.spend_now - receipt.spend_now)
    rung = tiers.reviewed(account.rung, account.spend, today, programme)
    rung = tiers.after_refund(rung, account.spend, spend, today, programme)
    lapsed = _lapsed(legs)
    reasons = [
        Reason("given_back", Purse.POINTS, given),
        Reason("lapsed", Purse.POINTS, lapsed),
        Reason("taken_back", Purse.POINTS, -taken),
    ]
    return SettledReturn(
        account=replace(moved, spend=spend, rung=rung),
        receipt=after,
        legs=(*legs, *taken_legs),
        reasons=tuple(reason for reason in reasons if reason.points),
        given_back=given,
        taken_back=taken,
    )


def decide(
    account: Account,
    receipt: Receipt,
    asked: Return,
    source: str,
    today: Day,
    programme: Programme,
    used: Sequence[Coupon] = (),
    act: Act | None = None,
) -> Decision:
    """Decide a return of a recorded purchase; the guard admits one return at a time.

    Args:
        used: the coupons that this receipt redeemed, as they stand.
        act: who takes the goods back; needed where there are coupons.

    Raises:
        ReturnExceedsPurchaseError: if more comes back than is left.
        UnknownLineError: if a returned line is not on the receipt.
    """
    require(account.status, Kind.REFUND)
    settled = settle_return(account.tidied(today), receipt, asked, today, programme)
    unused = settled.receipt.unused - receipt.unused
    back = tuple(coupon for coupon in used if coupon.code in unused and coupon.terms.comes_back)
    return Decision(
        account=settled.account,
        legs=settled.legs,
        reasons=settled.reasons,
        answer=_answer(settled, receipt, today) | _about_coupons(settled.receipt, back),
        facts=_facts(settled, account),
        coupons=tuple(returned(coupon, act) for coupon in back if act),
        guards=(EntryKey(source, f"return/{settled.receipt.sequence:04d}"),),
    )


def _parts(receipt: Receipt, given: int) -> list[tuple[BucketKey, int]]:
    """Return which buckets get how many of the points given back now: the longest-lived first."""
    parts, skip = [], receipt.given_back
    for bucket, points in reversed(receipt.spent):
        free = max(0, points - skip)
        skip = max(0, skip - points)
        if part := min(free, given):
            parts.append((bucket, part))
            given -= part
    return parts


def _give_back(account: Account, parts: list[tuple[BucketKey, int]], today: Day) -> tuple[Account, list[Leg]]:
    legs: list[Leg] = []
    for bucket, points in parts:
        credited = credit(account, Purse.POINTS, points, bucket, today)
        account = account.moved(credited)
        legs += credited
    return account, legs


def _lapsed(legs: list[Leg]) -> int:
    return sum(leg.points for leg in legs if leg.points < 0)


def _answer(settled: SettledReturn, before: Receipt, today: Day) -> dict[str, Any]:
    amount = sum(settled.receipt.returned) - sum(before.returned)
    return {
        "amount": amount,
        "money_back": settled.receipt.money_back - before.money_back,
        "points_taken_back": settled.taken_back,
        "points_given_back": settled.given_back,
        "balance": settled.account.balance(Purse.POINTS, today),
        "debt": settled.account.debt.get(Purse.POINTS, 0),
        "tier": settled.account.rung.code,
        "returnable": settled.receipt.returnable,
    }


def _about_coupons(after: Receipt, back: Sequence[Coupon]) -> dict[str, Any]:
    """Return what the till must know of coupons; nothing where there is nothing to say."""
    shortfall = {"shortfall": after.kept.shortfall} if after.kept.shortfall else {}
    coupons = {"coupons_returned": [shown(coupon.code) for coupon in back]} if back else {}
    return shortfall | coupons


def _facts(settled: SettledReturn, before: Account) -> dict[str, Any]:
    facts: dict[str, Any] = settled.receipt.state()
    if before.rung.code != settled.account.rung.code:
        facts |= {"tier_before": before.rung.code, "tier_after": settled.account.rung.code}
    return facts
