"""Returns in unlucky orders: what a receipt brought beside its points goes back once, and nothing else goes with it."""

from typing import Any

from functions.earn.receipt import Return, ReturnedLine, recorded
from loyalty.coupons.terms import Kind
from loyalty.earning.lines import PricedLine
from loyalty.pricing.records import Condition, Reduction, to_plain
from loyalty.programme import Programme
from loyalty.tiers import Rung
from loyalty.types import Day, Purse
from tests.unit.earn.builders import account, back, bill, buy, receipt_of, refund, terms
from tests.unit.earn.test_growth_and_welcome import GROWING

LINES = (
    PricedLine("A", "shoes", 1, 20_00, 12_00, 1000, True, 8_00),
    PricedLine("B", "shoes", 1, 180_00, 108_00, 1000, True, 72_00),
    PricedLine("C", "toys", 1, 50_00, 50_00, 1000, True),
    PricedLine("X", "tobacco", 1, 100_00, 100_00, 0, False),
)
FROM_200_YUAN = Condition(Kind.AMOUNT_OFF, (0, 1), 200_00, counted=(20_00, 180_00))
FACTS: dict[str, Any] = {
    "multiplier": 1000,
    "bucket": "271231",
    "bought_on": "261121",
    "lines": [line.plain() for line in LINES],
    "reductions": [to_plain(Reduction("c1", "t", "amount_off", (8_00, 72_00, 0, 0), FROM_200_YUAN))],
    "growth": 1000,
}
"""Two pairs of shoes with a coupon that needs both, toys, and tobacco that earns nothing."""
TODAY = Day("261121")


def test_no_return_gives_growth_value_when_a_coupon_that_falls_away_makes_goods_dearer() -> None:
    """The money for the tobacco is withheld for the coupon, so the shoes that are kept cost more than before."""
    refunds: list[dict[str, Any]] = []
    taken = list[int]()
    for sku, amount in (("C", 50_00), ("A", 20_00), ("X", 100_00), ("B", 180_00)):
        before = recorded(FACTS, refunds)
        after = before.with_return(Return(sku, lines=(ReturnedLine(sku, amount),)))
        taken.append(after.growth_back - before.growth_back)
        refunds.append(after.state())
    assert taken == [50, 0, 0, 120]


def welcomed_long_ago() -> Any:
    """A member whom silver welcomed in an earlier stay, and whom a review has lowered since."""
    return account(rung=Rung("regular", TODAY, Day("271130")), welcomed={"silver": 77})


def test_a_refund_leaves_the_welcome_of_an_earlier_stay_in_the_tier() -> None:
    again = buy(bill(("a", "shoes", 300_00)), welcomed_long_ago(), terms(GROWING))
    assert (again.answer["tier"], again.answer["points_earned"]) == ("silver", 300)
    fallen = refund(again.account, receipt_of(again), back(300_00), programme=GROWING)
    assert (fallen.answer["tier"], fallen.answer["points_taken_back"]) == ("regular", 300)
    assert (fallen.account.total(Purse.POINTS), fallen.account.debt) == (0, {})
    anew = buy(bill(("b", "shoes", 300_00)), fallen.account, terms(GROWING))
    assert (anew.answer["tier"], anew.answer["points_earned"]) == ("silver", 300)


def test_a_refund_leaves_the_welcome_of_a_lower_tier_that_was_jumped_over_this_time() -> None:
    gold = buy(bill(("a", "shoes", 900_00)), welcomed_long_ago(), terms(GROWING))
    fallen = refund(gold.account, receipt_of(gold), back(900_00), programme=GROWING)
    assert (fallen.answer["points_taken_back"], fallen.account.total(Purse.POINTS)) == (900, 0)


def test_a_return_that_came_first_leaves_the_welcome_of_an_earlier_stay_in_the_tier() -> None:
    bought = buy(bill(("a", "shoes", 300_00)), welcomed_long_ago(), terms(GROWING), early=[back(300_00)])
    assert (bought.answer["tier"], bought.account.total(Purse.POINTS)) == ("regular", 0)
    assert bought.account.welcomed == {"silver": 77}


def test_a_return_that_came_first_does_not_hide_the_welcome_of_the_tier_that_is_kept() -> None:
    bought = buy(bill(("a", "shoes", 400_00)), account(), terms(GROWING), early=[back(50_00)._replace(refund_no="E")])
    assert (bought.answer["tier"], bought.account.welcomed) == ("silver", {"silver": 77})


def test_a_receipt_of_nothing_is_no_activity() -> None:
    """What is rung up at 0 yuan could be rung up all day, and no return would ever take it out of the count."""
    ladder = [
        {"code": "regular", "name_zh": "普卡", "name_en": "Regular", "spend_yuan": 0},
        {"code": "silver", "name_zh": "银卡", "name_en": "Silver", "activity": {"months": 1, "purchases": 1}},
    ]
    counting = Programme.model_validate({"tiers": {"ladder": ladder}})
    nothing = buy(bill(("gift", "shoes", 0)), at=terms(counting))
    assert (nothing.account.record.visits, nothing.answer["tier"]) == ({}, "regular")
    something = buy(bill(("a", "shoes", 1)), at=terms(counting))
    assert (something.account.record.visits, something.answer["tier"]) == ({"2611": 1}, "silver")


def test_a_receipt_of_nothing_is_no_first_purchase() -> None:
    nothing = buy(bill(("free", "shoes", 0)), account())
    assert nothing.account.first_on is None
    assert "first" not in nothing.facts
    bought = buy(bill(("shoe", "shoes", 100_00)), nothing.account)
    assert bought.account.first_on == TODAY
    assert bought.facts["first"]
