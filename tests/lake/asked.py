"""Conditions by chance, of every kind, whose words and bounds are those of the made mall."""

import random
from typing import Any

from functions.segments.conditions import AnyCondition, condition_of
from tests.lake import mall

type Written = dict[str, Any]
GROUPS = ("champions", "loyal", "at_risk", "hibernating", "promising", "new_customers", "cannot_lose")
STAGES = ("potential", "new", "active", "dormant", "lost")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def conditions(seed: int, count: int) -> list[AnyCondition]:
    """Return so many conditions, joined by chance."""
    luck = random.Random(seed)
    return [condition_of(_condition(luck, 3)) for _ in range(count)]


def _condition(luck: random.Random, depth: int) -> Written:
    if depth and luck.random() < 0.4:
        parts = [_condition(luck, depth - 1) for _ in range(luck.choice((1, 2, 3)))]
        return luck.choice(({"all": parts}, {"any": parts}, {"not": parts[0]}))
    return leaf(luck, luck.choice(tuple(LEAVES)))


def leaf(luck: random.Random, about: str) -> Written:
    """Return a leaf of that kind."""
    return {"about": about, **LEAVES[about](luck)}


def _purchases(luck: random.Random, bounds: tuple[int, ...]) -> Written:
    asked = _bounds(luck, bounds) | _days(luck)
    for name, words in (("tenants", mall.TENANTS), ("channels", mall.CHANNELS), ("weekdays", WEEKDAYS)):
        if luck.random() < 0.25:
            asked[name] = luck.sample(words, 2)
    if luck.random() < 0.3:
        asked["categories"] = luck.sample(mall.CATEGORIES, 2)
    if luck.random() < 0.15:
        asked["brands"] = luck.sample(("suyi", "qinglan", "deer"), 1)
    if luck.random() < 0.2:
        asked["hours"] = luck.choice(({"from": 11, "until": 14}, {"from": 22, "until": 3}, {"from": 18, "until": 24}))
    return asked


def _bounds(luck: random.Random, values: tuple[int, ...]) -> Written:
    low, high = sorted(luck.choices(values, k=2))
    return luck.choice(({"at_least": low}, {"at_most": high}, {"at_least": low, "at_most": high}))


def _days(luck: random.Random) -> Written:
    return luck.choice(({}, {"days": luck.choice((1, 30, 90, 365))}))


def _some(luck: random.Random, words: tuple[Any, ...]) -> list[Any]:
    return luck.sample(words, luck.choice((1, 2)))


def _coupons(luck: random.Random) -> Written:
    asked = {"what": _some(luck, mall.WHATS), **_bounds(luck, (0, 1, 2)), **_days(luck)}
    return asked | luck.choice(({}, {"templates": ["a", "b"]}, {"categories": _some(luck, mall.CATEGORIES)}))


def _activity(luck: random.Random) -> Written:
    asked = {**_bounds(luck, (0, 1, 2)), **_days(luck)}
    return asked | luck.choice(({}, {"what": ["seen"]}, {"kinds": ["category"], "refs": list(mall.CATEGORIES[:3])}))


def _survey(luck: random.Random) -> Written:
    bound = luck.choice(({"average_at_least": "6.5"}, {"average_at_most": 5}, {"average_at_most": "7.3"}))
    return {"dimension": luck.choice(mall.DIMENSIONS), **bound, **_days(luck)}


def _joined(luck: random.Random) -> Written:
    return luck.choice(({"days_at_least": 100}, {"days_at_most": 365}, {"days_at_most": 400, "channels": ["app"]}))


LEAVES = {
    "spend": lambda luck: _purchases(luck, (-100, 0, 5000, 20000, 100000)),
    "visits": lambda luck: _purchases(luck, (0, 1, 2, 5)),
    "recency": lambda luck: _purchases(luck, (0, 7, 30, 200)),
    "rfm": lambda luck: luck.choice(({"r": [5, 4]}, {"f": [1]}, {"m": [3, 4, 5]}, {"r": [1], "f": [1, 2], "m": [1]})),
    "rfm_group": lambda luck: {"in": _some(luck, GROUPS)},
    "stage": lambda luck: {"in": _some(luck, STAGES)},
    "tier": lambda luck: {"in": _some(luck, mall.TIERS)},
    "status": lambda luck: {"in": _some(luck, ("active", "unclaimed", "frozen"))},
    "member_kind": lambda luck: {"in": [luck.choice(("person", "company"))]},
    "points": lambda luck: _bounds(luck, (-50, 0, 100, 2500)),
    "age": lambda luck: _bounds(luck, (18, 30, 45, 60)),
    "joined": _joined,
    "family": lambda luck: {"any_of": _some(luck, (*mall.RELATIVES, "child_0_3", "child_4_12", "child_13_30"))},
    "interest": lambda luck: {"any_of": _some(luck, (*mall.INTERESTS, *mall.CATEGORIES, "suyi"))},
    "survey": _survey,
    "coupons": _coupons,
    "activity": _activity,
}
"""What each kind of leaf may ask, by its `about`."""
