"""An event on its way into the lake, and the rows made of it. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Self

from loyalty.clock import zone

Data = Mapping[str, Any]


class Row(NamedTuple):
    """A row: the table's name and its columns by name; None and a column that is missing are null."""

    table: str
    values: Mapping[str, Any]


Rows = Iterator[Row]


class Happened(NamedTuple):
    """An event as the bus brings it, and the mall's time zone.

    Attributes:
        event: the whole envelope, as JSON was read.
        zone_name: IANA.
    """

    event: Data
    zone_name: str

    @property
    def kind(self) -> str:
        """The event's type, such as `PointsEarned`."""
        return str(self.event["type"])

    @property
    def data(self) -> Data:
        """What events of its type tell."""
        told: Data = self.event["data"]
        return told

    def base(self, at: str | None = None) -> dict[str, Any]:
        """Return what every row of the event begins with: its id, and day and hour on the mall's calendar and clock.

        Args:
            at: another instant than the event's own, RFC 3339.
        """
        local = datetime.fromisoformat(at or self.event["time"]).astimezone(zone(self.zone_name))
        return {"event_id": self.event["id"], "biz_date": local.date().isoformat(), "biz_hour": local.hour}

    def of_member(self, at: str | None = None) -> dict[str, Any]:
        """Return that and the member."""
        return {**self.base(at), "member_id": self.event["subject"]}

    def told(self, *names: str) -> dict[str, Any]:
        """Return the columns that are named like what the event tells."""
        return {name: self.data.get(name) for name in names}

    @classmethod
    def of(cls, detail: Data, zone_name: str) -> Self:
        """Return an event of the bus.

        Raises:
            LookupError, TypeError, ValueError: if it is no event of ours.
        """
        made = cls(detail, zone_name)
        if not isinstance(detail["data"], Mapping) or not all(detail[name] for name in ("id", "type", "subject")):
            raise ValueError("not an event")
        return made
