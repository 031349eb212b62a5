"""Weeks as alerts count them, and which week of the year before is like one: also where the moon moves it. Pure.

A week is the mall-local Monday to Sunday, named by its Monday. What people spend follows the calendar of the sun by 52
weeks, and around the Spring Festival that of the moon: its date moves by up to three weeks from year to year.
"""

from datetime import date, timedelta
from functools import cache

from borax.calendars.lunardate import LunarDate

DAY, WEEK = timedelta(days=1), timedelta(days=7)
YEAR_WEEKS = 52
FARTHEST_WEEKS = 56
"""A week's like of the year before is never longer ago."""
FESTIVE_WEEKS = 8
"""So many weeks before and after that of the Spring Festival are compared by their distance from it.

It moves by up to four weeks and is bought for in the four before, so beyond eight weeks neither year's week is festive.
"""


def monday(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def newest(as_of: date) -> date:
    """Return the last week that was over when a day began."""
    return monday(as_of) - WEEK


def back(week: date, weeks: int) -> date:
    """Return the week so many weeks before another."""
    return week - weeks * WEEK


def a_year_before(week: date) -> date:
    """Return the week of the year before that is like a week."""
    festival = min((_festival(year) for year in (week.year, week.year + 1)), key=lambda found: abs(found[1] - week))
    year, middle = festival
    if abs(middle - week) <= FESTIVE_WEEKS * WEEK:
        return week - (middle - _festival(year - 1)[1])
    return back(week, YEAR_WEEKS)


@cache
def _festival(year: int) -> tuple[int, date]:
    """Return a year and the week of its Spring Festival."""
    found = LunarDate(year, 1, 1).to_solar_date()
    return year, monday(date(found.year, found.month, found.day))
