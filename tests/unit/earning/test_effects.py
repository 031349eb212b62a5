"""What effects give: multiply, add, steps, every; whole points, rounded down once."""

import pytest

from loyalty.earning.rule import Conditions, Every, Gift, Multiply, Scope, Steps
from loyalty.types import Fen, Points, Purse
from tests.unit.earning.parts import DOUBLE, add, bought, evaluated, line, points, rule

CASH_BACK = Steps(((Fen(500_00), Gift(Points(50))), (Fen(1000_00), Gift(Points(100)))))


def test_doubling_gives_as_much_again_as_the_receipt_earns_with_the_tier() -> None:
    assert points(evaluated(bought(line(100)), rule(DOUBLE))) == 100
    assert points(evaluated(bought(line(100), multiplier=1500), rule(DOUBLE))) == 150


def test_multiplying_in_another_purse_gives_the_whole_product() -> None:
    found = evaluated(bought(line(100), multiplier=1500), rule(Multiply(2000, Purse.GROWTH)))
    assert (points(found), points(found, Purse.GROWTH)) == (0, 300)


def test_multiplying_is_rounded_down_once_over_all_lines() -> None:
    cents = [line(1, net=99) for _ in range(100)]
    assert points(evaluated(bought(*cents), rule(DOUBLE))) == 99


def test_two_multipliers_of_one_rule_are_rounded_together() -> None:
    half = Multiply(1500)
    assert points(evaluated(bought(line(1)), rule(half, half))) == 1


def test_multiplying_counts_the_ratio_of_each_line() -> None:
    assert points(evaluated(bought(line(100, ratio=500), line(100, ratio=0)), rule(DOUBLE))) == 50


def test_a_line_that_does_not_count_is_not_multiplied() -> None:
    dining = Conditions(scope=Scope(categories=frozenset({"dining"})))
    receipt = bought(line(100), line(50, category="dining"))
    assert points(evaluated(receipt, rule(DOUBLE, conditions=dining))) == 50


@pytest.mark.parametrize(("fen", "given"), [(499_99, 0), (500_00, 50), (999_99, 50), (1000_00, 100), (5000_00, 100)])
def test_steps_give_the_gift_of_the_highest_one_reached(fen: int, given: int) -> None:
    assert points(evaluated(bought(line(5000, net=fen)), rule(CASH_BACK))) == given


@pytest.mark.parametrize(("fen", "draws"), [(99_99, 0), (100_00, 2), (250_00, 4), (10_000_00, 6)])
def test_every_full_amount_brings_its_gift_as_often_as_allowed(fen: int, draws: int) -> None:
    every = Every(Fen(100_00), Gift(Points(2), Purse.DRAWS), most=3)
    assert points(evaluated(bought(line(10_000, net=fen)), rule(every)), Purse.DRAWS) == draws


def test_every_brings_coupons_as_often_as_points() -> None:
    (award,) = evaluated(bought(line(300)), rule(Every(Fen(100_00), Gift(templates=("t1",)), most=2))).awards
    assert award.templates == ("t1", "t1")


def test_the_effects_of_a_rule_add_up_to_one_award() -> None:
    (award,) = evaluated(bought(line(500)), rule(DOUBLE, CASH_BACK, add(7, Purse.COURTESY))).awards
    assert award.points == {Purse.POINTS: 550, Purse.COURTESY: 7}


def test_a_factor_below_one_takes_nothing() -> None:
    assert not evaluated(bought(line(100)), rule(Multiply(500))).awards
