"""A return's rule: points of the returned goods go back, redeemed points come back (requirements P9). Pure.

Redeemed points return to the bucket they came from, the longest-lived first, so they keep their expiry; then the
points the goods had earned, those of campaigns included, are taken: not yet usable, the bucket they were earned into,
the earliest expiry, debt. Growth value and the welcome of a tier that is lost go the same way, each in its purse.
A coupon of which nothing is left on the receipt returns to the wallet, if its terms say so (C2).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from functions.earn.crediting import bucket_of
from functions.earn.receipt import Receipt, Return
from functions.earn.recent import without
from functions.earn.welcome import unwelcomed as unwelcomed_by
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

if TYPE_CHECKING:
    from functions.earn.given import Given, TakenBack


class SettledReturn(NamedTuple):
    """What one return did to the account and the receipt; points are those of purse `points`."""

    account: Account
    receipt: Receipt
    legs: tuple[Leg, ...]
    reasons: tuple[Reason, ...]
    given_back: int
    taken_back: int
    campaigns: "TakenBack | None"


class Refund(NamedTuple):
    """A return as decided, and what it takes back of awards: the caller puts budgets and tallies beside."""

    decision: Decision
    back: "TakenBack | None"


def settle_return(
    account: Account,
    receipt: Receipt,
    asked: Return,
    today: Day,
    programme: Programme,
    campaigns: "Given | None" = None,
) -> SettledReturn:
    """Apply one return.

    Args:
        campaigns: what campaigns gave the receipt.

    Raises:
        ReturnExceedsPurchaseError: if more comes back than is left.
        UnknownLineError: if a returned line is not on the receipt.
    """
    after = receipt.with_return(asked)
    awards = campaigns.taken_back(after) if campaigns else None
    given, base = after.given_back - receipt.given_back, after.taken_back - receipt.taken_back
    moved, legs = _give_back(account, _parts(receipt, given), today)
    earned = base + (awards.points[Purse.POINTS] if awards else 0)
    ranked = _with_tier(moved, receipt, after, earned, today, programme)
    welcomed, unwelcomed = unwelcomed_by(account, ranked.rung.code, programme)
    growth = after.growth_back - receipt.growth_back
    reasons = [*_taken_back(base, growth), *(_reasons(awards) if awards else ()), *unwelcomed]
    taken = _taken(moved, reasons, receipt.bucket, today)
    points = -sum(reason.points for reason in reasons if reason.purse is Purse.POINTS)
    ranked = replace(ranked, welcomed=welcomed, recent=without(account.recent, receipt.bought_on, points))
    reasons = [Reason("given_back", Purse.POINTS, given), Reason("lapsed", Purse.POINTS, _lapsed(legs)), *reasons]
    return SettledReturn(
        account=ranked.moved(taken),
        receipt=after,
        legs=(*legs, *taken),
        reasons=tuple(reason for reason in reasons if reason.points),
        given_back=given,
        taken_back=points,
        campaigns=awards,
    )


def _taken_back(points: int, growth: int) -> tuple[Reason, Reason]:
    """Return why a receipt's own points and growth value go, nothing of them included."""
    return Reason("taken_back", Purse.POINTS, -points), Reason("growth_back", Purse.GROWTH, -growth)


def _with_tier(
    account: Account, before: Receipt, after: Receipt, points: int, today: Day, programme: Programme
) -> Account:
    """Return the account with the record and the rung that are left without what came back.

    Args:
        points: earned points that are taken back.
    """
    visits = -int(after.returnable == 0 < before.returnable)
    fen = after.spend_now - before.spend_now
    record = tiers.with_purchase(account.record, before.bought_on, programme, fen, -points, visits)
    rung = tiers.reviewed(account.rung, account.record, today, programme)
    rung = tiers.after_refund(rung, account.record, record, today, programme)
    return replace(account, record=record, rung=rung)


def _reasons(awards: "TakenBack") -> list[Reason]:
    return [
        Reason("campaign_back", purse, -points, one.campaign_id)
        for one in awards.taken
        for purse, points in one.gifts.points.items()
    ]


def _taken(account: Account, reasons: Sequence[Reason], bucket: BucketKey, today: Day) -> list[Leg]:
    """Take what the reasons say from each purse at once: not yet usable, the same bucket, the earliest, debt."""
    wanted = Counter[Purse]()
    for reason in reasons:
        wanted[reason.purse] -= reason.points
    return [
        leg
        for purse, points in wanted.items()
        if points > 0
        for leg in take_back(purse, account.held(purse), points, bucket_of(purse, bucket), today)
    ]


def decide(
    account: Account,
    receipt: Receipt,
    asked: Return,
    source: str,
    today: Day,
    programme: Programme,
    used: Sequence[Coupon] = (),
    act: Act | None = None,
    campaigns: "Given | None" = None,
) -> Refund:
    """Decide a return of a recorded purchase; the guard admits one return at a time.

    Args:
        used: the coupons that this receipt redeemed, as they stand.
        act: who takes the goods back; needed where there are coupons.
        campaigns: what campaigns gave the receipt.

    Raises:
        ReturnExceedsPurchaseError: if more comes back than is left.
        UnknownLineError: if a returned line is not on the receipt.
    """
    require(account.status, Kind.REFUND)
    settled = settle_return(account.tidied(today), receipt, asked, today, programme, campaigns)
    unused = settled.receipt.unused - receipt.unused
    back = tuple(coupon for coupon in used if coupon.code in unused and coupon.terms.comes_back)
    decision = Decision(
        account=settled.account,
        legs=settled.legs,
        reasons=settled.reasons,
        answer=_answer(settled, receipt, today) | _about_coupons(settled.receipt, back),
        facts=_facts(settled, account) | (settled.campaigns.facts() if settled.campaigns else {}),
        coupons=tuple(returned(coupon, act) for coupon in back if act),
        guards=(EntryKey(source, f"return/{settled.receipt.sequence:04d}"),),
    )
    return Refund(decision, settled.campaigns)


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
