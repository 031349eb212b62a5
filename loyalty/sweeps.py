"""How a schedule finds who or what is due, and hands it to the workers page by page.

Due work lies in a sparse index of a table, spread over shards and queried for everything up to a day or an instant: a
missed run is caught up, and the cost follows what is due, not what there is. `{"as_of": "YYYY-MM-DD"}`, or an instant
(RFC 3339), runs a sweep for another time; one in the future only where the stage allows it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import batched
from typing import Any

from loyalty import dynamo
from loyalty.clock import day_of, iso, local_date, utc_now
from loyalty.settings import allows_future_sweeps, time_zone

ITEMS_A_PAGE = 100
PAGES_A_CALL = 10


class FutureSweepError(ValueError):
    """This stage does not let a sweep stand in the future."""


@dataclass(frozen=True, slots=True)
class Due:
    """Where due work is listed, and where its pages go.

    Attributes:
        name: what is due, in the plural: `members`, `coupons`; names them in a page's message.
        table: the table with the index `due`; `id_name` is the attribute that names a row.
        shards: over how many partitions the index is spread.
        on_the_day: whether a row is due on its day, at its instant (`<=`) or only after it (`<`).
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
    _require_allowed(is_future=as_of > today)
    return as_of


def instant_of_run(event: Mapping[str, Any]) -> datetime:
    """Return the instant at which a sweep stands that runs more than once a day.

    Raises:
        ValueError: if the event names none with an offset.
        FutureSweepError: if it names a future one where that is not allowed.
    """
    now = utc_now()
    as_of = datetime.fromisoformat(event["as_of"]) if event.get("as_of") else now
    if as_of.tzinfo is None:
        raise ValueError("as_of has no offset")
    _require_allowed(is_future=as_of > now)
    return as_of


def hand_out(due: Due, until: date | datetime) -> dict[str, int]:
    """Send everything that is due by a day or an instant to the workers; return how much it was, on how many pages."""
    items = pages = 0
    bound = iso(until) if isinstance(until, datetime) else day_of(until)
    ids = (one for shard in range(due.shards) for one in _listed(due, shard, bound))
    for call in batched(batched(ids, ITEMS_A_PAGE, strict=False), PAGES_A_CALL, strict=False):
        _send(due, bound, call)
        pages += len(call)
        items += sum(len(page) for page in call)
    return {due.name: items, "pages": pages}


def _require_allowed(*, is_future: bool) -> None:
    if is_future and not allows_future_sweeps():
        raise FutureSweepError("as_of lies in the future, which this stage does not allow")


def _listed(due: Due, shard: int, bound: str) -> Iterator[str]:
    rows = dynamo.query(
        due.table,
        IndexName="due",
        KeyConditionExpression=f"due_shard = :shard AND due_on {'<=' if due.on_the_day else '<'} :bound",
        ExpressionAttributeValues=dynamo.to_item({":shard": shard, ":bound": bound}),
    )
    return (row[due.id_name] for row in rows)


def _send(due: Due, as_of: str, pages: tuple[tuple[str, ...], ...]) -> None:
    entries = [
        {"Id": str(n), "MessageBody": json.dumps({"as_of": as_of, due.name: page})} for n, page in enumerate(pages)
    ]
    answer = dynamo.service("sqs").send_message_batch(QueueUrl=due.queue_url, Entries=entries)
    if failed := answer.get("Failed"):
        raise RuntimeError(f"{len(failed)} pages of the sweep could not be queued; the next run finds them again")
