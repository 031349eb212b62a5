"""Recommendations as members see them (requirements G4, K2)."""

from datetime import date
from typing import Any

from pydantic import ConfigDict

from functions.insight.recommending.own import Basis
from functions.insight.recommending.ranking import RecommendedFor, RecommendedItemsBy
from loyalty.http import Answer

_ITEM: dict[str, Any] = {
    "category": "hosiery",
    "score": 0.42,
    "because": "shoes",
    "why": "bought",
    "items": ["SOCK-7", "SOCK-9"],
    "items_by": "popular",
}


class RecommendedCategory(Answer):
    """A category, and some items of it.

    Attributes:
        score: from 0 to 1: how much of what I bought and looked at, lately most of all, speaks for it; of what is
            popular, its buyers as a share of the most popular one's.
        because: the category that speaks most for it; null: it is popular with everybody.
        why: I `bought` of that category, and others who did bought of this one; or I `looked_at` it.
        items_by: `popular`: what most members bought; `high_spend`: I am among the fifth of members who spent most in
            twelve months, so popular items of its dearer third come first. Prices are everybody's.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_ITEM]})

    category: str
    score: float
    because: str | None
    why: RecommendedFor | None
    items: tuple[str, ...]
    items_by: RecommendedItemsBy


class RecommendationsAnswer(Answer):
    """What I may like next, the likeliest first, and what that rests on.

    Attributes:
        basis: `own_purchases`; `own_purchases_and_looks`: what I looked at in the app counted too;
            `popular_without_profiling`: I do not agree to profiling; `popular`: neither says anything yet.
        as_of: the mall-local day it stands on; null: nothing is known yet.
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"basis": "own_purchases", "as_of": "2026-11-21", "items": [_ITEM]}]}
    )

    basis: Basis
    as_of: date | None
    items: tuple[RecommendedCategory, ...]
