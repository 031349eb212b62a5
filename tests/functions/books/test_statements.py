"""A till's day against what we hold: equal, or where exactly it differs (requirement F2, first half)."""

import random
from typing import Any

import pytest

from functions.books import daily, reconciling
from functions.books.tenants_desk import handler as desk
from functions.books.till import handler as till
from tests.functions.books.mall import Mall, bucket, count
from tests.functions.till import ANNA
from tests.support import Context, HttpAnswer, call, http_event, staff_caller, till_caller

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
DAY = "2026-11-02"
STATED: dict[str, Any] = {
    "receipts": 2,
    "gross": 30_000,
    "paid": 30_000,
    "points_spent": 120,
    "points_earned": 300,
    "refunds": 0,
    "money_back": 0,
    "receipt_nos": ["R-1", "R-2"],
}


def state(day: str = DAY, tenant_id: str = "shoes", **changes: Any) -> HttpAnswer:
    body = {name: value for name, value in {**STATED, **changes}.items() if value is not None}
    return call(till, http_event(f"PUT /days/{day}/statement", body=body, caller=till_caller(tenant_id)))


def look(day: str = DAY, tenant_id: str = "shoes", group: str = "auditor") -> HttpAnswer:
    return call(desk, http_event(f"GET /tenants/{tenant_id}/days/{day}", caller=staff_caller(group)))


def open_days() -> list[tuple[str, str]]:
    answer = call(desk, http_event("GET /reconciliations", caller=staff_caller("operator")))
    return [(item["tenant_id"], item["day"]) for item in answer.body["items"]]


@pytest.fixture
def trading(mall: Mall) -> Mall:
    """Two receipts and a redemption at the desk, counted."""
    mall.earn(ANNA, 100, 10_000, "R-1", bucket(mall.clock, 300))
    mall.earn(ANNA, 200, 20_000, "R-2", bucket(mall.clock, 300))
    mall.use(ANNA, 120)
    count(mall.events())
    return mall


def test_a_day_that_both_sides_see_alike_is_equal(trading: Mall) -> None:
    answer = state()
    assert (answer.status, answer.body["state"], answer.body["differences"]) == (200, "equal", [])
    assert answer.body["held"]["redemptions"] == 1
    assert open_days() == []


def test_every_figure_that_differs_is_named_with_both_sides(trading: Mall) -> None:
    told = state(gross=31_000, receipt_nos=None, points_earned=None).body
    assert (told["state"], told["receipts"]) == ("different", None)
    assert told["differences"] == [{"figure": "gross", "stated": 31_000, "held": 30_000}]
    assert open_days() == [("shoes", DAY)]
    assert look().body["differences"] == told["differences"]


def test_receipts_that_only_one_side_has_are_named(trading: Mall) -> None:
    told = state(receipt_nos=["R-1", "R-9"]).body["receipts"]
    assert told["unknown"] == {"count": 1, "receipt_nos": ["R-9"]}
    assert told["unlisted"] == {"count": 1, "receipt_nos": ["R-2"]}
    assert told["other_day"]["count"] == told["being_counted"]["count"] == 0


def test_a_receipt_of_another_day_is_told_from_one_that_never_came(trading: Mall) -> None:
    trading.clock.tomorrow()
    told = state("2026-11-03", receipt_nos=["R-1", "R-9"]).body["receipts"]
    assert (told["other_day"]["receipt_nos"], told["unknown"]["receipt_nos"]) == (["R-1"], ["R-9"])


def test_a_receipt_that_is_being_counted_is_awaited_and_then_equal(trading: Mall) -> None:
    trading.earn(ANNA, 5, 500, "R-3", bucket(trading.clock, 300))
    changes: dict[str, Any] = {"receipts": 3, "gross": 30_500, "paid": 30_500, "points_earned": 305}
    told = state(receipt_nos=["R-1", "R-2", "R-3"], **changes).body
    assert (told["state"], told["receipts"]["being_counted"]["receipt_nos"]) == ("settling", ["R-3"])
    count(trading.events())
    assert look().body["state"] == "equal"
    assert open_days() == [("shoes", DAY)]
    trading.clock.tomorrow()
    assert daily.handler({}, Context())["statements_settled"] == 1  # type: ignore[arg-type]
    assert open_days() == []


def test_what_still_differs_stays_open_over_night(trading: Mall) -> None:
    state(receipts=7)
    trading.clock.tomorrow()
    assert daily.handler({}, Context())["statements_settled"] == 0  # type: ignore[arg-type]
    assert open_days() == [("shoes", DAY)]


def test_a_statement_replaces_the_one_before(trading: Mall) -> None:
    state(receipts=7)
    assert look().body["stated"]["receipts"] == 7
    state()
    assert (look().body["state"], open_days()) == ("equal", [])


def test_a_till_states_its_own_days_from_today_back_to_sixty(trading: Mall) -> None:
    assert state("2026-11-03").code == "statement_day"
    assert state("2026-09-03").status == 200
    assert state("2026-09-02").code == "statement_day"
    assert state("2026-02-30").status == 400
    assert state(tenant_id="bags").status == 404


def test_staff_state_a_day_on_a_tenants_behalf(trading: Mall) -> None:
    route = f"PUT /tenants/shoes/days/{DAY}/statement"
    answer = call(desk, http_event(route, body=STATED, caller=staff_caller("operator")))
    assert (answer.status, answer.body["state"], answer.body["stated_by"]) == (200, "equal", "staff:staff-1")
    assert call(desk, http_event(route, body=STATED, caller=staff_caller("auditor"))).status == 403


def test_a_day_nobody_stated_shows_what_we_hold(trading: Mall) -> None:
    told = look().body
    assert (told["state"], told["stated"], told["held"]["gross"]) == ("unstated", None, 30_000)
    assert look(tenant_id="bags").status == 404
    assert look(group="marketer").status == 403


def test_counting_twice_and_in_any_order_changes_no_figure(mall: Mall) -> None:
    for number in range(12):
        mall.earn(ANNA, 10, 1_000, f"N-{number:02d}", bucket(mall.clock, 300))
    events = mall.events()
    count(events, random.Random(1))
    count(events)
    numbers = [f"N-{number:02d}" for number in range(12)]
    told = state(receipts=12, gross=12_000, paid=12_000, points_spent=0, points_earned=120, receipt_nos=numbers).body
    assert told["state"] == "equal", told


def test_a_comparison_gives_way_to_a_statement_made_meanwhile(trading: Mall, monkeypatch: pytest.MonkeyPatch) -> None:
    trading.earn(ANNA, 5, 500, "R-3", bucket(trading.clock, 300))
    state(receipts=3, gross=30_500, paid=30_500, points_earned=305, receipt_nos=None)
    count(trading.events())
    assert look().body["state"] == "equal"
    compared = reconciling._compared

    def slowly(*given: Any) -> Any:
        monkeypatch.setattr(reconciling, "_compared", compared)
        found = compared(*given)
        trading.clock.now = trading.clock.now.replace(hour=13)
        state(receipts=8)
        return found

    monkeypatch.setattr(reconciling, "_compared", slowly)
    assert reconciling.look_again(trading.clock.now) == 0
    assert look().body["stated"]["receipts"] == 8
    assert open_days() == [("shoes", DAY)]
