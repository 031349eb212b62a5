"""What a member gets at most, and what all members together get at most: an award whole, or none."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty.earning.evaluation import evaluate
from loyalty.earning.rule import Add, Budget, Gift, GroupMode, Limits, Rule, Unit
from loyalty.earning.used import NOTHING, DayTally, Tally, Used
from loyalty.types import Purse
from tests.proof.scale import SCALE
from tests.unit.earning.parts import (
    ANYBODY,
    DOUBLE,
    add,
    bought,
    budgeted,
    evaluated,
    given_to,
    limited,
    line,
    missed,
    rule,
)


def after(one: Rule, receipts: int) -> Used:
    """What a member has of a rule after so many receipts of one day."""
    used = NOTHING
    for number in range(receipts):
        found = evaluated(bought(line(), key=f"receipt/t/{number}"), one, used={one.campaign_id: used})
        used = found.awards[0].used or NOTHING if found.awards else used
    return used


def test_a_limit_of_awards_is_reached_and_not_passed() -> None:
    two = limited(add(10), awards=2)
    assert after(two, 3).all == Tally(awards=2, points=20)
    assert missed(evaluated(bought(line()), two, used={"c": after(two, 2)})) == {"c": "limit_reached"}


def test_a_limit_of_points_is_reached_and_not_passed() -> None:
    assert after(limited(add(10), points=30), 9).all == Tally(awards=3, points=30)
    assert after(limited(add(10), points=29), 9).all == Tally(awards=2, points=20)


def test_limits_of_a_day_are_counted_beside() -> None:
    assert after(limited(add(10), awards_a_day=1), 3) == Used(day=DayTally(awards=1, points=10))
    assert after(limited(add(10), points_a_day=25), 3) == Used(day=DayTally(awards=2, points=20))
    both = after(limited(add(10), awards=5, awards_a_day=2), 3)
    assert both == Used(Tally(2, 20), DayTally(2, 20))


def test_points_of_all_purses_count_together() -> None:
    assert after(limited(add(10), add(5, Purse.GROWTH), points=29), 9).all == Tally(awards=1, points=15)


def test_a_rule_without_limits_counts_nothing() -> None:
    (award,) = evaluated(bought(line()), rule()).awards
    assert award.used is None


def test_an_award_is_whole_or_not_at_all() -> None:
    whole = budgeted(add(60), add(40, Purse.GROWTH))
    assert evaluated(bought(line()), whole, left=100).awards[0].units == 100
    assert missed(evaluated(bought(line()), whole, left=99)) == {"c": "budget_exhausted"}


def test_a_budget_of_awards_counts_awards() -> None:
    awards = budgeted(add(1000), unit=Unit.AWARDS)
    assert evaluated(bought(line()), awards, left=1).awards[0].units == 1
    assert missed(evaluated(bought(line()), awards, left=0)) == {"c": "budget_exhausted"}


def test_a_budget_that_nobody_looked_at_is_empty() -> None:
    assert not evaluate(bought(line()), ANYBODY, [budgeted()], {}, {}).awards


def test_a_budget_of_points_does_not_hold_coupons_back() -> None:
    coupons = budgeted(Add(Gift(templates=("t1",))))
    assert evaluated(bought(line()), coupons, left=0).awards[0].units == 0


def test_the_next_of_a_group_gets_what_an_empty_budget_cannot_give() -> None:
    empty = replace(budgeted(add(500)), campaign_id="a", group="g", stacking=GroupMode.FIRST, priority=1)
    found = evaluated(bought(line()), empty, rule(add(1), campaign_id="b", group="g"), left=499)
    assert given_to(found) == ["b"]
    assert missed(found) == {"a": "budget_exhausted"}


def test_several_awards_of_one_receipt_each_take_their_own_budget() -> None:
    rules = [replace(budgeted(add(60)), campaign_id=name) for name in ("a", "b")]
    found = evaluate(bought(line()), ANYBODY, rules, {}, {"a": 60, "b": 59})
    assert given_to(found) == ["a"]
    assert missed(found) == {"b": "budget_exhausted"}


@settings(max_examples=30 * SCALE, deadline=None)
@given(
    st.lists(st.integers(1, 400), min_size=1, max_size=30),
    st.integers(0, 2000),
    st.sampled_from(Unit),
    st.integers(1, 5),
)
def test_pitfall_12_no_sequence_of_receipts_exceeds_budget_or_limits(
    amounts: list[int], amount: int, unit: Unit, awards: int
) -> None:
    one = rule(DOUBLE, budget=Budget(unit, amount, 1), limits=Limits(awards=awards, points_a_day=500))
    left, used, points, count = amount, NOTHING, 0, 0
    for number, yuan in enumerate(amounts):
        found = evaluate(bought(line(yuan), key=f"r/{number}"), ANYBODY, [one], {"c": used}, {"c": left})
        for award in found.awards:
            assert award.points == {Purse.POINTS: yuan}
            left, points, count, used = left - award.units, points + yuan, count + 1, award.used or NOTHING
    assert left >= 0
    assert (points if unit is Unit.POINTS else count) == amount - left
    assert count <= awards
    assert points <= 500
    assert (used.all.awards, used.day.points) == (count, points)
