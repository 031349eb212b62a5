"""How the calls of the expiry sweep grow with the members who are due, and with those who are not."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bench.mall import TIME_ZONE, write_rows
from bench.meter import Bill, metered
from functions.expiry import daily, on_page
from loyalty import account_store, dynamo
from loyalty.accounts import Account, open_account
from loyalty.buckets import BucketKey
from loyalty.clock import date_of, days_after, local_day
from loyalty.settings import setting
from loyalty.types import Day, MemberId, Purse, Status
from tests.support import PROGRAMME, Context

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]

DUE_EXPONENT = (0.95, 1.05)
NOT_DUE_EXPONENT = 0.05


@dataclass(frozen=True)
class Growth:
    """Calls to DynamoDB by number of members."""

    members: tuple[int, ...]
    calls: tuple[int, ...]

    @property
    def exponent(self) -> float:
        """The slope of log(calls) over log(members), by least squares."""
        xs, ys = [math.log(n) for n in self.members], [math.log(n) for n in self.calls]
        mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
        rise = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
        return rise / sum((x - mean_x) ** 2 for x in xs)

    def without(self, fixed: int) -> "Growth":
        """Return the growth without calls that every sweep makes."""
        return Growth(self.members, tuple(calls - fixed for calls in self.calls))


def by_members_due(sizes: Sequence[int]) -> Growth:
    """Sweep ever more members who are due; each sweep leaves nobody due."""
    calls = []
    for size in sizes:
        _fill(f"DUE{size}", size, lapsed_days_ago=1)
        calls.append(len(sweep().calls))
    return Growth(tuple(sizes), tuple(calls))


def by_members_not_due(sizes: Sequence[int], due: int) -> Growth:
    """Sweep the same number of members beside ever more who are not due."""
    calls, there = [], 0
    for size in sizes:
        _fill(f"LATER{size}", size - there, lapsed_days_ago=-200)
        there = size
        _fill(f"BESIDE{size}", due, lapsed_days_ago=1)
        calls.append(len(sweep().calls))
    return Growth(tuple(sizes), tuple(calls))


def sweep() -> Bill:
    """Run the schedule's function, then the workers until the queue is empty."""
    schedule: Handler = daily.handler
    worker: Handler = on_page.handler
    today = date_of(_today())
    with metered(dynamo.client()) as bill:
        schedule({"as_of": today.isoformat()}, Context())
        while batch := _receive():
            answer = worker({"Records": batch}, Context())
            if failures := answer["batchItemFailures"]:
                raise RuntimeError(f"{len(failures)} pages of the sweep failed")
    return bill


def _receive() -> list[dict[str, Any]]:
    queue, url = dynamo.service("sqs"), setting("EXPIRY_QUEUE_URL")
    messages = queue.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    for message in messages:
        queue.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [{"messageId": message["MessageId"], "body": message["Body"]} for message in messages]


def _fill(prefix: str, members: int, lapsed_days_ago: int) -> None:
    key = BucketKey(days_after(_today(), -lapsed_days_ago))
    rows = (account_store.to_row(_holding(f"{prefix}-{n}", key), PROGRAMME) for n in range(members))
    write_rows(account_store.table(), rows)


def _holding(name: str, key: BucketKey) -> Account:
    account = open_account(MemberId(f"01K{name:0>23}"), Status.ACTIVE, PROGRAMME, _today())
    return replace(account, buckets={Purse.POINTS: {key: 100}})


def _today() -> Day:
    return local_day(datetime.now(UTC), TIME_ZONE)
