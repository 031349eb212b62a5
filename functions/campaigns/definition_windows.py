"""When a campaign applies, as marketers write it, and whether that ever comes true (requirements P4, A4, B1). Pure.

Everything is in mall time. Festivals of the moon become dates here; no other function knows a lunar calendar.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from loyalty.festivals import Festival, days_around
from loyalty.parts import Part
from loyalty.recurrence import WrongRecurrenceError, recurrence

MOST_FESTIVALS = 20
MOST_AROUND = 30
"""Days before or after a festival."""
_HOUR = 60
_CLOCK = re.compile("([01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_MARGIN = timedelta(days=1)
"""The mall's date of an instant is this far from the date written with it, at most."""


def _minutes(value: object) -> object:
    """Read "18:00" as minutes of the day; "24:00" is midnight at its end."""
    if not isinstance(value, str) or not _CLOCK.fullmatch(value):
        raise ValueError('write the time as "HH:MM", "00:00" to "24:00"')
    return int(value[:2]) * _HOUR + int(value[3:])


def _clock(minutes: int) -> str:
    return f"{minutes // _HOUR:02d}:{minutes % _HOUR:02d}"


ClockTime = Annotated[
    int,
    BeforeValidator(_minutes),
    PlainSerializer(_clock, return_type=str),
    WithJsonSchema({"type": "string", "pattern": f"^({_CLOCK.pattern})$", "description": "A time of the mall's day."}),
]


class DailyHours(Part):
    """From a time until another (excluded); with `from` later than `until` it passes midnight.

    What lies after midnight belongs to the day on which the hours began.
    """

    starts: Annotated[ClockTime, Field(alias="from")]
    until: ClockTime

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.starts == self.until or self.starts == 24 * _HOUR or self.until == 0:
            raise ValueError(
                'daily hours need a from before 24:00 and another until; all day is no daily; "24:00" ends'
            )
        return self


class AroundFestival(Part):
    """A festival of the lunar calendar and the days around it."""

    festival: Festival
    days_before: Annotated[int, Field(strict=True, ge=0, le=MOST_AROUND)] = 0
    days_after: Annotated[int, Field(strict=True, ge=0, le=MOST_AROUND)] = 0


def _understood(value: str) -> str:
    try:
        recurrence(value, date(2026, 1, 1))
    except WrongRecurrenceError as error:
        raise ValueError(str(error)) from None
    return value


class EarningWindows(Part):
    """Everything that is set must hold.

    Attributes:
        recurrence: days by RFC 5545 (FREQ, INTERVAL, BYMONTH, BYMONTHDAY, BYDAY, BYSETPOS), counted from the campaign's
            first day: `FREQ=MONTHLY;BYMONTHDAY=5`.
        festivals: the day lies near one of these.
        birthday: the member's birthday month, or birthday; 29 February is the 28th in other years.
        anniversary: the day, in a later year, on which the member enrolled.
    """

    recurrence: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    festivals: Annotated[tuple[AroundFestival, ...], Field(max_length=MOST_FESTIVALS)] = ()
    daily: DailyHours | None = None
    birthday: Literal["month", "day"] | None = None
    anniversary: bool = False

    @model_validator(mode="after")
    def _is_understood(self) -> Self:
        if self.recurrence is not None:
            _understood(self.recurrence)
        return self

    def dates(self, starts: datetime, until: datetime) -> frozenset[date] | None:
        """Return the days of the festivals while the campaign runs, and a day more at both ends; None: not asked."""
        if not self.festivals:
            return None
        first, last = _reach(starts, until)
        return frozenset(
            day
            for one in self.festivals
            for day in days_around(one.festival, one.days_before, one.days_after, first, last)
        )

    def comes_true(self, starts: datetime, until: datetime) -> bool:
        """Tell whether any day of the campaign is one of the days asked for; what is up to the member is left open."""
        days = self.dates(starts, until)
        if self.recurrence is None:
            return days is None or bool(days)
        first, last = _reach(starts, until)
        found = recurrence(self.recurrence, first)
        return any(map(found.is_on, _days(first, last) if days is None else days))


def _reach(starts: datetime, until: datetime) -> tuple[date, date]:
    """Return the first and last date a campaign may have in the mall's zone, whichever zone it was written in."""
    return starts.date() - _MARGIN, until.date() + _MARGIN


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
