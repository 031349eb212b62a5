"""Counting under lost answers, rivals and nonsense: each event once, and what cannot be counted comes back."""

import json
import random
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from functions.books import counted, on_count
from loyalty import dynamo
from loyalty.clock import day_of
from loyalty.types import TenantId
from tests.functions.books.mall import Mall, bucket, count
from tests.functions.till import ANNA, BEN, WRITE, WRITTEN, once
from tests.support import Context

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")


@pytest.fixture
def events(mall: Mall) -> list[dict[str, Any]]:
    """Ten purchases of 100 points."""
    for number in range(10):
        mall.earn(random.Random(number).choice([ANNA, BEN]), 100, 10_000, f"R-{number}", bucket(mall.clock, 300))
    return mall.events()


def sums(mall: Mall) -> dict[str, int]:
    day = mall.clock.now.date()
    return dict(counted.read_days("points", day, day, day)[day_of(day)])


TOLD = {"earned.base": 1_000, "earned@2708": 1_000}


def test_an_answer_that_was_lost_counts_nothing_twice(mall: Mall, events: list[dict[str, Any]]) -> None:
    def lose(**_given: Any) -> None:
        raise ReadTimeoutError(endpoint_url="dynamodb")

    with once(WRITTEN, lose) as calls:
        assert count(events) == []
    assert len(calls) == 1
    assert sums(mall) == TOLD


def test_two_consumers_of_one_batch_count_it_once(mall: Mall, events: list[dict[str, Any]]) -> None:
    def rival(**_given: Any) -> None:
        assert count(events[:6]) == []

    with once(WRITE, rival):
        assert count(events) == []
    assert sums(mall) == TOLD
    assert counted.read_tenant_day(TenantId("shoes"), day_of(mall.clock.now.date()))["receipts"] == 10


def test_what_stays_busy_comes_back_and_is_counted_later(mall: Mall, events: list[dict[str, Any]]) -> None:
    def busy(**_given: Any) -> None:
        answer: Any = {"Error": {"Code": "TransactionCanceledException"}}
        answer["CancellationReasons"] = [{"Code": "TransactionConflict"}]
        raise ClientError(answer, "TransactWriteItems")

    hooks = dynamo.client().meta.events
    hooks.register(WRITE, busy)
    try:
        assert sorted(count(events), key=int) == [str(n) for n in range(10)]
    finally:
        hooks.unregister(WRITE, busy)
    assert sums(mall) == {}
    count(events)
    assert sums(mall) == TOLD


def test_an_event_that_cannot_be_read_comes_back_and_holds_nobody_up(mall: Mall, events: list[dict[str, Any]]) -> None:
    broken = [{"detail": {"type": "PointsEarned"}}, {"detail": {"type": "TierChanged"}}, {}]
    records = [{"messageId": f"m-{n}", "body": json.dumps(body)} for n, body in enumerate(broken)]
    records.append({"messageId": "m-3", "body": json.dumps({"detail": events[0]})})
    answer = on_count.handler({"Records": records}, Context())
    assert [one["itemIdentifier"] for one in answer["batchItemFailures"]] == ["m-0", "m-2"]
    assert sums(mall)["earned.base"] == 100


def test_the_list_of_a_tenants_day_names_each_receipt_once(mall: Mall, events: list[dict[str, Any]]) -> None:
    count([*events, *events])
    listed = counted.receipts_of(TenantId("shoes"), day_of(mall.clock.now.date()))
    assert sorted(listed) == [f"R-{number}" for number in range(10)]
