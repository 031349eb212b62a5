"""Ranks categories for a member by what they bought and looked at, lately most of all, and items within them. Pure.

What they bought speaks for other categories, by the share of the bought one's buyers who bought of these too; what they
looked at speaks for itself. A purchase counts half as much for every `HALF_LIFE_DAYS` it is old, a look for every
`LOOK_HALF_LIFE_DAYS`; all looks at a category weigh no more than a purchase of today. A score is the average over all
that speaks. What they bought a few days ago is left out.

Members who spend much see the dearer items of a category first. The ranking is personal; what things cost is the same
for everybody, and nothing here knows a price (requirement K2).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

HALF_LIFE_DAYS, LOOK_HALF_LIFE_DAYS = 60, 7
SEEN, CLICKED, MOST_OF_LOOKS = 0.25, 0.5, 1.0
"""What a look and a click of today weigh, and all of a category's together; a purchase of today weighs 1."""
REST_DAYS = 7
MOST = 5
MOST_ITEMS = 3
DIGITS = 4


class RecommendedFor(StrEnum):
    """What speaks for a category."""

    BOUGHT = "bought"
    LOOKED_AT = "looked_at"


class RecommendedItemsBy(StrEnum):
    """How the items of a category are chosen."""

    POPULAR = "popular"
    HIGH_SPEND = "high_spend"


class Bought(NamedTuple):
    """A member bought something of a category so many days ago."""

    category: str
    days_ago: int


class Looked(NamedTuple):
    """A member saw something of a category so many days ago, or clicked on it."""

    category: str
    days_ago: int
    clicked: bool


class Recommended(NamedTuple):
    """A category for a member.

    Attributes:
        score: from 0 to 1, see above; of popular ones the share of the most popular one's buyers.
        because: the category that speaks most for it, and `why`; None: it is popular with everybody.
        items: some of it, chosen by `items_by`.
    """

    category: str
    score: float
    because: str | None
    why: RecommendedFor | None
    items: tuple[str, ...]
    items_by: RecommendedItemsBy


class Known(NamedTuple):
    """What a night found.

    Attributes:
        popular: categories with their buyers, the most first.
        followers: by category, others with the share of its buyers who bought of them.
        items: by category, its most popular items; `dearer`: the most popular of its dearer third.
        high_spend: from how many fen on in twelve months a member spends much; None: nobody does.
    """

    popular: Sequence[tuple[str, int]]
    followers: Mapping[str, Sequence[tuple[str, float]]]
    items: Mapping[str, Sequence[str]]
    dearer: Mapping[str, Sequence[str]]
    high_spend: int | None

    def category_of(self, kind: str, ref: str) -> str | None:
        """Return the category that somebody looked at by looking at this; None: none that the night knows."""
        if kind == "category":
            return ref if any(ref == category for category, _ in self.popular) else None
        found = (own for book in (self.items, self.dearer) for own, items in book.items() if ref in items)
        return next(found, None) if kind == "item" else None

    def spends_much(self, fen: int) -> bool:
        """Tell whether somebody who spent so much in twelve months is among those who spend most."""
        return self.high_spend is not None and fen >= self.high_spend


type _Signal = tuple[RecommendedFor, str]


def personal(own: Iterable[Bought], looks: Iterable[Looked], known: Known, *, much: bool = False) -> list[Recommended]:
    """Return what to recommend by what a member bought and looked at; nothing where that says nothing.

    Args:
        much: whether the member spends much.
    """
    bought, looked = _latest(own), _weights(looks)
    weights = {category: 0.5 ** (days / HALF_LIFE_DAYS) for category, days in bought.items()}
    whole = sum(weights.values()) + sum(looked.values())
    parts: defaultdict[str, dict[_Signal, float]] = defaultdict(dict)
    for category, weight in weights.items():
        for follower, share in known.followers.get(category, ()):
            parts[follower][RecommendedFor.BOUGHT, category] = weight * share / whole
    for category, weight in looked.items():
        parts[category][RecommendedFor.LOOKED_AT, category] = weight / whole
    found = [
        _of(category, sum(own_parts.values()), max(own_parts, key=lambda one: (own_parts[one], one)), known, much=much)
        for category, own_parts in parts.items()
        if bought.get(category, REST_DAYS) >= REST_DAYS
    ]
    return sorted(found, key=lambda one: (-one.score, one.category))[:MOST]


def popular(known: Known, *, much: bool = False) -> list[Recommended]:
    """Return what most members bought; `much`: for a member who spends much."""
    most = max((buyers for _, buyers in known.popular), default=1)
    return [_of(category, buyers / most, None, known, much=much) for category, buyers in known.popular[:MOST]]


def _latest(own: Iterable[Bought]) -> dict[str, int]:
    """Return how many days ago each category was bought of last."""
    latest: dict[str, int] = {}
    for one in own:
        latest[one.category] = min(one.days_ago, latest.get(one.category, one.days_ago))
    return latest


def _weights(looks: Iterable[Looked]) -> dict[str, float]:
    """Return what the looks at each category weigh together."""
    weights: defaultdict[str, float] = defaultdict(float)
    for one in looks:
        weights[one.category] += (CLICKED if one.clicked else SEEN) * 0.5 ** (one.days_ago / LOOK_HALF_LIFE_DAYS)
    return {category: min(weight, MOST_OF_LOOKS) for category, weight in weights.items()}


def _of(category: str, score: float, signal: _Signal | None, known: Known, *, much: bool) -> Recommended:
    why, because = signal or (None, None)
    dearer = known.dearer.get(category, ()) if much else ()
    items = dict.fromkeys([*dearer, *known.items.get(category, ())])
    by = RecommendedItemsBy.HIGH_SPEND if dearer else RecommendedItemsBy.POPULAR
    return Recommended(category, round(score, DIGITS), because, why, tuple(items)[:MOST_ITEMS], by)
