"""Staff enter answers, import comments, and read what was answered."""

import json
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from loyalty import dynamo
from loyalty.catalogue import OfferState
from loyalty.clock import iso
from loyalty.surveys import inviting
from loyalty.surveys.inviting import is_rested
from loyalty.types import Purse, Status
from tests.functions.members.faults import Fault, KilledError, broken_call, first
from tests.functions.survey.answering.asked import (
    ANNA,
    BEN,
    GOOD,
    NOON,
    Mall,
    account,
    operations,
    rows,
    stored,
)
from tests.functions.survey.answering.test_answering import courtesy, restore
from tests.functions.till import everything
from tests.support import TABLES

PHONE = "13800138000"


def test_an_answer_by_telephone_is_kept_and_credited_once(mall: Mall) -> None:
    mall.publish()
    mall.member(ANNA)
    answer = mall.take(tenant_id="noodle-bar")
    assert (answer.status, answer.body["reward"], courtesy()) == (201, {"purse": "courtesy", "points": 50}, 50)
    (row,) = rows("answer")
    wanted = ("telephone", "telephone", ANNA, "noodle-bar", "regular", "staff")
    assert (row["channel"], row["mode"], row["member_id"], row["tenant_id"], row["tier"], row["origin"]) == wanted
    assert "invited_on" not in row
    again = mall.take(tenant_id="noodle-bar")
    assert (again.body, again.headers["idempotent-replayed"]) == (answer.body, "true")
    assert (courtesy(), len(rows("answer"))) == (50, 1)


def test_a_key_stands_for_one_answer(mall: Mall) -> None:
    mall.publish()
    mall.take()
    assert (mall.take(answers={**GOOD, "ease": 1}).code, mall.take(mode="counter").code) == (
        "idempotency_key_reused",
        "idempotency_key_reused",
    )
    for who in (BEN, None):
        assert mall.take(who).code == "idempotency_key_reused"
    assert mall.take(None, key="key-2").status == 201
    assert mall.take(None, {**GOOD, "ease": 1}, key="key-2").code == "idempotency_key_reused"
    assert mall.take(None, login="staff-2").headers.get("idempotent-replayed") is None


def test_taking_an_answer_takes_three_calls(mall: Mall) -> None:
    mall.publish()
    mall.take(BEN, key="key-0")
    with operations() as calls:
        assert mall.take().status == 201
    assert calls == ["GetItem", "BatchGetItem", "TransactWriteItems"]


def test_a_member_is_heard_once_in_the_time_the_survey_sets(mall: Mall) -> None:
    mall.publish(once_days=30)
    mall.take()
    refused = mall.take(key="key-2")
    assert (refused.status, refused.code) == (409, "survey_answered_before")
    assert mall.take(BEN, key="key-2").status == 201
    mall.later(days=30)
    assert mall.take(key="key-3").status == 201
    assert courtesy() == 100


def test_a_survey_for_every_time_hears_a_member_every_time(mall: Mall) -> None:
    mall.publish(once_days=0, reward=None)
    assert [mall.take(key=key).status for key in ("a", "b")] == [201, 201]
    assert len(rows("answer")) == 2


def test_an_invitation_and_a_telephone_call_do_not_both_earn(mall: Mall) -> None:
    asks = mall.publish()
    one = mall.invite(asks)
    mall.later(hours=1)
    mall.take()
    assert (mall.link(one.token).code, mall.answer(one).code) == ("survey_answered", "survey_answered")
    two = mall.invite(asks, BEN)
    mall.answer(two)
    assert mall.take(BEN, key="key-2").code == "survey_answered_before"
    assert (courtesy(), courtesy(BEN), len(rows("answer"))) == (50, 50, 2)


@pytest.mark.parametrize("reward", [{"purse": "courtesy", "points": 50}, None])
@pytest.mark.parametrize("before", [False, True])
def test_of_a_telephone_call_and_a_link_at_the_same_time_one_counts(mall: Mall, reward: Any, before: bool) -> None:
    """Whether the account is written with it, and whether the member answered once before, makes no difference."""
    asks = mall.publish(reward=reward, once_days=1)
    if before:
        mall.take(key="before")
        mall.take(BEN, key="before-2")
        mall.later(days=2)
    one, two = mall.invite(asks), mall.invite(asks, BEN)
    heard = len(rows("answer"))
    with first(mall.take):
        assert mall.answer(one).code == "survey_answered"
    with first(lambda: mall.answer(two)):
        assert mall.take(BEN, key="key-2").code == "survey_answered_before"
    assert len(rows("answer")) == heard + 2
    assert courtesy() == courtesy(BEN) == (50 * (1 + before) if reward else 0)


def test_an_invitation_made_after_a_call_can_be_answered(mall: Mall) -> None:
    asks = mall.publish(once_days=1)
    mall.take()
    mall.later(days=2)
    assert mall.answer(mall.invite(asks)).status == 201


def test_an_answer_to_an_invitation_closes_it(mall: Mall) -> None:
    one = mall.invite(mall.publish())
    mall.publish("survey-2", series_id="survey-2")
    assert mall.take(survey_id="survey-2", invitation_id=one.invitation_id).status == 404
    assert mall.take(BEN, invitation_id=one.invitation_id).status == 404
    assert mall.take(None, invitation_id=one.invitation_id).status == 404
    answer = mall.take(invitation_id=one.invitation_id)
    assert (answer.body["answer_id"], stored(one.invitation_id).state) == (one.invitation_id, "answered")
    assert (rows("answer")[0]["channel"], rows("answer")[0]["invited_on"]) == ("telephone", "2026-11-21")
    assert mall.take(invitation_id=one.invitation_id).headers["idempotent-replayed"] == "true"
    assert mall.answer(one, {**GOOD, "ease": 1}).code == "survey_answered"
    assert courtesy() == 50


def test_who_was_asked_by_telephone_is_not_invited_to_the_same_soon(mall: Mall) -> None:
    asks = mall.publish(once_days=30)
    mall.take()
    slot = dynamo.get("surveys", inviting.slot_key(ANNA), consistent=True)
    assert not is_rested(slot, asks, NOON + timedelta(days=29))
    assert is_rested(slot, asks, NOON + timedelta(days=30))


def test_nobody_known_is_heard_without_points(mall: Mall) -> None:
    mall.publish()
    answer = mall.take(None)
    assert (answer.status, answer.body["reward"]) == (201, None)
    (row,) = rows("answer")
    assert "member_id" not in row
    assert rows("slot") == []


@pytest.mark.parametrize("status", [None, Status.ERASED])
def test_a_member_there_is_not_is_refused(mall: Mall, status: Status | None) -> None:
    mall.publish()
    if status:
        mall.member("member-carl", status)
    assert mall.take("member-carl").code == "unknown_member"
    assert rows("answer") == []


def test_only_a_running_survey_is_answered(mall: Mall) -> None:
    assert mall.take().status == 404
    for survey_id, state in (("a", OfferState.DRAFT), ("b", OfferState.APPROVED), ("c", OfferState.ENDED)):
        mall.publish(survey_id, state)
        assert mall.take(survey_id=survey_id).code == "wrong_state"
    mall.publish("d", OfferState.PAUSED)
    assert mall.take(survey_id="d").status == 201


@pytest.mark.parametrize("group", ["approver", "auditor"])
def test_others_enter_nothing(mall: Mall, group: str) -> None:
    mall.publish()
    assert mall.take(group=group).status == 403
    assert mall.staff("POST /surveys/survey-1/comments", comments(("1", "好")), group).status == 403
    assert mall.take(group="marketer").status == 201


@pytest.mark.filterwarnings("ignore:No application metrics")  # a process that was killed publishes none
@pytest.mark.parametrize(("reward", "who"), [({"purse": "points", "points": 5}, ANNA), (None, ANNA), (None, None)])
def test_a_broken_and_repeated_entry_leaves_what_an_unbroken_one_does(mall: Mall, reward: Any, who: str | None) -> None:
    mall.publish(reward=reward)
    before = {name: dynamo.client().scan(TableName=name)["Items"] for name in TABLES}
    with operations() as calls:
        assert mall.take(who).status == 201
    wanted = everything()
    for number, operation in enumerate(list(calls)):
        for fault in Fault if operation in {"TransactWriteItems", "PutItem"} else (Fault.REFUSED,):
            restore(before)
            with broken_call(number, fault), suppress(KilledError):
                mall.take(who)
            assert mall.take(who).status == 201, f"call {number} of {calls}: {fault}"
            assert everything() == wanted, f"call {number} of {calls}: {fault}"


def test_points_go_to_the_purse_the_survey_names(mall: Mall) -> None:
    mall.publish(reward={"purse": "growth", "points": 3})
    mall.take()
    assert account().total(Purse.GROWTH) == 3


def comments(*found: tuple[str, Any], **more: Any) -> dict[str, Any]:
    return {"comments": [{"id": one, "text": text, "source": "weibo", **more} for one, text in found]}


def test_comments_become_answers_of_nobody_once_each(mall: Mall) -> None:
    mall.publish()
    body = comments(("1", "停车场出口太堵了"), ("2", "服务很好"), ("2", "服务很好"), tenant_id="noodle-bar")
    answer = mall.staff("POST /surveys/survey-1/comments", body)
    assert (answer.status, answer.body) == (200, {"accepted": 2, "known": 1, "refused": []})
    assert mall.staff("POST /surveys/survey-1/comments", body).body == {"accepted": 0, "known": 3, "refused": []}
    other = {"comments": [{**body["comments"][0], "source": "xiaohongshu"}]}
    assert mall.staff("POST /surveys/survey-1/comments", other).body["accepted"] == 1
    found = rows("answer")
    assert len(found) == 3
    kept = {(row["channel"], row["origin"], row["tenant_id"], row["survey"]) for row in found}
    assert kept == {("social_media", "import", "noodle-bar", "survey-1")}
    assert {row["mode"] for row in found} == {"weibo", "xiaohongshu"}
    assert all("member_id" not in row and row["sentiment"] and row["texts"][0]["text"] for row in found)


def test_a_comment_that_cannot_be_kept_is_named_and_the_others_are_kept(mall: Mall) -> None:
    mall.publish()
    body = comments(("1", ""), ("2", "长" * 10_001), ("3", "好"), ("4", 5), ("5", " \x00 "), ("7", "😀" * 10_000))
    body["comments"].append({"id": "6", "text": "好", "source": "weibo", "at": iso(NOON + timedelta(days=1))})
    answer = mall.staff("POST /surveys/survey-1/comments", json.dumps(body).replace('"id": "5"', '"id": "5"'))
    assert answer.body == {
        "accepted": 2,
        "known": 0,
        "refused": [
            {"id": "1", "code": "empty"},
            {"id": "2", "code": "text_too_long"},
            {"id": "4", "code": "not_text"},
            {"id": "5", "code": "empty"},
            {"id": "6", "code": "bad_time"},
        ],
    }
    half = '{"comments": [{"id": "8", "text": "\\ud83d", "source": "weibo"}]}'
    assert mall.staff("POST /surveys/survey-1/comments", half).body["refused"] == [{"id": "8", "code": "not_text"}]


def test_comments_keep_the_day_they_were_written(mall: Mall) -> None:
    mall.publish()
    mall.staff("POST /surveys/survey-1/comments", comments(("1", "好"), at="2026-03-01T23:30:00+08:00"))
    (row,) = rows("answer")
    assert (row["answered_on"], row["recorded_at"]) == ("2026-03-01", iso(NOON))


def test_two_hundred_comments_are_taken_and_no_more(mall: Mall) -> None:
    mall.publish()
    many = comments(*((str(n), "好") for n in range(201)))
    assert mall.staff("POST /surveys/survey-1/comments", many).status == 400
    many["comments"].pop()
    assert mall.staff("POST /surveys/survey-1/comments", many).body["accepted"] == 200


def test_comments_are_for_surveys_that_were_published(mall: Mall) -> None:
    assert mall.staff("POST /surveys/none/comments", comments(("1", "好"))).status == 404
    mall.publish(state=OfferState.DRAFT)
    assert mall.staff("POST /surveys/survey-1/comments", comments(("1", "好"))).code == "wrong_state"
