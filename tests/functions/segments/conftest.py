"""An office at noon of a day: tables, buckets, a queue whose messages never wait, and a lake that answers."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.segments import nightly, on_event, on_job, rfm_desk, segment, staff, work_desk
from loyalty import attempts, dynamo, sweeps
from loyalty.imports import files
from loyalty.lake import athena
from tests.functions.campaigns.desk import enrol
from tests.functions.segments import athena as edge
from tests.functions.segments.athena import Athena
from tests.functions.segments.office import Lake
from tests.lake.engine import Engine

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
IDS = ("member-anna", "member-bert", "member-cleo", "member-dora")
BUCKETS = {"IMPORTS_BUCKET": "imports", "LAKE_BUCKET": edge.BUCKET}


@pytest.fixture
def lake() -> Lake:
    """A lake in which nothing has happened."""
    return Lake(Engine())


@pytest.fixture
def office(cloud: Any, lake: Lake, monkeypatch: pytest.MonkeyPatch) -> Iterator[Athena]:
    """The office is open and it is `NOW`; yields the Athena it asks."""
    for name, bucket in BUCKETS.items():
        monkeypatch.setenv(name, bucket)
        place = {"LocationConstraint": "ap-southeast-1"}
        files.client().create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
    queue = dynamo.service("sqs").create_queue(QueueName="jobs")
    settings = {"JOBS_QUEUE_URL": queue["QueueUrl"], "LAKE_DATABASE": "lake", "LAKE_WORKGROUP": "lake"}
    for name, value in (settings | {"INSIGHT_PROFILING": "unless_refused", "INSIGHT_STAGE_DAYS": "30,90,180"}).items():
        monkeypatch.setenv(name, value)
    for module in (staff, work_desk, rfm_desk, on_job, on_event, nightly, sweeps):
        monkeypatch.setattr(module, "utc_now", lambda: NOW)
    monkeypatch.setattr(attempts, "FIRST_PAUSE_SECONDS", 0)
    monkeypatch.setattr(athena, "FIRST_PAUSE_SECONDS", 0)
    dynamo.service("sqs").meta.events.register("before-parameter-build.sqs.SendMessage", at_once)
    with edge.answering(Athena(lake.engine)) as answering:
        yield answering
    dynamo.service("sqs").meta.events.unregister("before-parameter-build.sqs.SendMessage", at_once)


@pytest.fixture
def members(office: Athena, lake: Lake) -> tuple[str, ...]:
    """Four members: with accounts, and known to the lake."""
    for member_id in IDS:
        enrol(member_id)
        lake.member(member_id)
    return IDS


@pytest.fixture
def nothing_shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only segments that a test makes."""
    monkeypatch.setattr(segment, "SHIPPED", ())


def at_once(params: dict[str, Any], **_: Any) -> None:
    """Let a message be there at once that was to come later."""
    params.pop("DelaySeconds", None)
