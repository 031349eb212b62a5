"""Tiers: what a member's spend says about the rung of the ladder (requirements T1, T4).

A tier is reached at once and kept for a year (where calendar years count, to the end of the next one); then it is
reviewed: it stays if the window's spend still reaches it, otherwise it falls one rung at most. A refund lowers it
only when the spend that reached it is gone. Spend is kept by month, 24 months back, so both questions are answered
from the account alone. Redeeming points never touches it (pitfall: tier computed on the balance).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from loyalty.clock import add_months, date_of, day_of, month_before, month_end, month_of
from loyalty.programme import Programme, Window
from loyalty.types import Day, Fen, Month

KEPT_MONTHS = 24

Spend = Mapping[Month, int]


@dataclass(frozen=True, slots=True)
class Rung:
    """Where a member stands: the tier's code, the day it was reached, the last day before its review."""

    code: str
    since: Day
    until: Day


def first_rung(programme: Programme, day: Day) -> Rung:
    """Return where a new member starts."""
    return Rung(programme.tiers.ladder[0].code, day, valid_until(day, programme))


def valid_until(day: Day, programme: Programme) -> Day:
    """Return the last day a tier reached on this day is kept without review.

    A year, to the month's end; where calendar years count, to the end of the next one, so that a review never looks
    at a part of a year.
    """
    kept = add_months(date_of(day), 12)
    calendar = programme.tiers.window is Window.CALENDAR_YEAR
    return day_of(date(kept.year, 12, 31) if calendar else month_end(kept))


def window_spend(spend: Spend, day: Day, window: Window) -> Fen:
    """Return the spend that counts on this day, in fen: the last 12 months including this one, or this year's."""
    last = month_of(day)
    first = Month(f"{last[:2]}01") if window is Window.CALENDAR_YEAR else month_before(last, 11)
    return Fen(sum(fen for month, fen in spend.items() if first <= month <= last))


def qualified(spend: Spend, day: Day, programme: Programme) -> int:
    """Return the rank of the highest rung the window's spend reaches on this day."""
    counted = window_spend(spend, day, programme.tiers.window)
    return max(n for n, tier in enumerate(programme.tiers.ladder) if counted >= tier.spend_fen)


def add_spend(spend: Spend, day: Day, fen: int) -> dict[Month, int]:
    """Add (or, negative, take away) spend in the day's month; months older than the newest 24 are dropped."""
    changed = dict(spend)
    month = month_of(day)
    changed[month] = max(0, changed.get(month, 0) + fen)
    oldest = month_before(max(changed), KEPT_MONTHS - 1)
    return {m: value for m, value in changed.items() if m >= oldest and value}


def reviewed(rung: Rung, spend: Spend, day: Day, programme: Programme) -> Rung:
    """Return the rung as it stands on this day, after every yearly review that has come due."""
    while rung.until < day:
        rank = programme.rank(rung.code)
        kept = max(qualified(spend, rung.until, programme), rank - 1, 0)
        code = programme.tiers.ladder[min(kept, rank)].code
        since = rung.since if code == rung.code else rung.until
        rung = Rung(code, since, valid_until(rung.until, programme))
    return rung


def upgraded(rung: Rung, spend: Spend, day: Day, programme: Programme) -> Rung:
    """Return the higher rung the spend has reached, at once; the same rung otherwise."""
    rank = qualified(spend, day, programme)
    if rank <= programme.rank(rung.code):
        return rung
    return Rung(programme.tiers.ladder[rank].code, day, valid_until(day, programme))


def supported(spend: Spend, day: Day, programme: Programme) -> int:
    """Return the highest rank the spend reached in any month whose tier would still be kept on this day."""
    months = (month_before(month_of(day), n) for n in range(KEPT_MONTHS))
    firsts = (Day(f"{month}01") for month in months)
    return max(qualified(spend, first, programme) for first in firsts if valid_until(first, programme) >= day)


def after_refund(rung: Rung, before: Spend, after: Spend, day: Day, programme: Programme) -> Rung:
    """Return the lower rung when the spend that reached this one is gone; the same rung otherwise.

    A rung that spend did not reach (brought along at enrolment, or left by a review) is not a refund's to take.
    """
    rank, left = programme.rank(rung.code), supported(after, day, programme)
    if left >= rank or supported(before, day, programme) < rank:
        return rung
    return Rung(programme.tiers.ladder[left].code, rung.since, rung.until)


def missing_to_next(rung: Rung, spend: Spend, day: Day, programme: Programme) -> tuple[str, Fen] | None:
    """Return the next rung's code and the spend still missing in fen; None at the top."""
    above = programme.rank(rung.code) + 1
    if above == len(programme.tiers.ladder):
        return None
    tier = programme.tiers.ladder[above]
    return tier.code, Fen(max(0, tier.spend_fen - window_spend(spend, day, programme.tiers.window)))
