"""A changed programme is told to every member once, at its pace, whatever is killed and how often the event comes."""

import json
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from functions.notices import on_job
from functions.notices.broadcasts import announcing, broadcasting
from functions.notices.templates.template import NoticeTemplate
from functions.outbox.definitions import of_programme
from loyalty import dynamo, jobs
from loyalty.catalogue import Step
from loyalty.clock import iso
from loyalty.jobs import Job
from tests.functions.members.faults import Fault, KilledError, broken_call
from tests.functions.notices.office import LETTER, Mall, fates, messages, texts
from tests.functions.notices.test_broadcasts import Office, _sent

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
RULES: dict[str, Any] = {
    "name_zh": "规则变更",
    "occasion": "ProgrammeAnnounced",
    "purpose": "service",
    "a_minute": 100,
    "channels": ["sms"],
    "sms": {"zh": "会员规则将于{starts}起变更。"},
}
MEMBERS = 23
SILENT = ("unclaimed", "awaiting_approval", "erased")


class Everybody(Office):
    """A mall of members without any consent, of whom some never hear from us."""

    def people(self, number: int) -> None:
        """Let so many be members."""
        for n in range(number):
            self.join(f"member-{n:04}", n)

    def join(self, name: str, number: int, status: str = "active") -> None:
        """Let somebody be a member."""
        self.mall.write("accounts", {"member_id": name, "status": status, "version": 1})
        self.mall.write("members", {"member_id": name, "kind": "profile", "phone": f"+86137{number:08}"})

    def announced(self, version: int = 2, **changes: Any) -> dict[str, Any]:
        """Return the event of a new version of the programme, as the outbox makes it of its row."""
        row = {"name": "programme", "version": version, "effective_from": "2027-01-01", "at": iso(self.mall.now)}
        (event,) = of_programme(row, "aurora")
        detail = {**json.loads(event.model_dump_json(exclude_none=True)), **changes}
        return {"messageId": f"m-{version}", "body": json.dumps({"detail-type": detail["type"], "detail": detail})}

    def announce(self, version: int = 2) -> None:
        """Let a version be announced, and everything follow that follows within a minute."""
        assert self.mall.hear(self.announced(version)) == []
        self.work()

    def jobs(self) -> list[Job]:
        """Return every job."""
        rows = map(dynamo.from_item, dynamo.client().scan(TableName="notices")["Items"])
        ids = [row["notice_id"].partition("/")[2] for row in rows if row["kind"] == jobs.JOB]
        found = (broadcasting.of_notices().read(one) for one in ids)
        return [one for one in found if one]


@pytest.fixture
def office(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> Everybody:
    queue = str(dynamo.service("sqs").create_queue(QueueName="jobs")["QueueUrl"])
    monkeypatch.setenv("JOBS_QUEUE_URL", queue)
    monkeypatch.setattr(on_job, "utc_now", lambda: mall.now)
    monkeypatch.setattr(jobs, "send", lambda job_id, after_seconds=0: _sent(queue, job_id))
    made = Everybody(mall, queue)
    made.people(MEMBERS - 2)  # and the two who are there
    return made


def test_every_member_hears_once_in_words_that_name_the_day_without_any_consent(office: Everybody) -> None:
    office.mall.publish(RULES)
    office.announce()
    assert len({number for number, _ in texts()}) == len(texts()) == MEMBERS
    assert {text for _, text in texts()} == {"【极光广场】会员规则将于2027年1月1日起变更。"}


def test_who_left_waits_or_never_confirmed_leaves_no_trace_and_the_frozen_are_told(office: Everybody) -> None:
    for number, status in enumerate((*SILENT, "frozen"), 500):
        office.join(f"other-{status}", number, status)
    office.mall.publish(RULES)
    office.announce()
    assert len(texts()) == MEMBERS + 1
    assert not [one for one in messages() if one.member_id in {f"other-{status}" for status in SILENT}]
    assert [job.done for job in office.jobs()] == [MEMBERS + 1]


def test_it_goes_on_at_its_pace(office: Everybody) -> None:
    office.mall.publish(RULES, a_minute=10)
    office.announce()
    for heard in (10, 20, MEMBERS):
        assert len(texts()) == heard
        office.work()
        assert len(texts()) == heard
        office.minute()


def test_the_event_that_comes_again_tells_nobody_twice_and_the_next_version_tells_all(office: Everybody) -> None:
    office.mall.publish(RULES)
    office.announce()
    office.announce()
    assert len(texts()) == MEMBERS
    office.announce(version=3)
    assert len(texts()) == 2 * MEMBERS
    assert len(office.jobs()) == 2


def test_an_event_that_is_old_or_follows_no_published_template_tells_nobody(office: Everybody) -> None:
    office.announce()
    template_id = office.mall.publish(RULES)
    office.mall.hear(office.announced(recordedat=iso(office.mall.now - timedelta(days=4))))
    office.mall.step(template_id, Step.PAUSE)
    office.announce(version=3)
    assert (office.jobs(), texts()) == ([], [])


def test_paused_it_rests_resumed_it_goes_on_and_ended_it_stops(office: Everybody) -> None:
    template_id = office.mall.publish(RULES, a_minute=10)
    office.announce()
    office.mall.step(template_id, Step.PAUSE)
    office.minute()
    assert len(texts()) == 10
    office.mall.step(template_id, Step.RESUME)
    office.minute()
    assert len(texts()) == 20
    office.mall.step(template_id, Step.END)
    office.minute()
    (job,) = office.jobs()
    assert (len(texts()), job.state, job.reason) == (20, "done", broadcasting.ENDED)


def test_at_night_it_waits_for_the_morning(office: Everybody) -> None:
    office.mall.now = office.mall.now.replace(hour=14)  # 22:00 in the mall
    office.mall.publish(RULES)
    office.announce()
    assert texts() == []
    office.mall.sweep(hours=10, minutes=1)
    assert len(texts()) == MEMBERS


def test_who_refuses_service_by_text_message_gets_it_by_e_mail_or_not_at_all(office: Everybody) -> None:
    known = {"version": 1, "opted_out": ["sms/service"], "dead": {}, "recent": [], "language": "zh"}
    office.mall.write("notices", {"notice_id": "member/member-0001", "kind": "member", **known})
    office.mall.publish(RULES)
    office.announce()
    assert len(texts()) == MEMBERS - 1
    assert ("skipped", "opted_out") in fates()


def killed(office: Everybody, number: int, fault: Fault) -> None:
    """Let the announcement run into a broken call, and everything be done again that its queues bring again."""
    with broken_call(number, fault), suppress(KilledError, Exception):
        office.announce()
    for _ in range(3):
        assert office.mall.hear(office.announced()) == []
        with suppress(AssertionError):
            office.minute()
    office.mall.sweep(hours=1)


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("number", [0, 1, 2, 3, 5, 8, 13, 30])
def test_whichever_call_breaks_everybody_hears_once(office: Everybody, number: int, fault: Fault) -> None:
    office.mall.publish(RULES)
    killed(office, number, fault)
    told = [phone for phone, _ in texts()]
    assert len(set(told)) == len(told)
    unknown = [one for one in messages() if one.state.value == "unknown" or one.state.value == "sending"]
    assert len(messages()) == MEMBERS
    assert len(told) + len(unknown) >= MEMBERS


def test_neither_its_job_nor_its_reading_knows_who_somebody_is(
    office: Everybody, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanned = list[Any]()
    made = dynamo.client()._make_api_call

    def noted(name: str, request: Any) -> Any:
        answer = made(name, request)
        scanned.extend(answer["Items"] if name == "Scan" and request["TableName"] != "notices" else ())
        return answer

    office.mall.publish(RULES)
    monkeypatch.setattr(dynamo.client(), "_make_api_call", noted)
    office.announce()
    assert {frozenset(one) for one in scanned} == {frozenset({"member_id", "status"})}


@pytest.mark.parametrize("wrong", [{"purpose": "marketing"}, {"a_minute": None}, {"segment_id": "at_risk"}])
def test_everybody_is_told_as_a_service_and_at_a_pace(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        NoticeTemplate.model_validate({**RULES, **wrong})
    assert NoticeTemplate.model_validate({**RULES, "channels": ["sms", "email"], "email": LETTER | {"text_zh": "a"}})


def test_a_job_is_known_by_template_and_event() -> None:
    assert announcing.job_id_of("t", "e") != broadcasting.job_id_of("t")
    assert announcing.job_id_of("t", "e") != announcing.job_id_of("t", "f")
