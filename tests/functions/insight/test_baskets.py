"""What is bought together: the rules of any period, the proposals of a night, and who may see them."""

import csv
import io
import random
from collections import Counter
from datetime import timedelta
from fractions import Fraction
from itertools import combinations, permutations
from math import comb
from typing import Any

import pytest

from loyalty import additions
from tests.functions.insight.nights import TODAY, ask, receipt, refreshed, table
from tests.functions.segments.athena import Athena
from tests.functions.segments.office import Lake

pytestmark = pytest.mark.usefixtures("nights")

GOODS = {"boots": "shoes", "sneakers": "shoes", "socks": "socks", "tea": "dining", "cake": "dining"}
Basket = frozenset[str]


def filled(lake: Lake, size: int) -> list[Basket]:
    """So many receipts, on which socks follow boots more often than by chance."""
    luck, baskets = random.Random(6), list[Basket]()
    for number in range(size):
        chosen = set(luck.sample(sorted(GOODS), luck.choice((1, 1, 2, 3))))
        if "boots" in chosen and luck.random() < 0.7:
            chosen.add("socks")
        baskets.append(frozenset(chosen))
        receipt(lake, number, {sku: GOODS[sku] for sku in sorted(chosen)}, TODAY - timedelta(days=number % 300))
    return baskets


def recounted(baskets: list[Basket], support: Fraction, confidence: Fraction) -> dict[tuple[str, str], Any]:
    """Apriori's way: frequent things, then frequent pairs of them, then rules; exact fractions."""
    singles = Counter(item for basket in baskets for item in basket)
    frequent = {item for item, count in singles.items() if Fraction(count, len(baskets)) >= support}
    pairs = Counter(pair for basket in baskets for pair in combinations(sorted(basket & frequent), 2))
    found = {}
    for pair, both in pairs.items():
        for one, other in permutations(pair):
            sure = Fraction(both, singles[one])
            if Fraction(both, len(baskets)) >= support and sure >= confidence:
                lift = sure / Fraction(singles[other], len(baskets))
                found[one, other] = (both, sure, lift, tail(both, singles[one], singles[other], len(baskets)))
    return found


def tail(both: int, one: int, other: int, baskets: int) -> Fraction:
    """Fisher's exact test by whole numbers."""
    ways = sum(comb(one, n) * comb(baskets - one, other - n) for n in range(both, min(one, other) + 1))
    return Fraction(ways, comb(baskets, other))


@pytest.mark.parametrize("level", ["sku", "category"])
def test_the_rules_are_those_of_an_independent_recount(level: str, lake: Lake) -> None:
    baskets = filled(lake, 120)
    if level == "category":
        baskets = [frozenset(GOODS[sku] for sku in basket) for basket in baskets]
    query = {"level": level, "min_support": "0.02", "min_confidence": "0.1"}
    answer = ask("GET /insight/baskets", query).body
    wanted = recounted(baskets, Fraction(2, 100), Fraction(1, 10))
    assert answer["baskets"] == 120
    assert {(rule["if_bought"][0], rule["then_bought"]) for rule in answer["rules"]} == set(wanted)
    for rule in answer["rules"]:
        both, sure, lift, chance = wanted[rule["if_bought"][0], rule["then_bought"]]
        assert rule["baskets"] == both
        assert rule["support"] == pytest.approx(both / 120, abs=1e-6)
        assert rule["confidence"] == pytest.approx(float(sure), abs=1e-6)
        assert rule["lift"] == pytest.approx(float(lift), abs=1e-6)
        assert rule["p_value"] == pytest.approx(float(chance), rel=1e-6, abs=1e-12)


def test_the_strongest_rule_comes_first_and_weak_ones_are_left_out(lake: Lake) -> None:
    filled(lake, 120)
    rules = ask("GET /insight/baskets", {"level": "sku", "min_support": "0.02", "min_lift": "1.01"}).body["rules"]
    assert {rules[0]["if_bought"][0], rules[0]["then_bought"]} == {"boots", "socks"}
    lifts = [rule["lift"] for rule in rules]
    assert lifts == sorted(lifts, reverse=True)
    assert lifts[-1] >= 1.01


def test_only_receipts_of_the_period_count(lake: Lake) -> None:
    receipt(lake, 1, {"boots": "shoes", "socks": "socks"}, TODAY - timedelta(days=2))
    receipt(lake, 2, {"boots": "shoes", "socks": "socks"}, TODAY)
    day = {"from": TODAY.isoformat(), "to": TODAY.isoformat()}
    assert [ask("GET /insight/baskets", query).body["baskets"] for query in (day, {})] == [1, 2]


def test_a_receipt_that_arrived_twice_is_one_basket(lake: Lake) -> None:
    for _ in range(2):
        receipt(lake, 1, {"boots": "shoes", "socks": "socks"})
    (rule, _) = ask("GET /insight/baskets").body["rules"]
    assert (rule["baskets"], rule["support"]) == (1, 1.0)


def test_a_mall_in_which_nothing_was_bought_has_no_rules() -> None:
    answer = ask("GET /insight/baskets").body
    assert (answer["baskets"], answer["rules"], answer["complete"]) == (0, [], True)


def test_rules_come_as_a_table_too(lake: Lake) -> None:
    receipt(lake, 1, {"boots": "shoes", "socks": "socks"})
    lines = list(csv.reader(io.StringIO(table("GET /insight/baskets"))))
    assert lines[0] == ["if_bought", "then_bought", "baskets", "support", "confidence", "lift", "p_value"]
    assert lines[1][:3] == ["shoes", "socks", "1"]


def test_a_lake_that_cannot_answer_is_said(nights: Athena) -> None:
    nights.failures.append(("FAILED", False))
    assert ask("GET /insight/baskets").body["code"] == "lake_failed"


def test_a_night_proposes_what_is_surely_bought_together_and_nothing_else(lake: Lake) -> None:
    filled(lake, 150)
    assert ask("GET /insight/bundles").body == {"as_of": None, "baskets": 0, "sku": [], "category": []}
    assert refreshed()["state"] == "done"
    told = ask("GET /insight/bundles").body
    assert (told["as_of"], told["baskets"]) == (TODAY.isoformat(), 150)
    assert [bundle["items"] for bundle in told["sku"]] == [["boots", "socks"]]
    assert all(bundle["p_value"] <= 0.001 and bundle["lift"] >= 1.2 for bundle in told["sku"])
    found = additions.beside(additions.known(), ["boots", "tea"], ["shoes", "dining"])
    assert [(one.level, one.item, one.if_bought) for one in found] == [("sku", "socks", "boots")]


def test_what_was_bought_later_is_not_known_on_a_day_before(lake: Lake) -> None:
    filled(lake, 150)
    assert refreshed("earlier", TODAY - timedelta(days=400))["state"] == "done"
    assert ask("GET /insight/bundles").body["baskets"] == 0
