"""The journal: every event that may lead to an invitation, for 35 days (dry runs, schedules, redemption batches).

row                                  key (`survey_id`, `kind`)
an event                             `heard/<yymmdd>/<shard>`, `<event id>`

All of a member's events of a mall-local day lie in one of sixteen shards. A row is a function of its event alone, so
writing it again changes nothing, in whatever order, and however often events come.
"""

import zlib
from collections.abc import Iterable, Mapping
from datetime import timedelta
from itertools import batched
from typing import Any

from functions.survey.inviting.hearing import Heard
from loyalty import dynamo
from loyalty.attempts import CONFLICTS, is_conflict, pause
from loyalty.clock import iso, local_day
from loyalty.dynamo import Item, to_item
from loyalty.errors import BusyError
from loyalty.settings import time_zone
from loyalty.surveys import settings

SHARDS = 16
KEPT = timedelta(days=35)
A_CALL = 25
"""As many rows as one call writes."""
ATTEMPTS = 10


def partition(day: str, member_id: str) -> str:
    """Return the partition of a member's events of a mall-local day (`yymmdd`)."""
    return f"heard/{day}/{shard_of(member_id)}"


def shard_of(member_id: str) -> int:
    """Return the shard in which all of a member's rows of a partition lie."""
    return zlib.crc32(member_id.encode()) % SHARDS


def write(events: Iterable[Heard]) -> None:
    """Keep events; those that are kept already stay as they are.

    Raises:
        BusyError: if the service keeps refusing; writing all of them again is safe.
    """
    put(map(_row, events))


def put(rows: Iterable[Item]) -> None:
    """Write rows that are functions of events; those that are there already stay as they are.

    Raises:
        BusyError: if the service keeps refusing; writing all of them again is safe.
    """
    once = {(row["survey_id"], row["kind"]): row for row in rows}
    for some in batched(once.values(), A_CALL, strict=False):
        _write(some)


def _row(event: Heard) -> Item:
    occasion = event.occasion
    return {
        "survey_id": partition(local_day(occasion.at, time_zone()), occasion.member_id),
        "kind": event.event_id,
        "event": occasion.event,
        "member_id": occasion.member_id,
        "at": iso(occasion.at),
        "origin": occasion.origin,
        "data": occasion.data,
        "ttl": int((occasion.at + KEPT).timestamp()),
    }


def _write(rows: Iterable[Item]) -> None:
    """Write up to 25 rows: what the service left out, or may not have got, is written again."""
    puts = [{"PutRequest": {"Item": to_item(row)}} for row in rows]
    unwritten: Mapping[str, Any] = {settings.table(): puts}
    for attempt in range(ATTEMPTS):
        try:
            unwritten = dynamo.client().batch_write_item(RequestItems=unwritten).get("UnprocessedItems") or {}
        except CONFLICTS as error:
            if not is_conflict(error):
                raise
        if not unwritten:
            return
        pause(attempt)
    raise BusyError(retry_after=1)
