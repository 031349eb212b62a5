"""What was improved is public, and each member concerned is told once, whatever happens on the way (S4)."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from functions.outbox.surveys import of_survey_row
from functions.survey.findings import telling
from functions.survey.inviting import erasing
from loyalty import dynamo
from loyalty.jobs import Job, Jobs, JobState
from tests.functions.members.faults import Fault, KilledError, broken_call, first
from tests.functions.survey.findings.office import (
    ANNA,
    BEN,
    CHEN,
    IMPROVED,
    Office,
    concerns,
    findings,
    put,
    told,
)


@pytest.fixture
def finding_id(office: Office, monkeypatch: pytest.MonkeyPatch) -> str:
    """A finding that concerns three members, one of them twice, and somebody unknown; pages of two concerns."""
    monkeypatch.setattr(telling, "PAGE", 2)
    whose = [ANNA, BEN, ANNA, None, CHEN]
    office.hear(*(office.low(f"a{n}", member) for n, member in enumerate(whose)))
    return str(findings()[0]["finding_id"])


def job() -> Job:
    """The one job there is, as its row says."""
    found = [dynamo.from_item(item) for item in dynamo.client().scan(TableName="surveys")["Items"]]
    (job_id,) = [row["job_id"] for row in found if row["kind"] == "job"]
    read = Jobs("surveys", "survey_id", "exports/surveys").read(job_id)
    assert read is not None
    return read


def test_each_member_is_told_once(office: Office, finding_id: str) -> None:
    assert office.resolve(finding_id).status == 201
    assert office.resolve(finding_id).status == 201
    office.tell()
    assert told() == [ANNA, BEN, CHEN]
    assert (job().task, job().state, job().done) == ("improvements", JobState.DONE, 5)
    assert job().counts == {"told": 3, "known": 1, "nobody": 1}


def test_the_row_means_the_event_with_the_public_words(office: Office, finding_id: str) -> None:
    office.resolve(finding_id)
    office.later(minutes=1)
    office.tell()
    (row,) = [row for row in concerns() if row.get("member_id") == BEN]
    (event,) = of_survey_row(row, "aurora")
    body = event.model_dump(mode="json")
    assert (body["type"], body["subject"], body["origin"]) == ("ImprovementAnnounced", BEN, "staff")
    assert body["data"] == {
        "finding_id": finding_id,
        "subject_code": "service",
        "text_zh": IMPROVED["public_zh"],
        "text_en": IMPROVED["public_en"],
        "resolved_on": "2026-11-22",
    }
    assert body["time"] == "2026-11-22T04:01:00.000Z"
    (opened,) = of_survey_row({**findings()[0], "version": 1, "happened": ["FindingOpened"]}, "aurora")
    assert opened.subject == finding_id


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("number", range(12))
def test_a_step_that_breaks_anywhere_is_done_again(office: Office, finding_id: str, fault: Fault, number: int) -> None:
    office.resolve(finding_id)
    with broken_call(number, fault), suppress(Exception, KilledError):
        telling.step(job())
    office.tell()
    assert told() == [ANNA, BEN, CHEN]
    assert [row["version"] for row in concerns()] == [2, 2, 1, 1, 2]


def test_two_runs_at_once_tell_nobody_twice(office: Office, finding_id: str) -> None:
    office.resolve(finding_id)
    with first(lambda: telling.step(job())):
        telling.step(job())
    office.tell()
    assert told() == [ANNA, BEN, CHEN]
    assert max(row["version"] for row in concerns()) == 2


def test_who_left_meanwhile_is_not_told(office: Office, finding_id: str) -> None:
    office.resolve(finding_id)
    erasing.forget(ANNA, office.now)
    office.member(BEN, "erased")
    office.tell()
    assert told() == [CHEN]
    assert ANNA not in str(concerns())


def test_who_leaves_while_they_are_told_is_forgotten(office: Office, finding_id: str) -> None:
    office.resolve(finding_id)
    with first(lambda: erasing.forget(ANNA, office.now)):
        telling.step(job())
    office.tell()
    assert told() == [BEN, CHEN]


def test_a_second_resolution_speaks_only_to_who_joined_since(office: Office, finding_id: str) -> None:
    office.resolve(finding_id)
    office.tell()
    office.send(f"POST /findings/{finding_id}/reopenings", {"reason": "没修好"})
    office.member("member-dora")
    office.hear(office.low("a9", "member-dora"), office.low("b9", ANNA))
    office.resolve(finding_id, public_zh="这次修好了。")
    office.tell()
    assert told() == [ANNA, BEN, CHEN, "member-dora"]
    assert [row["text_zh"] for row in concerns() if row["answer_id"] == "a9"] == ["这次修好了。"]


def test_what_was_reopened_is_told_to_nobody_else(office: Office, finding_id: str) -> None:
    office.resolve(finding_id)
    telling_job = job()
    office.send(f"POST /findings/{finding_id}/reopenings", {"reason": "没修好"})
    assert telling.step(telling_job).state is JobState.DONE
    assert (told(), office.public().body["items"]) == ([], [])


def test_a_resolution_that_is_not_published_is_told_to_nobody(office: Office, finding_id: str) -> None:
    assert office.resolve(finding_id, publish=False, public_zh=None, public_en=None, note="内部").status == 201
    assert (office.tell(), told(), office.public().body["items"]) == (0, [], [])


def test_what_was_improved_is_public_newest_first_and_names_nobody(office: Office, finding_id: str) -> None:
    office.resolve(finding_id)
    office.later(days=1)
    other = office.complain(text="电话 13800138000", member_id=ANNA, tenant_id="shoes").body["finding_id"]
    office.resolve(other, public_en=None, note="王小明")
    answer = office.public()
    assert [item["improvement_id"] for item in answer.body["items"]] == [other, finding_id]
    assert answer.body["items"][0] == {
        "improvement_id": other,
        "text": "新增两个服务台。",
        "subject": "排队太久",
        "department": "营运部",
        "resolved_on": "2026-11-23",
    }
    assert answer.headers["cache-control"] == "public, max-age=60"
    english = office.public("en").body["items"]
    assert [item["text"] for item in english] == ["新增两个服务台。", "Two more service desks."]
    assert (english[1]["department"], english[1]["subject"]) == ("Customer service", "Service")
    for secret in (ANNA, "shoes", "13800138000", "王小明", "olga"):
        assert secret not in str(answer.body)


def test_improvements_come_page_by_page(office: Office) -> None:
    for n in range(3):
        office.later(hours=1)
        office.resolve(office.complain(f"k{n}", subject_code=f"subject_{n}").body["finding_id"])
    one = office.public(limit="2")
    two = office.public(limit="2", cursor=one.body["next"])
    subjects = [item["subject"] for item in (*one.body["items"], *two.body["items"])]
    assert (subjects, two.body["next"]) == (["subject_2", "subject_1", "subject_0"], None)
    assert office.public(cursor="q3sD0bY4NDI").code == "invalid_cursor"


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "😀" * 1000, "=1+1"])
def test_public_words_come_out_as_they_went_in(office: Office, finding_id: str, text: str) -> None:
    assert office.resolve(finding_id, public_zh=text).status == 201
    assert office.public().body["items"][0]["text"] == text


def test_a_job_of_a_finding_that_is_gone_ends(office: Office) -> None:
    lost: dict[str, Any] = {"job_id": "j", "task": "improvements", "owner": "gone", "created_by": "x"}
    put({"survey_id": "job/j", "kind": "job", **lost})
    assert telling.step(Job(**lost, created_at="2026-11-22T04:00:00.000Z")).state is JobState.DONE


def test_two_runs_at_two_concerns_of_one_member_tell_them_once(office: Office, finding_id: str) -> None:
    office.resolve(finding_id)
    ahead = replace(job(), cursor={"after": "a1"})
    with first(lambda: telling.step(ahead)):
        telling.step(job())
    office.tell()
    assert told() == [ANNA, BEN, CHEN]
