"""A refresh that dies at any call and is run again ends alike, and tells of each member once (ADR 0910)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from functions.outbox.segments import of_membership_row
from functions.segments import applying, on_job, refreshing
from loyalty import dynamo, jobs
from loyalty.imports import files
from loyalty.jobs import OvertakenError
from tests.functions.segments.athena import Athena
from tests.functions.segments.conftest import NOW
from tests.functions.segments.office import (
    MOST_MESSAGES,
    TODAY,
    KilledError,
    Lake,
    begun,
    made,
    members_in,
    pump,
    queue_url,
    refreshed,
    send,
    status,
)

pytestmark = pytest.mark.usefixtures("members", "nothing_shipped")

LATELY = {"about": "visits", "days": 30, "at_least": 1}
DAYS = (TODAY - timedelta(days=60), TODAY)
"""Anna had bought lately on the first, Bert on the second."""
WRITES = (
    "dynamodb.PutItem",
    "dynamodb.UpdateItem",
    "dynamodb.TransactWriteItems",
    "s3.PutObject",
    "s3.CompleteMultipartUpload",
    "sqs.SendMessage",
    "athena.StartQueryExecution",
)


class Stream:
    """The events of every row that was really written, as the table's stream would bring them."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self._asked: dict[str, Any] = {}

    def before(self, params: dict[str, Any], **_: Any) -> None:
        self._asked = json.loads(params["body"])

    def after(self, http_response: Any, **_: Any) -> None:
        if http_response.status_code == 200:
            puts = (part["Put"]["Item"] for part in self._asked["TransactItems"] if "Put" in part)
            rows = [dynamo.from_item(item) for item in puts if "campaign_id" in item]
            self.events += [event for row in rows for event in of_membership_row(row, "aurora")]


@pytest.fixture
def stream() -> Iterator[Stream]:
    stream, events = Stream(), dynamo.client().meta.events
    events.register_first("before-call.dynamodb.TransactWriteItems", stream.before)
    events.register_first("after-call.dynamodb.TransactWriteItems", stream.after)
    yield stream
    events.unregister("before-call.dynamodb.TransactWriteItems", stream.before)
    events.unregister("after-call.dynamodb.TransactWriteItems", stream.after)


@contextmanager
def dying(moment: str, at: int) -> Iterator[None]:
    """Let the process die just before it sends the n-th call of a kind.

    Dying after a write is dying before the next one: what lies between them is nowhere but in memory.
    """
    calls, (_, service, _) = count(), moment.split(".")
    events = (files.client() if service == "s3" else dynamo.service(service)).meta.events

    def die(**_: Any) -> None:
        if next(calls) == at:
            raise KilledError

    # Athena's stand-in answers in place of the call, so whoever dies before it has to be asked first.
    events.register_first(moment, die)
    try:
        yield
    finally:
        events.unregister(moment, die)


@pytest.mark.parametrize("call", WRITES)
def test_a_refresh_killed_at_any_write_moves_the_same_members_once(
    call: str, lake: Lake, stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refreshing, "MOVES_A_PART", 1)
    monkeypatch.setattr(refreshing, "PARTS_A_STEP", 1)
    segment_id = made(condition=LATELY)
    lake.bought("member-anna", day=DAYS[0])
    lake.bought("member-bert", day=DAYS[1])
    in_turn = ("member-anna", "member-bert")
    begun("refresh-first", DAYS[1])
    pump()
    for at in count():
        refresh_id, told = begun(f"refresh-{at}", DAYS[at % 2]), len(stream.events)
        died = killed(f"before-call.{call}", at)
        pump()
        assert (status(refresh_id)["state"], status(refresh_id)["moved"]) == ("done", 2)
        assert members_in(segment_id) == [in_turn[at % 2]]
        moved = [(event.type, event.subject, event.data.refresh_id) for event in stream.events[told:]]
        assert sorted(moved) == [
            ("SegmentEntered", in_turn[at % 2], refresh_id),
            ("SegmentLeft", in_turn[1 - at % 2], refresh_id),
        ]
        if not died:
            break
    assert at > 0
    assert len({event.id for event in stream.events}) == len(stream.events)


def killed(moment: str, at: int) -> bool:
    """Work until the process dies; tells whether it did."""
    try:
        with dying(moment, at):
            pump()
    except KilledError:
        return True
    return False


def test_a_query_is_started_once_however_often_its_step_is_killed(office: Athena, lake: Lake) -> None:
    made()
    lake.bought("member-anna")
    begun()
    assert killed("before-call.dynamodb.UpdateItem", 1)
    assert len(office.started) == 1
    pump()
    assert len(office.started) == 1


def test_a_second_refresh_waits_and_starts_from_what_the_first_left(lake: Lake) -> None:
    segment_id = made(condition=LATELY)
    lake.bought("member-anna", day=DAYS[0])
    lake.bought("member-bert", day=DAYS[1])
    first = begun("refresh-1", DAYS[0])
    assert killed("before-call.dynamodb.TransactWriteItems", 0)
    dynamo.service("sqs").purge_queue(QueueUrl=queue_url())
    second = begun("refresh-2", DAYS[1])
    with pytest.raises(AssertionError, match="never runs empty"):
        pump(6)
    assert (status(first)["phase"], status(second)["phase"], members_in(segment_id)) == ("moving", "queued", [])
    for job_id in (applying.job_id_of(first, 0), first):
        jobs.send(job_id)
    pump()
    assert [status(one)["state"] for one in (first, second)] == ["done", "done"]
    assert (status(first)["entered"], status(second)["entered"], status(second)["left"]) == (1, 1, 1)
    assert members_in(segment_id) == ["member-bert"]


def test_a_refresh_that_never_comes_back_is_given_up_while_it_has_moved_nobody(
    office: Athena, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    segment_id = made()
    lake.bought("member-anna")
    office.looks = MOST_MESSAGES * 2
    lost = begun("refresh-1")
    with pytest.raises(AssertionError, match="never runs empty"):
        pump(6)
    dynamo.service("sqs").purge_queue(QueueUrl=queue_url())
    office.looks = 0
    later(monkeypatch, hours=1)
    waiting = begun("refresh-2")
    with pytest.raises(AssertionError, match="never runs empty"):
        pump(6)
    assert (status(lost)["state"], status(waiting)["phase"]) == ("running", "queued")
    later(monkeypatch, hours=3)
    pump()
    assert (status(lost)["reason"], status(waiting)["state"]) == ("given_up", "done")
    assert members_in(segment_id) == ["member-anna"]


def test_a_refresh_whose_messages_were_lost_while_it_moved_members_is_woken_by_the_next(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    segment_id = made(condition=LATELY)
    lake.bought("member-anna", day=DAYS[0])
    lake.bought("member-bert", day=DAYS[1])
    lost = begun("refresh-1", DAYS[0])
    assert killed("before-call.dynamodb.TransactWriteItems", 0)
    sqs = dynamo.service("sqs")
    sqs.purge_queue(QueueUrl=queue_url())
    later(monkeypatch, hours=3)
    following = begun("refresh-2", DAYS[1])
    pump()
    assert [status(one)["state"] for one in (lost, following)] == ["done", "done"]
    assert members_in(segment_id) == ["member-bert"]


@pytest.mark.parametrize("asleep_until", ["it has read what stands", "it begins"])
def test_a_run_that_wakes_when_its_part_is_done_changes_nothing(lake: Lake, asleep_until: str) -> None:
    segment_id = made()
    lake.bought("member-anna")
    first = begun("refresh-1")
    assert killed("before-call.dynamodb.TransactWriteItems", 0)
    asleep = refreshing.jobs().read(applying.job_id_of(first, 0))
    assert asleep is not None
    events = dynamo.client().meta.events

    def meanwhile(**_: object) -> None:
        events.unregister("before-call.dynamodb.TransactWriteItems", meanwhile)
        pump()
        send(f"POST /segments/{segment_id}/archivals")
        refreshed("refresh-2")

    if asleep_until == "it begins":
        meanwhile()
    else:
        events.register_first("before-call.dynamodb.TransactWriteItems", meanwhile)
    with pytest.raises(OvertakenError):
        applying.step(refreshing.jobs(), asleep, NOW)
    assert members_in(segment_id) == []


def later(monkeypatch: pytest.MonkeyPatch, hours: int) -> None:
    """Let so many hours pass."""
    monkeypatch.setattr(on_job, "utc_now", lambda: NOW + timedelta(hours=hours))
