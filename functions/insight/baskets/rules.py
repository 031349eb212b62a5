"""Rules of what is bought together: how often, how surely, how much more than by chance (requirement I2). Pure.

    support     the share of all receipts that hold both
    confidence  the share of the receipts with the one that also hold the other
    lift        that share, divided by the share of all receipts that hold the other: 1 is chance
    p_value     how probable so many receipts with both, or more, are if the two had nothing to do with each other:
                Fisher's exact test, one-sided (the upper tail of the hypergeometric distribution)

Who looks at thousands of pairs at once finds some with a small p-value by chance alone: what is proposed to a till
asks for a far smaller one than 0.05.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import exp, lgamma
from typing import NamedTuple

DIGITS = 6
NEGLIGIBLE = 1e-17


class Pair(NamedTuple):
    """Two items, or categories, and on how many receipts they were: both, the one, the other."""

    one: str
    other: str
    of_both: int
    of_one: int
    of_other: int


@dataclass(frozen=True, slots=True)
class Rule:
    """Who bought the one also bought the other.

    Attributes:
        baskets: receipts with both.
    """

    bought: str
    then: str
    baskets: int
    support: float
    confidence: float
    lift: float
    p_value: float


@dataclass(frozen=True, slots=True)
class Floors:
    """What a rule must reach, each inclusive."""

    support: float = 0.0
    confidence: float = 0.0
    lift: float = 0.0
    p_value: float = 1.0
    """At most."""

    def let_pass(self, rule: Rule) -> bool:
        """Tell whether a rule reaches all of them."""
        reached = rule.support >= self.support and rule.confidence >= self.confidence and rule.lift >= self.lift
        return reached and rule.p_value <= self.p_value


def pair_of(row: Mapping[str, str]) -> Pair:
    """Return a pair of the lake's answer (`queries/basket_pairs.sql`)."""
    return Pair(row["one"], row["other"], int(row["of_both"]), int(row["of_one"]), int(row["of_other"]))


def rules(pairs: Iterable[Pair], baskets: int, floors: Floors) -> list[Rule]:
    """Return the rules of pairs that reach the floors: the greatest lift first, then the most receipts.

    Args:
        baskets: how many receipts there were in all.
    """
    found = [rule for pair in pairs for rule in _both_ways(pair, baskets) if floors.let_pass(rule)]
    return sorted(found, key=lambda rule: (-rule.lift, -rule.baskets, rule.bought, rule.then))


def p_value(pair: Pair, baskets: int) -> float:
    """Return the probability of so many receipts with both, or more, by chance alone."""
    most, least = min(pair.of_one, pair.of_other), max(0, pair.of_one + pair.of_other - baskets)
    if pair.of_both <= least:
        return 1.0
    expected = pair.of_one * pair.of_other / baskets
    if pair.of_both > expected:
        return min(1.0, _tail(pair, baskets, pair.of_both, most, 1))
    return max(0.0, 1.0 - _tail(pair, baskets, pair.of_both - 1, least, -1))


def _both_ways(pair: Pair, baskets: int) -> Iterator[Rule]:
    chance = p_value(pair, baskets)
    lift = round(pair.of_both * baskets / (pair.of_one * pair.of_other), DIGITS)
    support = round(pair.of_both / baskets, DIGITS)
    for bought, then, of_bought in ((pair.one, pair.other, pair.of_one), (pair.other, pair.one, pair.of_other)):
        yield Rule(bought, then, pair.of_both, support, round(pair.of_both / of_bought, DIGITS), lift, chance)


def _tail(pair: Pair, baskets: int, first: int, last: int, way: int) -> float:
    """Add up probabilities from `first` away from the middle, where each is smaller than the one before."""
    term = total = exp(_log_probability(pair, baskets, first))
    for count in range(first, last, way):
        term *= _ratio(pair, baskets, count) if way > 0 else 1 / _ratio(pair, baskets, count - 1)
        total += term
        if term <= total * NEGLIGIBLE:
            break
    return total


def _ratio(pair: Pair, baskets: int, count: int) -> float:
    """Return the probability of one receipt more than `count`, divided by that of `count`."""
    rest = baskets - pair.of_one - pair.of_other + count + 1
    return (pair.of_one - count) * (pair.of_other - count) / ((count + 1) * rest)


def _log_probability(pair: Pair, baskets: int, count: int) -> float:
    with_one = _log_choices(pair.of_one, count) + _log_choices(baskets - pair.of_one, pair.of_other - count)
    return with_one - _log_choices(baskets, pair.of_other)


def _log_choices(among: int, chosen: int) -> float:
    return lgamma(among + 1) - lgamma(chosen + 1) - lgamma(among - chosen + 1)
