"""POST /purchases and GET /purchases/{receipt_no}: exactly once, whoever asks again."""

from datetime import timedelta
from typing import Any

import pytest

from loyalty import dynamo, identity
from loyalty.clock import local_date, utc_now
from loyalty.types import Purse, Status
from tests.conftest import put_programme
from tests.functions.till import (
    ANNA,
    BEN,
    account_of,
    bucket,
    everything,
    fetch,
    ledger_rows,
    ledger_sum,
    member,
    post,
    receipt,
    session,
    tenant,
)
from tests.support import PROGRAMME

REPLAYED = "idempotent-replayed"


def test_a_purchase_earns_and_says_what_for(mall: Any) -> None:
    answer = post("/purchases", receipt())
    assert (answer.status, answer.headers["location"], REPLAYED in answer.headers) == (201, "/purchases/R-1", False)
    assert answer.body.pop("entry_id")
    assert answer.body == {
        "receipt_no": "R-1",
        "points_earned": 599,
        "points_spent": 0,
        "awards": [{"rule": "base", "purse": "points", "points": 599, "reason": "消费积分"}],
        "balance": 599,
        "tier": "regular",
        "currency": "CNY",
        "gross": 59_900,
        "paid": 59_900,
        "lines": [
            {"sku": "S-1", "amount": 59_900, "off": 0, "paid_with_points": 0, "net": 59_900, "reductions": []},
        ],
        "reductions": [],
        "coupons": [],
        "gifts": [],
        "gifts_replaced": [],
        "survey": None,
    }
    assert account_of().total(Purse.POINTS) == ledger_sum() == 599


def test_reasons_are_told_in_english_to_who_asks_for_it(mall: Any) -> None:
    answer = post("/purchases", receipt(), accept_language="en-GB,en;q=0.9")
    assert answer.body["awards"][0]["reason"] == "Points for your purchase"


def test_a_replayed_receipt_earns_once_and_is_answered_alike(mall: Any) -> None:
    body = receipt()
    first = post("/purchases", body)
    before = everything()
    again = post("/purchases", body)
    assert (again.status, again.body, again.headers[REPLAYED]) == (201, first.body, "true")
    assert everything() == before


@pytest.mark.parametrize(
    "other",
    [
        {"member_id": BEN},
        {"purchased_at": "2026-01-01T10:00:00+08:00"},
        {"lines": [{"sku": "S-2", "category": "shoes", "amount": 59_900}]},
        {"lines": [{"sku": "S-1", "category": "shoes", "quantity": 2, "amount": 59_900}]},
    ],
)
def test_a_receipt_number_used_for_another_purchase_is_refused(mall: Any, other: dict[str, Any]) -> None:
    member(BEN)
    body = receipt()
    post("/purchases", body)
    before = everything()
    answer = post("/purchases", {**body, **other})
    assert (answer.status, answer.code) == (422, "idempotency_key_reused")
    assert everything() == before


def test_the_same_number_at_another_tenant_is_another_receipt(mall: Any) -> None:
    tenant("bags")
    assert post("/purchases", receipt()).status == post("/purchases", receipt(), tenant_id="bags").status == 201
    assert ledger_sum() == 2 * 599


def test_points_pay_at_the_till_with_a_session(mall: Any) -> None:
    member(ANNA, (bucket(), 1000))
    answer = post("/purchases", receipt(points=1000, member_session=session()))
    assert (answer.status, answer.body["points_spent"], answer.body["points_earned"]) == (201, 1000, 589)
    assert answer.body["balance"] == 589


def test_spending_points_without_a_session_is_refused(mall: Any) -> None:
    member(ANNA, (bucket(), 1000))
    before = everything()
    answer = post("/purchases", receipt(points=1000))
    assert (answer.status, answer.code) == (422, "member_session_required")
    assert everything() == before


def test_insufficient_points_say_how_many_are_missing_in_either_language(mall: Any) -> None:
    member(ANNA, (bucket(), 650))
    before = everything()
    body = receipt(points=1000, member_session=session())
    zh, en = post("/purchases", body), post("/purchases", body, accept_language="en")
    assert (zh.status, zh.code, zh.body["missing_points"]) == (422, "insufficient_points", 350)
    assert zh.body["detail"] == "积分不足，还差 350 分。"
    assert en.body["detail"] == "Not enough points: 350 more are needed."
    assert everything() == before


def test_a_replay_after_the_first_try_spent_the_last_point_is_answered_alike(mall: Any) -> None:
    member(ANNA, (bucket(), 1000))
    body = receipt("R-1", ("S", "shoes", 1000), points=1000, member_session=session())
    first, again = post("/purchases", body), post("/purchases", body)
    assert account_of().total(Purse.POINTS) == 0
    assert (again.status, again.body, again.headers[REPLAYED]) == (201, first.body, "true")


def test_a_replay_after_the_session_is_over_is_answered_and_a_new_purchase_is_not(mall: Any) -> None:
    member(ANNA, (bucket(), 1000))
    body = receipt(points=1000, member_session=session())
    first = post("/purchases", body)
    over = {**body, "member_session": session(minutes=-1)}
    again = post("/purchases", over)
    before = everything()
    new = post("/purchases", {**over, "receipt_no": "R-2"})
    assert (again.status, again.body) == (201, first.body)
    assert (new.status, new.code) == (410, "member_session_expired")
    assert everything() == before


def test_a_replay_after_the_redemption_rate_changed_is_answered_alike(mall: Any) -> None:
    member(ANNA, (bucket(), 1000))
    body = receipt(points=1000, member_session=session())
    first = post("/purchases", body)
    put_programme(PROGRAMME.model_copy(update={"redemption": PROGRAMME.redemption.model_copy(update={"fen": 1000})}))
    again = post("/purchases", body)
    assert (again.status, again.body) == (201, first.body)
    assert post("/purchases", {**body, "receipt_no": "R-2"}).code == "amounts_do_not_add_up"


@pytest.mark.parametrize("forge", [lambda text: text[:-2] + "AA", lambda text: "a" + text, lambda _: "junk"])
def test_a_forged_session_is_over(mall: Any, forge: Any) -> None:
    before = everything()
    answer = post("/purchases", receipt(member_session=forge(session())))
    assert (answer.status, answer.code) == (410, "member_session_expired")
    assert everything() == before


def test_a_session_of_another_tenant_is_over(mall: Any) -> None:
    answer = post("/purchases", receipt(member_session=session(tenant_id="bags")))
    assert (answer.status, answer.code) == (410, "member_session_expired")


def test_a_member_is_found_by_phone(mall: Any) -> None:
    row = {"member_id": identity.phone_key("+8613800138000"), "kind": "lookup", "target": ANNA}
    dynamo.client().put_item(TableName="members", Item=dynamo.to_item(row))
    assert post("/purchases", receipt(phone="138 0013 8000")).status == 201
    assert post("/purchases", receipt("R-2", phone="13900139000")).code == "unknown_member"
    assert ledger_sum() == 599


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"member_id": "nobody-1"}, 422, "unknown_member"),
        ({"gross": 1}, 422, "amounts_do_not_add_up"),
        ({"paid": 1}, 422, "amounts_do_not_add_up"),
        ({"coupons": ["C"]}, 422, "member_session_required"),
        ({"purchased_at": "2099-01-01T00:00:00Z"}, 422, "purchased_in_future"),
        ({"purchased_at": "9999-12-31T23:59:59-12:00"}, 422, "purchased_in_future"),
        ({"purchased_at": "1970-01-01T08:00:00+08:00"}, 422, "purchased_too_early"),
        ({"purchased_at": "0001-01-01T00:00:00+08:00"}, 422, "purchased_too_early"),
    ],
)
def test_a_refusal_changes_nothing(mall: Any, changes: dict[str, Any], status: int, code: str) -> None:
    before = everything()
    answer = post("/purchases", receipt(**changes))
    assert (answer.status, answer.code, answer.headers["content-type"]) == (status, code, "application/problem+json")
    assert everything() == before


@pytest.mark.parametrize("status", [Status.AWAITING_APPROVAL, Status.ERASED])
def test_a_membership_that_may_not_earn_is_refused(mall: Any, status: Status) -> None:
    member(ANNA, status=status)
    before = everything()
    assert post("/purchases", receipt()).code == "membership_status"
    assert everything() == before


def test_a_closed_tenant_is_refused(mall: Any) -> None:
    tenant("shut", status="closed")
    for tenant_id in ("shut", "unknown"):
        answer = post("/purchases", receipt(), tenant_id=tenant_id)
        assert (answer.status, answer.code) == (410, "tenant_closed")
    assert ledger_rows() == []


def test_a_receipt_recorded_before_its_tenant_closed_is_answered_again(mall: Any) -> None:
    tenant("closing")
    body = receipt()
    first = post("/purchases", body, tenant_id="closing")
    tenant("closing", status="closed")
    again = post("/purchases", body, tenant_id="closing")
    assert (again.status, again.body) == (201, first.body)
    assert again.headers["idempotent-replayed"] == "true"


def test_a_caller_that_is_no_till_is_refused(mall: Any) -> None:
    assert post("/purchases", receipt(), tenant_id="").code == "forbidden"


def test_a_stored_receipt_is_read_with_its_returns(mall: Any) -> None:
    first = post("/purchases", receipt())
    back = post("/purchases/R-1/refunds", {"refund_no": "B-1", "amount": 9_900})
    answer = fetch("/purchases/R-1")
    assert answer.status == 200
    assert {**answer.body, "survey": None, "refunds": [], "purchased_at": "", "recorded_at": ""} == {
        **first.body,
        "refunds": [],
        "early_refunds": [],
        "purchased_at": "",
        "recorded_at": "",
    }
    assert answer.body["refunds"] == [back.body]


def test_another_tenants_receipt_is_not_there(mall: Any) -> None:
    tenant("bags")
    post("/purchases", receipt())
    mine, missing = fetch("/purchases/R-1", tenant_id="bags"), fetch("/purchases/R-2", tenant_id="bags")
    assert (mine.status, mine.code) == (404, "receipt_not_found")
    assert mine.body == missing.body


@pytest.mark.parametrize("scope", ["day", "year"])
def test_where_receipt_numbers_repeat_the_day_finds_the_receipt(mall: Any, scope: str) -> None:
    tenant(receipt_scope=scope)
    today = local_date(utc_now(), "Asia/Shanghai")
    earlier = utc_now() - timedelta(days=366)
    post("/purchases", receipt())
    assert post("/purchases", receipt(purchased_at=earlier.isoformat())).status == 201
    without = fetch("/purchases/R-1", receipt_scope=scope)
    now = fetch("/purchases/R-1", query={"purchased_on": today.isoformat()}, receipt_scope=scope)
    then = fetch("/purchases/R-1", query={"purchased_on": f"{today - timedelta(days=366)}"}, receipt_scope=scope)
    assert (without.status, without.code) == (422, "purchased_on_required")
    assert now.body["entry_id"] != then.body["entry_id"]
    assert fetch("/purchases/R-1", query={"purchased_on": "2020-01-01"}, receipt_scope=scope).status == 404
