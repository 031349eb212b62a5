"""From rows of messages to members to the events they mean. Pure, like `conversion`.

A row that means something says which events in `happened`. What is known of members' refusals, and which message a
provider's id means, has no such attribute and means nothing.
"""

from collections.abc import Mapping
from typing import Any

from functions.outbox.told import Source
from loyalty.events.envelope import Event
from loyalty.events.notices import NOTICE_EVENTS

_SOURCE = Source("notices", "notice_id")
_EVENTS: dict[str, type[Event]] = {event.__name__: event for event in NOTICE_EVENTS}


def of_notice_row(row: Mapping[str, Any], mall: str) -> list[Event]:
    """Return the events that a version of a row means.

    Raises:
        LookupError, ValueError: if it is no row of ours.
    """
    return [_event(name, row, mall) for name in row.get("happened", ())]


def _event(name: str, row: Mapping[str, Any], mall: str) -> Event:
    data = {**row, "notice_ref": row["message_id"], "notice_seq": row["version"]}
    return _SOURCE.told(_EVENTS[name], row, mall, row["member_id"], data)
