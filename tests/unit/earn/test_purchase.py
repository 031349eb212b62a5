"""The checkout's rule and its returns: what is spent, earned, taken back, and what the tier does."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from functions.earn.checkout import _cause
from functions.earn.errors import AmountsDoNotAddUpError, PointsExceedBasketError
from functions.earn.quotes import quote
from loyalty.buckets import DEBT, BucketKey, Leg
from loyalty.dynamo import to_item
from loyalty.entries import Entry, to_row
from loyalty.errors import InsufficientPointsError, MembershipStatusError, PointsNotConvertibleError
from loyalty.ledger import Decision
from loyalty.tiers import Record, Rung
from loyalty.types import Day, Fen, MemberId, Month, Points, Purse, ReceiptNo, Status, TenantId
from tests.support import INDEXES
from tests.unit.earn.builders import SHOES, account, back, back_lines, bill, buy, receipt_of, refund, terms
from tests.unit.kernel.sizes import item_size
from tests.unit.ledger.programmes import MALL_A, MALL_B, PENDING

P = Purse.POINTS
TODAY = Day("261121")
NEW = "271130"


def leg(bucket: str, points: int) -> Leg:
    return Leg(P, BucketKey(bucket), points)


def undo(decision: Decision, amount: int) -> Decision:
    return refund(decision.account, receipt_of(decision), back(amount))


def test_a_purchase_earns_into_the_bucket_of_its_day() -> None:
    bought = buy(bill(("a", "shoes", 59_900)))
    assert bought.legs == (leg(NEW, 599),)
    assert bought.answer == {"points_earned": 599, "points_spent": 0, "balance": 599, "tier": "regular"}
    assert bought.account.record.spend == {"2611": 59_900}


def test_points_pay_the_earliest_expiry_first_and_only_money_earns() -> None:
    held = account(("261231", 300), ("270131", 900))
    bought = buy(bill(("a", "shoes", 100_00), points=1000), held)
    assert bought.legs == (leg("261231", -300), leg("270131", -700), leg(NEW, 90))
    assert bought.answer["balance"] == 290


def test_the_points_that_pending_days_hold_back_are_not_in_the_balance() -> None:
    bought = buy(bill(("a", "shoes", 100_00), programme=PENDING), at=terms(PENDING))
    assert bought.legs == (leg("270228/261205", 150),)
    assert bought.answer["balance"] == 0


def test_the_multiplier_is_that_of_the_tier_held_before() -> None:
    first = buy(bill(("a", "shoes", 1_000_000)))
    second = buy(bill(("a", "shoes", 10_000)), first.account)
    assert (first.answer["points_earned"], first.answer["tier"]) == (10_000, "gold")
    assert (first.facts["tier_before"], first.facts["tier_after"]) == ("regular", "gold")
    assert second.answer["points_earned"] == 120
    assert [reason[:3] for reason in second.reasons] == [("base", P, 100), ("tier_multiplier", P, 20)]


def test_a_tier_whose_year_is_over_is_reviewed_before_it_multiplies() -> None:
    held = account(rung=Rung("gold", Day("250901"), Day("260930")))
    bought = buy(bill(("a", "shoes", 10_000)), held)
    assert (bought.answer["points_earned"], bought.answer["tier"]) == (100, "silver")


def test_pitfall_10_paying_with_points_never_lowers_the_tier() -> None:
    held = account(
        ("261231", 100_000), record=Record(spend={Month("2611"): 1_000_000}), rung=Rung("gold", TODAY, Day(NEW))
    )
    bought = buy(bill(("a", "shoes", 100_000), points=100_000), held)
    assert (bought.account.rung, bought.account.record.spend) == (held.rung, held.record.spend)
    assert bought.answer["balance"] == 0


def test_debt_is_paid_first_by_what_is_earned() -> None:
    bought = buy(bill(("a", "shoes", 10_000)), account(("debt", -30)))
    assert bought.legs == (Leg(P, DEBT, 30), leg(NEW, 70))


def test_points_born_expired_are_earned_and_lapse_in_one_decision() -> None:
    bought = buy(bill(("a", "shoes", 10_000)), at=terms(bought_on=date(2025, 10, 31)))
    assert bought.legs == (leg("261031", 100), leg("261031", -100))
    assert bought.answer["points_earned"] == 100
    assert bought.account.buckets == {}


def test_returning_a_purchase_whose_points_were_born_expired_takes_nothing_from_others() -> None:
    bought = buy(bill(("a", "shoes", 10_000)), account((NEW, 500)), terms(bought_on=date(2025, 10, 31)))
    returned = undo(bought, 10_000)
    assert returned.legs == ()
    assert (returned.answer["points_taken_back"], returned.answer["balance"]) == (0, 500)


def test_an_early_return_of_a_late_receipt_leaves_no_debt() -> None:
    bought = buy(bill(("a", "shoes", 10_000)), at=terms(bought_on=date(2025, 10, 31)), early=[back(10_000)])
    assert (bought.account.debt, bought.account.total(P)) == ({}, 0)


def test_pitfall_2_points_that_were_spent_before_the_return_become_debt() -> None:
    bought = buy(bill(("a", "shoes", 100_000)))
    spent = buy(bill(("b", "gift_cards", 5), ("c", "food", 1_000), points=1000), bought.account)
    returned = refund(spent.account, receipt_of(bought), back(100_000))
    assert returned.answer["points_taken_back"] == 1000
    assert returned.answer["debt"] == 1000
    assert returned.legs == (Leg(P, DEBT, -1000),)
    assert returned.answer["balance"] == -1000


def test_pitfall_3_a_return_gives_points_back_with_their_original_expiry_and_no_cash_for_them() -> None:
    held = account(("261231", 300), ("270131", 900))
    bought = buy(bill(("a", "shoes", 1_000), points=1000), held)
    half = undo(bought, 500)
    assert half.legs == (leg("270131", 500),)
    assert (half.answer["money_back"], half.answer["points_given_back"]) == (0, 500)
    rest = refund(half.account, receipt_of(bought, half), back(500))
    assert rest.legs == (leg("270131", 200), leg("261231", 300))
    assert rest.account.buckets == held.buckets


def test_points_given_back_after_their_expiry_lapse_again() -> None:
    bought = buy(bill(("a", "shoes", 300), points=300), account(("261231", 300)))
    late = refund(bought.account, receipt_of(bought), back(300), "270101")
    assert late.legs == (leg("261231", 300), leg("261231", -300))
    assert [reason[:3] for reason in late.reasons] == [("given_back", P, 300), ("lapsed", P, -300)]


def test_a_return_takes_pending_points_before_usable_ones() -> None:
    at = terms(PENDING)
    bought = buy(bill(("a", "shoes", 10_000), programme=PENDING), account(("270131", 999)), at)
    returned = refund(bought.account, receipt_of(bought), back(10_000), programme=PENDING)
    assert returned.legs == (leg("270228/261205", -150),)


def test_a_returned_purchase_takes_the_tier_it_reached_and_leaves_what_others_reached() -> None:
    bought = buy(bill(("a", "shoes", 1_000_000)), account(record=Record(spend={Month("2610"): 400_000})))
    returned = undo(bought, 1_000_000)
    assert (bought.answer["tier"], returned.answer["tier"]) == ("gold", "silver")
    assert (returned.facts["tier_before"], returned.facts["tier_after"]) == ("gold", "silver")
    assert returned.account.record.spend == {"2610": 400_000}


def test_returns_are_taken_under_the_receipts_own_ratio_and_multiplier() -> None:
    gold = account(rung=Rung("gold", TODAY, Day(NEW)), record=Record(spend={Month("2611"): 1_000_000}))
    bought = buy(bill(("a", "shoes", 10_000)), gold)
    lower = replace(bought.account, rung=Rung("regular", TODAY, Day(NEW)))
    returned = refund(lower, receipt_of(bought), back(10_000), programme=MALL_B)
    assert returned.answer["points_taken_back"] == bought.answer["points_earned"] == 120


def test_a_return_of_excluded_goods_takes_nothing() -> None:
    bought = buy(bill(("a", "shoes", 10_000), ("b", "tobacco", 5_000)))
    returned = refund(bought.account, receipt_of(bought), back_lines(("b", 5_000)))
    assert (returned.answer["points_taken_back"], returned.answer["money_back"]) == (0, 5_000)


def test_an_early_return_leaves_what_the_purchase_and_then_the_return_would_leave() -> None:
    purchase = bill(("a", "shoes", 10_000), ("b", "tobacco", 5_000), points=100)
    held = account(("261231", 100))
    for wish in (back(4_000), back_lines(("b", 4_000)), back_lines(("a", 2_000), ("b", 1))):
        early = buy(purchase, held, early=[wish])
        bought = buy(purchase, held)
        late = refund(bought.account, receipt_of(bought), wish)
        assert early.account == late.account
        assert receipt_of(early) == receipt_of(bought, late)
        assert early.answer["balance"] == late.answer["balance"]


def test_refunds_go_on_for_every_status() -> None:
    bought = buy(bill(("a", "shoes", 10_000)))
    for status in Status:
        held = replace(bought.account, status=status)
        assert refund(held, receipt_of(bought), back(1)).account.status is status


@pytest.mark.parametrize("status", [Status.FROZEN, Status.UNCLAIMED, Status.QUALIFYING])
def test_a_frozen_or_unclaimed_member_earns_and_does_not_spend(status: Status) -> None:
    held = account(("261231", 100), status=status)
    assert buy(bill(("a", "shoes", 10_000)), held).answer["points_earned"] == 100
    with pytest.raises(MembershipStatusError):
        buy(bill(("a", "shoes", 10_000), points=100), held)


def test_the_purchase_that_reaches_the_minimum_spend_makes_a_member() -> None:
    entry = MALL_A.enrolment.model_copy(update={"minimum_spend_yuan": 500})
    asking = terms(MALL_A.model_copy(update={"enrolment": entry}))
    first = buy(bill(("a", "shoes", 499_99)), replace(account(), status=Status.QUALIFYING), at=asking)
    second = buy(bill(("a", "shoes", 1)), first.account, at=asking)
    assert (first.account.status, second.account.status) == (Status.QUALIFYING, Status.ACTIVE)
    assert (second.facts["status_before"], second.facts["status_after"]) == ("qualifying", "active")
    assert "status_after" not in first.facts


def test_missing_points_are_counted_without_pending_and_expired_ones() -> None:
    held = account(("261231", 100), ("271130/261205", 500), ("261031", 900))
    with pytest.raises(InsufficientPointsError) as refusal:
        buy(bill(("a", "shoes", 10_000), points=350), held)
    assert refusal.value.params == {"missing_points": 250, "balance": 100}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"gross": Fen(9_999)}, AmountsDoNotAddUpError),
        ({"paid": Fen(10_001)}, AmountsDoNotAddUpError),
        ({"points": Points(100)}, AmountsDoNotAddUpError),
        ({"points": Points(10_001), "paid": Fen(0)}, PointsExceedBasketError),
    ],
)
def test_amounts_that_do_not_add_up_are_refused(changes: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        buy(replace(bill(("a", "shoes", 10_000), ("b", "tobacco", 0)), **changes))


def test_excluded_goods_cannot_be_paid_with_points() -> None:
    with pytest.raises(PointsExceedBasketError) as refusal:
        buy(bill(("a", "tobacco", 10_000), ("b", "food", 50), points=51))
    assert refusal.value.params == {"most_points": 50}


def test_points_that_make_no_whole_fen_are_refused() -> None:
    with pytest.raises(PointsNotConvertibleError) as refusal:
        buy(bill(("a", "food", 10_000), points=5, programme=PENDING), at=terms(PENDING))
    assert refusal.value.params == {"step": 10, "minimum": 10}


def test_a_quote_says_what_the_checkout_will_do_and_what_is_missing() -> None:
    held = account(("261231", 100))
    granted = quote(held, bill(("a", "shoes", 10_000), points=100), terms())
    assert granted.decision == buy(bill(("a", "shoes", 10_000), points=100), held)
    refused = quote(held, bill(("a", "shoes", 10_000), points=500), terms())
    assert [error.params["missing_points"] for error in refused.refusals] == [400]
    assert refused.decision == buy(bill(("a", "shoes", 10_000)), held)


def test_an_entry_with_five_lines_fits_one_write_unit_and_so_does_its_projection(environment: None) -> None:
    lines = tuple((f"SKU-{n:06d}", "womens_fashion", 1_234_567) for n in range(5))
    purchase = bill(
        *lines,
        points=1000,
        tenant_id=TenantId("harbour-shoes-01"),
        receipt_no=ReceiptNo("A-20261121-000042"),
        member_id=MemberId("0123456789abcdefghij"),
        correlation_id="1-67891233-abcdef012345678912345678",
        till="3n4b5urk1ft4fl3mg5e62d9ado",
    )
    bought = buy(purchase, account(("261231", 50_000)))
    cause = _cause(purchase, SHOES, datetime(2026, 11, 21, 4, 0, 1, tzinfo=UTC))
    item = to_item(
        to_row(Entry(cause, purchase.member_id, 17, bought.legs, bought.reasons, bought.answer, bought.facts))
    )
    assert {"tier_after", "till", "tier", "first"} <= bought.facts.keys()
    assert 700 < item_size(item) <= 1024
    keys = {"source", "movement", "member_id", "account_version"}
    projected = {
        name: value for name, value in item.items() if name in keys | set(INDEXES["ledger"][0][2]["NonKeyAttributes"])
    }
    assert item_size(projected) <= 1024
