"""The figures of a template: rows that add up what its events say, each event once (ADR 0606).

(figures/template/<id>/<shard>, "figures")   sums; eight rows, so that a festival day is not one hot row
(seen/<event id>, "seen")                    an event that was counted; kept longer than any event comes again

Marks and sums of a batch are written in one transaction. Where a mark is there already, the batch is decided again
without that event. So a figure is exact however often, and in whatever order, events are delivered.
"""

import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import ConfigDict

from functions.coupons.counting import OF_TIER, CouponEvent, total
from loyalty import attempts, dynamo
from loyalty.attempts import Plan
from loyalty.coupons import store
from loyalty.dynamo import Item, to_item
from loyalty.http import Answer

FIGURES, SEEN = "figures", "seen"
SHARDS = 8
MARKS_KEPT = timedelta(days=35)
"""Longer than any queue, dead-letter queue or republished period keeps an event."""
MOST_EVENTS = 99
"""With the sums, as many items as a transaction takes."""


class TierFigures(Answer):
    """How many coupons members of a tier got and redeemed."""

    issued: int = 0
    redeemed: int = 0


class FiguresAnswer(Answer):
    """What became of a template's coupons; `off_fen` and `cost_fen` without what returns took back.

    `issued` is `sent` (pushed, automatic, rewards), `claimed` and `by_code` together; `cost_fen` is money off and what
    the things handed over cost the mall.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "issued": 1000,
                    "sent": 600,
                    "claimed": 300,
                    "by_code": 100,
                    "seen": 840,
                    "locked": 260,
                    "released": 9,
                    "redeemed": 251,
                    "returned": 4,
                    "given": 12,
                    "taken": 10,
                    "expired": 700,
                    "voided": 1,
                    "off_fen": 1_235_000,
                    "cost_fen": 1_235_000,
                    "by_tier": {"gold": {"issued": 400, "redeemed": 180}},
                }
            ]
        }
    )

    issued: int = 0
    sent: int = 0
    claimed: int = 0
    by_code: int = 0
    seen: int = 0
    locked: int = 0
    released: int = 0
    redeemed: int = 0
    returned: int = 0
    given: int = 0
    taken: int = 0
    expired: int = 0
    voided: int = 0
    off_fen: int = 0
    cost_fen: int = 0
    by_tier: dict[str, TierFigures]


def count(template_id: str, events: Sequence[CouponEvent], now: datetime) -> int:
    """Count events of one template and return how many of them were new.

    Raises:
        BusyError: if too many others write the same rows; counting again is safe.
    """
    once = list({event.id: event for event in events}.values())
    return sum(_count(template_id, once[n : n + MOST_EVENTS], now) for n in range(0, len(once), MOST_EVENTS))


def read(template_id: str) -> FiguresAnswer:
    """Add a template's figures up, from one read."""
    rows = dynamo.batch_get(*((store.table(), _key(template_id, shard)) for shard in range(SHARDS)))
    sums: dict[str, int] = {}
    for row in filter(None, rows):
        for name, number in row.items():
            if isinstance(number, int):
                sums[name] = sums.get(name, 0) + number
    plain = {name: number for name, number in sums.items() if OF_TIER not in name}
    return FiguresAnswer(**plain, by_tier=_by_tier(sums))


def _count(template_id: str, events: Sequence[CouponEvent], now: datetime) -> int:
    """Count at most 99 events. The first try reads nothing: an event seldom comes twice."""

    def load(certain: bool) -> set[str]:
        if not certain:
            return set()
        rows = dynamo.transact_get(*((store.table(), _mark_key(event.id)) for event in events))
        return {event.id for event, row in zip(events, rows, strict=True) if row}

    def decide(seen: set[str]) -> Plan[int]:
        fresh = [event for event in events if event.id not in seen]
        marks = tuple(_marked(event, now) for event in fresh)
        return Plan(len(fresh), (*marks, _summed(template_id, fresh)) if fresh else ())

    return attempts.settle(load, decide).answer


def _by_tier(sums: Mapping[str, int]) -> dict[str, TierFigures]:
    found: dict[str, dict[str, int]] = {}
    for name, number in sums.items():
        figure, of_tier, tier = name.partition(OF_TIER)
        if of_tier:
            found.setdefault(tier, {})[figure] = number
    return {tier: TierFigures(**found[tier]) for tier in sorted(found)}


def _key(template_id: str, shard: int) -> dict[str, str]:
    return store.key(f"{FIGURES}/template/{template_id}/{shard}", FIGURES)


def _mark_key(event_id: str) -> dict[str, str]:
    return store.key(f"{SEEN}/{event_id}", SEEN)


def _marked(event: CouponEvent, now: datetime) -> Mapping[str, Any]:
    row: Item = {**_mark_key(event.id), "ttl": int((now + MARKS_KEPT).timestamp())}
    absent = "attribute_not_exists(coupon_id)"
    return {"Put": {"TableName": store.table(), "Item": to_item(row), "ConditionExpression": absent}}


def _summed(template_id: str, events: Sequence[CouponEvent]) -> Mapping[str, Any]:
    """Return the update that adds events to one of the rows: rivals spread over them by their events."""
    shard = zlib.crc32(events[0].id.encode()) % SHARDS
    sums = total(events)
    names = {f"#f{n}": name for n, name in enumerate(sums)}
    values = {f":f{n}": number for n, number in enumerate(sums.values())}
    return {
        "Update": {
            "TableName": store.table(),
            "Key": to_item(_key(template_id, shard)),
            "UpdateExpression": "ADD " + ", ".join(f"#f{n} :f{n}" for n in range(len(sums))),
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": to_item(values),
        }
    }
