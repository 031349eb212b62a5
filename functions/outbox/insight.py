"""From rows of the insight table to the events they mean. Pure, like `conversion`.

A row that means something says which events in `happened`: what members looked at, a group whose receipts fell. All
other rows (figures, marks of counted events) have no such attribute and mean nothing, and most of them never come here
(`infra/tables.py::MEANT`).
"""

from collections.abc import Callable, Mapping
from typing import Any

from functions.outbox.told import Source
from loyalty.events.envelope import Event
from loyalty.events.insight import INSIGHT_EVENTS

_SOURCE = Source("insight", "insight_id")
_EVENTS: dict[str, type[Event]] = {event.__name__: event for event in INSIGHT_EVENTS}


def of_insight_row(row: Mapping[str, Any], mall: str) -> list[Event]:
    """Return the events that a version of a row means.

    Raises:
        LookupError, ValueError: if it is no row of ours.
    """
    return [_event(name, row, mall) for name in row.get("happened", ())]


def _event(name: str, row: Mapping[str, Any], mall: str) -> Event:
    return _SOURCE.told(_EVENTS[name], row, mall, _SUBJECT[name](row), row)


_SUBJECT: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "MemberBrowsed": lambda row: str(row["member_id"]),
    "AverageReceiptFell": lambda row: str(row["alert_id"]),
}
"""Who or what an event is about: the member, or the id of what is about no member."""
