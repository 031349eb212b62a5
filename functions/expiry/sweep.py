"""What the sweep does to one account on one day: lapse what is past, remind of what will be (requirements P5). Pure.

A lapse and a reminder are entries of the ledger like any other, so books, notices and statement agree on them. A
reminder moves no points; it is written so that it is sent once.
"""

from dataclasses import dataclass, replace
from typing import Any

from loyalty import buckets
from loyalty.accounts import Account
from loyalty.buckets import Leg
from loyalty.clock import days_after
from loyalty.entries import Reason
from loyalty.ledger import Decision
from loyalty.programme import Programme
from loyalty.types import Day, Kind, Purse


@dataclass(frozen=True, slots=True)
class Due:
    """One movement the sweep has to make."""

    kind: Kind
    decision: Decision


def what_is_due(account: Account, programme: Programme, day: Day) -> Due | None:
    """Return the next movement that is due on this day: lapsed points first, then reminders; None when done."""
    legs = tuple(leg for purse, own in account.buckets.items() for leg in buckets.lapse(purse, own, day))
    if legs:
        return Due(Kind.EXPIRE, _expired(account, legs, day))
    expiring = _expiring(account, programme, day)
    return Due(Kind.REMIND, _reminded(account, expiring, day)) if expiring else None


def _expired(account: Account, legs: tuple[Leg, ...], day: Day) -> Decision:
    after = account.moved(legs)
    return Decision(
        account=after,
        legs=legs,
        reasons=tuple(Reason("expired", purse, points) for purse, points in _sums(legs).items()),
        answer={**_answer(after, day), "points_expired": -sum(leg.points for leg in legs)},
        facts={"as_of": day},
    )


def _reminded(account: Account, expiring: tuple[Leg, ...], day: Day) -> Decision:
    after = replace(account, reminded_on=day)
    return Decision(
        account=after,
        legs=(),
        reasons=tuple(Reason("expiring", purse, points) for purse, points in _sums(expiring).items()),
        answer=_answer(after, day),
        facts={"as_of": day, "expiring": [list(leg) for leg in expiring]},
    )


def _expiring(account: Account, programme: Programme, day: Day) -> tuple[Leg, ...]:
    """Return the buckets whose reminder day has come since the last reminder."""
    since = account.reminded_on or Day("")
    return tuple(
        Leg(purse, key, points)
        for purse, own in account.buckets.items()
        for key, points in sorted(own.items())
        if any(since < days_after(buckets.expires_on(key), -n) <= day for n in programme.expiry.reminder_days)
    )


def _sums(legs: tuple[Leg, ...]) -> dict[Purse, int]:
    return {purse: sum(leg.points for leg in legs if leg.purse == purse) for purse in {leg.purse: 0 for leg in legs}}


def _answer(after: Account, day: Day) -> dict[str, Any]:
    return {"balance": after.balance(Purse.POINTS, day), "tier": after.rung.code}
