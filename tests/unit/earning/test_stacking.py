"""How rules go together: priority, exclusivity groups, and the reason of each that gives nothing."""

from itertools import permutations

import pytest

from loyalty.earning.rule import Add, Gift, GroupMode, Rule
from loyalty.types import Points, Purse
from tests.unit.earning.parts import DOUBLE, add, bought, evaluated, given_to, line, missed, points, rule

ALL, BEST, FIRST = GroupMode


def grouped(stacking: GroupMode, **amounts: int) -> tuple[Rule, ...]:
    """Rules of one group, the first named with the highest priority."""
    return tuple(
        rule(add(amount), campaign_id=name, group="g", stacking=stacking, priority=-n)
        for n, (name, amount) in enumerate(amounts.items())
    )


@pytest.mark.parametrize(
    ("stacking", "given", "outranked"),
    [(ALL, ["a", "b", "c"], set()), (BEST, ["b"], {"a", "c"}), (FIRST, ["a"], {"b", "c"})],
)
def test_a_group_goes_together_as_it_says(stacking: GroupMode, given: list[str], outranked: set[str]) -> None:
    found = evaluated(bought(line()), *grouped(stacking, a=20, b=30, c=10))
    assert given_to(found) == given
    assert missed(found) == dict.fromkeys(outranked, "outranked")


def test_rules_without_a_group_compete_with_nobody() -> None:
    lone = rule(add(1), campaign_id="lone", stacking=FIRST)
    other = rule(add(2), campaign_id="other", stacking=FIRST)
    assert given_to(evaluated(bought(line()), lone, other, *grouped(FIRST, a=1, b=2))) == ["a", "lone", "other"]


def test_two_groups_do_not_compete() -> None:
    one, two = (rule(add(1), campaign_id=name, group=name, stacking=FIRST) for name in ("one", "two"))
    assert given_to(evaluated(bought(line()), one, two)) == ["one", "two"]


def test_the_first_applicable_rule_says_how_its_group_stacks() -> None:
    high = rule(add(1), campaign_id="high", group="g", stacking=ALL, priority=1)
    low = rule(add(2), campaign_id="low", group="g", stacking=FIRST)
    assert given_to(evaluated(bought(line()), high, low)) == ["high", "low"]


def test_of_equal_priority_the_smaller_id_comes_first() -> None:
    rules = [rule(add(1), campaign_id=name, group="g", stacking=FIRST) for name in ("b", "a")]
    assert given_to(evaluated(bought(line()), *rules)) == ["a"]


def test_of_equal_worth_the_first_is_best() -> None:
    assert given_to(evaluated(bought(line()), *grouped(BEST, z=5, a=5))) == ["z"]


def test_best_compares_points_and_coupons_in_money() -> None:
    coupon = rule(
        Add(Gift(templates=("fifty",))), campaign_id="coupon", group="g", stacking=BEST, worth={"fifty": 5000}
    )
    for amount, best in ((4999, "coupon"), (5001, "points")):
        rival = rule(add(amount), campaign_id="points", group="g", stacking=BEST, point_fen=1000)
        assert given_to(evaluated(bought(line()), coupon, rival)) == [best]


def test_best_asks_for_other_purses_only_where_money_is_equal() -> None:
    growth = rule(add(900, Purse.GROWTH), campaign_id="growth", group="g", stacking=BEST)
    draws = rule(add(901, Purse.DRAWS), campaign_id="draws", group="g", stacking=BEST)
    one = rule(add(1), campaign_id="one", group="g", stacking=BEST)
    assert given_to(evaluated(bought(line()), growth, draws)) == ["draws"]
    assert given_to(evaluated(bought(line()), growth, draws, one)) == ["one"]


def test_who_gives_nothing_stands_in_nobodys_way() -> None:
    nothing = rule(Add(Gift(Points(0))), campaign_id="a", group="g", stacking=FIRST, priority=9)
    found = evaluated(bought(line()), nothing, rule(DOUBLE, campaign_id="b", group="g", stacking=FIRST))
    assert given_to(found) == ["b"]
    assert not found.missed


def test_multipliers_add_up_and_do_not_multiply_each_other() -> None:
    assert points(evaluated(bought(line(100)), rule(DOUBLE), rule(DOUBLE, campaign_id="d"))) == 200


def test_the_order_rules_are_given_in_changes_nothing() -> None:
    rules = (*grouped(BEST, a=20, b=30), rule(DOUBLE), rule(add(3), campaign_id="z", priority=5))
    found = {repr(evaluated(bought(line()), *some)) for some in permutations(rules)}
    assert len(found) == 1
