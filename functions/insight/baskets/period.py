"""The questions about baskets, as SQL, for a level and a period. Pure."""

from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from loyalty.lake.composing import compose

QUERIES = Path(__file__).parent.parent / "queries"


class Level(StrEnum):
    """What a basket is a basket of."""

    SKU = "sku"
    CATEGORY = "category"


def count_query(first: date, last: date) -> str:
    """Return the SQL of how many receipts there were."""
    return compose(_text("basket_count"), {"first_day": first, "last_day": last})


def pairs_query(level: Level, first: date, last: date, least: int, most: int) -> str:
    """Return the SQL of the most frequent pairs.

    Args:
        least: on how many receipts a pair has to be; `most` is how many pairs are told.
    """
    days = {"first_day": first, "last_day": last}
    return compose(_text("basket_pairs"), {"level": level.value, **days, "least": least, "most": most})


@cache
def _text(name: str) -> str:
    return (QUERIES / f"{name}.sql").read_text(encoding="utf-8")
