"""Answering: once, by whichever way, with the points it brings, whatever goes wrong on the way."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.survey.answers import answer_row, answering
from loyalty import dynamo
from loyalty.types import Purse, Status
from tests.functions.members.faults import Fault, KilledError, broken_call, calls_through, conflicts, first
from tests.functions.survey.answering.asked import (
    ANNA,
    BEN,
    GOOD,
    Mall,
    account,
    forget,
    operations,
    rows,
    stored,
)
from tests.functions.till import everything, ledger_rows
from tests.support import TABLES

OTHER = {**GOOD, "ease": 2}
KEPT: dict[str, Any] = {
    "member_id": ANNA,
    "series_id": "survey-1",
    "survey_version": 1,
    "channel": "link",
    "invited_on": "2026-11-21",
    "answered_on": "2026-11-21",
    "tenant_id": "noodle-bar",
    "tier": "silver",
    "shelf": "answers/survey-1",
    "scores": [
        {"question": "ease", "kind": "scale", "dimension": "ease", "score": 9},
        {"question": "again", "kind": "recommendation", "dimension": "recommendation", "score": 10},
    ],
    "choices": [
        {"question": "visit", "choice": "lunch"},
        {"question": "liked", "choice": "staff"},
        {"question": "liked", "choice": "food"},
    ],
    "texts": [{"question": "why", "text": "很好"}],
    "low": [],
    "version": 1,
    "happened": ["SurveyAnswered"],
    "origin": "member",
    "language": "zh",
    "points": 50,
    "purse": "courtesy",
}
"""What a good answer by link is kept as, besides its id."""


def courtesy(who: str = ANNA) -> int:
    return account(who).total(Purse.COURTESY)


def test_a_complete_answer_is_kept_and_brings_its_points(mall: Mall) -> None:
    one = mall.invite(mall.publish())
    answer = mall.answer(one)
    assert (answer.status, answer.body) == (
        201,
        {
            "complete": True,
            "answer_id": one.invitation_id,
            "thanks": "谢谢您！",
            "reward": {"purse": "courtesy", "points": 50},
        },
    )
    assert (answer.headers["location"], courtesy()) == (f"/surveys/invitations/{one.token}", 50)
    (row,) = rows("answer")
    assert {name: row[name] for name in KEPT} == KEPT
    assert row["answer_id"] == one.invitation_id
    assert row["placed"] == f"answer/2026-11-21T04:00:00.000Z/{one.invitation_id}"
    assert row["sentiment"] in {"negative", "neutral", "positive"}
    after = stored(one.invitation_id)
    assert (after.state, after.token, after.version, after.happened) == ("answered", "", 2, ())


def test_the_same_answers_again_are_told_the_same_and_others_that_it_is_answered(mall: Mall) -> None:
    one = mall.invite(mall.publish())
    given = mall.answer(one)
    with operations() as calls:
        again = mall.answer(one)
    assert (again.status, again.body, again.headers["idempotent-replayed"]) == (201, given.body, "true")
    assert len(calls) <= 3
    assert mall.answer(one, OTHER).code == "survey_answered"
    assert mall.link(one.token).code == "survey_answered"
    assert (courtesy(), len(rows("answer"))) == (50, 1)


def test_what_we_fail_to_understand_is_kept_and_credited_all_the_same(
    mall: Mall, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("很好")

    monkeypatch.setattr(answering, "analyse", fail)
    one = mall.invite(mall.publish())
    assert mall.answer(one).status == 201
    row = dynamo.get("surveys", answer_row.key(one.invitation_id))
    assert row
    assert (row["texts"], row.get("sentiment")) == ([{"question": "why", "text": "很好"}], None)
    assert courtesy() == 50
    assert "很好" not in caplog.text


def test_an_answer_is_kept_for_two_years(mall: Mall) -> None:
    one = mall.invite(mall.publish())
    mall.answer(one)
    row = dynamo.get("surveys", answer_row.key(one.invitation_id))
    assert row
    assert datetime.fromtimestamp(row["ttl"], UTC) == mall.now + timedelta(days=730)


def test_answering_takes_three_calls(mall: Mall) -> None:
    """The first answer of a process reads what is asked besides, in the same call as the account."""
    asks = mall.publish()
    mall.answer(mall.invite(asks, BEN))  # the programme and Anna's login are remembered
    mall.mine("GET /me/surveys")
    two, one = mall.invite(asks), mall.invite(asks)
    forget()
    with operations() as calls:
        assert mall.answer(one).status == 201
    assert calls == ["GetItem", "BatchGetItem", "TransactWriteItems"]
    with operations() as calls:
        body = {"answers": GOOD}
        assert mall.mine(f"POST /me/surveys/{two.invitation_id}", body).status == 201
    assert calls == ["GetItem", "BatchGetItem", "TransactWriteItems"]


def test_of_two_at_once_one_wins_and_the_other_is_told(mall: Mall) -> None:
    asks = mall.publish()
    one = mall.invite(asks)
    with first(lambda: mall.answer(one)):
        assert mall.answer(one, OTHER).code == "survey_answered"
    two = mall.invite(asks, BEN)
    with first(lambda: mall.answer(two)):
        replayed = mall.answer(two)
    assert (replayed.status, replayed.headers["idempotent-replayed"]) == (201, "true")
    assert (courtesy(), courtesy(BEN), len(rows("answer"))) == (50, 50, 2)


def test_without_points_of_two_at_once_one_wins_as_well(mall: Mall) -> None:
    one = mall.invite(mall.publish(reward=None))
    with first(lambda: mall.answer(one)):
        assert mall.answer(one, OTHER).code == "survey_answered"
    assert mall.answer(one).headers["idempotent-replayed"] == "true"
    assert (courtesy(), len(rows("answer"))) == (0, 1)


@pytest.mark.parametrize("status", [Status.AWAITING_APPROVAL, Status.ERASED])
def test_who_may_not_be_credited_is_heard_all_the_same(mall: Mall, status: Status) -> None:
    mall.member(ANNA, status)
    one = mall.invite(mall.publish())
    answer = mall.answer(one)
    assert (answer.status, answer.body["reward"], courtesy()) == (201, None, 0)
    assert "points" not in rows("answer")[0]


@pytest.mark.parametrize("way", ["link", "telephone"])
def test_points_are_not_withheld_because_a_replica_is_behind(mall: Mall, way: str) -> None:
    one = mall.invite(mall.publish())

    def behind(_n: int, operation: str, call: Any) -> Any:
        found = call()
        if operation == "BatchGetItem" and behind_once:
            behind_once.pop()
            found["Responses"]["accounts"] = []
        return found

    behind_once = [1]
    with calls_through(behind):
        answer = mall.answer(one) if way == "link" else mall.take()
    assert (answer.status, answer.body["reward"], courtesy()) == (201, {"purse": "courtesy", "points": 50}, 50)
    assert behind_once == []


def test_a_frozen_member_is_credited(mall: Mall) -> None:
    mall.member(ANNA, Status.FROZEN)
    assert mall.answer(mall.invite(mall.publish())).body["reward"] == {"purse": "courtesy", "points": 50}
    assert courtesy() == 50


def test_a_membership_that_ends_meanwhile_is_heard_without_points(mall: Mall) -> None:
    one = mall.invite(mall.publish())
    with first(lambda: mall.member(ANNA, Status.AWAITING_APPROVAL, version=1)):
        answer = mall.answer(one)
    assert (answer.status, answer.body["reward"], courtesy()) == (201, None, 0)


@pytest.mark.parametrize("purse", [Purse.POINTS, Purse.COURTESY, Purse.GROWTH])
def test_points_go_to_the_purse_the_survey_names(mall: Mall, purse: Purse) -> None:
    mall.answer(mall.invite(mall.publish(reward={"purse": purse.value, "points": 7})))
    assert {one: account().total(one) for one in Purse if account().total(one)} == {purse: 7}
    (entry,) = ledger_rows()
    assert (entry["kind"], entry["reasons"], entry["facts"]["purse"]) == ("award", [["survey", purse, 7]], purse)


@pytest.mark.filterwarnings("ignore:No application metrics")  # a process that was killed publishes none
@pytest.mark.parametrize("reward", [{"purse": "points", "points": 5}, None])
def test_a_broken_and_repeated_answer_leaves_what_an_unbroken_one_does(mall: Mall, reward: Any) -> None:
    one = mall.invite(mall.publish(reward=reward))
    before = {name: dynamo.client().scan(TableName=name)["Items"] for name in TABLES}
    with operations() as calls:
        assert mall.answer(one).status == 201
    wanted = everything()
    for number, operation in enumerate(list(calls)):
        for fault in Fault if operation == "TransactWriteItems" else (Fault.REFUSED,):
            restore(before)
            with broken_call(number, fault), suppress(KilledError):
                mall.answer(one)
            assert mall.answer(one).status == 201, f"call {number} of {calls}: {fault}"
            assert everything() == wanted, f"call {number} of {calls}: {fault}"


def test_conflicts_pass_and_too_many_say_busy(mall: Mall) -> None:
    asks = mall.publish()
    with conflicts(3):
        assert mall.answer(mall.invite(asks)).status == 201
    with conflicts(100):
        assert mall.answer(mall.invite(asks, BEN)).code == "busy"
    assert courtesy(BEN) == 0


def test_answers_begun_are_kept_for_later(mall: Mall) -> None:
    one = mall.invite(mall.publish())
    kept = mall.answer(one, {"ease": 3, "liked": ["food"]}, complete=False)
    assert (kept.status, kept.body["complete"]) == (200, False)
    assert mall.link(one.token).body["answers"] == {"ease": 3, "liked": ["food"]}
    mall.answer(one, {"why": "慢"}, complete=False)
    assert mall.link(one.token).body["answers"] == {"why": "慢"}
    with operations() as calls:
        mall.answer(one, {"why": "慢"}, complete=False)
    assert calls == ["GetItem", "BatchGetItem"]
    assert mall.answer(one, {"ease": 11}, complete=False).body["errors"][0]["code"] == "out_of_range"
    assert stored(one.invitation_id).version == 3
    assert (rows("answer"), courtesy()) == ([], 0)


def test_keeping_and_answering_at_once_lose_no_answer(mall: Mall) -> None:
    one = mall.invite(mall.publish())
    with first(lambda: mall.answer(one), "PutItem"):
        assert mall.answer(one, {"ease": 3}, complete=False).code == "survey_answered"
    assert stored(one.invitation_id).state == "answered"


def restore(before: dict[str, list[Any]]) -> None:
    """Put back what was stored."""
    for table, keys in TABLES.items():
        for item in dynamo.client().scan(TableName=table)["Items"]:
            dynamo.client().delete_item(TableName=table, Key={name: item[name] for name, _ in keys})
        for item in before[table]:
            dynamo.client().put_item(TableName=table, Item=item)
