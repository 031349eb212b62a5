"""When things happen in the demo: the file's dates moved by whole weeks, once, and never again.

The newest order lands in the week before the first run. The move is kept in `.local/demo.json` and every later
instant is counted from it, so a run weeks later sends the same requests and changes no number.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from local.demo.receipts import Line

NEWEST_IN_FILE = date(2017, 12, 30)
_OPENING_HOUR = 10
_OPEN_MINUTES = 11 * 60


@dataclass(frozen=True)
class DemoCalendar:
    """The demo's days.

    Attributes:
        weeks: by how many weeks the file's dates are moved.
        zone: the mall's time zone.
    """

    weeks: int
    zone: ZoneInfo

    def day(self, in_file: date) -> date:
        """The day in the demo for a day in the file."""
        return in_file + timedelta(weeks=self.weeks)

    def purchased_at(self, line: Line) -> datetime:
        """When the order was paid; the file knows days only, so its number decides a time in opening hours."""
        minutes = int.from_bytes(hashlib.sha256(line.order.encode()).digest()[:4]) % _OPEN_MINUTES
        opening = datetime.combine(self.day(line.day), time(_OPENING_HOUR), self.zone)
        return opening + timedelta(minutes=minutes)

    @property
    def till_day(self) -> date:
        """The day on which members come to a till: the one after the newest order."""
        return self.day(NEWEST_IN_FILE) + timedelta(days=1)

    @property
    def sweep_day(self) -> date:
        """The day for which the expiry sweep is run: a year (52 weeks) after the till day."""
        return self.till_day + timedelta(weeks=52)


def weeks_to_last_week(today: date) -> int:
    """How many weeks lie between the file's newest order and the week before today's (weeks begin on Monday)."""
    return (_monday(today) - timedelta(weeks=1) - _monday(NEWEST_IN_FILE)).days // 7


def calendar_of(path: Path, zone: ZoneInfo, today: date) -> DemoCalendar:
    """The calendar noted in a file; it is chosen by today's date, and noted, where there is none.

    Args:
        path: `.local/demo.json`.
        zone: the mall's time zone.
        today: the mall-local day.
    """
    noted = json.loads(path.read_text()) if path.exists() else {}
    if "weeks" not in noted:
        noted["weeks"] = weeks_to_last_week(today)
        path.write_text(json.dumps(noted))
    return DemoCalendar(noted["weeks"], zone)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
