"""POST /purchases/{receipt_no}/refunds: before and after the purchase, once each, never more than was bought."""

from typing import Any

import pytest

from loyalty.types import Purse
from tests.functions.till import ANNA, account_of, bucket, everything, fetch, ledger_sum, member, post, receipt, session

ROUTE = "/purchases/R-1/refunds"
GOODS = (("S-1", "shoes", 10_000), ("S-2", "tobacco", 5_000))


def back(number: str = "B-1", amount: int | None = None, *lines: tuple[str, int]) -> dict[str, Any]:
    asked = {"amount": amount} if amount else {"lines": [{"sku": sku, "amount": fen} for sku, fen in lines]}
    return {"refund_no": number, **asked}


def test_a_return_says_what_went_where(mall: Any) -> None:
    post("/purchases", receipt("R-1", *GOODS))
    answer = post(ROUTE, back("B-1", None, ("S-1", 2_500)))
    assert (answer.status, answer.headers["location"]) == (201, "/purchases/R-1")
    assert answer.body.pop("entry_id")
    assert [movement["points"] for movement in answer.body.pop("movements")] == [-25]
    assert answer.body == {
        "state": "settled",
        "refund_no": "B-1",
        "amount": 2_500,
        "money_back": 2_500,
        "points_taken_back": 25,
        "points_given_back": 0,
        "balance": 75,
        "debt": 0,
        "tier": "regular",
        "returnable": 12_500,
        "shortfall": 0,
        "coupons_returned": [],
        "awards_taken_back": [],
        "currency": "CNY",
    }


def test_pitfall_3_a_return_is_taken_once_and_a_repetition_is_answered_alike(mall: Any) -> None:
    post("/purchases", receipt("R-1", *GOODS))
    first = post(ROUTE, back("B-1", 15_000))
    before = everything()
    again = post(ROUTE, back("B-1", 15_000))
    assert (again.status, again.body, again.headers["idempotent-replayed"]) == (201, first.body, "true")
    assert post(ROUTE, back("B-1", 14_999)).code == "idempotency_key_reused"
    assert everything() == before
    assert account_of().total(Purse.POINTS) == ledger_sum() == 0


def test_pitfall_2_spend_first_and_return_later_leaves_a_debt_that_later_earnings_pay(mall: Any) -> None:
    post("/purchases", receipt("R-1", ("S", "shoes", 100_000)))
    post("/purchases", receipt("R-2", ("S", "shoes", 1_000), points=1_000, member_session=session()))
    owing = post(ROUTE, back("B-1", 100_000))
    assert (owing.body["balance"], owing.body["debt"]) == (-1_000, 1_000)
    assert owing.body["movements"] == [{"purse": "points", "expires_on": None, "points": -1_000}]
    earned = post("/purchases", receipt("R-3", ("S", "shoes", 150_000)))
    assert earned.body["balance"] == 500
    assert account_of().debt == {}


def test_redeemed_points_come_back_with_their_expiry(mall: Any) -> None:
    soon, late = bucket(60), bucket(200)
    member(ANNA, (soon, 300), (late, 900))
    post("/purchases", receipt("R-1", ("S", "shoes", 1_000), points=1_000, member_session=session()))
    answer = post(ROUTE, back("B-1", 1_000))
    assert (answer.body["points_given_back"], answer.body["money_back"]) == (1_000, 0)
    assert account_of().held(Purse.POINTS) == {soon: 300, late: 900}


def test_two_returns_settle_what_one_would(mall: Any) -> None:
    post("/purchases", receipt("R-1", ("S", "shoes", 999), ("T", "tobacco", 501)))
    parts = [post(ROUTE, back(f"B-{n}", 500)).body["points_taken_back"] for n in range(3)]
    assert sum(parts) == 9
    assert fetch("/purchases/R-1").body["refunds"][-1]["returnable"] == 0
    assert account_of().total(Purse.POINTS) == ledger_sum() == 0


@pytest.mark.parametrize(
    ("asked", "code", "returnable"),
    [
        (back("B-2", 14_001), "return_exceeds_purchase", 14_000),
        (back("B-2", None, ("S-1", 9_001)), "return_exceeds_purchase", 5_000),
        (back("B-2", None, ("S-9", 1)), "unknown_line", None),
    ],
)
def test_more_than_was_bought_is_refused_and_changes_nothing(
    mall: Any, asked: dict[str, Any], code: str, returnable: int | None
) -> None:
    post("/purchases", receipt("R-1", *GOODS))
    post(ROUTE, back("B-1", None, ("S-1", 1_000)))
    before = everything()
    answer = post(ROUTE, asked)
    assert (answer.status, answer.code, answer.body.get("returnable")) == (422, code, returnable)
    assert everything() == before


@pytest.mark.parametrize("asked", [back("B-1", 6_000), back("B-1", None, ("S-2", 5_000)), back("B-1", 99_000)])
def test_a_return_before_its_purchase_leaves_what_it_would_have_left_after_it(mall: Any, asked: dict[str, Any]) -> None:
    early = post(ROUTE, asked)
    assert (early.status, early.body["state"]) == (202, "awaiting_purchase")
    assert post(ROUTE, asked).headers["idempotent-replayed"] == "true"
    assert post(ROUTE, back("B-1", 7)).code == "idempotency_key_reused"
    post("/purchases", receipt("R-1", *GOODS))
    points = account_of().total(Purse.POINTS)
    assert points == ledger_sum() == {"6000": 60, "99000": 0}.get(str(asked.get("amount")), 100)
    before = everything()
    assert post(ROUTE, asked).status == 202
    assert everything() == before


def test_returns_before_and_after_the_purchase_never_exceed_it(mall: Any) -> None:
    post(ROUTE, back("B-1", 6_000))
    post(ROUTE, back("B-2", 4_000))
    post("/purchases", receipt("R-1", *GOODS))
    assert post(ROUTE, back("B-3", 5_001)).body["returnable"] == 5_000
    assert post(ROUTE, back("B-3", 5_000)).body["returnable"] == 0
    stored = fetch("/purchases/R-1").body
    assert (stored["early_refunds"], [refund["refund_no"] for refund in stored["refunds"]]) == (["B-1", "B-2"], ["B-3"])
    assert account_of().total(Purse.POINTS) == ledger_sum() == 0


def test_a_receipt_that_never_came_keeps_no_more_returns_than_a_row_can_hold(mall: Any) -> None:
    lines = [(f"S-{n}", 1) for n in range(300)]
    assert [post(ROUTE, back(f"B-{n}", None, *lines)).status for n in range(3)] == [202, 202, 409]
    answers = [post("/purchases/R-2/refunds", back(f"B-{n}", 1)) for n in range(51)]
    assert [answer.status for answer in answers[-2:]] == [202, 409]
    assert answers[-1].code == "too_many_early_returns"


def test_a_refund_lowers_the_tier_only_when_the_spend_that_reached_it_is_gone(mall: Any) -> None:
    post("/purchases", receipt("R-0", ("S", "shoes", 300_000)))
    assert post("/purchases", receipt("R-1", ("S", "shoes", 700_000))).body["tier"] == "gold"
    assert post(ROUTE, back("B-1", 1)).body["tier"] == "silver"
    assert post("/purchases/R-0/refunds", back("B-1", 300_000)).body["tier"] == "silver"


def test_another_tenants_return_waits_for_that_tenants_own_receipt(mall: Any) -> None:
    post("/purchases", receipt("R-1", *GOODS))
    assert post(ROUTE, back("B-1", 1_000), tenant_id="bags").status == 202
    assert account_of().total(Purse.POINTS) == 100
