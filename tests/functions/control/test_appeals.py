"""Appeals: the member's, once, in time, frozen or not; decided by a third person where there is one (K5)."""

from typing import Any

import pytest

from loyalty.types import Purse, Status
from tests.functions.control.conftest import (
    ADA,
    ALAN,
    AMY,
    ANNA,
    BEN,
    OLGA,
    WORDS,
    Mall,
    account,
    request_row,
    rows,
)
from tests.functions.members.faults import first

PLEA = "Das war mein Einkauf"


def judged(mall: Mall, request_id: str, who: str = ALAN, **body: Any) -> Any:
    return mall.decide(request_id, "appeal-decisions", who=who, **{"version": 3, "upheld": True, **body})


def test_a_member_reads_what_was_decided_and_done_and_not_the_words_of_staff(mall: Mall) -> None:
    mall.holds()
    waiting, refused = mall.asked("voids", points=1), mall.asked("voids", key="r", points=2)
    mall.decide(refused, "refusals")
    mall.later(minutes=1)
    done = mall.done("voids", points=80)
    (decision,) = mall.mine()
    assert decision == {
        "decision_id": done,
        "kind": "void",
        "reason_code": "false_receipts",
        "text": "积分已作废：虚假小票",
        "decided_at": "2026-11-21T04:01:00.000Z",
        "purse": "points",
        "points": -80,
        "appealable": True,
        "appeal_until": "2026-12-21T04:01:00.000Z",
        "appeal": None,
    }
    (in_english,) = mall.mine(**{"accept-language": "en"})
    assert in_english["text"] == "Points were voided: false receipts"
    assert waiting not in str(decision)


def test_a_member_reads_nothing_about_others(mall: Mall) -> None:
    mall.holds()
    mall.member(BEN)
    request_id = mall.done("voids", points=80)
    assert mall.mine(BEN) == []
    assert mall.appeal(request_id, who=BEN).status == 404
    assert "appeal_at" not in request_row(request_id)


def test_a_frozen_member_reads_and_appeals(mall: Mall) -> None:
    mall.member()
    request_id = mall.done("freezes")
    assert account().status is Status.FROZEN
    answer = mall.appeal(request_id, PLEA)
    assert (answer.status, answer.body["appeal"]["state"], answer.body["appealable"]) == (201, "open", False)
    (decision,) = mall.mine()
    assert decision["appeal"] == {"state": "open", "appealed_at": "2026-11-21T04:00:00.000Z", "decided_at": None}
    row = request_row(request_id)
    assert (row["happened"], row["actor"], row["origin"], row["version"]) == (
        ["ControlAppealed"],
        "member",
        "member",
        3,
    )
    appeal = mall.look(f"/control-requests/{request_id}").body["appeal"]
    assert (appeal["text"], appeal["decided_by"]) == (PLEA, None)


def test_a_decision_is_appealed_once(mall: Mall) -> None:
    mall.member()
    request_id = mall.done("freezes")
    first_answer = mall.appeal(request_id, PLEA)
    again = mall.appeal(request_id, PLEA)
    assert (again.body, again.headers["idempotent-replayed"]) == (first_answer.body, "true")
    assert mall.appeal(request_id, "And another thing").code == "appealed_before"
    assert request_row(request_id)["appeal_text"] == PLEA


@pytest.mark.parametrize(("seconds", "status"), [(-1, 201), (0, 409)])
def test_thirty_days_are_given_to_appeal(mall: Mall, seconds: int, status: int) -> None:
    mall.member()
    request_id = mall.done("freezes")
    mall.later(days=30, seconds=seconds)
    assert mall.mine()[0]["appealable"] is (status == 201)
    answer = mall.appeal(request_id)
    assert answer.status == status
    assert status == 201 or (answer.code, answer.body["until"]) == ("appeal_too_late", "2026-12-21T04:00:00.000Z")


def test_what_took_nothing_is_not_appealed(mall: Mall) -> None:
    mall.member()
    given, frozen = mall.done("adjustments", points=5), mall.done("freezes")
    thawed = mall.done("unfreezes")
    assert [mall.appeal(one).code for one in (given, thawed)] == ["not_appealable", "not_appealable"]
    assert {one["decision_id"]: one["appealable"] for one in mall.mine()} == {given: False, frozen: True, thawed: False}


def test_what_is_not_decided_or_was_refused_cannot_be_appealed(mall: Mall) -> None:
    mall.holds()
    request_id = mall.asked("voids", points=5)
    assert mall.appeal(request_id).status == 404
    mall.decide(request_id, "refusals")
    assert mall.appeal(request_id).code == "not_appealable"


def test_an_upheld_appeal_opens_the_request_that_undoes_the_decision(mall: Mall) -> None:
    mall.holds()
    voided = mall.done("voids", points="all")
    mall.appeal(voided, PLEA)
    mall.later(days=2)
    answer = judged(mall, voided)
    opened = answer.body["appeal"]["opened"]
    assert (answer.status, answer.body["appeal"]["state"], answer.body["appeal"]["decided_by"]) == (201, "upheld", ALAN)
    found = mall.look(f"/control-requests/{opened}").body
    assert {name: found[name] for name in ("state", "kind", "points", "purse", "maker", "reason_code", "undoes")} == {
        "state": "open",
        "kind": "adjust",
        "points": 350,
        "purse": "points",
        "maker": ALAN,
        "reason_code": "complaint",
        "undoes": voided,
    }
    assert account().total(Purse.POINTS) == 0
    assert mall.decide(opened, who=ALAN).code == "own_approval"
    assert mall.decide(opened, who=AMY).status == 201
    assert account().total(Purse.POINTS) == 350
    assert request_row(opened)["happened"] == ["ControlDecided"]


def test_an_upheld_appeal_against_a_freeze_opens_an_unfreeze(mall: Mall) -> None:
    mall.member(status=Status.UNCLAIMED)
    frozen = mall.done("freezes")
    mall.appeal(frozen)
    opened = judged(mall, frozen).body["appeal"]["opened"]
    assert mall.decide(opened, who=AMY).body["kind"] == "unfreeze"
    assert account().status is Status.UNCLAIMED


def test_a_rejected_appeal_opens_nothing(mall: Mall) -> None:
    mall.member()
    frozen = mall.done("freezes")
    mall.appeal(frozen)
    answer = judged(mall, frozen, upheld=False)
    assert (answer.body["appeal"]["state"], answer.body["appeal"]["opened"]) == ("rejected", None)
    assert [row["request_id"] for row in rows("control") if row["kind"] == "request"] == [frozen]
    assert mall.mine()[0]["appeal"]["state"] == "rejected"


def test_an_appeal_is_decided_by_a_third_person_where_there_is_one(mall: Mall) -> None:
    mall.member()
    frozen = mall.done("freezes")
    mall.appeal(frozen)
    assert [judged(mall, frozen, who).code for who in (OLGA, ADA)] == ["own_approval", "own_approval"]
    assert judged(mall, frozen, OLGA, no_other_approver=True).code == "own_approval"
    answer = judged(mall, frozen, ADA, no_other_approver=True)
    assert (answer.status, answer.body["appeal"]["no_other_approver"]) == (201, True)
    opened = mall.decide(answer.body["appeal"]["opened"], who=ADA)
    assert (opened.status, opened.body["state"]) == (201, "approved")


def test_an_appeal_is_decided_once_and_at_the_version_looked_at(mall: Mall) -> None:
    mall.member()
    frozen = mall.done("freezes")
    assert judged(mall, frozen, version=2).code == "no_open_appeal"
    mall.appeal(frozen)
    assert judged(mall, frozen, version=2).body["version"] == 3
    first_answer = judged(mall, frozen)
    again = judged(mall, frozen)
    assert (again.body, again.headers["idempotent-replayed"]) == (first_answer.body, "true")
    assert judged(mall, frozen, AMY, version=4).code == "no_open_appeal"
    assert len([row for row in rows("control") if row["kind"] == "request"]) == 2


def test_of_two_who_judge_at_once_one_is_told_so(mall: Mall) -> None:
    mall.member()
    frozen = mall.done("freezes")
    mall.appeal(frozen)
    with first(lambda: judged(mall, frozen, AMY, upheld=False), "TransactWriteItems"):
        assert judged(mall, frozen).code == "no_open_appeal"
    assert request_row(frozen)["appeal_state"] == "rejected"
    assert len([row for row in rows("control") if row["kind"] == "request"]) == 1


def test_no_word_of_staff_or_member_leaves_the_request(
    mall: Mall, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    mall.holds()
    voided = mall.done("voids", points=10)
    mall.appeal(voided, PLEA)
    judged(mall, voided)
    logged = "".join(capsys.readouterr()) + str([vars(record) for record in caplog.records])
    elsewhere = str(rows("ledger")) + str(rows("accounts")) + str(mall.mine()) + logged
    assert "control decided" in logged
    assert (WORDS in elsewhere, PLEA in elsewhere) == (False, False)
    assert ANNA in elsewhere
