"""Answers that somebody must look into become findings: each once, however they are delivered (S4)."""

import random
from contextlib import suppress
from typing import Any

import pytest

from loyalty.remembering import forget_everything
from tests.functions.members.faults import Fault, KilledError, broken_call, first
from tests.functions.survey.findings.office import (
    ANNA,
    BEN,
    CHEN,
    QUEUE,
    Office,
    concerns,
    findings,
    put,
    rows,
)


def test_a_low_score_opens_a_finding_at_once_and_files_it(office: Office) -> None:
    assert office.hear(office.low("a1", tenant_id="shoes")) == []
    (found,) = findings()
    assert (found["subject_code"], found["tenant_id"], found["department"]) == ("service", "shoes", "service")
    assert (found["due_on"], found["state"], found["source"]) == ("2026-11-25", "open", "survey")
    assert (found["version"], found["happened"], found["origin"]) == (1, ["FindingOpened"], "member")
    assert (found["shelf"], found["placed"]) == ("findings/open", f"2026-11-25/{found['finding_id']}")
    (concern,) = concerns()
    assert (concern["answer_id"], concern["member_id"], concern["happened"]) == ("a1", ANNA, [])
    assert not {"member_id", "answer_id"} & set(found)


def test_words_alone_wait_until_they_recur_and_then_all_are_attached(office: Office) -> None:
    for answer_id, member in (("a1", ANNA), ("a2", BEN)):
        assert office.hear(office.words(answer_id, member)) == []
        assert findings() == []
    assert office.hear(office.words("a3", ANNA)) == []
    (found,) = findings()
    assert (found["subject_code"], found["department"]) == (QUEUE, "operations")
    assert (found["answers"], found["members"]) == (3, 2)
    assert [row["member_id"] for row in concerns()] == [ANNA, BEN, ANNA]


def test_complaints_too_far_apart_do_not_recur(office: Office) -> None:
    for n in range(4):
        office.hear(office.words(f"a{n}"))
        office.later(days=16)
    assert findings() == []
    office.later(days=-15)
    office.hear(office.words("a9"))
    assert len(concerns()) == 3


def test_further_answers_join_the_open_finding(office: Office) -> None:
    office.hear(office.low("a1", ANNA))
    office.later(days=1)
    office.hear(office.low("a2", BEN), office.low("a3", BEN), office.low("a4", None))
    (found,) = findings()
    assert (found["answers"], found["members"], found["version"], found["happened"]) == (4, 2, 4, [])
    assert (found["first_seen"][:10], found["last_seen"][:10]) == ("2026-11-22", "2026-11-23")
    assert "member_id" not in concerns()[-1]


def test_tenants_and_subjects_have_findings_of_their_own(office: Office) -> None:
    office.hear(office.low("a1"), office.low("a2", tenant_id="shoes"), office.low("a3", dimension="ease"))
    assert len(findings()) == 3


def test_praise_with_a_complaint_in_it_opens_nothing(office: Office) -> None:
    for n in range(5):
        office.hear(office.words(f"a{n}", sentiment="positive"))
    assert findings() == []
    assert rows("open/", "") == []


@pytest.mark.parametrize("seed", range(4))
def test_deliveries_in_any_order_and_number_come_to_the_same(office: Office, seed: int) -> None:
    chance = random.Random(seed)
    told = [office.words(f"w{n}", chance.choice([ANNA, BEN, None])) for n in range(5)]
    told += [office.low(f"l{n}", CHEN) for n in range(3)]
    deliveries = [one for one in told for _ in range(chance.randint(1, 4))]
    chance.shuffle(deliveries)
    assert office.hear(*deliveries) == []
    assert sorted((row["subject_code"], row["answers"]) for row in findings()) == [(QUEUE, 5), ("service", 3)]
    assert len(concerns()) == 8


def test_a_message_nobody_can_read_comes_back_alone(office: Office) -> None:
    broken = {**office.low("a2"), "data": {"answer_id": "a2", "low": ["NOT A CODE"]}}
    assert office.hear(office.low("a1"), "{", "{}", broken, office.low("a3", BEN)) == ["m1", "m2", "m3"]
    assert [row["answer_id"] for row in concerns()] == ["a1", "a3"]


@pytest.mark.parametrize("subject", ["low", "words"])
def test_rivals_at_any_call_are_all_heard_once(office: Office, subject: str) -> None:
    made: Any = getattr(office, subject)
    office.hear(made("a1", ANNA))
    mine, same_subject = made("a2", BEN), made("a3", CHEN)
    for rival in (mine, same_subject):
        with first(lambda rival=rival: office.hear(rival)):  # type: ignore[misc]
            assert office.hear(made(f"b-{rival['id']}", ANNA)) == []
    between = made("a4", CHEN)
    with first(lambda: office.hear(between), "BatchGetItem", 1):
        assert office.hear(between) == []
    (found,) = findings()
    assert found["answers"] == len(concerns()) == 6


def test_a_resolution_that_comes_first_is_not_joined(office: Office) -> None:
    earlier = office.opened("a1")
    office.later(minutes=5)
    new = office.low("a2", BEN, at=office.now)
    office.later(minutes=-1)
    with first(lambda: office.resolve(earlier)):
        assert office.hear(new) == []
    assert [row["finding_id"] for row in concerns() if row["answer_id"] == "a2"] != [earlier]
    assert findings()[-1]["follows"] == earlier


def test_a_resolution_between_the_two_readings_is_seen(office: Office) -> None:
    earlier = office.opened("a1")
    new = office.low("a2", BEN, at=office.now.replace(minute=30))
    with first(lambda: office.resolve(earlier), "BatchGetItem", 1):
        assert office.hear(new) == []
    assert [row["finding_id"] for row in concerns(earlier)] == [earlier]
    assert len(findings()) == 2


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("number", range(6))
def test_whatever_call_breaks_the_next_delivery_completes(office: Office, fault: Fault, number: int) -> None:
    office.hear(office.words("a1", ANNA), office.words("a2", BEN))
    third = office.words("a3", CHEN)
    with broken_call(number, fault), suppress(KilledError):
        office.hear(third)
    assert office.hear(third) == []
    (found,) = findings()
    assert (found["answers"], found["members"], len(concerns())) == (3, 3, 3)


def test_a_complaint_after_the_resolution_opens_a_finding_that_follows(office: Office) -> None:
    earlier = office.opened("a1")
    office.later(hours=1)
    assert office.resolve(earlier).status == 201
    office.later(days=2)
    office.hear(office.low("a2", BEN))
    assert (findings()[-1]["follows"], len(findings())) == (earlier, 2)
    assert findings()[-1]["answers"] == 1


def test_after_a_resolution_one_complaint_in_words_is_enough_for_some_days(office: Office) -> None:
    finding_id = office.complain().body["finding_id"]
    office.later(hours=1)
    office.resolve(finding_id)
    office.later(days=29)
    office.hear(office.words("a1"))
    assert findings()[-1]["follows"] == finding_id
    office.resolve(findings()[-1]["finding_id"])
    office.later(days=31)
    office.hear(office.words("a2"))
    assert len(findings()) == 2


def test_an_answer_from_before_the_resolution_belongs_to_it_and_its_member_is_told(office: Office) -> None:
    earlier = office.opened("a1", ANNA)
    office.later(hours=1)
    office.resolve(earlier)
    late = office.low("a2", BEN, at=office.now.replace(hour=4))
    office.later(hours=1)
    assert office.hear(late, late) == []
    (row,) = [row for row in concerns() if row["answer_id"] == "a2"]
    assert (row["finding_id"], row["happened"], row["version"]) == (earlier, ["ImprovementAnnounced"], 1)
    assert (row["text_zh"], row["resolved_on"]) == ("新增两个服务台。", "2026-11-22")
    office.tell()
    assert [row["version"] for row in concerns()] == [2, 1]


def test_a_member_who_was_erased_meanwhile_is_not_attached(office: Office) -> None:
    event = office.low("a1", ANNA)
    put({"survey_id": "answer/a1", "kind": "answer", "answer_id": "a1", "version": 2, "texts": []})
    office.hear(event)
    assert "member_id" not in concerns()[0]
    assert findings()[0]["members"] == 0


def test_the_mall_says_what_recurs_and_who_looks_into_it(office: Office) -> None:
    sent = {
        "version": 0,
        "departments": [{"code": "halls", "name_zh": "楼层", "name_en": "Halls", "owner": "ling", "due_days": 1}],
        "default_department": "halls",
        "recurring": {"complaints": 2, "within_days": 5},
    }
    assert office.send("PUT /survey-settings", sent).status == 200
    forget_everything()
    office.hear(office.words("a1"), office.words("a2"))
    (found,) = findings()
    assert (found["department"], found["owner"], found["due_on"]) == ("halls", "ling", "2026-11-23")
