"""Counting events into the books, each once, in any order; and reading what was counted (ADR 0823).

Marks and sums of a pack are written in one transaction of at most 100 items. Where a mark is there already, the pack
is decided again without that event. A purchase's mark lies in its tenant's list of the day, so the list costs nothing.

A day takes events for twenty days, longer than queues and dead letters keep one. What comes later is not counted but
named (`BooksEventsTooLate`), and the day's roll-forward shows the difference: so no republishing counts a day twice.
"""

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import batched
from typing import Any, NamedTuple

from functions.books import store
from functions.books.flow import MovedEvent, moved_by, purchase_of, rung_up_by, tenant_of
from loyalty import attempts, dynamo
from loyalty.attempts import Plan
from loyalty.clock import days_after, local_day
from loyalty.dynamo import Item, to_item
from loyalty.types import Day, TenantId

TAKEN_FOR = 20
"""Days after which a day takes no more events."""
MARKS_KEPT = timedelta(days=35)
RECEIPTS_KEPT = timedelta(days=75)
"""Longer than a till may state a day, see `statement`."""
MOST_ITEMS, MOST_SUMS = 100, 280
"""What a transaction takes, and what events together add to one row: the expression may have 4 KB."""
MOST_KEYS = 100

Sums = Counter[str]
Pack = Sequence[MovedEvent]


class Row(NamedTuple):
    """A row that sums are added to, before its shard is chosen."""

    book: str
    kind: str
    shards: int


def is_too_late(event: MovedEvent, now: datetime) -> bool:
    """Tell whether an event's day takes no more of them."""
    return now - event.recordedat > timedelta(days=TAKEN_FOR)


def packs(events: Iterable[MovedEvent], time_zone: str) -> Iterator[Pack]:
    """Yield events in packs that one transaction counts; an event needs at most seven items itself."""
    pack: dict[str, MovedEvent] = {}
    sums: dict[Row, Sums] = {}
    for event in events:
        after = _with(sums, event, time_zone)
        if pack and not _fits(len(pack) + 1, after):
            yield tuple(pack.values())
            pack, after = {}, _with({}, event, time_zone)
        pack[event.id], sums = event, after
    if pack:
        yield tuple(pack.values())


def count(pack: Pack, time_zone: str, now: datetime) -> int:
    """Count a pack of different events and return how many of them were new.

    Raises:
        BusyError: if too many others write the same rows; counting again is safe.
    """

    def load(certain: bool) -> set[str]:
        if not certain:  # an event seldom comes twice: the first try reads nothing
            return set()
        rows = dynamo.transact_get(*((store.table(), _mark_key(event, time_zone)) for event in pack))
        return {event.id for event, row in zip(pack, rows, strict=True) if row}

    def decide(seen: set[str]) -> Plan[int]:
        fresh = [event for event in pack if event.id not in seen]
        marks = [_marked(event, time_zone, now) for event in fresh]
        sums = _total(fresh, time_zone)
        return Plan(len(fresh), (*marks, *(_summed(row, own, fresh[0].id) for row, own in sums.items())))

    return attempts.settle(load, decide).answer


def read_days(purse: str, first: date, last: date, today: date) -> dict[Day, Sums]:
    """Return what was counted in a purse, day by day; days without any are empty."""
    wanted = list(store.days(first, last))
    found = {day: Counter[str]() for day in wanted}
    folded = _folded(purse, wanted[0], wanted[-1]) if (today - first).days > TAKEN_FOR else {}
    keys = [
        (day, store.key(f"day/{day}/{shard:02d}", purse))
        for day in wanted
        if day not in folded
        for shard in range(store.FLOW_SHARDS)
    ]
    for part in batched(keys, MOST_KEYS, strict=False):
        rows = dynamo.batch_get(*((store.table(), key) for _, key in part))
        for (day, _), row in zip(part, rows, strict=True):
            found[day].update(_numbers(row))
    return {**found, **folded}


def fold(day: Day, purses: Iterable[str], today: date) -> None:
    """Write what was counted on a day as one row a purse, so that years are read in one query; repeating is harmless.

    Only a day that takes no more events may be folded.
    """
    when = date(2000 + int(day[:2]), int(day[2:4]), int(day[4:]))
    for purse in purses:
        sums = read_days(purse, when, when, today)[day]
        item = to_item({**store.key(f"flows/{purse}", day), "sums": {name: n for name, n in sums.items() if n}})
        dynamo.client().put_item(TableName=store.table(), Item=item)


def foldable(today: Day) -> Day:
    """Return the youngest day that surely takes no more events."""
    return days_after(today, -(TAKEN_FOR + 2))


def read_tenant_day(tenant_id: TenantId, day: Day) -> Sums:
    """Return what was counted of a tenant's day."""
    book = f"tenant/{tenant_id}/{day}"
    keys = [(store.table(), store.key(book, f"sums/{shard:02d}")) for shard in range(store.TENANT_SHARDS)]
    sums = Counter[str]()
    for row in dynamo.batch_get(*keys):
        sums.update(_numbers(row))
    return sums


def receipts_of(tenant_id: TenantId, day: Day) -> Iterator[str]:
    """Yield the numbers of the receipts of a tenant's day, page after page."""
    for shard in range(store.RECEIPT_SHARDS):
        rows = dynamo.query(
            store.table(),
            KeyConditionExpression="book_id = :book",
            ExpressionAttributeValues=to_item({":book": f"receipts/{tenant_id}/{day}/{shard}"}),
        )
        yield from (row["kind"].partition("/")[0] for row in rows)


def _folded(purse: str, first: Day, last: Day) -> dict[Day, Sums]:
    rows = dynamo.query(
        store.table(),
        KeyConditionExpression="book_id = :book AND kind BETWEEN :first AND :last",
        ExpressionAttributeValues=to_item({":book": f"flows/{purse}", ":first": first, ":last": last}),
    )
    return {Day(row["kind"]): Counter(row["sums"]) for row in rows}


def _numbers(row: Item | None) -> dict[str, int]:
    return {name: number for name, number in (row or {}).items() if isinstance(number, int)}


def _total(events: Iterable[MovedEvent], time_zone: str) -> dict[Row, Sums]:
    sums: dict[Row, Sums] = {}
    for event in events:
        sums = _with(sums, event, time_zone)
    return {row: own for row, own in sums.items() if any(own.values())}


def _with(sums: Mapping[Row, Sums], event: MovedEvent, time_zone: str) -> dict[Row, Sums]:
    after = dict(sums)
    for row, more in _added(event, time_zone):
        own = Counter(after.get(row, {}))
        own.update(more)
        after[row] = own
    return after


def _added(event: MovedEvent, time_zone: str) -> Iterator[tuple[Row, Sums]]:
    recorded = local_day(event.recordedat, time_zone)
    for purse, sums in moved_by(event).items():
        yield Row(f"day/{recorded}", purse, store.FLOW_SHARDS), sums
    tenant_id, rung_up = tenant_of(event), rung_up_by(event)
    if tenant_id and rung_up:
        day = local_day(event.time, time_zone)
        yield Row(f"tenant/{tenant_id}/{day}", "sums", store.TENANT_SHARDS), rung_up


def _fits(marks: int, sums: Mapping[Row, Sums]) -> bool:
    return marks + len(sums) <= MOST_ITEMS and all(len(own) <= MOST_SUMS for own in sums.values())


def _mark_key(event: MovedEvent, time_zone: str) -> dict[str, str]:
    bought = purchase_of(event, time_zone)
    if bought is None:
        return store.key(f"seen/{event.id}", "seen")
    shard = zlib.crc32(event.id.encode()) % store.RECEIPT_SHARDS
    return store.key(f"receipts/{bought.tenant_id}/{bought.day}/{shard}", f"{bought.receipt_no}/{event.id}")


def _marked(event: MovedEvent, time_zone: str, now: datetime) -> Mapping[str, Any]:
    kept = RECEIPTS_KEPT if purchase_of(event, time_zone) else MARKS_KEPT
    row = {**_mark_key(event, time_zone), "ttl": int((now + kept).timestamp())}
    absent = "attribute_not_exists(book_id)"
    return {"Put": {"TableName": store.table(), "Item": to_item(row), "ConditionExpression": absent}}


def _summed(row: Row, sums: Sums, spread_by: str) -> Mapping[str, Any]:
    """Return the update that adds sums to one shard of a row: rivals spread over them by their events."""
    shard = f"{zlib.crc32(spread_by.encode()) % row.shards:02d}"
    whole = row.kind == "sums"
    place = store.key(row.book, f"sums/{shard}") if whole else store.key(f"{row.book}/{shard}", row.kind)
    numbers = {name: number for name, number in sums.items() if number}
    return {
        "Update": {
            "TableName": store.table(),
            "Key": to_item(place),
            "UpdateExpression": "ADD " + ",".join(f"#{n:x} :{n:x}" for n in range(len(numbers))),
            "ExpressionAttributeNames": {f"#{n:x}": name for n, name in enumerate(numbers)},
            "ExpressionAttributeValues": to_item({f":{n:x}": number for n, number in enumerate(numbers.values())}),
        }
    }
