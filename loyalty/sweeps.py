"""How a schedule finds who or what is due, and hands it to the workers page by page.

Due work lies in a sparse index of a table, spread over shards and queried for everything up to a day: a missed day is
caught up, and the cost follows what is due, not what there is. `{"as_of": "YYYY-MM-DD"}` runs a sweep for another day;
one in the future only where the stage allows it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import batched
from typing import Any

from loyalty import dynamo
from loyalty.clock import day_of, local_date, utc_now
from loyalty.settings import allows_future_sweeps, time_zone
from loyalty.types import Day

ITEMS_A_PAGE = 100
PAGES_A_CALL = 10


class FutureSweepError(ValueError):
    """This stage does not let a sweep stand on a future day."""


@dataclass(frozen=True, slots=True)
class Due:
    """Where due work is listed, and where its pages go.

    Attributes:
        name: what is due, in the plural: `members`, `coupons`; names them in a page's message.
        table: the table with the index `due`; `id_name` is the attribute that names a row.
        shards: over how many partitions the index is spread.
        on_the_day: whether a row is due on its day (`<=`) or only after it (`<`).
        queue_url: the workers' queue.
    """

    name: str
    table: str
    id_name: str
    shards: int
    on_the_day: bool
    queue_url: str


def day_of_run(event: Mapping[str, Any]) -> date:
    """Return the mall-local day a sweep stands on.

    Raises:
        FutureSweepError: if the event names a future day where that is not allowed.
    """
    today = local_date(utc_now(), time_zone())
    as_of = date.fromisoformat(event["as_of"]) if event.get("as_of") else today
    if as_of > today and not allows_future_sweeps():
        raise FutureSweepError("as_of lies in the future, which this stage does not allow")
    return as_of


def hand_out(due: Due, day: date) -> dict[str, int]:
    """Send everything that is due to the workers; return how much it was and how many pages it made."""
    items = pages = 0
    ids = (one for shard in range(due.shards) for one in _listed(due, shard, day_of(day)))
    for call in batched(batched(ids, ITEMS_A_PAGE, strict=False), PAGES_A_CALL, strict=False):
        _send(due, day_of(day), call)
        pages += len(call)
        items += sum(len(page) for page in call)
    return {due.name: items, "pages": pages}


def _listed(due: Due, shard: int, day: Day) -> Iterator[str]:
    rows = dynamo.query(
        due.table,
        IndexName="due",
        KeyConditionExpression=f"due_shard = :shard AND due_on {'<=' if due.on_the_day else '<'} :day",
        ExpressionAttributeValues=dynamo.to_item({":shard": shard, ":day": day}),
    )
    return (row[due.id_name] for row in rows)


def _send(due: Due, day: Day, pages: tuple[tuple[str, ...], ...]) -> None:
    entries = [
        {"Id": str(n), "MessageBody": json.dumps({"as_of": day, due.name: page})} for n, page in enumerate(pages)
    ]
    answer = dynamo.service("sqs").send_message_batch(QueueUrl=due.queue_url, Entries=entries)
    if failed := answer.get("Failed"):
        raise RuntimeError(f"{len(failed)} pages of the sweep could not be queued; the next run finds them again")
