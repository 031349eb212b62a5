"""From the row of what is known of a member for profiling to its event. Pure, like `conversion`."""

from collections.abc import Mapping
from typing import Any

from loyalty.events.envelope import Event, event_id
from loyalty.events.profiles import MemberProfiled, MemberProfiledData

FACTS = "facts"
"""The kind of the row."""
_TOLD = ("profiling", "birth_year", "interests", "categories", "brands", "family")
FACTS_ATTRIBUTES = frozenset({"member_id", "kind", "seq", "at", "recorded_at", "origin", "correlation_id", *_TOLD})
"""Everything of the row that its event is made of."""


def of_facts_row(row: Mapping[str, Any], mall: str) -> list[Event]:
    """Return the event of a version of the row.

    Raises:
        LookupError, TypeError, ValueError: if it is no row of ours.
    """
    data = MemberProfiledData.model_validate(
        {"facts_seq": row["seq"], **{name: row[name] for name in _TOLD if name in row}}
    )
    return [
        MemberProfiled(
            id=event_id((row["member_id"], FACTS), row["seq"], "MemberProfiled"),
            source=f"/malls/{mall}/members",
            time=row["at"],
            subject=row["member_id"],
            mall=mall,
            member_seq=0,
            correlationid=row.get("correlation_id"),
            origin=row["origin"],
            recordedat=row["recorded_at"],
            data=data,
        )
    ]
