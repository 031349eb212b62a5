"""A mall at noon of 2 November 2026, two members, a tenant, the queue of closings."""

from typing import Any

import pytest

from functions.books import snapshot
from loyalty import attempts, dynamo
from tests.functions.books import mall as malls
from tests.functions.books.mall import Clock, Mall, stand_at
from tests.functions.till import ANNA, BEN, member, tenant


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    stand_at(clock, monkeypatch)
    return clock


@pytest.fixture
def mall(cloud: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Mall:
    url = str(dynamo.service("sqs").create_queue(QueueName="books-jobs")["QueueUrl"])
    monkeypatch.setenv("JOBS_QUEUE_URL", url)
    monkeypatch.setattr(attempts, "FIRST_PAUSE_SECONDS", 0)
    monkeypatch.setattr(snapshot, "SEGMENTS", 3)
    tenant()
    member(ANNA)
    member(BEN)
    return malls.Mall(clock, url)
