"""A mall whose clock stands, so that what was counted weeks ago is still counted today."""

from collections.abc import Iterator
from typing import Any

import pytest

from functions.insight import (
    baskets_desk,
    me,
    nightly,
    on_count,
    on_job,
    panels,
    predictions_desk,
    recommendations_me,
    work_desk,
)
from loyalty import attempts, dynamo, sweeps
from loyalty.imports import files
from loyalty.lake import athena
from tests.functions.insight.stories import NOW
from tests.functions.segments import athena as edge
from tests.functions.segments.athena import Athena
from tests.functions.segments.conftest import at_once
from tests.functions.segments.office import Lake
from tests.lake.engine import Engine

ALERTS = {"INSIGHT_ALERTS": "100,3,30"}
"""A tenth below what was expected, three weeks running, of thirty receipts a week at least."""


@pytest.fixture
def mall(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The tables, at half past noon of 21 November 2026."""
    for module in (me, on_count, panels):
        monkeypatch.setattr(module, "utc_now", lambda: NOW)
    monkeypatch.setattr(attempts, "FIRST_PAUSE_SECONDS", 0)
    return cloud


@pytest.fixture
def lake() -> Lake:
    """A lake in which nothing has happened."""
    return Lake(Engine())


@pytest.fixture
def nights(mall: Any, lake: Lake, monkeypatch: pytest.MonkeyPatch) -> Iterator[Athena]:
    """The desks of what the lake knows are open; yields the Athena they ask."""
    for name, bucket in {"IMPORTS_BUCKET": "imports", "LAKE_BUCKET": edge.BUCKET}.items():
        monkeypatch.setenv(name, bucket)
        place = {"LocationConstraint": "ap-southeast-1"}
        files.client().create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
    queue = dynamo.service("sqs").create_queue(QueueName="jobs")
    settings = {"JOBS_QUEUE_URL": queue["QueueUrl"], "LAKE_DATABASE": "lake", "LAKE_WORKGROUP": "lake"}
    for name, value in (
        settings | {"INSIGHT_PROFILING": "unless_refused", "INSIGHT_STAGE_DAYS": "30,90,180"} | ALERTS
    ).items():
        monkeypatch.setenv(name, value)
    for module in (baskets_desk, predictions_desk, recommendations_me, work_desk, on_job, nightly, sweeps):
        monkeypatch.setattr(module, "utc_now", lambda: NOW)
    monkeypatch.setattr(athena, "FIRST_PAUSE_SECONDS", 0)
    sending = dynamo.service("sqs").meta.events
    sending.register("before-parameter-build.sqs.SendMessage", at_once)
    with edge.answering(Athena(lake.engine)) as answering:
        yield answering
    sending.unregister("before-parameter-build.sqs.SendMessage", at_once)
