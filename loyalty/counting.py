"""Counting events into sums, each event once, however often and in whatever order it comes (ADR 0606, ADR 0913).

    messages ──read──> events by id ──packs──> one transaction a pack: a mark for each event, an update for each row
                           │ unreadable                  │ others were faster all the time
                           └───────> come back alone <───┘

Where a mark stands already, or the answer was lost, the marks are read and the pack is decided again without the events
that were counted. Only sums are kept, so the order in which events arrive means nothing.
"""

import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

from loyalty import attempts, dynamo
from loyalty.attempts import Plan
from loyalty.dynamo import Item, to_item
from loyalty.errors import BusyError

TAKEN_FOR = timedelta(days=20)
"""How long after it was recorded an event may still be counted, by whoever has to know when a day is complete."""
MARKS_KEPT = timedelta(days=35)
"""Longer than any queue, dead-letter queue or republished period keeps an event that is still taken."""
MOST_ITEMS, MOST_SUMS = 100, 280
"""What a transaction takes, and what events together add to one row: the expression may have 4 KB."""

Key = Mapping[str, str]
Sums = Counter[str]


class Countable(Protocol):
    """An event that is counted once: the same fact has the same id."""

    @property
    def id(self) -> str:
        """The event's id."""
        ...


class Row(NamedTuple):
    """A row that sums are added to, by its owner's names, and over how many rows it is spread against rivals."""

    book: str
    kind: str
    shards: int = 1


@dataclass(frozen=True, slots=True)
class Tally[E: Countable]:
    """What events of a kind add up to, and where the sums lie.

    Attributes:
        table: the table's name.
        added: what an event adds, row by row.
        place: the key of one shard of a row.
        mark: the key of the row that says an event was counted.
        kept: how long that row stays.
    """

    table: str
    added: Callable[[E], Iterable[tuple[Row, Sums]]]
    place: Callable[[Row, int], Key]
    mark: Callable[[E], Key]
    kept: Callable[[E], timedelta] = lambda _event: MARKS_KEPT

    def packs(self, events: Iterable[E]) -> Iterator[Sequence[E]]:
        """Yield events, each once, in packs that one transaction counts."""
        pack: dict[str, E] = {}
        names: dict[Row, set[str]] = {}
        for event in events:
            if event.id in pack:
                continue
            own = {row: set(sums) for row, sums in self.total([event]).items()}
            after = {**names, **{row: names.get(row, set()) | more for row, more in own.items()}}
            if pack and not _fits(len(pack) + 1, after):
                yield tuple(pack.values())
                pack, after = {}, own
            pack[event.id], names = event, after
        if pack:
            yield tuple(pack.values())

    def count(self, pack: Sequence[E], now: datetime) -> int:
        """Count a pack and return how many of its events were new.

        Raises:
            BusyError: if too many others write the same rows; counting again is safe.
        """

        def load(certain: bool) -> set[str]:
            if not certain:  # an event seldom comes twice: the first try reads nothing
                return set()
            rows = dynamo.batch_get(*((self.table, self.mark(event)) for event in pack), consistent=True)
            return {event.id for event, row in zip(pack, rows, strict=True) if row}

        def decide(seen: set[str]) -> Plan[int]:
            fresh = [event for event in pack if event.id not in seen]
            marks = [self._marked(event, now) for event in fresh]
            sums = [self._summed(row, own, fresh[0].id) for row, own in self.total(fresh).items()]
            return Plan(len(fresh), (*marks, *sums))

        return attempts.settle(load, decide).answer

    def total(self, events: Iterable[E]) -> dict[Row, Sums]:
        """Return what events add to each row together, without what comes to nothing."""
        total: defaultdict[Row, Sums] = defaultdict(Counter)
        for event in events:
            for row, sums in self.added(event):
                total[row].update(sums)
        told = {row: Counter({name: n for name, n in sums.items() if n}) for row, sums in total.items()}
        return {row: sums for row, sums in told.items() if sums}

    def _marked(self, event: E, now: datetime) -> Mapping[str, Any]:
        key = self.mark(event)
        row: Item = {**key, "ttl": int((now + self.kept(event)).timestamp())}
        absent = f"attribute_not_exists({next(iter(key))})"
        return {"Put": {"TableName": self.table, "Item": to_item(row), "ConditionExpression": absent}}

    def _summed(self, row: Row, sums: Sums, spread_by: str) -> Mapping[str, Any]:
        """Return the update that adds sums to one shard of a row: rivals spread over them by their events."""
        place = self.place(row, zlib.crc32(spread_by.encode()) % row.shards)
        return {
            "Update": {
                "TableName": self.table,
                "Key": to_item(place),
                "UpdateExpression": "ADD " + ",".join(f"#{n:x} :{n:x}" for n in range(len(sums))),
                "ExpressionAttributeNames": {f"#{n:x}": name for n, name in enumerate(sums)},
                "ExpressionAttributeValues": to_item({f":{n:x}": number for n, number in enumerate(sums.values())}),
            }
        }


@dataclass(frozen=True, slots=True)
class Batch[E: Countable]:
    """What a batch of messages brought: events by id, the messages that brought each, messages nobody can read."""

    events: Mapping[str, E]
    messages: Mapping[str, Sequence[str]]
    unreadable: Sequence[str]


class Settled(NamedTuple):
    """How many events of a batch were new, and which messages must come again."""

    new: int
    failed: list[str]


def read[E: Countable](
    records: Iterable[Mapping[str, Any]], event_of: Callable[[Mapping[str, Any]], E | None]
) -> Batch[E]:
    """Read a batch from a queue that hears the bus.

    Args:
        records: the messages.
        event_of: returns the event of EventBridge's `detail`, None for a kind that is not counted; raises ValueError,
            TypeError or LookupError where it is no event of ours.
    """
    events: dict[str, E] = {}
    messages: defaultdict[str, list[str]] = defaultdict(list)
    unreadable: list[str] = []
    for record in records:
        try:
            event = event_of(json.loads(record["body"])["detail"])
        except (ValueError, TypeError, LookupError):
            unreadable.append(record["messageId"])
            continue
        if event is not None:
            events[event.id] = event
            messages[event.id].append(record["messageId"])
    return Batch(events, dict(messages), unreadable)


def settle[E: Countable](
    tally: Tally[E], packs: Iterable[Sequence[E]], messages: Mapping[str, Sequence[str]], now: datetime
) -> Settled:
    """Count packs one by one; the messages of a pack whose rows stayed busy must come again, the others' need not."""
    new, failed = 0, list[str]()
    for pack in packs:
        counted = _counted(tally, pack, now)
        new += counted or 0
        failed += [] if counted is not None else [message for event in pack for message in messages[event.id]]
    return Settled(new, failed)


def numbers(row: Item | None) -> dict[str, int]:
    """Return the sums in a row that was read; none where there is no row yet."""
    return {name: number for name, number in (row or {}).items() if isinstance(number, int)}


def _counted[E: Countable](tally: Tally[E], pack: Sequence[E], now: datetime) -> int | None:
    """Return how many events of a pack were new; None where others were faster all the time."""
    try:
        return tally.count(pack, now)
    except (BusyError, *attempts.CONFLICTS) as error:
        if isinstance(error, BusyError) or attempts.is_conflict(error):
            return None
        raise


def _fits(marks: int, names: Mapping[Row, set[str]]) -> bool:
    return marks + len(names) <= MOST_ITEMS and all(len(own) <= MOST_SUMS for own in names.values())
