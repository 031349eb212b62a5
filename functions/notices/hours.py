"""When a member may be written to, and when they are likely to read it (requirement N2). Pure.

Hours are the mall's wall clock. A clock that is put forward skips an hour: what was meant for it comes an hour later;
a clock that is put back has an hour twice: the first one counts.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from loyalty.clock import zone

WEEK = timedelta(days=7)
FEWEST_PURCHASES = 3
"""Fewer purchases than this say nothing about somebody's habits."""


def is_quiet(instant: datetime, begins: str, ends: str, zone_name: str) -> bool:
    """Tell whether an instant lies in the quiet hours `HH:MM` to `HH:MM`; equal: there are none."""
    at = f"{instant.astimezone(zone(zone_name)):%H:%M}"
    return begins <= at < ends if begins <= ends else at >= begins or at < ends


def speakable(instant: datetime, begins: str, ends: str, zone_name: str) -> datetime:
    """Return the first instant, not before this one, outside the quiet hours."""
    if not is_quiet(instant, begins, ends, zone_name):
        return instant
    hour, minute = map(int, ends.split(":"))
    return next_at(instant, hour, minute, zone_name)


def next_at(instant: datetime, hour: int, minute: int, zone_name: str) -> datetime:
    """Return the first instant, not before this one, at which the mall's clocks show that time."""
    today = instant.astimezone(zone(zone_name)).date()
    candidates = (_at(today + timedelta(days=days), hour, minute, zone_name) for days in range(3))
    return next(one for one in candidates if one >= instant)


def usual_hour(purchases: Iterable[datetime], zone_name: str) -> int | None:
    """Return the hour of day at which somebody buys most often, the later of two; None where too little is known."""
    hours = Counter(instant.astimezone(zone(zone_name)).hour for instant in purchases)
    if hours.total() < FEWEST_PURCHASES:
        return None
    return max(hours, key=lambda hour: (hours[hour], hour))


def fits_cap(times: Iterable[datetime], another: datetime, cap: int) -> bool:
    """Tell whether one more message leaves at most `cap` in any seven days."""
    ordered = sorted([*times, another])
    return all(later - earlier >= WEEK for earlier, later in zip(ordered, ordered[cap:], strict=False))


def _at(day: date, hour: int, minute: int, zone_name: str) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=zone(zone_name)).astimezone(UTC)
