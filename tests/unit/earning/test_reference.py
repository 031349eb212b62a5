"""The engine against a slow, plain reading of its documentation, on any rules and receipts."""

from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty.earning.evaluation import Bought, Shopper, evaluate, needs
from loyalty.earning.rule import Rule, from_plain, to_plain
from tests.proof.scale import SCALE
from tests.unit.earning.reference import reference
from tests.unit.earning.strategies import RECEIPTS, RULES, SHOPPERS, rules

Left = dict[str, int]
LEFTS = st.lists(st.integers(0, 200), min_size=8, max_size=8).map(lambda some: {f"r{n}": v for n, v in enumerate(some)})


@settings(max_examples=80 * SCALE, deadline=None)
@given(RECEIPTS, SHOPPERS, RULES, LEFTS)
def test_the_engine_gives_what_the_reference_gives(
    receipt: Bought, shopper: Shopper, some: tuple[Rule, ...], left: Left
) -> None:
    found = evaluate(receipt, shopper, some, {}, left)
    given_to, missed = reference(receipt, shopper, some, left)
    assert {one.rule.campaign_id: (one.points, list(one.templates), one.units) for one in found.awards} == {
        name: (one.points, one.templates, one.units) for name, one in given_to.items()
    }
    assert {one.rule.campaign_id: one.why.value for one in found.missed} == missed


@settings(max_examples=40 * SCALE, deadline=None)
@given(RECEIPTS, SHOPPERS, RULES, LEFTS, st.permutations(range(8)))
def test_neither_order_nor_rules_that_need_nothing_read_change_what_is_given(
    receipt: Bought, shopper: Shopper, some: tuple[Rule, ...], left: Left, order: list[int]
) -> None:
    shuffled = [some[n] for n in order if n < len(some)]
    expected = evaluate(receipt, shopper, some, {}, left)
    assert evaluate(receipt, shopper, shuffled, {}, left) == expected
    assert evaluate(receipt, shopper, needs(receipt, some).rules, {}, left) == expected


@settings(max_examples=40 * SCALE, deadline=None)
@given(RECEIPTS, SHOPPERS, RULES, LEFTS)
def test_an_award_is_never_empty_nor_negative_nor_over_its_budget(
    receipt: Bought, shopper: Shopper, some: tuple[Rule, ...], left: Left
) -> None:
    for award in evaluate(receipt, shopper, some, {}, left).awards:
        assert award.points or award.templates
        assert all(points > 0 for points in award.points.values())
        assert 0 <= award.units <= left[award.rule.campaign_id]


@settings(max_examples=40 * SCALE, deadline=None)
@given(rules())
def test_a_stored_rule_is_the_rule(one: Rule) -> None:
    assert from_plain(to_plain(one)) == one
