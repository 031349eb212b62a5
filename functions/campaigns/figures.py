"""The figures of a campaign: rows that add up what events say, each event and each participant once (requirement A1).

(figures/<campaign>/<nn>, all | tier/<code> | tenant/<id> | day/<yymmdd>)   sums; eight partitions, so none is hot
(took/<campaign>/<member>, "took")    somebody who was awarded something: counted as a participant once
(seen/<event id>, "seen")             an event that was counted; kept longer than any event comes again

Marks, participants and sums of some events are written in one transaction; where a mark is there already, they are
decided again without that event. So a figure is exact however often, and in whatever order, events are delivered.
"""

import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import batched
from typing import Any, NamedTuple

from functions.campaigns.counting import ALL, PARTICIPANTS, CampaignEvent, total
from loyalty import attempts, dynamo
from loyalty.attempts import Plan
from loyalty.clock import zone
from loyalty.dynamo import Item, to_item
from loyalty.earning.running import table
from loyalty.events.campaigns import CampaignAwarded
from loyalty.settings import time_zone

FIGURES, SEEN, TOOK = "figures", "seen", "took"
SHARDS = 8
MARKS_KEPT = timedelta(days=35)
"""Longer than any queue, dead-letter queue or republished period keeps an event."""
MOST_EVENTS = 15
"""Each adds a mark, a participant and up to four rows: so many fit into one transaction of a hundred items."""
_OWN = frozenset({"campaign_id", "kind"})

Rows = Mapping[str, Mapping[str, int]]
"""Sums by row and figure."""


class _Known(NamedTuple):
    """What was read: the events that were counted before, the members who took part before."""

    seen: frozenset[str]
    took: frozenset[str]


def count(campaign_id: str, events: Sequence[CampaignEvent], now: datetime) -> int:
    """Count events of one campaign and return how many of them were new.

    Raises:
        BusyError: if too many others write the same rows; counting again is safe.
    """
    once = {event.id: event for event in events}.values()
    return sum(_count(campaign_id, some, now) for some in batched(once, MOST_EVENTS, strict=False))


def read(campaign_id: str) -> Rows:
    """Add a campaign's figures up, by row."""
    sums: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for shard in range(SHARDS):
        for row in _partition(campaign_id, shard):
            for name in row.keys() - _OWN:
                sums[row["kind"]][name] += row[name]
    return {kind: dict(own) for kind, own in sorted(sums.items())}


def _count(campaign_id: str, events: Sequence[CampaignEvent], now: datetime) -> int:
    members = list(dict.fromkeys(event.subject for event in events if isinstance(event, CampaignAwarded)))

    def load(certain: bool) -> _Known:
        marks = [(table(), _mark_key(event.id)) for event in events]
        took = [(table(), _took_key(campaign_id, member)) for member in members]
        rows = dynamo.batch_get(*marks, *took, consistent=certain)
        seen = {event.id for event, row in zip(events, rows[: len(marks)], strict=True) if row}
        known = {member for member, row in zip(members, rows[len(marks) :], strict=True) if row}
        return _Known(frozenset(seen), frozenset(known))

    def decide(known: _Known) -> Plan[int]:
        fresh = [event for event in events if event.id not in known.seen]
        awarded = {event.subject for event in fresh if isinstance(event, CampaignAwarded)}
        joined = [member for member in members if member in awarded - known.took]
        return Plan(len(fresh), _parts(campaign_id, fresh, joined, now) if fresh else ())

    return attempts.settle(load, decide).answer


def _parts(
    campaign_id: str, events: Sequence[CampaignEvent], joined: Sequence[str], now: datetime
) -> tuple[Mapping[str, Any], ...]:
    ttl = {"ttl": int((now + MARKS_KEPT).timestamp())}
    marks = [_absent({**_mark_key(event.id), **ttl}) for event in events]
    took = [_absent(_took_key(campaign_id, member)) for member in joined]
    rows: dict[str, dict[str, int]] = defaultdict(dict)
    for (row, figure), number in total(events, zone(time_zone())).items():
        rows[row][figure] = number
    if joined:
        rows[ALL][PARTICIPANTS] = len(joined)
    shard = zlib.crc32(events[0].id.encode()) % SHARDS
    return (*marks, *took, *(_summed(_key(campaign_id, shard, row), sums) for row, sums in rows.items()))


def _partition(campaign_id: str, shard: int) -> list[Item]:
    name = _key(campaign_id, shard, ALL)["campaign_id"]
    found = dynamo.query(
        table(),
        KeyConditionExpression="campaign_id = :name",
        ExpressionAttributeValues=to_item({":name": name}),
    )
    return list(found)


def _key(campaign_id: str, shard: int, row: str) -> dict[str, str]:
    return {"campaign_id": f"{FIGURES}/{campaign_id}/{shard:02d}", "kind": row}


def _mark_key(event_id: str) -> dict[str, str]:
    return {"campaign_id": f"{SEEN}/{event_id}", "kind": SEEN}


def _took_key(campaign_id: str, member_id: str) -> dict[str, str]:
    return {"campaign_id": f"{TOOK}/{campaign_id}/{member_id}", "kind": TOOK}


def _absent(row: Item) -> Mapping[str, Any]:
    absent = "attribute_not_exists(campaign_id)"
    return {"Put": {"TableName": table(), "Item": to_item(row), "ConditionExpression": absent}}


def _summed(key: Mapping[str, str], sums: Mapping[str, int]) -> Mapping[str, Any]:
    return {
        "Update": {
            "TableName": table(),
            "Key": to_item(key),
            "UpdateExpression": "ADD " + ", ".join(f"#f{n} :f{n}" for n in range(len(sums))),
            "ExpressionAttributeNames": {f"#f{n}": name for n, name in enumerate(sums)},
            "ExpressionAttributeValues": to_item({f":f{n}": number for n, number in enumerate(sums.values())}),
        }
    }
