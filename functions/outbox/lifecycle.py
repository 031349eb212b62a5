"""From rows of what members were given on an occasion to the events they mean. Pure, like `conversion`.

Each version of such a row is one gift, or one congratulation, as `happened` says. Budgets and sweeps mean nothing.
"""

from collections.abc import Mapping
from typing import Any

from functions.outbox.told import Source
from loyalty.events.envelope import Event
from loyalty.events.lifecycle import LIFECYCLE_EVENTS

_SOURCE = Source("occasions", "occasion_id")
_EVENTS: dict[str, type[Event]] = {event.__name__: event for event in LIFECYCLE_EVENTS}


def of_occasion_row(row: Mapping[str, Any], mall: str) -> list[Event]:
    """Return the events that a version of a row means.

    Raises:
        LookupError, ValueError: if it is no row of ours.
    """
    return [_event(name, row, mall) for name in row.get("happened", ())]


def _event(name: str, row: Mapping[str, Any], mall: str) -> Event:
    coupons = [{"template_id": template_id, "ref": ref} for template_id, ref in row.get("coupons", ())]
    points = {"purse": row["purse"], "points": row["points"]} if row.get("points") else None
    data = {**row, "occasion_seq": row["version"], "coupons": coupons, "points": points}
    return _SOURCE.told(_EVENTS[name], row, mall, row["member_id"], data)
