"""Coupons at the checkout: redeemed once, with the receipt, in the very transaction that earns; and brought back."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from loyalty import dynamo
from loyalty.clock import iso, utc_now
from loyalty.coupons.codes import shown
from loyalty.coupons.coupon import Act, Coupon, CouponState, locked, till_reference
from loyalty.coupons.store import put_if_unchanged
from loyalty.coupons.terms import Terms
from loyalty.pricing.campaigns import identified
from loyalty.types import Origin, Status, TenantId
from tests.functions.till import (
    ANNA,
    BEN,
    WRITE,
    WRITTEN,
    account_of,
    bucket,
    everything,
    ledger_rows,
    ledger_sum,
    member,
    once,
    post,
    receipt,
    session,
    tenant,
)
from tests.wallets import FIFTY_OFF_500, TEN_OFF, TWENTY_PERCENT, coupon, put, stored

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture(autouse=True)
def shop(cloud: Any) -> None:
    tenant()
    member()


def bought(number: str, *codes: str, paid: int, **changes: Any) -> Any:
    body = receipt(number, coupons=list(codes), member_session=session(), **changes)
    return post("/purchases", {**body, "paid": paid})


def hold(one: Coupon, tenant_id: str, receipt_no: str, seconds: int) -> None:
    act = Act(iso(utc_now()), iso(utc_now()), "till", Origin.TILL, "t")
    held = locked(one, till_reference(TenantId(tenant_id), receipt_no), utc_now() + timedelta(seconds=seconds), act)
    dynamo.client().put_item(**put_if_unchanged(held))


def test_a_coupon_takes_its_amount_off_and_points_are_earned_on_what_was_paid() -> None:
    (code,) = put(coupon(member=ANNA))
    answer = bought("R-1", shown(code), paid=549_00)
    assert answer.status == 201
    assert (answer.body["points_earned"], answer.body["coupons"]) == (549, [shown(code)])
    assert [one["off"] for one in answer.body["reductions"]] == [50_00]
    used = stored(code)
    assert (used.state, used.use and used.use[:2], used.use and used.use.off) == (
        CouponState.REDEEMED,
        ("shoes", "R-1"),
        50_00,
    )
    assert account_of().record.spend == {used.act.at[2:4] + used.act.at[5:7]: 549_00}


def test_the_same_receipt_sent_again_gets_the_same_answer_and_another_receipt_is_refused() -> None:
    (code,) = put(coupon(member=ANNA))
    body = receipt("R-1", coupons=[code], member_session=session())
    body["paid"] = 549_00
    one, two = post("/purchases", body), post("/purchases", body)
    assert (one.status, two.status, one.body) == (201, 201, two.body)
    assert two.headers["idempotent-replayed"] == "true"
    other = bought("R-2", code, paid=549_00)
    assert (other.status, other.code, other.body["coupon"]) == (422, "coupon_used", shown(code))
    assert ledger_sum() == 549


def test_two_coupons_and_points_are_one_reading_and_one_transaction() -> None:
    member(BEN, (bucket(), 1000))
    codes = put(coupon("a", member=BEN), coupon("b", TEN_OFF, member=BEN))
    calls: list[str] = []
    dynamo.client().meta.events.register("before-call.dynamodb", lambda model, **_: calls.append(model.name))
    body = receipt("R-1", coupons=list(codes), member_session=session(BEN), points=500)
    answer = post("/purchases", {**body, "paid": 599_00 - 60_00 - 5_00})
    assert answer.status == 201
    reading = [name for name in calls if name not in {"Query", "GetItem"}]
    assert reading == ["BatchGetItem", "TransactWriteItems"]
    assert len(calls) <= 6  # programme, discounts, campaigns and running surveys are read every half minute


REFUSALS: list[tuple[dict[str, Any], dict[str, Any], str, dict[str, Any]]] = [
    ({"off_fen": 1000, "threshold_fen": 600_00}, {}, "coupon_threshold", {"missing_fen": 1_00}),
    ({"off_fen": 1000, "scope": {"tenants": ["hats"]}}, {}, "coupon_not_at_this_tenant", {"tenants": ["hats"]}),
    ({"off_fen": 1000, "scope": {"categories": ["food"]}}, {}, "no_goods_for_coupon", {}),
    ({"off_fen": 1000}, {"member": BEN}, "unknown_coupon", {}),
    ({"off_fen": 1000}, {"state": CouponState.VOIDED}, "coupon_voided", {}),
    ({"off_fen": 1000}, {"valid_until": "250101"}, "coupon_expired", {"valid_until": "2025-01-01"}),
    ({"off_fen": 1000}, {"valid_from": "980101"}, "coupon_not_yet_valid", {"valid_from": "2098-01-01"}),
]


@pytest.mark.parametrize(("terms", "changes", "code", "params"), REFUSALS)
def test_a_coupon_that_does_not_apply_says_why_and_nothing_is_written(
    terms: dict[str, Any], changes: dict[str, Any], code: str, params: dict[str, Any]
) -> None:
    (mine,) = put(coupon(terms={"kind": "amount_off", **terms}, **{"member": ANNA, **changes}))
    before = everything()
    answer = bought("R-1", mine, paid=589_00)
    assert (answer.status in {410, 422}, answer.code) == (True, code)
    assert {key: answer.body[key] for key in params} == params
    assert everything() == before


@pytest.mark.parametrize("text", ["x", "0" * 64, "ABCD-EFGH-JKMN-PQRS", "券", "'; drop"])
def test_what_is_no_code_of_ours_is_an_unknown_coupon(text: str) -> None:
    answer = bought("R-1", text, paid=0)
    assert (answer.status, answer.code) == (422, "unknown_coupon")


def test_a_coupon_named_twice_is_refused() -> None:
    (code,) = put(coupon(member=ANNA))
    assert bought("R-1", code, shown(code), paid=499_00).code == "coupon_repeated"


def test_coupons_need_the_member_and_a_membership_that_may_redeem() -> None:
    (code,) = put(coupon(member=ANNA))
    alone = post("/purchases", {**receipt("R-1", coupons=[code]), "paid": 549_00})
    assert (alone.status, alone.code) == (422, "member_session_required")
    member(BEN, status=Status.FROZEN)
    (his,) = put(coupon("his", member=BEN))
    body = receipt("R-2", coupons=[his], member_session=session(BEN))
    assert post("/purchases", {**body, "paid": 549_00}).code == "membership_status"


def test_a_lock_keeps_other_receipts_away_and_lets_its_own_through() -> None:
    one = coupon(member=ANNA)
    put(one)
    hold(one, "shoes", "R-7", seconds=600)
    other = bought("R-1", one.code, paid=549_00)
    assert (other.code, other.body["held_for"]) == ("coupon_held", "till")
    assert bought("R-7", one.code, paid=549_00).status == 201


def test_a_lock_that_is_over_holds_nobody_back() -> None:
    one = coupon(member=ANNA)
    put(one)
    hold(one, "hats", "R-7", seconds=-1)
    assert bought("R-1", one.code, paid=549_00).status == 201


def test_the_amount_must_be_what_the_coupon_makes_it() -> None:
    (code,) = put(coupon(member=ANNA))
    answer = bought("R-1", code, paid=599_00)
    assert (answer.code, answer.body["expected_paid"]) == ("amounts_do_not_add_up", 549_00)


def test_who_forgot_to_take_the_coupon_off_is_told_the_price_that_campaigns_make(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ten_percent = {"name_zh": "九折", "name_en": "10% off", "percent": 10}
    window = {"from": utc_now() - timedelta(days=1), "until": utc_now() + timedelta(days=1)}
    campaign = identified("c-1", {**ten_percent, **window})
    monkeypatch.setattr("loyalty.discounts.running", lambda _now: (campaign,))
    (code,) = put(coupon(member=ANNA))
    refused = bought("R-1", code, paid=599_00)
    assert (refused.code, refused.body["expected_paid"]) == ("amounts_do_not_add_up", 489_10)
    assert bought("R-1", code, paid=489_10).status == 201


def test_a_coupon_used_elsewhere_between_reading_and_writing_is_seen() -> None:
    one = coupon(member=ANNA)
    put(one)

    def rival(**_: Any) -> None:
        body = receipt("R-9", coupons=[one.code], member_session=session())
        assert post("/purchases", {**body, "paid": 549_00}).status == 201

    with once(WRITE, rival):
        answer = bought("R-1", one.code, paid=549_00)
    assert (answer.status, answer.code) == (422, "coupon_used")
    assert ledger_sum() == 549


def test_a_checkout_whose_answer_was_lost_redeemed_the_coupon_once() -> None:
    (code,) = put(coupon(member=ANNA))

    def lost(**_: Any) -> None:
        raise ReadTimeoutError(endpoint_url="lost")

    with once(WRITTEN, lost):
        answer = bought("R-1", code, paid=549_00)
    assert (answer.status, answer.headers["idempotent-replayed"]) == (201, "true")
    assert (stored(code).version, len(ledger_rows())) == (2, 1)


def test_returning_everything_brings_the_coupon_back_and_no_more_than_was_paid() -> None:
    (code,) = put(coupon(member=ANNA))
    bought("R-1", code, paid=549_00)
    back = post("/purchases/R-1/refunds", {"refund_no": "B-1", "amount": 599_00})
    assert (back.body["money_back"], back.body["coupons_returned"]) == (549_00, [shown(code)])
    assert (stored(code).state, account_of().record.spend) == (CouponState.ISSUED, {})
    again = bought("R-2", code, paid=549_00)
    assert again.status == 201
    late = post("/purchases/R-1/refunds", {"refund_no": "B-1", "amount": 599_00})
    assert (late.status, stored(code).state) == (201, CouponState.REDEEMED)


def test_pitfall_8_a_return_below_the_threshold_withholds_the_discount_of_what_is_kept() -> None:
    (code,) = put(coupon(member=ANNA))
    goods = (("A", "shoes", 300_00), ("B", "shoes", 200_00))
    body = receipt("R-1", *goods, coupons=[code], member_session=session())
    assert post("/purchases", {**body, "paid": 450_00}).status == 201
    first = post("/purchases/R-1/refunds", {"refund_no": "B-1", "lines": [{"sku": "B", "amount": 200_00}]})
    assert (first.body["money_back"], first.body["coupons_returned"]) == (150_00, [shown(code)])
    second = post("/purchases/R-1/refunds", {"refund_no": "B-2", "lines": [{"sku": "A", "amount": 300_00}]})
    assert (second.body["money_back"], "coupons_returned" in second.body) == (300_00, True)
    assert second.body["coupons_returned"] == []


def test_what_cannot_be_withheld_is_named_and_made_up_for_later() -> None:
    (code,) = put(coupon(member=ANNA))
    goods = (("A", "shoes", 490_00), ("B", "shoes", 10_00))
    body = receipt("R-1", *goods, coupons=[code], member_session=session())
    post("/purchases", {**body, "paid": 450_00})
    first = post("/purchases/R-1/refunds", {"refund_no": "B-1", "lines": [{"sku": "B", "amount": 10_00}]})
    assert (first.body["money_back"], first.body["shortfall"]) == (0, 40_00)
    assert (first.body["points_taken_back"], stored(code).state) == (0, CouponState.REDEEMED)
    last = post("/purchases/R-1/refunds", {"refund_no": "B-2", "lines": [{"sku": "A", "amount": 490_00}]})
    assert (last.body["money_back"], last.body["coupons_returned"]) == (450_00, [shown(code)])
    assert ledger_sum() == 0


def test_a_coupon_that_does_not_come_back_stays_used() -> None:
    (code,) = put(coupon(terms={**FIFTY_OFF_500, "comes_back": False}, member=ANNA))
    bought("R-1", code, paid=549_00)
    back = post("/purchases/R-1/refunds", {"refund_no": "B-1", "amount": 599_00})
    assert (back.body["coupons_returned"], stored(code).state) == ([], CouponState.REDEEMED)


def test_goods_that_came_back_before_their_receipt_leave_the_coupon_unused() -> None:
    (code,) = put(coupon(member=ANNA))
    early = post("/purchases/R-1/refunds", {"refund_no": "B-1", "amount": 599_00})
    assert early.body["state"] == "awaiting_purchase"
    assert bought("R-1", code, paid=549_00).body["points_earned"] == 0
    assert (stored(code).state, stored(code).version) == (CouponState.ISSUED, 1)


def test_a_quote_finds_the_best_combination_and_the_checkout_takes_it() -> None:
    put(coupon("a", member=ANNA), coupon("b", TEN_OFF, member=ANNA), coupon("c", TWENTY_PERCENT, member=ANNA))
    put(coupon("far", {"kind": "amount_off", "off_fen": 1, "threshold_fen": 999_00}, member=ANNA))
    wish = {"lines": receipt()["lines"], "member_session": session(), "coupons": "best"}
    quote = post("/quotes", wish).body
    assert quote["payable"] == 599_00 - 119_80 - 50_00 - 10_00
    assert [(one["code"], one["missing_fen"]) for one in quote["missing"]] == [("coupon_threshold", 400_00)]
    assert bought("R-1", *quote["coupons"], paid=quote["payable"]).status == 201


def test_a_quote_with_named_coupons_leaves_out_what_is_refused() -> None:
    (mine, small) = put(coupon("a", member=ANNA), coupon("b", {**TEN_OFF, "threshold_fen": 999_00}, member=ANNA))
    wish = {"lines": receipt()["lines"], "member_session": session(), "coupons": [mine, small, "NONE"]}
    quote = post("/quotes", wish).body
    assert (quote["payable"], quote["coupons"]) == (549_00, [shown(mine)])
    assert sorted(one["code"] for one in quote["missing"]) == ["coupon_threshold", "unknown_coupon"]
    assert [line["off"] for line in quote["lines"]] == [50_00]


def test_terms_survive_being_stored() -> None:
    one = coupon(terms=TWENTY_PERCENT, member=ANNA)
    put(one)
    assert stored(one.code) == one
    assert Terms.model_validate(TWENTY_PERCENT) == stored(one.code).terms
