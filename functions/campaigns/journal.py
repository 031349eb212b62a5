"""The journal of receipts: written from events, read day by day in the order of recording (requirements A10).

Of a return the purchase is read from the ledger, once, when it is heard: a trial then needs nothing but the journal.
"""

import heapq
from collections.abc import Iterable, Iterator, Mapping
from itertools import batched
from typing import Any

from functions.campaigns import journal_rows as rows
from functions.campaigns.journal_rows import Noted
from loyalty import dynamo, ledger
from loyalty.attempts import CONFLICTS, is_conflict, pause
from loyalty.clock import zone
from loyalty.dynamo import Item, to_item
from loyalty.earning.running import table
from loyalty.entries import EntryKey
from loyalty.errors import BusyError
from loyalty.events.catalogue import PointsEarned, PointsRefunded
from loyalty.settings import time_zone
from loyalty.types import Day, Kind

A_CALL = 25
"""As many rows as one call writes."""
A_PAGE = 200
"""As many rows as one call reads of a shard: the journal of a day is read with so many rows of each in memory."""
ATTEMPTS = 10


class UnknownPurchaseError(LookupError):
    """A return speaks of a purchase that the ledger does not show yet: its message comes again."""


def write(events: Iterable[PointsEarned | PointsRefunded]) -> None:
    """Keep purchases and returns; those that are kept already stay as they are.

    Raises:
        UnknownPurchaseError: nothing was written; writing all of them again is safe.
        BusyError: if the service keeps refusing; writing all of them again is safe.
    """
    found = list(events)
    purchases = _purchases(event for event in found if isinstance(event, PointsRefunded))
    kept = {(row["campaign_id"], row["kind"]): row for event in found if (row := _row(event, purchases))}
    for some in batched(kept.values(), A_CALL, strict=False):
        _write(some)


def read(day: Day, after: str | None) -> Iterator[Noted]:
    """Yield what was recorded on a mall-local day in order, from behind a place on."""
    shards = [_shard(rows.partition(day, shard), after) for shard in range(rows.SHARDS)]
    yield from heapq.merge(*shards, key=lambda noted: noted.place)


def _row(event: PointsEarned | PointsRefunded, purchases: Mapping[str, Item]) -> Item | None:
    if isinstance(event, PointsEarned):
        return rows.of_purchase(event, zone(time_zone()))
    source = rows.source_of(event)
    return rows.of_return(event, purchases[source], zone(time_zone())) if source else None


def _purchases(events: Iterable[PointsRefunded]) -> dict[str, Item]:
    """Read the purchases that goods came back of, by their ledger source."""
    sources = list(dict.fromkeys(source for event in events if (source := rows.source_of(event))))
    keys = [(ledger.table(), EntryKey(source, Kind.PURCHASE).item()) for source in sources]
    read = dynamo.batch_get(*keys, consistent=True) if keys else []
    found = {source: row for source, row in zip(sources, read, strict=True) if row and ledger.is_entry(row)}
    if len(found) < len(sources):
        raise UnknownPurchaseError
    return found


def _shard(partition: str, after: str | None) -> Iterator[Noted]:
    condition = "campaign_id = :partition" + (" AND kind > :after" if after else "")
    values = {":partition": partition, **({":after": after} if after else {})}
    found = dynamo.query(
        table(),
        KeyConditionExpression=condition,
        ExpressionAttributeValues=to_item(values),
        Limit=A_PAGE,
    )
    return map(rows.noted, found)


def _write(some: Iterable[Item]) -> None:
    """Write up to 25 rows: what the service left out, or may not have got, is written again."""
    puts = [{"PutRequest": {"Item": to_item(row)}} for row in some]
    unwritten: Mapping[str, Any] = {table(): puts}
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
