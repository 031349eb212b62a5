"""What others add to a basket, and what could be sold together, as data: rules strong enough to act on. Pure.

A proposal changes no price: what a bundle costs is a campaign of the marketers, the same for everybody (K2).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from functions.insight.baskets.rules import Floors, Pair, Rule, rules

LEAST_RECEIPTS = 5
"""On how many receipts a pair has to be before anybody is told."""
ENOUGH = Floors(confidence=0.05, lift=1.2, p_value=0.001)
ADDED = 3
"""How many additions are kept for one thing."""
MOST_BOUGHT = 400
"""How many things additions are kept for, the strongest first."""
MOST_BUNDLES = 100


def strong(pairs: Iterable[Pair], baskets: int) -> list[Rule]:
    """Return the rules worth acting on, the strongest first."""
    return rules((pair for pair in pairs if pair.of_both >= LEAST_RECEIPTS), baskets, ENOUGH)


def additions(found: Iterable[Rule]) -> dict[str, list[tuple[str, float]]]:
    """Return what others add and with which confidence, by what was bought: the surest first (`loyalty.additions`)."""
    by_bought: defaultdict[str, list[Rule]] = defaultdict(list)
    for rule in found:
        if rule.bought in by_bought or len(by_bought) < MOST_BOUGHT:
            by_bought[rule.bought].append(rule)
    return {bought: [(rule.then, rule.confidence) for rule in _first(own)] for bought, own in by_bought.items()}


def bundles(found: Iterable[Rule]) -> list[dict[str, Any]]:
    """Return pairs to sell together, each once, with the share of either's buyers who take both already."""
    ways: dict[tuple[str, str], dict[str, Rule]] = defaultdict(dict)
    for rule in found:
        ways[min(rule.bought, rule.then), max(rule.bought, rule.then)][rule.bought] = rule
    return [_bundle(pair, own) for pair, own in ways.items()][:MOST_BUNDLES]


def _first(own: list[Rule]) -> list[Rule]:
    return sorted(own, key=lambda rule: (-rule.confidence, rule.then))[:ADDED]


def _bundle(pair: tuple[str, str], ways: Mapping[str, Rule]) -> dict[str, Any]:
    rule = next(iter(ways.values()))
    told = {"baskets": rule.baskets, "support": rule.support, "lift": rule.lift, "p_value": rule.p_value}
    return {"items": list(pair), **told, "confidence": max(one.confidence for one in ways.values())}
