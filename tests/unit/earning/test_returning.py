"""What a return takes back of an award: what is no longer reached, never more than was given, never a new award."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty.earning.lines import PricedLine
from loyalty.earning.returning import Settled, settle
from loyalty.earning.rule import Add, Budget, Conditions, Every, Gift, Limits, Multiply, Rule, Steps, Unit
from loyalty.earning.used import Gifts, Tally, Used, after_return
from loyalty.types import Fen, Points, Purse
from tests.proof.scale import SCALE
from tests.unit.earning.parts import DOUBLE, add, bought, evaluated, line, rule

CASH_BACK = Steps(((Fen(500_00), Gift(Points(50))), (Fen(1000_00), Gift(Points(100)))))
VOUCHERS = Steps(((Fen(500_00), Gift(templates=("small",))), (Fen(1000_00), Gift(templates=("large", "gift")))))


def award_of(one: Rule, *lines: PricedLine, multiplier: int = 1000) -> Gifts:
    """What a receipt is given, with a ref for each coupon."""
    awards = evaluated(bought(*lines, multiplier=multiplier), one).awards
    if not awards:
        return Gifts()
    coupons = tuple((name, f"ref {n}") for n, name in enumerate(awards[0].templates))
    return Gifts(awards[0].points, coupons, awards[0].units)


@pytest.mark.parametrize(("kept", "points"), [(1000, 100), (999, 50), (500, 50), (499, 0), (0, 0)])
def test_a_step_no_longer_reached_is_taken_back(kept: int, points: int) -> None:
    settled = settle(rule(CASH_BACK), award_of(rule(CASH_BACK), line(1200)), [line(kept)], 1000)
    assert settled.kept.points.get(Purse.POINTS, 0) == points
    assert settled.taken.points.get(Purse.POINTS, 0) == 100 - points


def test_coupons_of_a_step_no_longer_reached_are_taken_back_and_no_lower_ones_given() -> None:
    settled = settle(rule(VOUCHERS), award_of(rule(VOUCHERS), line(1200)), [line(600)], 1000)
    assert settled == Settled(Gifts(), Gifts({}, (("large", "ref 0"), ("gift", "ref 1")), 0))


def test_the_coupons_given_first_are_kept() -> None:
    every = rule(Every(Fen(100_00), Gift(templates=("t1",)), most=5))
    settled = settle(every, award_of(every, line(300)), [line(250)], 1000)
    assert settled.kept.coupons == (("t1", "ref 0"), ("t1", "ref 1"))
    assert settled.taken.coupons == (("t1", "ref 2"),)


def test_a_fixed_gift_is_kept_as_long_as_anything_is() -> None:
    fixed = rule(add(10))
    assert settle(fixed, award_of(fixed, line(100)), [line(1)], 1000).kept.points == {Purse.POINTS: 10}
    assert settle(fixed, award_of(fixed, line(100)), [line(0)], 1000).taken.points == {Purse.POINTS: 10}


def test_a_fixed_gift_goes_when_the_amount_asked_for_is_not_kept() -> None:
    asks = rule(add(10), conditions=Conditions(at_least=Fen(500_00)))
    assert settle(asks, award_of(asks, line(500)), [line(499)], 1000).taken.points == {Purse.POINTS: 10}


def test_a_multiplier_keeps_what_the_goods_kept_earn_with_the_tier_of_the_purchase() -> None:
    assert settle(rule(DOUBLE), Gifts({Purse.POINTS: 150}), [line(60)], 1500).kept.points == {Purse.POINTS: 90}


def test_nothing_is_given_that_was_not_given() -> None:
    assert settle(rule(CASH_BACK), Gifts({Purse.POINTS: 20}), [line(2000)], 1000).kept.points == {Purse.POINTS: 20}
    assert not settle(rule(CASH_BACK), Gifts(), [line(2000)], 1000).kept


def test_units_of_points_go_back_with_the_points() -> None:
    budgeted = rule(CASH_BACK, budget=Budget(Unit.POINTS, 100, 1))
    settled = settle(budgeted, award_of(budgeted, line(1000)), [line(600)], 1000)
    assert (settled.kept.units, settled.taken.units) == (50, 50)


def test_a_unit_of_an_award_goes_back_when_nothing_is_left_of_it() -> None:
    budgeted = rule(CASH_BACK, budget=Budget(Unit.AWARDS, 100, 1))
    settled = settle(budgeted, award_of(budgeted, line(1000)), [line(600)], 1000)
    assert (settled.kept.units, settled.taken.units) == (1, 0)
    assert settle(budgeted, settled.kept, [line(100)], 1000).taken.units == 1


def test_limits_count_what_was_taken_back_no_more() -> None:
    limited = rule(limits=Limits(awards=3, points=100))
    used = Used(Tally(awards=2, points=70))
    assert after_return(used, limited, Gifts({Purse.POINTS: 20}), whole=False).all == Tally(2, 50)
    assert after_return(used, limited, Gifts({Purse.POINTS: 20}), whole=True).all == Tally(1, 50)


RULES = st.sampled_from(
    [
        rule(DOUBLE),
        rule(Multiply(1333), Multiply(77, Purse.GROWTH)),
        rule(CASH_BACK),
        rule(VOUCHERS, add(3)),
        rule(Every(Fen(33_33), Gift(Points(7), templates=("t1",)), most=9), budget=Budget(Unit.POINTS, 10**6, 1)),
        rule(Add(Gift(Points(5), Purse.COURTESY)), conditions=Conditions(at_least=Fen(300_00))),
    ]
)
NETS = st.lists(st.integers(0, 700_00), min_size=1, max_size=4)


def lines_of(nets: Sequence[int]) -> list[PricedLine]:
    return [line(700, net=net, ratio=900 + n) for n, net in enumerate(nets)]


@settings(max_examples=60 * SCALE, deadline=None)
@given(RULES, NETS, st.integers(1000, 3000), st.data())
def test_pitfall_7_a_return_in_many_parts_takes_what_one_return_takes(
    one: Rule, nets: list[int], multiplier: int, data: st.DataObject
) -> None:
    award = award_of(one, *lines_of(nets), multiplier=multiplier)
    kept, taken = award, dict[Purse, int]()
    units = 0
    for _ in range(data.draw(st.integers(1, 5))):
        nets = [data.draw(st.integers(0, net)) for net in nets]
        settled = settle(one, kept, lines_of(nets), multiplier)
        assert all(0 < points <= kept.points[purse] for purse, points in settled.taken.points.items())
        for purse, points in settled.taken.points.items():
            taken[purse] = taken.get(purse, 0) + points
        kept, units = settled.kept, units + settled.taken.units
    at_once = settle(one, award, lines_of(nets), multiplier)
    assert kept == at_once.kept
    assert taken == at_once.taken.points
    assert units == at_once.taken.units


@settings(max_examples=40 * SCALE, deadline=None)
@given(RULES, NETS, st.integers(1000, 3000))
def test_what_is_kept_is_what_a_receipt_of_the_kept_goods_is_given(one: Rule, nets: list[int], multiplier: int) -> None:
    award = award_of(one, *lines_of([700_00] * len(nets)), multiplier=multiplier)
    expected = award_of(one, *lines_of(nets), multiplier=multiplier)
    assert settle(one, award, lines_of(nets), multiplier).kept.points == expected.points


@given(RULES, NETS)
def test_returning_everything_leaves_nothing(one: Rule, nets: list[int]) -> None:
    award = award_of(one, *lines_of(nets))
    settled = settle(one, award, lines_of([0] * len(nets)), 1000)
    assert settled == Settled(Gifts(), award)
