"""The examples of docs/earning.md, told again: every campaign is published, every receipt bought, every return made."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from functions.campaigns.definition import campaign_of, compiled
from loyalty.earning.evaluation import Award, Bought, Shopper, evaluate
from loyalty.earning.lines import PricedLine
from loyalty.earning.returning import settle, settle_day
from loyalty.earning.rule import Rule
from loyalty.earning.used import NOTHING, Gifts, Used, after_return, ref, with_shards
from tests.unit.earning.parts import SHANGHAI

DOCUMENT = (Path(__file__).parents[3] / "docs" / "earning.md").read_text()
EXAMPLES = {
    title: json.loads(block)
    for title, block in re.findall(r"^### (.+?)$.+?^```json\n(.+?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
}
NOON = "2026-03-07T12:00"
WORTH = {"voucher_50": 5000, "voucher_100": 10000}


def lines_of(rows: Sequence[tuple[str, int]]) -> tuple[PricedLine, ...]:
    return tuple(
        PricedLine("s", name, 1, fen, fen, 1000 * (name != "tobacco"), name != "tobacco") for name, fen in rows
    )


class Story:
    """One member, some campaigns, and what became of them so far."""

    def __init__(self, example: dict[str, Any]) -> None:
        self.multiplier = example.get("multiplier", 1000)
        self.shopper = Shopper("silver", first_purchase=False, born=example.get("born"))
        self.rules: dict[str, Rule] = {
            name: compiled(name, campaign_of(written), 1, 1000, WORTH) for name, written in example["campaigns"].items()
        }
        self.left = {name: rule.budget.amount for name, rule in self.rules.items() if rule.budget}
        self.used: dict[str, Used] = {}
        self.given: dict[tuple[str, str], Gifts] = {}

    def tell(self, step: dict[str, Any]) -> None:
        if "buys" in step:
            gets, misses = self.buy(step)
            assert (gets, misses) == (step["gets"], step.get("misses", {}))
        else:
            assert self.give_back(step) == step["takes"]
        left = sum(self.left.values())
        assert step.get("left", left) == left

    def buy(self, step: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        at = datetime.fromisoformat(step.get("at", NOON)).replace(tzinfo=SHANGHAI)
        receipt = Bought(step["buys"], step.get("tenant", "t"), at, "till", lines_of(step["lines"]), self.multiplier)
        found = evaluate(receipt, self.shopper, list(self.rules.values()), self.used, self.left)
        for award in found.awards:
            self.take(award, step["buys"])
        self.used |= found.counted
        return (
            {award.rule.campaign_id: shown(award.points, award.templates, award.replaced) for award in found.awards},
            {one.rule.campaign_id: one.why.value for one in found.missed},
        )

    def take(self, award: Award, key: str) -> None:
        name = award.rule.campaign_id
        coupons = tuple((template, ref(key, name, n)) for n, template in enumerate(award.templates))
        self.given[name, key] = Gifts(award.points, coupons, award.units)
        if award.used:
            shards = [(0, award.units)] if award.rule.sums_day and award.units else []
            self.used[name] = with_shards(award.used, shards)
        if award.rule.budget:
            self.left[name] -= award.units

    def give_back(self, step: dict[str, Any]) -> dict[str, Any]:
        kept = lines_of(step["keeps"])
        taken = {name: self.taken_of(rule, step["returns"], kept) for name, rule in self.rules.items()}
        for name, gifts in taken.items():
            if name in self.left:
                self.left[name] += gifts.units
        return {
            name: shown(gifts.points, [name for name, _ in gifts.coupons]) for name, gifts in taken.items() if gifts
        }

    def taken_of(self, rule: Rule, key: str, kept: Sequence[PricedLine]) -> Gifts:
        name = rule.campaign_id
        used = self.used.get(name, NOTHING)
        if rule.sums_day:
            day = settle_day(rule, used, key, kept)
            self.used[name] = day.used
            return day.taken
        settled = settle(rule, self.given.get((name, key), Gifts()), kept, self.multiplier)
        self.given[name, key] = settled.kept
        self.used[name] = after_return(used, rule, settled.taken, whole=bool(settled.taken and not settled.kept))
        return settled.taken


def shown(points: Any, templates: Sequence[str], replaced: Sequence[tuple[str, str]] = ()) -> dict[str, Any]:
    coupons = {"templates": list(templates)} if templates else {}
    return {**points, **coupons, **({"replaces": [template for template, _ in replaced]} if replaced else {})}


@pytest.mark.parametrize("title", EXAMPLES)
def test_an_example_is_what_the_engine_does(title: str) -> None:
    story = Story(EXAMPLES[title])
    for step in EXAMPLES[title]["story"]:
        story.tell(step)


def test_every_example_of_the_document_is_told() -> None:
    assert len(EXAMPLES) == DOCUMENT.count("```json") == 8
    told = Counter(word for example in EXAMPLES.values() for step in example["story"] for word in step)
    assert told["buys"] > 15
    assert told["returns"] >= 6
