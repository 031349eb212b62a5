"""Counting events into the books, each once, in any order; and reading what was counted (ADR 0823).

How is the business of `loyalty.counting`. A purchase's mark lies in its tenant's list of the day, so the list costs
nothing.

A day takes events for twenty days, longer than queues and dead letters keep one. What comes later is not counted but
named (`BooksEventsTooLate`), and the day's roll-forward shows the difference: so no republishing counts a day twice.
"""

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import batched

from functions.books import store
from functions.books.flow import MovedEvent, moved_by, purchase_of, rung_up_by, tenant_of
from loyalty import counting, dynamo
from loyalty.clock import days_after, local_day
from loyalty.counting import Key, Row, Sums, Tally
from loyalty.dynamo import to_item
from loyalty.types import Day, TenantId

TAKEN_FOR = counting.TAKEN_FOR.days
"""Days after which a day takes no more events."""
RECEIPTS_KEPT = timedelta(days=75)
"""Longer than a till may state a day, see `statement`."""
MOST_KEYS = 100
SUMS = "sums"


def is_too_late(event: MovedEvent, now: datetime) -> bool:
    """Tell whether an event's day takes no more of them."""
    return now - event.recordedat > counting.TAKEN_FOR


def tally(time_zone: str) -> Tally[MovedEvent]:
    """Return how events are counted into the books; an event needs at most seven items itself."""
    return Tally(
        table=store.table(),
        added=lambda event: _added(event, time_zone),
        place=_place,
        mark=lambda event: _mark_key(event, time_zone),
        kept=lambda event: RECEIPTS_KEPT if purchase_of(event, time_zone) else counting.MARKS_KEPT,
    )


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
            found[day].update(counting.numbers(row))
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
        sums.update(counting.numbers(row))
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


def _added(event: MovedEvent, time_zone: str) -> Iterator[tuple[Row, Sums]]:
    recorded = local_day(event.recordedat, time_zone)
    for purse, sums in moved_by(event).items():
        yield Row(f"day/{recorded}", purse, store.FLOW_SHARDS), sums
    tenant_id, rung_up = tenant_of(event), rung_up_by(event)
    if tenant_id and rung_up:
        day = local_day(event.time, time_zone)
        yield Row(f"tenant/{tenant_id}/{day}", SUMS, store.TENANT_SHARDS), rung_up


def _mark_key(event: MovedEvent, time_zone: str) -> dict[str, str]:
    bought = purchase_of(event, time_zone)
    if bought is None:
        return store.key(f"seen/{event.id}", "seen")
    shard = zlib.crc32(event.id.encode()) % store.RECEIPT_SHARDS
    return store.key(f"receipts/{bought.tenant_id}/{bought.day}/{shard}", f"{bought.receipt_no}/{event.id}")


def _place(row: Row, shard: int) -> Key:
    if row.kind == SUMS:
        return store.key(row.book, f"{SUMS}/{shard:02d}")
    return store.key(f"{row.book}/{shard:02d}", row.kind)
