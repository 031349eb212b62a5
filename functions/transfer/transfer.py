"""The rule of giving points to another member (requirements P8, K4). Pure.

Points keep their buckets: what the giver would have lost first, the receiver loses first. The fee is in points and
leaves the giver's account beside them. Points that a return may still take back stay with whoever earned them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from functions.transfer.errors import (
    CannotReceiveError,
    OwnPhoneError,
    PointsHeldBackError,
    PointsOwedError,
    TransferLimitError,
    TransfersOffError,
    TransferTooSmallError,
)
from loyalty import buckets
from loyalty.accounts import Account, credit
from loyalty.buckets import Leg
from loyalty.clock import days_after
from loyalty.entries import Reason
from loyalty.errors import InsufficientPointsError
from loyalty.ledger import Decision
from loyalty.programme import Transfers
from loyalty.standing import ALLOWED, require
from loyalty.types import Day, Kind, Purse

PURSE = Purse.POINTS
PERCENT = 100


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a member may give on a day.

    Attributes:
        spendable: points that can be spent.
        held_back: of these, what a return may still take back.
        left_today, left_this_year: what the mall's limits leave; fees do not count.
    """

    spendable: int
    held_back: int
    left_today: int
    left_this_year: int

    @property
    def transferable(self) -> int:
        """Points that may leave the account, the fee included."""
        return self.spendable - self.held_back


def allowance(giver: Account, rules: Transfers, today: Day) -> Allowance:
    """Return what a member may give today."""
    spendable = max(0, giver.balance(PURSE, today))
    given_today, given_this_year = given(giver, today)
    return Allowance(
        spendable=spendable,
        held_back=min(spendable, held_back(giver, rules, today)),
        left_today=max(0, rules.most_a_day - given_today),
        left_this_year=max(0, rules.most_a_year - given_this_year),
    )


def held_back(giver: Account, rules: Transfers, today: Day) -> int:
    """Return how many usable points must stay for goods that may still be returned.

    A return takes points that are not usable yet before any other, so those cover it first.
    """
    first = days_after(today, -rules.return_window_days)
    returnable = sum(points for day, points in giver.recent.items() if day > first)
    return max(0, returnable - buckets.pending(giver.held(PURSE), today))


def given(giver: Account, today: Day) -> tuple[int, int]:
    """Return the points a member gave today and this calendar year, mall-local."""
    if giver.given is None:
        return 0, 0
    day, that_day, year, that_year = giver.given
    return that_day if day == today else 0, that_year if year == today[:2] else 0


def fee(points: int, rules: Transfers) -> int:
    """Return what giving so many points costs beside, in points: the part in proportion is rounded up."""
    return rules.fee_points - points * rules.fee_percent // -PERCENT


def most(allowed: Allowance, rules: Transfers) -> int:
    """Return the most points that could be given in one transfer now; 0 where not even the minimum can."""
    payable = (allowed.transferable - rules.fee_points) * PERCENT // (PERCENT + rules.fee_percent)
    points = min(payable, allowed.left_today, allowed.left_this_year)
    return points if rules.enabled and points >= rules.minimum else 0


def give(
    giver: Account, receiver: Account | None, points: int, rules: Transfers, today: Day
) -> tuple[Decision, Decision]:
    """Decide both sides of a transfer, the giver's first.

    Everything about the giver is checked before anything about the receiver, so that somebody who has no points to
    give learns nothing about a phone.

    Raises:
        TransfersOffError, MembershipStatusError, OwnPhoneError, TransferTooSmallError, TransferLimitError.
        PointsOwedError, InsufficientPointsError, PointsHeldBackError: with the points in question.
        CannotReceiveError: nobody has the phone, or a member who may not receive.
    """
    if not rules.enabled:
        raise TransfersOffError
    require(giver.status, Kind.TRANSFER)
    if receiver is not None and receiver.member_id == giver.member_id:
        raise OwnPhoneError
    cost = fee(points, rules)
    _require_within(giver, points, cost, rules, today)
    if receiver is None or Kind.TRANSFER not in ALLOWED[receiver.status]:
        raise CannotReceiveError
    return _taken(giver, receiver, points, cost, today), _received(giver, receiver, points, today)


def _require_within(giver: Account, points: int, cost: int, rules: Transfers, today: Day) -> None:
    if points < rules.minimum:
        raise TransferTooSmallError(minimum=rules.minimum)
    allowed = allowance(giver, rules, today)
    for per, left in (("day", allowed.left_today), ("year", allowed.left_this_year)):
        if points > left:
            raise TransferLimitError(left=left, per=per)
    if debt := giver.debt.get(PURSE):
        raise PointsOwedError(debt=debt)
    if (missing := points + cost - allowed.spendable) > 0:
        raise InsufficientPointsError(missing_points=missing, fee_points=cost)
    if points + cost > allowed.transferable:
        raise PointsHeldBackError(held_back=allowed.held_back, transferable=allowed.transferable, fee_points=cost)


def _taken(giver: Account, receiver: Account, points: int, cost: int, today: Day) -> Decision:
    before = giver.tidied(today)
    legs = buckets.spend_earliest_first(PURSE, before.held(PURSE), points + cost, today)
    that_day, that_year = given(giver, today)
    after = replace(before.moved(legs), given=(today, that_day + points, today[:2], that_year + points))
    reasons = (Reason("transfer_out", PURSE, -points), Reason("transfer_fee", PURSE, -cost))
    told = {"points": points, "fee_points": cost}
    return _decision(after, legs, reasons, told, {"other": receiver.member_id}, today)


def _received(giver: Account, receiver: Account, points: int, today: Day) -> Decision:
    """Credit what leaves the giver's earliest buckets, in the same ones; a debt is paid first, as by earnings."""
    held = giver.tidied(today).held(PURSE)
    after, legs = receiver.tidied(today), list[Leg]()
    for _, bucket, taken in buckets.spend_earliest_first(PURSE, held, points, today):
        credited = credit(after, PURSE, -taken, bucket, today)
        after = after.moved(credited)
        legs += credited
    reasons = (Reason("transfer_in", PURSE, points),)
    return _decision(after, legs, reasons, {"points": points}, {"other": giver.member_id}, today)


def _decision(
    after: Account,
    legs: list[Leg],
    reasons: tuple[Reason, ...],
    told: dict[str, int],
    facts: Mapping[str, str],
    day: Day,
) -> Decision:
    answer = {**told, "balance": after.balance(PURSE, day), "tier": after.rung.code}
    return Decision(after, tuple(legs), tuple(reason for reason in reasons if reason.points), answer, facts)
