"""The event a row tells of, in the envelope that all such events share. Pure, like `conversion`."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from loyalty.events.envelope import Event, event_id


class Source(NamedTuple):
    """Where rows of a kind come from.

    Attributes:
        place: the part of the mall that tells, such as `notices`.
        id_name: the table's partition key, which with `kind` names a row.
        version: the attribute that tells a row's versions apart.
    """

    place: str
    id_name: str
    version: str = "version"

    def told(self, event: type[Event], row: Mapping[str, Any], mall: str, subject: str, data: Any) -> Event:
        """Return the event a version of a row means.

        Args:
            subject: whom or what it is about.

        Raises:
            LookupError, ValueError: if it is no row of ours.
        """
        return event.model_validate(
            {
                "id": event_id((row[self.id_name], row["kind"]), row[self.version], event.__name__),
                "source": f"/malls/{mall}/{self.place}",
                "time": row["at"],
                "subject": subject,
                "mall": mall,
                "member_seq": 0,
                "correlationid": row.get("correlation_id") or None,
                "origin": row["origin"],
                "recordedat": row.get("recorded_at") or row["at"],
                "data": data,
            }
        )
