"""What the sweep does to one account on one day: points lapse, tiers are reviewed (requirements P5, T4). Pure.

Each is announced before: a reminder of points, a warning of a review that would lower the tier. All of it is entries of
the ledger like any other, so books, notices and statement agree on them. A reminder and a warning move nothing; they
are written so that they are sent once. A review is true without its entry (`loyalty.tiers.reviewed`, ADR 0005): the
entry is how the member, and everybody who listens, gets to know of it on the day.
"""

from dataclasses import dataclass, replace
from typing import Any

from loyalty import buckets, tiers
from loyalty.accounts import Account, review_day, warning_day
from loyalty.buckets import Leg
from loyalty.clock import days_after
from loyalty.entries import Reason
from loyalty.ledger import Decision
from loyalty.missing import missing_to_keep
from loyalty.programme import Programme
from loyalty.types import Day, Kind, Purse


@dataclass(frozen=True, slots=True)
class Due:
    """One movement the sweep has to make."""

    kind: Kind
    decision: Decision


def what_is_due(account: Account, programme: Programme, day: Day) -> Due | None:
    """Return the next movement that is due on this day; None when all are made.

    What has happened comes before what will: lapsed points, then reviews, one movement for each year that was missed,
    then reminders and warnings.
    """
    legs = tuple(leg for purse, own in account.buckets.items() for leg in buckets.lapse(purse, own, day))
    if legs:
        return Due(Kind.EXPIRE, _expired(account, legs, day))
    if _has_come(review_day(account, programme), day):
        return Due(Kind.REVIEW, _reviewed(account, programme, day))
    if expiring := _expiring(account, programme, day):
        return Due(Kind.REMIND, _reminded(account, expiring, day))
    if _has_come(warning_day(account, programme), day):
        return Due(Kind.WARN, _warned(account, programme, day))
    return None


def _has_come(due: Day | None, day: Day) -> bool:
    return due is not None and due <= day


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


def _reviewed(account: Account, programme: Programme, day: Day) -> Decision:
    """Make one review: the tier stays for another year, or falls one step."""
    before, rung = account.rung, tiers.next_review(account.rung, account.record, programme)
    after = replace(account, rung=rung)
    has_changed = rung.code != before.code
    changed = {"tier_before": before.code, "tier_after": rung.code} if has_changed else {}
    return Decision(
        account=after,
        legs=(),
        reasons=(Reason("tier_lowered" if has_changed else "tier_kept", Purse.POINTS, 0, rung.code),),
        answer=_answer(after, day),
        facts={"as_of": day, "until": rung.until, **changed},
    )


def _warned(account: Account, programme: Programme, day: Day) -> Decision:
    """Say until when the tier is kept as it is, what would be left of it, and what is missing, by measure."""
    rung, after = account.rung, replace(account, warned_on=day)
    missing = missing_to_keep(rung, account.record, day, programme)
    assert missing is not None  # noqa: S101 - the lowest tier is not reviewed
    found = {"missing": missing.fen, "missing_points": missing.points, "missing_visits": missing.purchases}
    return Decision(
        account=after,
        legs=(),
        reasons=(Reason("tier_at_risk", Purse.POINTS, 0, rung.code),),
        answer=_answer(after, day),
        facts={
            "as_of": day,
            "tier": rung.code,
            "until": tiers.kept_until(rung, programme),
            "keeps": tiers.next_review(rung, account.record, programme).code,
            **{measure: left for measure, left in found.items() if left is not None},
        },
    )


def _expiring(account: Account, programme: Programme, day: Day) -> tuple[Leg, ...]:
    """Return the buckets whose reminder day has come since the last reminder."""
    since = account.reminded_on or Day("")
    return tuple(
        Leg(purse, key, points)
        for purse, own in account.buckets.items()
        for key, points in sorted(own.items())
        if key != buckets.NEVER
        if any(since < days_after(buckets.expires_on(key), -n) <= day for n in programme.expiry.reminder_days)
    )


def _sums(legs: tuple[Leg, ...]) -> dict[Purse, int]:
    return {purse: sum(leg.points for leg in legs if leg.purse == purse) for purse in {leg.purse: 0 for leg in legs}}


def _answer(after: Account, day: Day) -> dict[str, Any]:
    return {"balance": after.balance(Purse.POINTS, day), "tier": after.rung.code}
