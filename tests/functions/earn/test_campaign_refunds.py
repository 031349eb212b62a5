"""Returns of what campaigns awarded: taken back under the rules the entry names, in the order that is published."""

from typing import Any

import pytest

from loyalty import dynamo
from loyalty.earning.rule import Limits, Multiply, Over
from loyalty.remembering import forget_everything
from loyalty.types import Purse
from tests.functions.earn.test_campaigns import calls
from tests.functions.till import (
    ANNA,
    WRITE,
    account_of,
    bucket,
    ledger_rows,
    ledger_sum,
    member,
    once,
    post,
    receipt,
    session,
)
from tests.running import budget, end, fixed, gift, left, rule, run, steps, taken

GOODS = (("S-1", "shoes", 100_00), ("S-2", "bags", 50_00))
ROUTE = "/purchases/R-1/refunds"


def back(number: str, amount: int) -> dict[str, Any]:
    return {"refund_no": number, "amount": amount}


def test_a_return_says_what_it_took_back_of_which_campaign(mall: Any) -> None:
    run(rule("double", Multiply(2000)))
    post("/purchases", receipt("R-1", *GOODS))
    answer = post(ROUTE, back("B", 15_00), accept_language="en").body
    assert (answer["points_taken_back"], answer["money_back"], answer["balance"]) == (30, 15_00, 270)
    assert answer["awards_taken_back"] == [
        {"campaign_id": "double", "name": "Campaign double", "points": {"points": 15}, "coupons": []}
    ]
    assert [movement["points"] for movement in answer["movements"]] == [-30]
    assert account_of().total(Purse.POINTS) == ledger_sum() == 270


def test_a_plain_refund_is_three_calls_and_so_is_one_of_awards_with_a_budget_and_limits(mall: Any) -> None:
    run(fixed("more", 10, budget=budget(100), limits=Limits(points=1_000)))
    post("/purchases", receipt("R-1", *GOODS))
    with calls() as seen:
        post(ROUTE, back("B", 150_00))
    assert seen[0] == "Query"
    assert seen[-2:] == ["BatchGetItem", "TransactWriteItems"]
    assert len(seen) <= 4  # the programme is read every half minute


@pytest.mark.parametrize("ended", [False, True])
def test_an_ended_campaign_takes_back_what_it_gave_under_its_own_rule(mall: Any, ended: bool) -> None:
    more = fixed("more", 10, budget=budget(100, shards=1), limits=Limits(awards=1))
    run(more)
    post("/purchases", receipt("R-1", *GOODS))
    if ended:
        end("more")
        forget_everything()
    assert post(ROUTE, back("B", 150_00)).body["balance"] == 0
    assert (left(more), taken(more)) == ([100], 0)
    assert ledger_sum() == 0


def test_pitfall_8_returning_what_reached_a_step_takes_the_step_and_its_coupon_back(mall: Any) -> None:
    run(steps("step", Over.RECEIPT, (50_00, gift(5)), (150_00, gift(50, Purse.POINTS, "tea"))))
    bought = post("/purchases", receipt("R-1", *GOODS)).body
    answer = post(ROUTE, {"refund_no": "B", "lines": [{"sku": "S-2", "amount": 50_00}]}).body
    assert answer["awards_taken_back"][0]["points"] == {"points": 45}
    assert answer["awards_taken_back"][0]["coupons"] == [bought["gifts"][0]["coupon"]]
    (refund,) = (row for row in ledger_rows() if row["kind"] == "refund")
    assert refund["facts"]["vouchers_back"] == [["step", "tea", f"{bought['entry_id']}/step/0"]]
    assert account_of().total(Purse.POINTS) == ledger_sum() == 105


def test_pitfall_8_a_return_of_one_of_a_days_receipts_takes_back_what_another_was_given(mall: Any) -> None:
    day = steps("day", Over.DAY, (250_00, gift(50)), budget=budget(200, shards=2))
    run(day)
    post("/purchases", receipt("R-1", *GOODS))
    assert post("/purchases", receipt("R-2", *GOODS)).body["points_earned"] == 200
    answer = post(ROUTE, back("B", 100_00)).body
    assert answer["awards_taken_back"][0]["points"] == {"points": 50}
    assert (sum(left(day)), taken(day)) == (200, 0)
    assert post("/purchases/R-2/refunds", back("B", 150_00)).body["awards_taken_back"] == []
    assert account_of().total(Purse.POINTS) == ledger_sum() == 50


def test_a_day_whose_step_fell_can_reach_it_again(mall: Any) -> None:
    run(steps("day", Over.DAY, (250_00, gift(50))))
    for n in (1, 2):
        post("/purchases", receipt(f"R-{n}", *GOODS))
    post(ROUTE, back("B", 150_00))
    assert post("/purchases", receipt("R-3", *GOODS)).body["points_earned"] == 200
    assert account_of().total(Purse.POINTS) == ledger_sum() == 350


def test_pitfall_7_many_small_returns_take_what_one_would(mall: Any) -> None:
    run(rule("x15", Multiply(1500)), steps("step", Over.RECEIPT, (70_00, gift(7)), (140_00, gift(33))))
    post("/purchases", receipt("R-1", *GOODS))
    for n in range(6):
        post(ROUTE, back(f"B-{n}", 25_00))
        kept = 150_00 - 25_00 * (n + 1)
        due = kept // 100 + kept // 200 + (33 if kept >= 140_00 else 7 if kept >= 70_00 else 0)
        assert account_of().total(Purse.POINTS) == ledger_sum() == due


def test_pitfall_3_a_return_taken_twice_gives_units_back_once(mall: Any) -> None:
    more = fixed("more", 10, budget=budget(100, shards=1))
    run(more)
    post("/purchases", receipt("R-1", *GOODS))
    first, second = (post(ROUTE, back("B", 150_00)) for _ in range(2))
    assert (first.body, second.headers["idempotent-replayed"]) == (second.body, "true")
    assert (left(more), ledger_sum()) == ([100], 0)


def test_pitfall_2_an_award_that_was_spent_before_the_return_becomes_debt(mall: Any) -> None:
    run(fixed("more", 1_000))
    post("/purchases", receipt("R-1", ("S", "shoes", 100)))
    post(
        "/purchases",
        receipt("R-2", ("S", "gift_cards", 1), ("T", "food", 1_000), points=1_000, member_session=session()),
    )
    spent = account_of().total(Purse.POINTS)
    answer = post(ROUTE, back("B", 100)).body
    assert answer["balance"] == spent - 1_001 == account_of().total(Purse.POINTS) == ledger_sum()


def test_awards_are_taken_from_the_same_bucket_then_the_earliest_then_owed(mall: Any) -> None:
    later = bucket(800)
    member(ANNA, (later, 20))
    run(fixed("more", 100))
    post("/purchases", receipt("R-1", ("S", "shoes", 1_00)))
    mine = min(account_of().held(Purse.POINTS))
    post("/purchases", receipt("R-2", ("T", "food", 81), points=81, member_session=session()))
    assert account_of().held(Purse.POINTS) == {mine: 20, later: 20}
    answer = post(ROUTE, back("B", 1_00)).body
    assert [(one["points"], one["expires_on"] is None) for one in answer["movements"]] == [
        (-20, False),
        (-20, False),
        (-61, True),
    ]
    assert (answer["points_taken_back"], answer["debt"]) == (101, 61)


def test_a_return_before_its_purchase_leaves_awards_on_what_is_kept(mall: Any) -> None:
    step = steps("step", Over.RECEIPT, (50_00, gift(5)), (150_00, gift(50)), budget=budget(100, shards=1))
    run(step)
    assert post(ROUTE, back("B", 50_00)).status == 202
    assert post("/purchases", receipt("R-1", *GOODS)).body["points_earned"] == 105
    assert (left(step), ledger_sum()) == ([95], 105)
    assert post(ROUTE, back("B-2", 100_00)).body["balance"] == 0
    assert (left(step), ledger_sum()) == ([100], 0)


def test_other_purses_are_taken_back_too(mall: Any) -> None:
    run(rule("courtesy", Multiply(2000, Purse.COURTESY)))
    post("/purchases", receipt("R-1", *GOODS))
    assert account_of().total(Purse.COURTESY) == 300
    answer = post(ROUTE, back("B", 75_00)).body
    assert answer["points_taken_back"] == 75
    assert account_of().total(Purse.COURTESY) == 150
    assert {(movement["purse"], movement["points"]) for movement in answer["movements"]} == {
        ("points", -75),
        ("courtesy", -150),
    }


def test_a_limit_that_a_return_freed_is_free_again(mall: Any) -> None:
    run(fixed("more", 10, limits=Limits(awards=1)))
    post("/purchases", receipt("R-1", *GOODS))
    assert post("/purchases", receipt("R-2", *GOODS)).body["points_earned"] == 150
    post(ROUTE, back("B", 150_00))
    assert post("/purchases", receipt("R-3", *GOODS)).body["points_earned"] == 160


def test_tallies_that_changed_between_reading_and_writing_are_read_again(mall: Any) -> None:
    run(fixed("more", 10, limits=Limits(awards=1)))
    post("/purchases", receipt("R-1", *GOODS))

    def meanwhile(**_: Any) -> None:
        key = dynamo.to_item({"campaign_id": f"used/more/{ANNA}", "kind": "all"})
        change = {"UpdateExpression": "ADD version :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}
        dynamo.client().update_item(TableName="campaigns", Key=key, **change)

    with once(WRITE, meanwhile) as tries:
        post(ROUTE, back("B", 150_00))
    assert (len(tries), ledger_sum()) == (2, 0)
