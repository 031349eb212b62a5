"""What a mall sets for all its surveys: how often a member is asked, when nobody is written to (S1, K6).

One row, changed by API, remembered for half a minute. What the findings' departments are is in the same row, and read
by `functions/survey` alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from loyalty import dynamo
from loyalty.clock import zone
from loyalty.dynamo import Item
from loyalty.remembering import HALF_A_MINUTE, kept_for
from loyalty.settings import setting

KEY = {"survey_id": "settings", "kind": "settings"}


@dataclass(frozen=True, slots=True)
class Settings:
    """The mall's choices.

    Attributes:
        fatigue_days: after an invitation, a member is left alone for so many days; 0: no such rest.
        quiet_from, quiet_until: wall-clock times `HH:MM` between which nobody is written to; equal: no quiet hours.
        late_hours: an event older than this brings no invitation: the moment to ask has passed.
    """

    fatigue_days: int = 7
    quiet_from: str = "21:00"
    quiet_until: str = "08:00"
    late_hours: int = 72

    def speakable(self, instant: datetime, zone_name: str) -> datetime:
        """Return the first instant, not before this one, at which a member may be written to."""
        local = instant.astimezone(zone(zone_name))
        if not _is_quiet(f"{local:%H:%M}", self.quiet_from, self.quiet_until):
            return instant
        hour, minute = map(int, self.quiet_until.split(":"))
        morning = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
        if morning <= local:
            morning = (morning.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=local.tzinfo)
        return morning.astimezone(instant.tzinfo)


def _is_quiet(at: str, begins: str, ends: str) -> bool:
    if begins <= ends:
        return begins <= at < ends
    return at >= begins or at < ends


def table() -> str:
    """Return the surveys table's name."""
    return setting("SURVEYS_TABLE")


@kept_for(HALF_A_MINUTE)
def read() -> Settings:
    """Return the mall's settings as they were less than half a minute ago."""
    return of_row(dynamo.get(table(), KEY))


def of_row(row: Mapping[str, Any] | None) -> Settings:
    """Return the settings a row holds; what it does not say is as it is by default."""
    known = {name: row[name] for name in Settings.__dataclass_fields__ if name in row} if row else {}
    return Settings(**known)


def row() -> Item | None:
    """Read the settings' row as it is now."""
    return dynamo.get(table(), KEY, consistent=True)
