"""Festivals of the lunar calendar as dates: campaigns and offers by occasion name them (ADR 0803). Pure."""

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

from borax.calendars.lunardate import LunarDate


class Festival(StrEnum):
    """Festivals whose date moves with the moon."""

    SPRING_FESTIVAL = "spring_festival"
    LANTERN = "lantern"
    DRAGON_BOAT = "dragon_boat"
    QIXI = "qixi"
    MID_AUTUMN = "mid_autumn"
    DOUBLE_NINTH = "double_ninth"
    LABA = "laba"
    LITTLE_NEW_YEAR = "little_new_year"
    NEW_YEARS_EVE = "new_years_eve"


_LUNAR: dict[Festival, tuple[int, int]] = {
    Festival.SPRING_FESTIVAL: (1, 1),
    Festival.LANTERN: (1, 15),
    Festival.DRAGON_BOAT: (5, 5),
    Festival.QIXI: (7, 7),
    Festival.MID_AUTUMN: (8, 15),
    Festival.DOUBLE_NINTH: (9, 9),
    Festival.LABA: (12, 8),
    Festival.LITTLE_NEW_YEAR: (12, 23),
}
"""Month and day of the lunar year; never of a leap month."""


def falls_on(festival: Festival, lunar_year: int) -> date:
    """Return the date of a festival; New Year's Eve is the last day of its lunar year, whichever length it has."""
    if festival is Festival.NEW_YEARS_EVE:
        return falls_on(Festival.SPRING_FESTIVAL, lunar_year + 1) - timedelta(days=1)
    month, day = _LUNAR[festival]
    found = LunarDate(lunar_year, month, day).to_solar_date()
    return date(found.year, found.month, found.day)


def days_around(festival: Festival, before: int, after: int, first: date, last: date) -> Iterator[date]:
    """Yield the days between two dates that lie so many days before, on, or so many days after a festival."""
    for year in range(first.year - 1, last.year + 2):
        middle = falls_on(festival, year)
        around = (middle + timedelta(days=n) for n in range(-before, after + 1))
        yield from (day for day in around if first <= day <= last)
