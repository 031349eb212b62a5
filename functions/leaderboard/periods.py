"""The periods a leaderboard runs over: months, quarters, years of the mall's own calendar. Pure.

A period is named as its boards are: `202611`, `2026q4`, `2026`. Its board is kept for 400 days after its last day.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from loyalty.clock import add_months, month_end

KEPT_DAYS = 400
GRACE_DAYS = 30
"""Rows outlive the day on which their board is read and counted for the last time, so that it never comes again."""
CODE = r"^[0-9]{4}(0[1-9]|1[0-2]|q[1-4])?$"


class Span(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


MONTHS = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}


class Period(NamedTuple):
    """A period, from its first mall-local day to its last."""

    code: str
    first: date
    last: date

    @property
    def ends(self) -> int:
        """When the rows of its board go, as the table's time to live has it: seconds since 1970."""
        gone = self.last + timedelta(days=KEPT_DAYS + GRACE_DAYS)
        return int(datetime.combine(gone, time.min, UTC).timestamp())

    def is_kept(self, today: date) -> bool:
        """Tell whether its board is still counted and read."""
        return today - self.last <= timedelta(days=KEPT_DAYS)


def period_of(span: Span, day: date) -> Period:
    """Return the period of that length in which a mall-local day lies."""
    months = MONTHS[span]
    first = date(day.year, day.month - (day.month - 1) % months, 1)
    return Period(_code(span, first), first, month_end(add_months(first, months - 1)))


def year_of(day: date) -> Period:
    """Return the year in which a mall-local day lies: of all its periods the one that is kept longest."""
    return period_of(Span.YEAR, day)


def period_named(code: str) -> Period:
    """Return the period of that name.

    Raises:
        ValueError: if there is none.
    """
    if not re.fullmatch(CODE, code):
        raise ValueError("names no period")
    year, rest = int(code[:4]), code[4:]
    if not rest:
        return period_of(Span.YEAR, date(year, 1, 1))
    if rest.startswith("q"):
        return period_of(Span.QUARTER, date(year, int(rest[1]) * 3, 1))
    return period_of(Span.MONTH, date(year, int(rest), 1))


def kept_of(day: date, today: date) -> list[Period]:
    """Return the periods of a day whose boards are still kept: what is earned on that day counts in each of them."""
    return [period for span in Span if (period := period_of(span, day)).is_kept(today)]


def all_kept(today: date) -> Iterator[Period]:
    """Yield every period whose board may have rows, of tomorrow too: a till's clock may be ahead of ours."""
    for span in Span:
        period = period_of(span, today + timedelta(days=1))
        while period.is_kept(today):
            yield period
            period = period_of(span, period.first - timedelta(days=1))


def _code(span: Span, first: date) -> str:
    match span:
        case Span.MONTH:
            return f"{first:%Y%m}"
        case Span.QUARTER:
            return f"{first:%Y}q{(first.month + 2) // 3}"
        case Span.YEAR:
            return f"{first:%Y}"
