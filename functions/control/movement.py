"""What an approved request does to the account (requirements M7, D2, P13). Pure.

A freeze keeps points and earning, and takes spending away. Points are taken in the order of a return: not yet usable,
earliest expiry, debt; so a void finds what was spent meanwhile as debt, which later earnings pay (pitfall 2). Neither
a void nor an adjustment touches the record the tier is decided on.
"""

from dataclasses import replace

from functions.control.errors import LastDayError, NothingToVoidError
from functions.control.request import Asked, ControlRequest, ControlTask
from loyalty import buckets
from loyalty.accounts import Account, credit
from loyalty.buckets import NEVER, BucketKey, Leg
from loyalty.clock import date_of
from loyalty.entries import Reason
from loyalty.errors import MembershipStatusError
from loyalty.ledger import Decision
from loyalty.programme import Pending, Programme
from loyalty.standing import entered, require
from loyalty.types import Day, Kind, Purse, Status

FREEZABLE = frozenset({Status.ACTIVE, Status.UNCLAIMED, Status.QUALIFYING})
KINDS = {
    ControlTask.FREEZE: Kind.STATUS,
    ControlTask.UNFREEZE: Kind.STATUS,
    ControlTask.VOID: Kind.VOID,
    ControlTask.ADJUST: Kind.ADJUST,
}
_NOWHERE = BucketKey("")
"""No bucket is preferred: nobody knows into which ones dishonest points went."""


def require_possible(asked: Asked, status: Status, today: Day) -> None:
    """Raise unless a membership of this status can be asked for this.

    Raises:
        MembershipStatusError: naming the status.
        LastDayError: if points were to be given that are past.
    """
    allowed = {ControlTask.FREEZE: FREEZABLE, ControlTask.UNFREEZE: frozenset({Status.FROZEN})}.get(asked.task)
    if allowed is None:
        require(status, KINDS[asked.task])
    elif status not in allowed:
        raise MembershipStatusError(status=status.value, movement=asked.task.value)
    if asked.last_day and (asked.last_day < today or asked.purse is Purse.GROWTH):
        raise LastDayError


def decide(
    request: ControlRequest, account: Account, before: Status | None, programme: Programme, today: Day
) -> Decision:
    """Return the account after an approved request.

    Args:
        before: what a frozen membership was; None where nobody knows.

    Raises:
        MembershipStatusError, LastDayError, NothingToVoidError.
    """
    asked = request.asked
    require_possible(asked, account.status, today)
    if asked.purse is None:
        status = Status.FROZEN if asked.task is ControlTask.FREEZE else thawed(account, before, programme)
        return _in_status(request, account, status, today)
    tidy = account.tidied(today)
    legs = _given(asked, tidy, programme, today) if (asked.points or 0) > 0 else _taken(asked, tidy, today)
    return _moved(request, asked.purse, tidy, legs, today)


def thawed(account: Account, before: Status | None, programme: Programme) -> Status:
    """Return what a frozen membership is again; what was earned in between may have completed its entry."""
    if before is Status.QUALIFYING:
        return entered(account.record.spend, programme.enrolment)
    return before or Status.ACTIVE


def _given(asked: Asked, account: Account, programme: Programme, today: Day) -> list[Leg]:
    assert asked.purse  # noqa: S101 - `decide` asks only for points of a purse
    assert asked.points  # noqa: S101 - and only for some
    if asked.purse is Purse.GROWTH:
        key = NEVER
    elif asked.last_day:
        key = BucketKey(asked.last_day)
    else:
        key = buckets.bucket_for(date_of(today), programme.expiry, Pending())
    return credit(account, asked.purse, asked.points, key, today)


def _taken(asked: Asked, account: Account, today: Day) -> list[Leg]:
    assert asked.purse  # noqa: S101 - `decide` asks only for points of a purse
    held = account.held(asked.purse)
    points = -asked.points if asked.points else buckets.spendable(held, today) + buckets.pending(held, today)
    if not points:
        raise NothingToVoidError
    return buckets.take_back(asked.purse, held, points, _NOWHERE, today)


def _moved(request: ControlRequest, purse: Purse, account: Account, legs: list[Leg], today: Day) -> Decision:
    after = account.moved(legs)
    moved = sum(leg.points for leg in legs)
    return Decision(
        account=after,
        legs=tuple(legs),
        reasons=(Reason("voided" if request.asked.task is ControlTask.VOID else "adjusted", purse, moved),),
        answer={"purse": purse, "points": moved, "debt": after.debt.get(purse, 0), **_standing(after, today)},
        facts=_facts(request),
    )


def _in_status(request: ControlRequest, account: Account, status: Status, today: Day) -> Decision:
    after = replace(account, status=status)
    return Decision(
        account=after,
        legs=(),
        reasons=(),
        answer={"status": status, "points_earned": 0, "points_spent": 0, **_standing(after, today)},
        facts={"status_before": account.status, "status_after": status, **_facts(request)},
    )


def _standing(account: Account, today: Day) -> dict[str, object]:
    return {"balance": account.balance(Purse.POINTS, today), "tier": account.rung.code}


def _facts(request: ControlRequest) -> dict[str, object]:
    return {"request_id": request.request_id, "why": request.asked.why}
