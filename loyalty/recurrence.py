"""The days of a recurrence rule (RFC 5545), daily or rarer, found without searching far (requirements S1, A4). Pure.

A rule is looked at one period at a time: the day, week, month or year that holds the day in question. So a hostile
rule that never comes true costs no more than any other; libraries that look for its next day search until the year
9999. Understood are FREQ, INTERVAL, BYMONTH, BYMONTHDAY, BYDAY and BYSETPOS; surveys and campaigns end by a date of
their own, so COUNT and UNTIL are not; weeks begin on Monday.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from loyalty.clock import month_end

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MOST_INTERVAL = 366
SEEN_AHEAD = timedelta(days=366 * 10)
"""A rule must come true within ten years: what does not is a mistake."""
_PARTS = {
    "FREQ": re.compile(r"DAILY|WEEKLY|MONTHLY|YEARLY"),
    "INTERVAL": re.compile(r"[1-9][0-9]{0,2}"),
    "BYMONTH": re.compile(r"[0-9]{1,2}(,[0-9]{1,2}){0,11}"),
    "BYMONTHDAY": re.compile(r"-?[0-9]{1,2}(,-?[0-9]{1,2}){0,30}"),
    "BYDAY": re.compile(r"[+-]?[0-9]{0,2}[A-Z]{2}(,[+-]?[0-9]{0,2}[A-Z]{2}){0,20}"),
    "BYSETPOS": re.compile(r"-?[0-9]{1,3}(,-?[0-9]{1,3}){0,9}"),
}


class Freq(StrEnum):
    """How long a period is."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


class WrongRecurrenceError(ValueError):
    """It is no recurrence that is understood here."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rule, and the day it counts from.

    Attributes:
        weekdays: pairs of ordinal (0: every one) and weekday (0: Monday).
        positions: of the days of one period, which; none: all.
    """

    freq: Freq
    since: date
    interval: int = 1
    months: frozenset[int] = frozenset()
    monthdays: frozenset[int] = frozenset()
    weekdays: frozenset[tuple[int, int]] = frozenset()
    positions: frozenset[int] = frozenset()

    def is_on(self, day: date) -> bool:
        """Tell whether the rule names a day."""
        return day in self._named(*period(self.freq, day))

    def comes_true(self) -> bool:
        """Tell whether it names any day of its first ten years."""
        begins, ends = period(self.freq, self.since)
        while begins <= self.since + SEEN_AHEAD:
            if self._named(begins, ends):
                return True
            begins, ends = period(self.freq, ends + timedelta(days=1))
        return False

    @lru_cache(maxsize=64)  # noqa: B019 - a value, and the cache is bounded
    def _named(self, begins: date, ends: date) -> frozenset[date]:
        """Return the days that the rule names in a period."""
        if self._periods_since(begins) % self.interval:
            return frozenset()
        days = [day for day in _days(begins, ends) if self._fits(day)]
        return frozenset(
            day for day in (_chosen(days, self.positions) if self.positions else days) if day >= self.since
        )

    def _periods_since(self, begins: date) -> int:
        first, _ = period(self.freq, self.since)
        match self.freq:
            case Freq.DAILY:
                return (begins - first).days
            case Freq.WEEKLY:
                return (begins - first).days // 7
            case Freq.MONTHLY:
                return (begins.year - first.year) * 12 + begins.month - first.month
        return begins.year - first.year

    def _fits(self, day: date) -> bool:
        if self.months and day.month not in self.months:
            return False
        last = month_end(day).day
        if self.monthdays and self.monthdays.isdisjoint({day.day, day.day - last - 1}):
            return False
        return not self.weekdays or self._is_weekday(day)

    def _is_weekday(self, day: date) -> bool:
        """Tell whether a day is one of the weekdays: the second of its month, or its year, where that is said."""
        begins, ends = period(Freq.YEARLY if self.freq is Freq.YEARLY and not self.months else Freq.MONTHLY, day)
        ordinals = (0, (day - begins).days // 7 + 1, -((ends - day).days // 7) - 1)
        return any((ordinal, day.weekday()) in self.weekdays for ordinal in ordinals)


def recurrence(rule: str, since: date) -> Recurrence:
    """Return the recurrence a text stands for; what it leaves out is taken from its first day.

    Raises:
        WrongRecurrenceError: with what is wrong with it; the text itself is not quoted.
    """
    parts = _parts(rule)
    freq, interval = Freq(parts["FREQ"]), int(parts.get("INTERVAL", "1"))
    found = Recurrence(
        freq=freq,
        since=since,
        interval=interval,
        months=_numbers(parts, "BYMONTH", 12),
        monthdays=_numbers(parts, "BYMONTHDAY", 31),
        weekdays=frozenset(map(_weekday, filter(None, parts.get("BYDAY", "").split(",")))),
        positions=_numbers(parts, "BYSETPOS", 366),
    )
    _require(interval <= MOST_INTERVAL, "INTERVAL is too large")
    _require(all(month > 0 for month in found.months), "BYMONTH is 1 to 12")
    _require(_may_count(found), "weekdays are counted in months and years only")
    return _completed(found)


def period(freq: Freq, day: date) -> tuple[date, date]:
    """Return the first and the last day of the period that holds a day."""
    match freq:
        case Freq.DAILY:
            return day, day
        case Freq.WEEKLY:
            monday = day - timedelta(days=day.weekday())
            return monday, monday + timedelta(days=6)
        case Freq.MONTHLY:
            return day.replace(day=1), month_end(day)
    return date(day.year, 1, 1), date(day.year, 12, 31)


def _parts(rule: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in rule.split(";"):
        name, _, value = part.partition("=")
        _require(name in _PARTS, "only FREQ, INTERVAL, BYMONTH, BYMONTHDAY, BYDAY, BYSETPOS are understood")
        _require(name not in found, f"{name} is given twice")
        _require(_PARTS[name].fullmatch(value) is not None, f"{name} has a value that is not understood")
        found[name] = value
    _require("FREQ" in found, "FREQ is missing")
    return found


def _numbers(parts: dict[str, str], name: str, most: int) -> frozenset[int]:
    numbers = frozenset(int(number) for number in parts.get(name, "").split(",") if number)
    _require(all(0 < abs(number) <= most for number in numbers), f"{name} is out of bounds")
    return numbers


def _weekday(text: str) -> tuple[int, int]:
    ordinal, name = text[:-2], text[-2:]
    _require(name in WEEKDAYS and ordinal not in {"+", "-"}, "BYDAY has a value that is not understood")
    _require(not ordinal or 0 < abs(int(ordinal)) <= 53, "BYDAY is out of bounds")
    return int(ordinal or 0), WEEKDAYS.index(name)


def _may_count(found: Recurrence) -> bool:
    counted = any(ordinal for ordinal, _ in found.weekdays)
    return not counted or found.freq in {Freq.MONTHLY, Freq.YEARLY}


def _completed(found: Recurrence) -> Recurrence:
    """Take from the first day what a rule leaves open, as RFC 5545 has it."""
    if found.monthdays or found.weekdays or found.freq is Freq.DAILY:
        return found
    months, monthdays, weekdays = found.months, found.monthdays, found.weekdays
    match found.freq:
        case Freq.WEEKLY:
            weekdays = frozenset({(0, found.since.weekday())})
        case Freq.MONTHLY:
            monthdays = frozenset({found.since.day})
        case Freq.YEARLY:
            months, monthdays = months or frozenset({found.since.month}), frozenset({found.since.day})
    return replace(found, months=months, monthdays=monthdays, weekdays=weekdays)


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _chosen(days: list[date], positions: frozenset[int]) -> list[date]:
    return [day for n, day in enumerate(days) if {n + 1, n - len(days)} & positions]


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise WrongRecurrenceError(otherwise)
