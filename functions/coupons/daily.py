"""The schedule: list the coupons whose last day is over, and hand them to the workers page by page.

They are found by one sparse index (16 shards) that holds open coupons only, queried for everything before the day, so
a missed day is caught up. `{"as_of": "YYYY-MM-DD"}` runs it for another day; one in the future only where the stage
allows it.
"""

import json
from collections.abc import Iterator
from datetime import date
from itertools import batched
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from loyalty import dynamo
from loyalty.clock import day_of, local_date, utc_now
from loyalty.coupons import store
from loyalty.settings import allows_future_sweeps, setting, time_zone
from loyalty.types import Day

COUPONS_A_PAGE = 100
PAGES_A_CALL = 10

logger = Logger()


class FutureSweepError(ValueError):
    """This stage does not let a sweep stand on a future day."""


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Start the sweep for a day and return how many coupons and pages it found due."""
    today = local_date(utc_now(), time_zone())
    as_of = date.fromisoformat(event["as_of"]) if event.get("as_of") else today
    if as_of > today and not allows_future_sweeps():
        raise FutureSweepError("as_of lies in the future, which this stage does not allow")
    found = _hand_out(day_of(as_of))
    logger.info("coupon sweep started", extra={"as_of": as_of.isoformat(), **found})
    return {"as_of": as_of.isoformat(), **found}


def _hand_out(as_of: Day) -> dict[str, int]:
    coupons = pages = 0
    due = (code for shard in range(store.DUE_SHARDS) for code in _due(shard, as_of))
    for call in batched(batched(due, COUPONS_A_PAGE, strict=False), PAGES_A_CALL, strict=False):
        _send(as_of, call)
        pages += len(call)
        coupons += sum(len(page) for page in call)
    return {"coupons": coupons, "pages": pages}


def _due(shard: int, as_of: Day) -> Iterator[str]:
    rows = dynamo.query(
        store.table(),
        IndexName="due",
        KeyConditionExpression="due_shard = :shard AND due_on < :day",
        ExpressionAttributeValues=dynamo.to_item({":shard": shard, ":day": as_of}),
    )
    return (row["coupon_id"] for row in rows)


def _send(as_of: Day, pages: tuple[tuple[str, ...], ...]) -> None:
    entries = [
        {"Id": str(n), "MessageBody": json.dumps({"as_of": as_of, "coupons": page})} for n, page in enumerate(pages)
    ]
    answer = dynamo.service("sqs").send_message_batch(QueueUrl=setting("COUPONS_PAGES_QUEUE_URL"), Entries=entries)
    if failed := answer.get("Failed"):
        raise RuntimeError(f"{len(failed)} pages of the sweep could not be queued; the next run finds them again")
