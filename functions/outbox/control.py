"""From rows of the control table to the events they mean. Pure, like `conversion`.

A row that means something says which events in `happened`: requests of staff, appeals of members, alarms and how they
ended. What anybody wrote in their own words stays in the row.
"""

from collections.abc import Mapping
from typing import Any

from functions.outbox.told import Source
from loyalty.events import control as c
from loyalty.events.envelope import Event

_SOURCE = Source("control", "control_id")
_EVENTS: dict[str, type[Event]] = {event.__name__: event for event in c.CONTROL_EVENTS}
ABOUT_ALARMS = frozenset({c.VelocityAlarmRaised.__name__, c.TenantReleased.__name__})
"""The events whose subject is an alarm; the others' is a member."""


def of_control_row(row: Mapping[str, Any], mall: str) -> list[Event]:
    """Return the events that a version of a row means; none for alarms' counts, drafts and everything else.

    Raises:
        LookupError, ValueError: if it is no row of ours.
    """
    return [_event(name, row, mall) for name in row.get("happened", ())]


def _event(name: str, row: Mapping[str, Any], mall: str) -> Event:
    own_id = row["control_id"].partition("/")[2]
    if name in ABOUT_ALARMS:
        return _SOURCE.told(_EVENTS[name], row, mall, own_id, _alarm(row, own_id))
    return _SOURCE.told(_EVENTS[name], row, mall, row["member_id"], _request(row, own_id))


def _request(row: Mapping[str, Any], request_id: str) -> Mapping[str, Any]:
    """Return what events tell of a request: the model takes the fields it has, and no words."""
    return {**row, "request_id": request_id, "request_seq": row["version"]}


def _alarm(row: Mapping[str, Any], alarm_id: str) -> Mapping[str, Any]:
    return {**row, "alarm_id": alarm_id}
