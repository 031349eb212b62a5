"""What is bought together, as it is published (requirement I2)."""

from datetime import date
from typing import Any

from pydantic import ConfigDict

from functions.insight.baskets.period import Level
from loyalty.http import Answer

_RULE: dict[str, Any] = {
    "if_bought": ["shoes"],
    "then_bought": "socks",
    "baskets": 240,
    "support": 0.024,
    "confidence": 0.31,
    "lift": 2.9,
    "p_value": 0.0000012,
}
_BUNDLE: dict[str, Any] = {
    "items": ["shoes", "socks"],
    "baskets": 240,
    "support": 0.024,
    "confidence": 0.31,
    "lift": 2.9,
    "p_value": 0.0000012,
}


class BasketRule(Answer):
    """Receipts with all of `if_bought` also hold `then_bought`.

    Attributes:
        baskets: receipts with both.
        support: their share of all receipts; `confidence` their share of those with `if_bought`.
        lift: `confidence` divided by the share of all receipts with `then_bought`; 1 is chance.
        p_value: how probable so many, or more, are by chance: Fisher's exact test, one-sided, each rule by itself.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_RULE]})

    if_bought: tuple[str, ...]
    then_bought: str
    baskets: int
    support: float
    confidence: float
    lift: float
    p_value: float


class BasketsAnswer(Answer):
    """What was bought together in a period, the greatest lift first.

    Attributes:
        baskets: receipts of the period.
        matching: how many rules reach the floors; at most a thousand are told.
        complete: whether all pairs were looked at; if not, only the 5,000 most frequent: ask for more support.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "level": "category",
                    "first_day": "2025-11-22",
                    "last_day": "2026-11-21",
                    "baskets": 10000,
                    "matching": 1,
                    "complete": True,
                    "rules": [_RULE],
                }
            ]
        }
    )

    level: Level
    first_day: date
    last_day: date
    baskets: int
    matching: int
    complete: bool
    rules: tuple[BasketRule, ...]


class Bundle(Answer):
    """Two items, or categories, that could be sold together; `confidence` is that of the surer direction."""

    model_config = ConfigDict(json_schema_extra={"examples": [_BUNDLE]})

    items: tuple[str, ...]
    baskets: int
    support: float
    confidence: float
    lift: float
    p_value: float


class BundlesAnswer(Answer):
    """What could be sold together, by the year that ended with the newest night; null: there was no night yet."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"as_of": "2026-11-21", "baskets": 10000, "sku": [], "category": [_BUNDLE]}]}
    )

    as_of: date | None
    baskets: int
    sku: tuple[Bundle, ...]
    category: tuple[Bundle, ...]
