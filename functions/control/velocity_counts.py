"""How many receipts and points a tenant's day brought so far: each event counted once, over rows nobody fights for.

(velocity/<tenant>/<yymmdd>/<shard>, "figures")   receipts by hour, points; each for the tenant and for its tills
(seen/<event id>, "seen")                         an event that was counted; kept longer than any event comes again

As the figures of coupons (ADR 0606): marks and sums of a batch in one transaction. Who has no limits is not counted.
"""

import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from functions.control.shelves import table
from functions.control.velocity import Counted, added
from loyalty import attempts, dynamo
from loyalty.attempts import Plan
from loyalty.dynamo import Item, to_item

FIGURES, SEEN = "figures", "seen"
SHARDS = 4
"""Of one tenant and day: sixteen copies of the consumer seldom count the same tenant at once."""
KEPT = timedelta(days=35)
"""Longer than any queue, dead-letter queue or republished period keeps an event."""
COUNTED = timedelta(days=30)
"""Older receipts are not counted: their marks may be gone, and nobody holds a tenant for last month."""
MOST_EVENTS = 99
_KEYS = frozenset({"control_id", "kind", "ttl"})


def count(receipts: Sequence[Counted], now: datetime) -> dict[str, int]:
    """Count receipts of one tenant and day, and return the day's figures, these receipts among them.

    Raises:
        BusyError: if too many others write the same rows; counting again is safe.
    """
    once = list({one.event_id: one for one in receipts}.values())
    for first in range(0, len(once), MOST_EVENTS):
        _count(once[first : first + MOST_EVENTS], now)
    return _sums(receipts[0].tenant_id, receipts[0].day)


def _count(receipts: Sequence[Counted], now: datetime) -> None:
    """Count at most 99. The first try reads nothing: an event seldom comes twice."""

    def load(certain: bool) -> set[str]:
        if not certain:
            return set()
        rows = dynamo.transact_get(*((table(), _mark_key(one.event_id)) for one in receipts))
        return {one.event_id for one, row in zip(receipts, rows, strict=True) if row}

    def decide(seen: set[str]) -> Plan[None]:
        fresh = [one for one in receipts if one.event_id not in seen]
        marks = tuple(_marked(one, now) for one in fresh)
        return Plan(None, (*marks, _summed(fresh, now)) if fresh else ())

    attempts.settle(load, decide)


def _sums(tenant_id: str, day: str) -> dict[str, int]:
    keys = [(table(), _key(tenant_id, day, shard)) for shard in range(SHARDS)]
    sums: dict[str, int] = {}
    for row in filter(None, dynamo.batch_get(*keys, consistent=True)):
        for name, number in row.items():
            if name not in _KEYS:
                sums[name] = sums.get(name, 0) + number
    return sums


def _key(tenant_id: str, day: str, shard: int) -> dict[str, str]:
    return {"control_id": f"velocity/{tenant_id}/{day}/{shard}", "kind": FIGURES}


def _mark_key(event_id: str) -> dict[str, str]:
    return {"control_id": f"{SEEN}/{event_id}", "kind": SEEN}


def _ttl(now: datetime) -> int:
    return int((now + KEPT).timestamp())


def _marked(one: Counted, now: datetime) -> Mapping[str, Any]:
    row: Item = {**_mark_key(one.event_id), "ttl": _ttl(now)}
    absent = "attribute_not_exists(control_id)"
    return {"Put": {"TableName": table(), "Item": to_item(row), "ConditionExpression": absent}}


def _summed(receipts: Sequence[Counted], now: datetime) -> Mapping[str, Any]:
    """Return the update that adds receipts to one of the rows: rivals spread over them by their events."""
    first, sums = receipts[0], added(receipts)
    shard = zlib.crc32(first.event_id.encode()) % SHARDS
    names = {f"#f{n}": name for n, name in enumerate(sums)} | {"#ttl": "ttl"}
    values = {f":f{n}": number for n, number in enumerate(sums.values())} | {":ttl": _ttl(now)}
    return {
        "Update": {
            "TableName": table(),
            "Key": to_item(_key(first.tenant_id, first.day, shard)),
            "UpdateExpression": "SET #ttl = :ttl ADD " + ", ".join(f"#f{n} :f{n}" for n in range(len(sums))),
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": to_item(values),
        }
    }
