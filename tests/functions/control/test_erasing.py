"""Erasure takes the words about a member and leaves what was decided (requirement M6, pitfall 20)."""

import json
from typing import Any

import pytest

from functions.control import on_event
from loyalty.types import Status
from tests.functions.control.conftest import ALAN, ANNA, BEN, WORDS, Mall, request_row, rows
from tests.functions.members.faults import Fault, broken_call, first
from tests.support import Context

HANDLER: Any = on_event.handler
PLEA = "Das war mein Einkauf"


def erased(subject: str = ANNA, message: str = "m1") -> dict[str, Any]:
    """A message that somebody was erased."""
    return {"messageId": message, "body": json.dumps({"detail": {"type": "MemberErased", "subject": subject}})}


def hear(*messages: dict[str, Any]) -> list[str]:
    """Apply messages; return those that must come again."""
    answer = HANDLER({"Records": list(messages)}, Context())
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_the_words_go_and_what_was_decided_stays(mall: Mall) -> None:
    mall.holds()
    mall.holds(BEN)
    frozen, other = mall.done("freezes"), mall.asked("voids", member=BEN, points=5)
    mall.appeal(frozen, PLEA)
    waiting = mall.asked("voids", key="waiting", points=5)
    before = request_row(frozen)
    assert hear(erased()) == []
    assert not [row for row in rows("control") if WORDS in str(row) and row.get("member_id") == ANNA]
    assert PLEA not in str(rows("control"))
    after = request_row(frozen)
    gone = {"text", "appeal_text", "happened"}
    assert {**after, "version": 3} == {name: value for name, value in before.items() if name not in gone}
    assert after["version"] == 4
    assert "happened" not in request_row(waiting)
    assert request_row(other)["text"] == WORDS
    assert not [row for row in rows("control") if row["kind"] == "frozen"]
    body = mall.look(f"/control-requests/{frozen}").body
    assert (body["text"], body["appeal"]["text"], body["state"]) == (None, None, "approved")


def test_hearing_it_again_changes_nothing(mall: Mall) -> None:
    mall.member()
    mall.done("freezes")
    hear(erased())
    before = rows("control")
    assert hear(erased(), erased("member-nobody", "m2")) == []
    assert rows("control") == before


def test_a_decision_made_meanwhile_cannot_write_the_words_back(mall: Mall) -> None:
    mall.holds()
    request_id = mall.asked("voids", points=5)
    with first(lambda: hear(erased())):
        answer = mall.decide(request_id, who=ALAN)
    assert (answer.status, answer.code) == (409, "changed_meanwhile")
    assert "text" not in request_row(request_id)


def test_nobody_writes_about_who_is_erased_meanwhile(mall: Mall) -> None:
    mall.holds()
    with first(lambda: mall.member(status=Status.ERASED)):
        assert mall.ask("voids", points=5).code == "membership_status"
    assert rows("control") == []
    mall.member()
    frozen = mall.done("freezes")
    with first(lambda: mall.member(status=Status.ERASED)):
        assert mall.appeal(frozen, PLEA).status == 404
    assert PLEA not in str(rows("control"))


@pytest.mark.parametrize("body", ["{", "{}", '{"detail": {}}'])
def test_what_cannot_be_read_comes_back_alone(mall: Mall, body: str) -> None:
    mall.member()
    mall.done("freezes")
    assert hear({"messageId": "bad", "body": body}, erased(message="good")) == ["bad"]
    assert WORDS not in str(rows("control"))


def test_what_failed_comes_again(mall: Mall) -> None:
    mall.member()
    mall.done("freezes")
    with broken_call(0, Fault.REFUSED):
        assert hear(erased()) == ["m1"]
    assert hear(erased()) == []
    assert WORDS not in str(rows("control"))
