"""The life of an offer by its routes: drafted, changed, approved by another person, published once, ended (issue 7)."""

from typing import Any

import pytest

from functions.lifecycle import staff
from tests.functions.lifecycle.office import WELCOME, Mall, given
from tests.support import HttpAnswer, call, http_event, staff_caller

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")


def send(route: str, body: object = None, group: str = "marketer", login: str = "maker") -> HttpAnswer:
    caller = staff_caller(group, login=login)
    return call(staff.handler, http_event(route, body=body, caller=caller, headers={"idempotency-key": "key-1"}))


def one(answer: HttpAnswer) -> str:
    return f"/occasion-offers/{answer.body['offer_id']}"


def test_an_offer_is_led_through_its_life(mall: Mall) -> None:
    made = send("POST /occasion-offers", {**WELCOME, "quantity": 5})
    assert (made.status, made.body["state"], made.body["left"]) == (201, "draft", None)
    assert send("POST /occasion-offers", {**WELCOME, "quantity": 5}).headers["idempotent-replayed"] == "true"
    assert send(f"PATCH {one(made)}", {"quantity": 9}).body["definition"]["quantity"] == 9
    assert send(f"POST {one(made)}/approvals", {"version": 2}, "approver").code == "own_approval"
    assert send(f"POST {one(made)}/approvals", {"version": 1}, "approver", "boss").code == "changed_meanwhile"
    assert send(f"POST {one(made)}/publications").code == "wrong_state"
    assert send(f"POST {one(made)}/approvals", {"version": 2}, "approver", "boss").body["approved_by"] == "boss"
    for _ in range(2):
        assert send(f"POST {one(made)}/publications").body["state"] == "published"
    assert send(f"GET {one(made)}", group="auditor").body["left"] == 9
    assert send(f"PATCH {one(made)}", {"quantity": 1}).code == "wrong_state"
    mall.hear(mall.event())
    assert send(f"GET {one(made)}").body["left"] == 8
    for step, state in (("pauses", "paused"), ("resumptions", "published"), ("endings", "ended")):
        assert send(f"POST {one(made)}/{step}").body["state"] == state
    mall.hear(mall.event(who="ben-0000001"))
    assert len(given()) == 1


def test_offers_are_listed_by_state(mall: Mall) -> None:
    mall.publish()
    send("POST /occasion-offers", {**WELCOME, "points": 5})
    assert len(send("GET /occasion-offers").body["items"]) == 2
    query = http_event("GET /occasion-offers", caller=staff_caller("auditor"), query={"state": "draft"})
    assert [item["definition"]["points"] for item in call(staff.handler, query).body["items"]] == [5]


@pytest.mark.parametrize(
    "wrong",
    [{"occasion": "easter"}, {"coupons": [], "points": 0}, {"points": "5"}, {"who": {"tiers": ["A!"]}}, {"x": 1}],
)
def test_a_draft_that_makes_no_sense_is_refused(mall: Mall, wrong: dict[str, Any]) -> None:
    assert send("POST /occasion-offers", {**WELCOME, **wrong}).status == 400


def test_staff_of_other_groups_may_only_look(mall: Mall) -> None:
    assert send("POST /occasion-offers", WELCOME, "operator").status == 403
    assert send("GET /occasion-offers", group="operator").status == 200
