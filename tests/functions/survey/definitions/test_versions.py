"""Versions of a survey: one draft at a time, questions that stay what they were, and only one of them asks."""

from contextlib import suppress
from typing import Any

import pytest

from functions.survey.defining import publication
from loyalty.clock import utc_now
from loyalty.surveys import running
from tests.functions.members.faults import Fault, KilledError, broken_call, first
from tests.functions.survey.definitions.office import (
    APPROVER,
    EASE,
    WHY,
    draft,
    everything,
    next_version,
    published,
    put_out,
    read,
    send,
    step,
)

pytestmark = pytest.mark.usefixtures("office")
NEW: dict[str, Any] = {"code": "new", "kind": "recommendation", "zh": "推荐吗？"}


def drafted_from(survey_id: str, key: str = "v-1", **changes: Any) -> str:
    answer = next_version(survey_id, key, **changes)
    assert answer.status == 201, answer.body
    return str(answer.body["survey_id"])


def asking() -> list[tuple[str, int]]:
    return [(one.survey_id, one.version) for one in running.as_of_now()]


def test_the_next_version_begins_as_the_one_before_with_what_is_changed() -> None:
    first_id = published(once_days=5)
    answer = next_version(first_id, questions=[EASE, NEW])
    second = answer.body
    assert (second["series_id"], second["number"], second["state"]) == (first_id, 2, "draft")
    assert second["survey_id"] != first_id
    assert second["definition"]["once_days"] == 5
    assert [one["code"] for one in second["definition"]["questions"]] == ["ease", "new"]
    assert answer.headers["location"] == f"/surveys/{second['survey_id']}"
    assert asking() == [(first_id, 1)]


def test_publishing_a_version_ends_the_one_before() -> None:
    first_id = published()
    second_id = put_out(drafted_from(first_id))
    assert asking() == [(second_id, 2)]
    assert read(first_id)["state"] == "ended"
    assert running.as_of_now()[0].series_id == first_id
    third_id = put_out(drafted_from(second_id, "v-2"))
    assert asking() == [(third_id, 3)]
    assert (read(second_id)["state"], read(first_id)["version"]) == ("ended", 4)


def test_a_paused_version_is_ended_too_and_cannot_come_back() -> None:
    first_id = published()
    step(first_id, "pauses")
    put_out(drafted_from(first_id))
    assert read(first_id)["state"] == "ended"
    assert step(first_id, "resumptions").code == "wrong_state"


def test_a_version_is_drafted_once_however_often_it_is_asked_for() -> None:
    first_id = published()
    once = next_version(first_id, "k", priority=3)
    before = everything()
    again = next_version(first_id, "k", priority=3)
    assert (again.status, again.body, again.headers["idempotent-replayed"]) == (201, once.body, "true")
    assert next_version(first_id, "k", priority=4).code == "idempotency_key_reused"
    assert everything() == before
    put_out(once.body["survey_id"])
    later = next_version(first_id, "k", priority=3)
    assert (later.status, later.body["survey_id"]) == (201, once.body["survey_id"])


@pytest.mark.parametrize("approved", [False, True])
def test_there_is_one_draft_of_a_series_at_a_time(approved: bool) -> None:
    first_id = published()
    second_id = drafted_from(first_id)
    if approved:
        assert send(f"POST /surveys/{second_id}/approvals", caller=APPROVER).status == 201
    answer = next_version(first_id, "other")
    assert (answer.status, answer.code, answer.body["survey_id"]) == (409, "newer_version_exists", second_id)
    assert next_version(second_id, "other").code == "wrong_state"


def test_of_two_who_draft_it_at_once_one_learns_of_the_other() -> None:
    first_id = published()

    def rival() -> None:
        drafted_from(first_id, "rival")

    with first(rival):
        answer = next_version(first_id, "mine")
    assert answer.code == "newer_version_exists"


def test_a_draft_that_was_given_up_makes_room_for_another() -> None:
    first_id = published()
    step(drafted_from(first_id), "endings")
    answer = next_version(first_id, "again")
    assert (answer.status, answer.body["number"]) == (201, 3)
    put_out(answer.body["survey_id"])
    assert asking() == [(answer.body["survey_id"], 3)]
    assert read(first_id)["state"] == "ended"


def test_an_earlier_version_can_be_gone_back_to() -> None:
    first_id = published(priority=1)
    second_id = put_out(drafted_from(first_id, priority=2))
    third_id = put_out(drafted_from(first_id, "back"))
    assert asking() == [(third_id, 3)]
    assert read(third_id)["definition"]["priority"] == 1
    assert read(second_id)["state"] == "ended"


CHANGED = {
    "another kind": [{**WHY, "code": "ease"}],
    "another dimension": [{**EASE, "dimension": "service"}],
}


@pytest.mark.parametrize("name", CHANGED)
def test_a_question_that_keeps_its_code_keeps_its_kind(name: str) -> None:
    first_id = published()
    answer = next_version(first_id, questions=CHANGED[name])
    assert (answer.status, answer.code, answer.body["question"]) == (422, "question_kind_changed", "ease")
    second_id = drafted_from(first_id, questions=[WHY])
    before = everything()
    patched = send(f"PATCH /surveys/{second_id}", {"questions": CHANGED[name]})
    assert (patched.status, patched.code) == (422, "question_kind_changed")
    assert everything() == before
    third_id = drafted_from(put_out(second_id), "v-3")
    again = send(f"PATCH /surveys/{third_id}", {"questions": CHANGED[name]})
    assert again.code == "question_kind_changed"


def test_a_new_survey_may_change_its_questions_as_it_likes() -> None:
    survey_id = draft()
    assert send(f"PATCH /surveys/{survey_id}", {"questions": CHANGED["another kind"]}).status == 200


def test_what_only_a_given_up_draft_asked_binds_nobody() -> None:
    first_id = published()
    step(drafted_from(first_id, questions=[EASE, NEW]), "endings")
    assert next_version(first_id, "again", questions=[EASE, {**WHY, "code": "new"}]).status == 201


def test_a_wrong_next_version_is_refused() -> None:
    first_id = published()
    before = everything()
    answer = next_version(first_id, remind_days=30)
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert next_version(first_id, series_id="x").status == 400
    assert everything() == before


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("number", range(4))
def test_a_publication_that_is_interrupted_leaves_one_version_asking(number: int, fault: Fault) -> None:
    first_id = published()
    second_id = drafted_from(first_id)
    send(f"POST /surveys/{second_id}/approvals", caller=APPROVER)
    with suppress(KilledError), broken_call(number, fault):
        publication.publish(second_id, "mei", utc_now())
    assert len(asking()) == 1
    assert step(second_id, "publications").status == 201
    assert asking() == [(second_id, 2)]


def test_a_pause_during_a_publication_is_no_way_to_go_on() -> None:
    first_id = published()
    second_id = drafted_from(first_id)
    send(f"POST /surveys/{second_id}/approvals", caller=APPROVER)
    with first(lambda: step(first_id, "pauses")):
        assert step(second_id, "publications").status == 201
    assert (read(first_id)["state"], asking()) == ("ended", [(second_id, 2)])


def test_a_series_tells_its_questions_through_all_versions() -> None:
    first_id = published()
    second_id = put_out(drafted_from(first_id, questions=[EASE, NEW]))
    for survey_id in (first_id, second_id):
        offer = running.catalogue().read(survey_id)
        assert offer is not None
        assert publication.questions_of(offer) == ["ease", "why", "new"]
