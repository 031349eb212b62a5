"""Ranks categories for a member by what members like them bought too, what they bought lately counting more. Pure.

A category's score is the average, over the categories the member bought of, of the share of their buyers who also
bought of this one; a purchase counts half as much for every `HALF_LIFE_DAYS` it is old. What they bought a few days ago
is left out. The ranking is personal; what things cost is the same for everybody (K2).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

HALF_LIFE_DAYS = 60
REST_DAYS = 7
MOST = 5
DIGITS = 4


class Bought(NamedTuple):
    """A member bought something of a category so many days ago."""

    category: str
    days_ago: int


class Recommended(NamedTuple):
    """A category for a member.

    Attributes:
        score: from 0 to 1, see above; of popular ones the share of the most popular one's buyers.
        because: what they bought that speaks most for it; None: it is popular with everybody.
        items: what most members bought of it.
    """

    category: str
    score: float
    because: str | None
    items: tuple[str, ...]


class Known(NamedTuple):
    """What a night found.

    Attributes:
        popular: categories with their buyers, the most first.
        followers: by category, others with the share of its buyers who bought of them.
        items: by category, its most popular items.
    """

    popular: Sequence[tuple[str, int]]
    followers: Mapping[str, Sequence[tuple[str, float]]]
    items: Mapping[str, Sequence[str]]


def personal(own: Iterable[Bought], known: Known) -> list[Recommended]:
    """Return what to recommend by what a member bought; nothing where that says nothing."""
    weights = _weights(own)
    recent = {one.category for one in weights if one.days_ago < REST_DAYS}
    whole = sum(weights.values())
    shares: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for bought, weight in weights.items():
        for category, share in known.followers.get(bought.category, ()):
            if category not in recent:
                shares[category][bought.category] = weight * share / whole
    found = [_of(category, sum(parts.values()), max(parts, key=lambda one: (parts[one], one)), known)
             for category, parts in shares.items()]  # fmt: skip
    return sorted(found, key=lambda one: (-one.score, one.category))[:MOST]


def popular(known: Known) -> list[Recommended]:
    """Return what most members bought."""
    most = max((buyers for _, buyers in known.popular), default=1)
    return [_of(category, buyers / most, None, known) for category, buyers in known.popular[:MOST]]


def _weights(own: Iterable[Bought]) -> dict[Bought, float]:
    """Return each category once, at its latest purchase, with its weight."""
    latest: dict[str, int] = {}
    for one in own:
        latest[one.category] = min(one.days_ago, latest.get(one.category, one.days_ago))
    return {Bought(category, days): 0.5 ** (days / HALF_LIFE_DAYS) for category, days in latest.items()}


def _of(category: str, score: float, because: str | None, known: Known) -> Recommended:
    return Recommended(category, round(score, DIGITS), because, tuple(known.items.get(category, ())))
