"""What outstanding points are worth: whole numbers, a named estimate, and what experience says of it (I5)."""

from typing import Any

import pytest

from functions.books.estimates_desk import handler as desk
from functions.books.reports import handler as reports
from tests.functions.books.mall import Mall, bucket, count
from tests.functions.till import ANNA, BEN
from tests.support import HttpAnswer, call, http_event, staff_caller

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
MAKER, CHECKER = staff_caller("operator", login="ann"), staff_caller("approver", login="bob")
RATES: list[dict[str, Any]] = [
    {"until_age": 1, "expected": "0.9"},
    {"tier": "regular", "until_age": 6, "expected": "0.333"},
    {"expected": "0.1"},
]


def ask(route: str, caller: dict[str, Any] = MAKER, body: object = None, key: str = "k-1") -> HttpAnswer:
    return call(desk, http_event(route, body=body, caller=caller, headers={"idempotency-key": key}))


def drafted(effective_from: str, key: str = "k-1", rates: list[dict[str, Any]] = RATES) -> str:
    body = {"name": f"from {effective_from}", "effective_from": effective_from, "rates": rates}
    answer = ask("POST /books/estimates", body=body, key=key)
    assert answer.status == 201, answer.body
    return str(answer.body["estimate_id"])


def approved(effective_from: str, key: str = "k-1", rates: list[dict[str, Any]] = RATES) -> str:
    estimate_id = drafted(effective_from, key, rates)
    assert ask(f"POST /books/estimates/{estimate_id}/approvals", CHECKER, {"version": 1}).status == 201
    return estimate_id


def liability(**query: str) -> HttpAnswer:
    return call(reports, http_event("GET /books/liability", caller=staff_caller("auditor"), query=query))


def held(mall: Mall) -> None:
    """Anna holds 777 points that lapse in November 2027 and 1,001 that lapse in May, Ben owes 50."""
    mall.earn(ANNA, 777, 77_700, "R-1", bucket(mall.clock, 385))
    mall.earn(ANNA, 1_001, 100_100, "R-2", bucket(mall.clock, 200))
    mall.take_back(BEN, 50, bucket(mall.clock, 200))


def test_without_an_estimate_everything_is_expected_to_be_used(mall: Mall) -> None:
    held(mall)
    mall.clock.tomorrow()
    mall.close()
    told = liability().body
    assert (told["as_of"], told["estimate"], told["outstanding"], told["debt"]) == ("2026-11-02", None, 1_778, 50)
    assert (told["value_mfen"], told["liability_mfen"], told["breakage_mfen"]) == (1_778_000, 1_778_000, 0)
    assert [(item["cohort"], item["expires"], item["age_months"]) for item in told["items"]] == [
        ("2026-05", "2027-05", 6),
        ("2026-11", "2027-11", 0),
    ]


def test_the_estimate_in_force_that_day_is_used_and_named(mall: Mall) -> None:
    held(mall)
    estimate_id = approved("2026-11-02")
    approved("2026-11-03", key="k-2", rates=[{"expected": "0"}])
    mall.clock.tomorrow()
    mall.close()
    told = liability(as_of="2026-11-02").body
    assert told["estimate"] == {
        "estimate_id": estimate_id,
        "version": 2,
        "name": "from 2026-11-02",
        "effective_from": "2026-11-02",
        "approved_by": "bob",
    }
    # The tier's own rate comes first: 1,001 and 777 points, both up to six months old, at a third.
    assert [item["expected"] for item in told["items"]] == [333, 333]
    assert [item["liability_mfen"] for item in told["items"]] == [333_333, 258_741]
    assert told["liability_mfen"] + told["breakage_mfen"] == told["value_mfen"] == 1_778_000
    assert told["liability_fen"] == 593
    mall.clock.tomorrow()
    mall.close()
    assert liability(as_of="2026-11-03").body["liability_mfen"] == 0
    assert liability(as_of="2026-11-02").body == told


def test_a_day_that_was_not_closed_has_no_liability(mall: Mall) -> None:
    assert liability().status == 404
    mall.clock.tomorrow()
    mall.close()
    assert liability(as_of="2026-11-01").status == 404


def test_nobody_approves_their_own_estimate(mall: Mall) -> None:
    estimate_id = drafted("2026-12-01")
    own = staff_caller("approver", login="ann")
    assert ask(f"POST /books/estimates/{estimate_id}/approvals", own).code == "own_approval"
    assert ask(f"POST /books/estimates/{estimate_id}/approvals", CHECKER).body["approved_by"] == "bob"


def test_an_estimate_never_changes_a_day_that_is_over(mall: Mall) -> None:
    body = {"name": "late", "effective_from": "2026-11-01", "rates": RATES}
    refused = ask("POST /books/estimates", body=body)
    assert (refused.status, refused.code, refused.body["earliest"]) == (422, "estimate_in_the_past", "2026-11-02")
    waiting, running = drafted("2026-11-02"), approved("2026-11-02", key="k-2")
    mall.clock.tomorrow()
    assert ask(f"POST /books/estimates/{waiting}/approvals", CHECKER).code == "estimate_in_the_past"
    assert ask(f"POST /books/estimates/{running}/endings").code == "estimate_in_the_past"
    assert ask(f"PATCH /books/estimates/{running}", body={"name": "other"}).code == "wrong_state"
    assert ask(f"POST /books/estimates/{waiting}/endings").body["state"] == "ended"


def test_a_draft_is_changed_until_it_is_approved(mall: Mall) -> None:
    estimate_id = drafted("2026-12-01")
    changed = ask(f"PATCH /books/estimates/{estimate_id}", body={"rates": [{"expected": "0.5"}]})
    assert changed.body["definition"]["rates"] == [{"tier": None, "until_age": None, "expected": "0.5"}]
    twice = [{"expected": "0.5"}, {"expected": "0.6"}]
    assert ask(f"PATCH /books/estimates/{estimate_id}", body={"rates": twice}).status == 400
    assert ask(f"PATCH /books/estimates/{estimate_id}", body={"rates": [{"expected": "1.2"}]}).status == 400
    listed = ask("GET /books/estimates", staff_caller("auditor")).body["items"]
    assert [item["estimate_id"] for item in listed] == [estimate_id]
    assert ask(f"GET /books/estimates/{estimate_id}", staff_caller("marketer")).status == 403


def test_experience_says_what_became_of_a_cohort(mall: Mall) -> None:
    soon = bucket(mall.clock, 4)
    mall.clock.tomorrow()
    mall.close()
    mall.earn(ANNA, 1_000, 100_000, "R-1", soon)
    mall.earn(BEN, 500, 50_000, "R-2", bucket(mall.clock, 300))
    mall.use(ANNA, 700)
    for _ in range(4):
        mall.clock.tomorrow()
    mall.lapse(ANNA)
    count(mall.events())
    asked = http_event("GET /books/experience", caller=staff_caller("auditor"), query={"purse": "points"})
    first, second = call(reports, asked).body["items"]
    assert first == {
        "expires": "2026-11",
        "issued": 1_000,
        "used": 700,
        "expired": 300,
        "voided": 0,
        "transferred": 0,
        "held": 0,
        "redemption": 700,
        "breakage": 300,
    }
    assert (second["issued"], second["held"], second["redemption"]) == (500, 500, 0)
