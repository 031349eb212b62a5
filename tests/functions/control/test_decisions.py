"""Deciding: by another person, at the version looked at, with the account in one transaction, once (M7, D2, P13)."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from loyalty import dynamo
from loyalty.account_store import to_row
from loyalty.buckets import NEVER, BucketKey
from loyalty.tiers import Record
from loyalty.types import Month, Purse, Status
from tests.conftest import put_programme
from tests.functions.control.conftest import (
    ADA,
    ALAN,
    LATER,
    OLGA,
    SOON,
    WORDS,
    Mall,
    account,
    request_row,
    rows,
)
from tests.functions.members.faults import Fault, KilledError, broken_call, calls_through, first
from tests.support import PROGRAMME

# A process that is killed counts nothing any more.
pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")

POINTS = Purse.POINTS


def held(purse: Purse = POINTS) -> dict[BucketKey, int]:
    return dict(account().held(purse))


def legs() -> int:
    """What all entries of the ledger moved."""
    return sum(leg[2] for row in rows("ledger") for leg in row["legs"])


def test_nobody_approves_what_they_asked_for(mall: Mall) -> None:
    mall.holds()
    request_id = mall.asked("voids", points=80)
    for what in ("approvals", "refusals"):
        answer = mall.decide(request_id, what, who=OLGA)
        assert (answer.status, answer.code) == (403, "own_approval")
    assert (account().total(POINTS), request_row(request_id)["state"]) == (350, "open")


@pytest.mark.parametrize("group", ["operator", "marketer", "auditor"])
def test_only_approvers_decide(mall: Mall, group: str) -> None:
    mall.holds()
    request_id = mall.asked("voids", points=80)
    for what in ("approvals", "refusals", "appeal-decisions"):
        more: dict[str, Any] = {"upheld": True} if what == "appeal-decisions" else {}
        assert mall.decide(request_id, what, group=group, **more).status == 403


def test_nobody_approves_a_version_they_have_not_seen(mall: Mall) -> None:
    mall.holds()
    request_id = mall.asked("voids", points=80)
    answer = mall.decide(request_id, version=2)
    assert (answer.status, answer.code, answer.body["version"]) == (409, "changed_meanwhile", 1)
    assert account().total(POINTS) == 350


def test_there_is_nothing_to_decide_about_what_nobody_asked(mall: Mall) -> None:
    for what in ("approvals", "refusals"):
        assert mall.decide("0" * 24, what).status == 404


def test_voided_are_points_not_yet_open_then_the_earliest_expiry_then_debt(mall: Mall) -> None:
    mall.holds()
    mall.done("voids", points=70)
    assert held() == {SOON: 80, LATER: 200}
    mall.later(minutes=1)
    mall.done("voids", points=100)
    assert held() == {LATER: 180}
    mall.later(minutes=1)
    mall.done("voids", points=200)
    assert (held(), account().debt) == ({}, {POINTS: 20})
    assert (legs(), account().total(POINTS)) == (-370, -20)


def test_pitfall_2_points_spent_before_the_void_are_owed(mall: Mall) -> None:
    mall.member()
    request_id = mall.done("voids", points=500)
    assert account().debt == {POINTS: 500}
    mall.later(minutes=1)
    mall.done("adjustments", points=600)
    assert (account().debt, account().total(POINTS)) == ({}, 100)
    assert mall.look(f"/control-requests/{request_id}").body["points_moved"] == -500


def test_all_is_what_is_held_when_it_is_approved(mall: Mall) -> None:
    mall.holds()
    request_id = mall.asked("voids", points="all")
    mall.later(minutes=1)
    mall.done("adjustments", points=1000)
    answer = mall.decide(request_id)
    assert (answer.body["whole"], answer.body["points"], answer.body["points_moved"]) == (True, None, -1350)
    assert (held(), account().debt) == ({}, {})
    assert request_row(request_id)["moved"] == -1350


def test_where_nothing_is_held_there_is_nothing_to_void(mall: Mall) -> None:
    mall.member(buckets={POINTS: {BucketKey("261031"): 70}})  # past: the sweep takes it
    request_id = mall.asked("voids", points="all")
    assert mall.decide(request_id).code == "nothing_to_void"
    assert request_row(request_id)["state"] == "open"


def test_only_the_purse_that_was_named_moves(mall: Mall) -> None:
    mall.holds(purse=Purse.COURTESY)
    mall.done("voids", points="all", purse="courtesy")
    assert (held(Purse.COURTESY), held()) == ({}, {})
    (entry,) = rows("ledger")
    assert {leg[0] for leg in entry["legs"]} == {"courtesy"}
    assert entry["reasons"] == [["voided", "courtesy", -350]]


def test_given_points_lapse_as_the_programme_says_or_on_the_day_named(mall: Mall) -> None:
    put_programme(PROGRAMME.model_copy(update={"pending": PROGRAMME.pending.model_copy(update={"days": 14})}))
    mall.member()
    mall.done("adjustments", points=30)
    mall.done("adjustments", key="2", points=5, expires_on="2026-12-24")
    mall.done("adjustments", key="3", points=7, purse="growth")
    assert held() == {BucketKey("271130"): 30, BucketKey("261224"): 5}
    assert held(Purse.GROWTH) == {NEVER: 7}


def test_a_day_that_passed_while_the_request_waited_is_refused(mall: Mall) -> None:
    mall.member()
    request_id = mall.asked("adjustments", points=5, expires_on="2026-11-21")
    mall.later(days=1)
    assert mall.decide(request_id).code == "last_day"
    assert (held(), rows("ledger")) == ({}, [])


def test_an_adjustment_downwards_is_taken_like_a_void(mall: Mall) -> None:
    mall.holds()
    mall.done("adjustments", points=-360)
    assert (held(), account().debt) == ({}, {POINTS: 10})
    (entry,) = rows("ledger")
    assert (entry["kind"], entry["reasons"]) == ("adjust", [["adjusted", "points", -360]])


def test_the_tier_is_not_moved_by_hand(mall: Mall) -> None:
    record = Record(spend={Month("2611"): 500_000})
    mall.holds(record=record)
    before = account()
    mall.done("voids", points="all")
    assert (account().record, account().rung) == (before.record, before.rung)


@pytest.mark.parametrize("status", [Status.ACTIVE, Status.UNCLAIMED, Status.QUALIFYING])
def test_a_freeze_remembers_what_the_membership_was(mall: Mall, status: Status) -> None:
    put_programme(PROGRAMME.model_copy(update={"enrolment": _minimum(1000)}))
    mall.holds(status=status)
    mall.done("freezes")
    assert (account().status, held()[LATER]) == (Status.FROZEN, 200)
    mall.later(minutes=1)
    mall.done("unfreezes")
    assert account().status is status
    assert {row["kind"] for row in rows("control")} == {"request"}  # nothing is remembered any more


def test_who_spent_enough_while_frozen_is_a_member_afterwards(mall: Mall) -> None:
    put_programme(PROGRAMME.model_copy(update={"enrolment": _minimum(1000)}))
    mall.member(status=Status.QUALIFYING)
    mall.done("freezes")
    spent = replace(account(), record=Record(spend={Month("2611"): 1000_00}))
    dynamo.client().put_item(TableName="accounts", Item=dynamo.to_item(to_row(spent, PROGRAMME)))
    mall.later(minutes=1)
    mall.done("unfreezes")
    assert account().status is Status.ACTIVE


def _minimum(yuan: int) -> Any:
    return PROGRAMME.enrolment.model_copy(update={"minimum_spend_yuan": yuan})


def test_two_freezes_are_one(mall: Mall) -> None:
    mall.member()
    one, other = mall.asked("freezes"), mall.asked("freezes", key="other")
    assert mall.decide(one).status == 201
    answer = mall.decide(other)
    assert (answer.status, answer.code) == (422, "membership_status")
    assert request_row(other)["state"] == "open"


def test_the_entry_says_who_decided_under_which_request_and_no_word_of_why(mall: Mall) -> None:
    mall.member()
    request_id = mall.done("freezes")
    (entry,) = rows("ledger")
    assert (entry["source"], entry["movement"], entry["kind"]) == (f"control/{request_id}", "freeze", "status")
    assert (entry["actor"], entry["origin"], entry["legs"]) == (f"staff:{ADA}", "staff", [])
    assert entry["facts"] == {
        "status_before": "active",
        "status_after": "frozen",
        "request_id": request_id,
        "why": "false_receipts",
    }
    assert WORDS not in str(rows("ledger")) + str(rows("accounts"))
    assert (entry["account_version"], account().version) == (1, 1)


def test_a_refused_request_changes_nothing_for_ever(mall: Mall) -> None:
    mall.holds()
    request_id = mall.asked("voids", points=80)
    assert mall.decide(request_id, "refusals").body["state"] == "refused"
    assert mall.decide(request_id, "refusals").headers["idempotent-replayed"] == "true"
    assert mall.decide(request_id, "refusals", who=ALAN).code == "wrong_state"
    assert mall.decide(request_id, version=2).code == "wrong_state"
    assert (account().total(POINTS), rows("ledger")) == (350, [])


def test_a_repeated_approval_is_answered_alike_and_a_second_persons_is_not(mall: Mall) -> None:
    mall.holds()
    request_id = mall.asked("voids", points=80)
    answer = mall.decide(request_id)
    again = mall.decide(request_id)
    assert (again.status, again.body, again.headers["idempotent-replayed"]) == (201, answer.body, "true")
    assert mall.decide(request_id, who=ALAN).code == "wrong_state"
    assert mall.decide(request_id, "refusals").code == "wrong_state"
    assert (account().total(POINTS), len(rows("ledger"))) == (270, 1)


@pytest.mark.parametrize("what", ["approvals", "refusals"])
def test_of_two_who_decide_at_once_one_is_told_the_others_decision(mall: Mall, what: str) -> None:
    mall.holds()
    request_id = mall.asked("voids", points=80)
    answers = []
    operation = "TransactWriteItems" if what == "approvals" else "PutItem"
    with first(lambda: answers.append(mall.decide(request_id, who=ALAN)), operation):
        answers.append(mall.decide(request_id, what))
    assert [answer.status for answer in answers] == [201, 409]
    assert (answers[1].code, request_row(request_id)["checker"]) == ("wrong_state", ALAN)
    assert (account().total(POINTS), len(rows("ledger"))) == (270, 1)


def test_a_movement_in_between_is_seen_by_the_decision(mall: Mall) -> None:
    mall.holds()
    request_id = mall.asked("voids", points="all")
    other = mall.asked("adjustments", key="other", points=-50)
    with first(lambda: mall.decide(other, who=ALAN)):
        assert mall.decide(request_id).body["points_moved"] == -300
    assert (account().total(POINTS), account().version) == (0, 2)


def calls_of(request: Callable[[], object]) -> int:
    """How many calls to DynamoDB a request makes."""
    made: list[str] = []

    def noted(_n: int, operation: str, call: Callable[[], Any]) -> Any:
        made.append(operation)
        return call()

    with calls_through(noted):
        request()
    return len(made)


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.KILLED, Fault.REFUSED])
@pytest.mark.parametrize("task", ["voids", "freezes"])
def test_whatever_call_fails_the_account_moves_once_or_not_at_all(mall: Mall, fault: Fault, task: str) -> None:
    points = {"points": 80} if task == "voids" else {}
    mall.holds("member-ben")
    probe = mall.asked(task, member="member-ben", **points)
    number = calls_of(lambda: mall.decide(probe))
    assert number >= 5
    for n in range(number):
        mall.holds(name := f"member-{n:04d}")
        request_id = mall.asked(task, member=name, key=str(n), **points)
        with suppress(KilledError), broken_call(n, fault):
            mall.decide(request_id)
        entries = [row for row in rows("ledger") if row["member_id"] == name]
        assert request_row(request_id)["state"] == ("approved" if entries else "open")
        assert mall.decide(request_id).status == 201
        assert account(name).total(POINTS) == (270 if task == "voids" else 350)
        assert account(name).version == 1


def test_who_was_erased_meanwhile_is_left_alone(mall: Mall) -> None:
    mall.holds()
    request_id = mall.asked("adjustments", points=80)
    mall.member(status=Status.ERASED)
    answer = mall.decide(request_id)
    assert (answer.status, answer.code) == (422, "membership_status")
    assert rows("ledger") == []
