"""The figures of surveys: rows that add up what events say, each event once (as ADR 0606 does for coupons).

(seen/<event id>, "seen")   an event that was counted; kept longer than any event comes again
(figures/..., <row>)        sums, see `counting`

Marks and sums are written in one transaction of at most 100 items, so events are packed by the rows they share. Where
a mark is there already, the pack is decided again without that event: a figure is exact however often, and in whatever
order, events are delivered.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from functions.survey.reporting.counting import RowKey, SurveyEvent, added_by
from loyalty import attempts, dynamo
from loyalty.attempts import Plan
from loyalty.dynamo import Item, to_item
from loyalty.surveys.settings import table

SEEN = "seen"
MARKS_KEPT = timedelta(days=35)
"""Longer than any queue, dead-letter queue or republished period keeps an event."""
MOST_ITEMS = 100
"""What a transaction takes: marks and rows together."""
MOST_SUMS = 360
"""What events together add to in one row: at up to 11 characters each below the 4 KB that an expression may have."""

Pack = Sequence[SurveyEvent]


def count(events: Iterable[SurveyEvent], now: datetime) -> int:
    """Count a pack of events (see `packs`) and return how many of them were new.

    Raises:
        BusyError: if too many others write the same rows; counting again is safe.
    """
    once = list({event.id: event for event in events}.values())

    def load(certain: bool) -> set[str]:
        if not certain:  # an event seldom comes twice: the first try reads nothing
            return set()
        rows = dynamo.transact_get(*((table(), _mark_key(event.id)) for event in once))
        return {event.id for event, row in zip(once, rows, strict=True) if row}

    def decide(seen: set[str]) -> Plan[int]:
        fresh = [event for event in once if event.id not in seen]
        marks = [_marked(event.id, now) for event in fresh]
        return Plan(len(fresh), (*marks, *(_summed(key, sums) for key, sums in total(fresh).items())))

    return attempts.settle(load, decide).answer


def packs(events: Iterable[SurveyEvent]) -> Iterator[Pack]:
    """Yield events in packs that one transaction counts; each event needs at most 14 items itself."""
    pack: dict[str, SurveyEvent] = {}
    sums: dict[RowKey, Counter[str]] = {}
    for event in events:
        if event.id in pack:
            continue
        after = _with(sums, event)
        if pack and not _fits(len(pack) + 1, after):
            yield tuple(pack.values())
            pack, after = {}, _with({}, event)
        pack[event.id], sums = event, after
    if pack:
        yield tuple(pack.values())


def total(events: Iterable[SurveyEvent]) -> dict[RowKey, Counter[str]]:
    """Return what events add to each row together."""
    sums: dict[RowKey, Counter[str]] = {}
    for event in events:
        sums = _with(sums, event)
    return sums


def _with(sums: Mapping[RowKey, Counter[str]], event: SurveyEvent) -> dict[RowKey, Counter[str]]:
    added = added_by(event)
    return {**sums, **{key: sums.get(key, Counter()) + more for key, more in added.items()}}


def _fits(marks: int, sums: Mapping[RowKey, Counter[str]]) -> bool:
    return marks + len(sums) <= MOST_ITEMS and all(len(row) <= MOST_SUMS for row in sums.values())


def _mark_key(event_id: str) -> dict[str, str]:
    return {"survey_id": f"{SEEN}/{event_id}", "kind": SEEN}


def _marked(event_id: str, now: datetime) -> Mapping[str, Any]:
    row: Item = {**_mark_key(event_id), "ttl": int((now + MARKS_KEPT).timestamp())}
    absent = "attribute_not_exists(survey_id)"
    return {"Put": {"TableName": table(), "Item": to_item(row), "ConditionExpression": absent}}


def _summed(key: RowKey, sums: Mapping[str, int]) -> Mapping[str, Any]:
    """Return the update that adds sums to a row; names are short because the expression's length is limited."""
    names = {f"#{n:x}": name for n, name in enumerate(sums)}
    steps = (f"#{n:x} :{number}" for n, number in enumerate(sums.values()))
    return {
        "Update": {
            "TableName": table(),
            "Key": to_item({"survey_id": key.book, "kind": key.row}),
            "UpdateExpression": "ADD " + ",".join(steps),
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": to_item({f":{number}": number for number in set(sums.values())}),
        }
    }
