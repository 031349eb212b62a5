"""Whether a rule's windows hold at a purchase: days, hours, birthdays, in mall time (P4, A4, B1; pitfall 6). Pure."""

from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

from loyalty.birthdays import falls_on, is_birthday
from loyalty.clock import date_of
from loyalty.earning.rule import Windows
from loyalty.types import Day

_HOUR = 60


def hold(windows: Windows, starts: datetime, at: datetime) -> bool:
    """Tell whether the windows that ask nothing of the member hold.

    Args:
        starts: the campaign's first instant: a recurrence counts from its mall-local date.
        at: the time of purchase, in the mall's zone.
    """
    if windows.minutes is None and windows.dates is None and windows.recurrence is None:
        return True
    day = on_duty(windows, at)
    if day is None or (windows.dates is not None and day not in windows.dates):
        return False
    return windows.recurrence is None or _recurs(windows.recurrence, starts, at.tzinfo, day)


def hold_for(windows: Windows, at: datetime, born: str | None, joined: Day | None) -> bool:
    """Tell whether the windows hold that ask for the member's dates; an unknown date never does.

    Args:
        born: `mmdd`; joined: `yymmdd`.
    """
    if windows.birthday is None and not windows.anniversary:
        return True
    day = on_duty(windows, at)
    if day is None or (windows.anniversary and not _is_anniversary(joined, day)):
        return False
    return windows.birthday is None or is_birthday(windows.birthday, born, day)


def on_duty(windows: Windows, at: datetime) -> date | None:
    """Return the day that a time belongs to, None outside the daily hours.

    Hours that pass midnight belong to the day they began on: at one in the morning it is still the day before.
    """
    if windows.minutes is None:
        return at.date()
    begins, ends = windows.minutes
    minute = at.hour * _HOUR + at.minute
    if begins < ends:
        return at.date() if begins <= minute < ends else None
    if minute >= begins:
        return at.date()
    return at.date() - timedelta(days=1) if minute < ends else None


def _is_anniversary(joined: Day | None, day: date) -> bool:
    return joined is not None and date_of(joined).year < day.year and falls_on(joined[2:], day)


@lru_cache(maxsize=4096)
def _recurs(rule: str, starts: datetime, zone: tzinfo | None, day: date) -> bool:
    """Tell whether a recurrence names a day; looked up only where a rule has one, and once per rule and day."""
    from loyalty.recurrence import recurrence

    return recurrence(rule, starts.astimezone(zone).date()).is_on(day)
