"""Rules between two things: shares, and Fisher's exact test against whole numbers, also where floats lose digits."""

from fractions import Fraction
from math import comb

import pytest

from functions.insight.baskets.proposals import additions, bundles, strong
from functions.insight.baskets.rules import Floors, Pair, p_value, rules


def exact(pair: Pair, baskets: int) -> float:
    most = min(pair.of_one, pair.of_other)
    ways = sum(
        comb(pair.of_one, n) * comb(baskets - pair.of_one, pair.of_other - n) for n in range(pair.of_both, most + 1)
    )
    return float(Fraction(ways, comb(baskets, pair.of_other)))


@pytest.mark.parametrize(
    ("both", "one", "other", "baskets"),
    [
        (40, 50, 60, 1000),
        (1, 50, 60, 1000),
        (3, 50, 60, 1000),
        (0, 5, 6, 100),
        (5, 5, 5, 5),
        (7, 8, 9, 10),
        (2, 2, 2, 4),
    ],
)
def test_the_p_value_is_fishers_also_where_it_is_tiny(both: int, one: int, other: int, baskets: int) -> None:
    pair = Pair("a", "b", both, one, other)
    assert p_value(pair, baskets) == pytest.approx(exact(pair, baskets), rel=1e-9)


def test_ten_million_receipts_are_no_trouble() -> None:
    assert p_value(Pair("a", "b", 200_000, 1_000_000, 2_000_000), 10_000_000) == pytest.approx(0.5, abs=0.01)
    assert p_value(Pair("a", "b", 300_000, 1_000_000, 2_000_000), 10_000_000) == 0.0


def test_each_direction_has_its_own_confidence_and_both_the_same_lift() -> None:
    one, other = sorted(rules([Pair("a", "b", 20, 40, 100)], 1000, Floors()), key=lambda rule: rule.bought)
    assert (one.bought, one.then, one.confidence, one.support) == ("a", "b", 0.5, 0.02)
    assert (other.bought, other.then, other.confidence) == ("b", "a", 0.2)
    assert one.lift == other.lift == 5.0


@pytest.mark.parametrize(
    "floors", [Floors(support=0.021), Floors(confidence=0.51), Floors(lift=5.1), Floors(p_value=0)]
)
def test_every_floor_holds_weak_rules_back(floors: Floors) -> None:
    assert rules([Pair("a", "b", 20, 40, 100)], 1000, floors) == []


def test_a_bundle_is_told_once_and_rare_or_ordinary_pairs_are_proposed_to_nobody() -> None:
    found = strong([Pair("a", "b", 20, 40, 100), Pair("a", "c", 4, 40, 4), Pair("a", "d", 20, 40, 500)], 1000)
    (bundle,) = bundles(found)
    assert (bundle["items"], bundle["confidence"]) == (["a", "b"], 0.5)
    assert additions(found) == {"a": [("b", 0.5)], "b": [("a", 0.2)]}
