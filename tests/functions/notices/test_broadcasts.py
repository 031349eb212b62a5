"""A notice to everybody in a segment: its cost first, at its pace, paused, resumed and cancelled, nobody twice."""

import json
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from functions.notices import on_job
from functions.notices.broadcasts import broadcasting
from loyalty import dynamo, jobs
from loyalty.errors import BusyError
from tests.functions.members.faults import Fault, KilledError, broken_call
from tests.functions.notices.conftest import SETTINGS
from tests.functions.notices.office import LETTER, NEWS, Mall, Run, fates, messages, texts
from tests.functions.notices.test_templates import PATH, ask, drafted

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
SEGMENT = "at_risk"
SALE: dict[str, Any] = {
    "name_zh": "大促",
    "occasion": "Broadcast",
    "segment_id": SEGMENT,
    "a_minute": 10,
    "purpose": "marketing",
    "channels": ["sms"],
    "sms": {"zh": "周年庆，全场八折。"},
}


class Office:
    """Who starts broadcasts, and the queue that drives their jobs."""

    def __init__(self, mall: Mall, queue: str) -> None:
        self.mall, self.queue = mall, queue

    def people(self, number: int) -> None:
        """Let so many members be in the segment."""
        names = [f"member-{n:04}" for n in range(number)]
        for n, name in enumerate(names):
            self.mall.write("accounts", {"member_id": name, "status": "active", "version": 1})
            profile = {"phone": f"+86138{n:08}", "name": "x"}
            self.mall.write("members", {"member_id": name, "kind": "profile", **profile})
            consent = {"marketing": {"granted": True, "at": "x"}}
            self.mall.write("members", {"member_id": name, "kind": "consent", **consent})
            self.mall.write("campaigns", {"campaign_id": f"members/{SEGMENT}", "kind": name})
        newest = {
            "segment_id": "refreshes",
            "kind": "newest",
            "sizes": {SEGMENT: {"size": number, "entered": number, "left": 0}},
        }
        self.mall.write("segments", newest)

    def publish(self, **changes: Any) -> str:
        """Publish a broadcast; its job waits in the queue."""
        template_id = drafted(SALE, **changes)
        assert ask("approver", f"POST {PATH}/{template_id}/approvals").status == 201
        assert ask("marketer", f"POST {PATH}/{template_id}/publications").status == 201
        return template_id

    def step(self, template_id: str, step: str) -> None:
        """Take a step in a broadcast's life."""
        assert ask("marketer", f"POST {PATH}/{template_id}/{step}").status == 201

    def work(self, seconds: int = 200) -> None:
        """Run the jobs whose messages are in the queue now, once each, and send what they planned."""
        sqs = dynamo.service("sqs")
        found = sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages", [])
        for message in found:
            sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
            answer = self.run(message["Body"], seconds)
            assert answer == {"batchItemFailures": []}
        assert self.mall.work() == []

    def run(self, body: str, seconds: int = 200) -> Any:
        """Run a job once."""
        return on_job.handler({"Records": [{"messageId": "job", "body": body}]}, Run("job", seconds))  # type: ignore[arg-type]

    def minute(self) -> None:
        """Let a minute pass, and the jobs wake."""
        self.mall.now += timedelta(minutes=1)
        self.work()

    def progress(self, template_id: str) -> Any:
        """What staff see of it."""
        return ask("auditor", f"GET {PATH}/{template_id}/broadcast").body["progress"]


@pytest.fixture
def office(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> Office:
    queue = str(dynamo.service("sqs").create_queue(QueueName="jobs")["QueueUrl"])
    monkeypatch.setenv("JOBS_QUEUE_URL", queue)
    monkeypatch.setattr(on_job, "utc_now", lambda: mall.now)
    monkeypatch.setattr(jobs, "send", lambda job_id, after_seconds=0: _sent(queue, job_id))
    made = Office(mall, queue)
    made.people(25)
    return made


def _sent(queue: str, job_id: str) -> None:
    """Put a job on the queue without the delay: the tests' clock says when it is later."""
    dynamo.service("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps({"job_id": job_id}))


def test_the_cost_is_known_before_anybody_approves(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    prices = {"sms": 4500, "email": 70}
    monkeypatch.setenv("NOTICES", json.dumps({**SETTINGS, "prices": prices}))
    template_id = drafted(SALE, channels=["sms", "email"], email=LETTER | {"text_zh": "b"}, sms={"zh": "好" * 60})
    told = ask("approver", f"GET {PATH}/{template_id}/broadcast").body
    assert told["members"] == 25
    assert told["costs"] == {"sms": {"parts": 2, "fen": 225}, "email": {"parts": 1, "fen": 2}}
    assert (told["most_fen"], told["progress"]) == (225, None)


def test_without_a_price_the_cost_is_not_known_and_not_nothing(office: Office) -> None:
    told = ask("approver", f"GET {PATH}/{drafted(SALE)}/broadcast").body
    assert (told["costs"]["sms"]["fen"], told["most_fen"]) == (None, None)


def test_only_a_broadcast_has_a_cost_and_only_to_a_segment_that_is_looked_for(office: Office) -> None:
    assert ask("auditor", f"GET {PATH}/{drafted(NEWS)}/broadcast").code == "no_broadcast"
    template_id = drafted(SALE, segment_id="nobody")
    ask("approver", f"POST {PATH}/{template_id}/approvals")
    assert ask("marketer", f"POST {PATH}/{template_id}/publications").code == "unknown_segment"


def test_everybody_in_the_segment_hears_once_and_no_more_than_so_many_a_minute(office: Office) -> None:
    template_id = office.publish()
    for heard in (10, 20, 25):
        office.work()
        assert len(texts()) == heard
        office.work()
        assert len(texts()) == heard
        office.minute()
    assert len({number for number, _ in texts()}) == 25
    assert office.progress(template_id)["state"] == "done"
    assert office.progress(template_id)["counts"] == {"planned": 25}


def test_a_job_that_went_back_to_its_beginning_would_write_to_nobody_again(office: Office) -> None:
    template_id = office.publish(a_minute=100)
    office.work()
    job = broadcasting.of_notices().read(broadcasting.job_id_of(template_id))
    assert job
    again = broadcasting.step(replace(job, version=99, done=0, cursor={}), office.mall.now)
    office.mall.work()
    assert (again.done, len(texts())) == (25, 25)


def test_publishing_again_begins_nothing_again(office: Office) -> None:
    template_id = office.publish(a_minute=100)
    office.work()
    office.step(template_id, "publications")
    office.work()
    assert len(texts()) == 25


def test_a_pause_stops_at_once_and_resuming_goes_on_where_it_stood(office: Office) -> None:
    template_id = office.publish()
    sqs = dynamo.service("sqs")
    (message,) = sqs.receive_message(QueueUrl=office.queue)["Messages"]
    office.run(message["Body"])  # ten are planned, and their page waits for a sender
    office.step(template_id, "pauses")
    office.mall.work()
    for _ in range(3):
        office.minute()
    assert (texts(), len(messages())) == ([], 10)
    office.step(template_id, "resumptions")
    for _ in range(4):
        office.minute()
    office.mall.sweep(hours=1)
    assert Counter(number for number, _ in texts()) == Counter({number: 1 for number, _ in texts()})
    assert len(texts()) == 25


def test_a_cancelled_broadcast_writes_to_nobody_any_more(office: Office) -> None:
    template_id = office.publish()
    office.work()
    office.minute()
    assert len(texts()) == 20
    (job_message,) = dynamo.service("sqs").receive_message(QueueUrl=office.queue)["Messages"]
    office.mall.now += timedelta(minutes=1)
    office.step(template_id, "endings")
    office.run(job_message["Body"])
    office.mall.sweep(hours=24)
    assert len(texts()) == 20
    told = office.progress(template_id)
    assert (told["state"], told["members"]) == ("done", 20)


def test_consent_the_cap_and_refusals_hold_for_broadcasts_too(office: Office) -> None:
    office.mall.write("members", {"member_id": "member-0000", "kind": "consent", "marketing": {"granted": False}})
    refused = {"notice_id": "member/member-0001", "kind": "member", "version": 1, "opted_out": ["sms/marketing"]}
    office.mall.write("notices", refused)
    for name in ("甲", "乙", "丙"):
        office.publish(name_zh=name, a_minute=100)
        office.work()
    assert len(texts()) == 2 * 23  # the third is one too many in a week
    assert Counter(fates())["skipped", "weekly_cap"] == 23
    assert Counter(fates())["skipped", "no_consent"] == Counter(fates())["skipped", "opted_out"] == 3


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("number", range(13))
def test_killed_anywhere_a_broadcast_reaches_everybody_once(office: Office, number: int, fault: Fault) -> None:
    for n in range(3, 25):
        key = {"campaign_id": f"members/{SEGMENT}", "kind": f"member-{n:04}"}
        dynamo.client().delete_item(TableName="campaigns", Key=dynamo.to_item(key))
    template_id = office.publish(a_minute=100)
    body = json.dumps({"job_id": broadcasting.job_id_of(template_id)})
    with broken_call(number, fault), suppress(KilledError, BusyError):
        office.run(body)
    office.run(body)
    office.mall.work()
    office.mall.sweep(hours=1)
    assert sorted(Counter(number for number, _ in texts()).values()) == [1] * 3
    assert office.progress(template_id)["members"] == 3
