"""Mall time: instants are aware, days and months are the mall's own.

Rules get `now` and the zone as arguments; only entry points read the clock. Days are `yymmdd` strings inside the
ledger because they sort, cost six bytes and need no parsing on the hot path.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from loyalty.types import Day, Month


@cache
def zone(name: str) -> ZoneInfo:
    """Return the time zone of that IANA name."""
    return ZoneInfo(name)


def utc_now() -> datetime:
    """Return the present instant; for entry points only, everything else gets it as an argument."""
    return datetime.now(UTC)


def iso(instant: datetime) -> str:
    """Return the instant as RFC 3339 in UTC with milliseconds: sorts as time does."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def local_date(instant: datetime, zone_name: str) -> date:
    """Return the mall-local date of an instant."""
    return instant.astimezone(zone(zone_name)).date()


def day_of(value: date) -> Day:
    """Return a date as the ledger's `yymmdd`."""
    return Day(f"{value:%y%m%d}")


def date_of(day: Day) -> date:
    """Return the date a ledger day names."""
    return date(2000 + int(day[:2]), int(day[2:4]), int(day[4:6]))


def local_day(instant: datetime, zone_name: str) -> Day:
    """Return the mall-local day of an instant as `yymmdd`."""
    return day_of(local_date(instant, zone_name))


def month_of(day: Day) -> Month:
    """Return the month a day lies in."""
    return Month(day[:4])


def add_months(value: date, months: int) -> date:
    """Return the same day so many months later, or the month's last day where there is no such day."""
    index = value.year * 12 + value.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(value.day, monthrange(year, month + 1)[1]))


def month_end(value: date) -> date:
    """Return the last day of the date's month."""
    return value.replace(day=monthrange(value.year, value.month)[1])


def quarter_of(day: Day) -> str:
    """Return the calendar quarter a day lies in, such as `26Q4`."""
    return f"{day[:2]}Q{(int(day[2:4]) + 2) // 3}"


@lru_cache(maxsize=4096)
def month_before(month: Month, months: int) -> Month:
    """Return the month that lies `months` before this one."""
    year, index = divmod((2000 + int(month[:2])) * 12 + int(month[2:]) - 1 - months, 12)
    return Month(f"{year % 100:02d}{index + 1:02d}")


def month_after(month: Month, months: int) -> Month:
    """Return the month that lies `months` after this one."""
    return month_before(month, -months)


@lru_cache(maxsize=4096)
def days_after(day: Day, days: int) -> Day:
    """Return the day that lies `days` after (or before, when negative) this one."""
    return day_of(date_of(day) + timedelta(days=days))
