"""Counting events into the live figures, and reading them for a panel in at most three calls (ADR 0913, ADR 0914).

A day of a panel is four rows. A call reads a hundred rows of up to 16 MB, so two months are three calls however many
groups a mall has.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import batched

from functions.insight import store
from functions.insight.live.told import AT, Groups, Panel, Told, row_of
from loyalty import counting, dynamo
from loyalty.clock import date_of, day_of
from loyalty.counting import Key, Row, Sums, Tally
from loyalty.dynamo import to_item
from loyalty.types import Day

MOST_KEYS = 100
MOST_DAYS = 62
"""Two months: the rows of so many days are three calls."""


def tally() -> Tally[Told]:
    """Return how the live figures are counted."""
    return Tally(
        table=store.table(),
        added=lambda told: told.added,
        place=_place,
        mark=lambda told: store.key(f"seen/{told.id}", store.SEEN),
    )


def days(first: date, last: date) -> Iterator[date]:
    """Yield the days of a period, both ends included."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def read(panel: Panel, by: str, wanted: Iterable[date]) -> dict[date, Groups]:
    """Return a panel's sums of some days in one dimension: by day, by group."""
    rows = {day: [row_of(panel, by, day_of(day))] for day in wanted}
    return {day: _grouped(sums) for day, (sums,) in _read(rows).items()}


def read_hours(panels: Iterable[Panel], wanted: Iterable[date]) -> dict[date, Groups]:
    """Return the sums of several panels, of some days by the hour, read together."""
    named = tuple(panels)
    rows = {day: [row_of(panel, "hour", day_of(day)) for panel in named] for day in wanted}
    return {day: _grouped(sum(sums, Counter[str]())) for day, sums in _read(rows).items()}


def read_ref(kind: str, ref: str, first: date, last: date) -> dict[date, Sums]:
    """Return what was seen, clicked and used of one thing, by day: one query however long the period."""
    found: defaultdict[date, Sums] = defaultdict(Counter)
    rows = dynamo.query(
        store.table(),
        KeyConditionExpression="insight_id = :thing AND kind BETWEEN :first AND :last",
        ExpressionAttributeValues=to_item(
            {":thing": f"{Panel.ATTENTION}/{kind}/{ref}", ":first": day_of(first), ":last": f"{day_of(last)}/~"}
        ),
    )
    for row in rows:
        found[date_of(Day(row["kind"].partition("/")[0]))].update(counting.numbers(row))
    return dict(found)


def _place(row: Row, shard: int) -> Key:
    if row.kind == store.SUMS:
        return store.key(f"{row.book}/{shard}", row.kind)
    return store.key(row.book, f"{row.kind}/{shard}")


def _read(wanted: Mapping[date, list[Row]]) -> dict[date, list[Sums]]:
    """Return the sums of rows, all their shards added."""
    places = [
        (day, number, _place(row, shard))
        for day, rows in wanted.items()
        for number, row in enumerate(rows)
        for shard in range(row.shards)
    ]
    found = {day: [Counter[str]() for _ in rows] for day, rows in wanted.items()}
    for some in batched(places, MOST_KEYS, strict=False):
        items = dynamo.batch_get(*((store.table(), place) for _, _, place in some))
        for (day, number, _), item in zip(some, items, strict=True):
            found[day][number].update(counting.numbers(item))
    return found


def _grouped(sums: Sums) -> Groups:
    found: defaultdict[str, Sums] = defaultdict(Counter)
    for name, number in sums.items():
        figure, at, group = name.partition(AT)
        if at:
            found[group][figure] += number
    return dict(found)
