"""From rows of who is in a segment to the events they mean. Pure, like `conversion`.

A row `members/<segment>` written by a refresh means that the member entered, a row `left/<segment>` that they left.
Rows of lists that people keep by hand lie beside them and name no refresh: they mean nothing.
"""

from collections.abc import Mapping
from typing import Any

from functions.outbox.told import Source
from loyalty.events import segments as s
from loyalty.events.envelope import Event
from loyalty.memberships import LEFT, MEMBERS

_SOURCE = Source("segments", "campaign_id", version="refresh_no")
_EVENTS: dict[str, type[Event]] = {MEMBERS: s.SegmentEntered, LEFT: s.SegmentLeft}


def of_membership_row(row: Mapping[str, Any], mall: str) -> list[Event]:
    """Return the event of a row of the campaigns table that a refresh of segments wrote; none for all others.

    Raises:
        LookupError, ValueError: if it is no row of ours.
    """
    partition, _, segment_id = row["campaign_id"].partition("/")
    event = _EVENTS.get(partition)
    if event is None or "refresh_id" not in row:
        return []
    return [_SOURCE.told(event, row, mall, row["kind"], {**row, "segment_id": segment_id})]
