"""Recommendations as members see them (requirements G4, K2)."""

from datetime import date
from typing import Any

from pydantic import ConfigDict

from functions.insight.recommending.own import Basis
from loyalty.http import Answer

_ITEM: dict[str, Any] = {"category": "hosiery", "score": 0.42, "because": "shoes", "items": ["SOCK-7", "SOCK-9"]}


class RecommendedCategory(Answer):
    """A category, and what most members bought of it.

    Attributes:
        score: from 0 to 1: which share of members who bought what I did, lately most of all, bought of it too; of what
            is popular, its buyers as a share of the most popular one's.
        because: what I bought that speaks most for it; null: it is popular with everybody.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_ITEM]})

    category: str
    score: float
    because: str | None
    items: tuple[str, ...]


class RecommendationsAnswer(Answer):
    """What I may like next, the likeliest first, and what that rests on.

    Attributes:
        basis: `own_purchases`; `popular_without_profiling`: I do not agree to profiling; `popular`: my purchases say
            nothing yet.
        as_of: the mall-local day it stands on; null: nothing is known yet.
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"basis": "own_purchases", "as_of": "2026-11-21", "items": [_ITEM]}]}
    )

    basis: Basis
    as_of: date | None
    items: tuple[RecommendedCategory, ...]
