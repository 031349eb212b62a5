"""The night's step of recommendations: what is popular, what members bought beside what, how much is much. Pure.

All of it of a year. Of prices it keeps an order within each category and no amount.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from functions.insight.nights.night import Document, Night, Row, Step
from functions.insight.recommending.ranking import MOST_ITEMS, Known
from loyalty.clock import add_months
from loyalty.lake.composing import compose
from loyalty.lake.literals import Value

QUERIES = Path(__file__).parent.parent / "queries"
NAME = "recommendations"
DAYS = 365
LEAST_BUYERS = 5
"""How many members must have bought of both before one is recommended for the other: fewer might be recognised."""
MOST_PAIRS = 20_000
MOST_CATEGORIES = 250
FOLLOWERS = 10
DIGITS = 4
HIGH_SPENDERS = 5
"""Who spends much: a fifth of all who spend, as the highest quintile of RFM's money is."""
MONTHS = 12


def known_of(body: Any) -> Known:
    """Return what the document says."""
    # A night before this was deployed knew nothing of what is dear.
    return Known(body["popular"], body["followers"], body["items"], body.get("dearer", {}), body.get("high_spend"))


def _questions(night: Night) -> list[str]:
    days: dict[str, Value] = {"first_day": night.as_of - timedelta(days=DAYS - 1), "last_day": night.as_of}
    return [
        compose(_text("category_buyers"), days),
        compose(_text("category_pairs"), {**days, "least": LEAST_BUYERS, "most": MOST_PAIRS}),
        compose(_text("popular_items"), {**days, "least": LEAST_BUYERS, "most": MOST_ITEMS}),
        compose(_text("high_spend"), {**days, "first_day": _first_month(night.as_of), "share": HIGH_SPENDERS}),
    ]


def _documents(_night: Night, answers: Sequence[Iterable[Row]]) -> Iterator[Document]:
    counted, pairs, items, spend = answers
    buyers = [(row["category"], int(row["buyers"])) for row in counted][:MOST_CATEGORIES]
    kept = dict(buyers)
    named = [row for row in items if row["category"] in kept]
    body = {
        "popular": [one for one in buyers if one[1] >= LEAST_BUYERS],
        "followers": _followers(pairs, kept),
        "items": _items(named),
        "dearer": _items(row for row in named if row["dearer"] == "1"),
        "high_spend": _high_spend(spend),
    }
    yield Document(NAME, body)


def _items(rows: Iterable[Row]) -> dict[str, list[str]]:
    """Return the first items of each category; rows come with the most bought first."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        found[row["category"]].append(row["sku"])
    return {category: items[:MOST_ITEMS] for category, items in found.items()}


def _high_spend(rows: Iterable[Row]) -> int | None:
    """Return from how much on a member spends much; None where so few do that they might be recognised."""
    (row,) = rows
    return int(row["least"]) if row["least"] and int(row["buyers"]) >= LEAST_BUYERS * HIGH_SPENDERS else None


def _first_month(as_of: date) -> date:
    """Return the first of the months that an account's spend of twelve months is made of."""
    return add_months(as_of.replace(day=1), 1 - MONTHS)


def _followers(pairs: Iterable[Row], buyers: dict[str, int]) -> dict[str, list[tuple[str, float]]]:
    found: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    for row in pairs:
        for one, other in ((row["one"], row["other"]), (row["other"], row["one"])):
            if one in buyers and other in buyers:
                found[one].append((other, round(int(row["buyers"]) / buyers[one], DIGITS)))
    return {one: sorted(own, key=lambda each: (-each[1], each[0]))[:FOLLOWERS] for one, own in found.items()}


@cache
def _text(name: str) -> str:
    return (QUERIES / f"{name}.sql").read_text(encoding="utf-8")


STEP = Step("recommendations", _questions, _documents)
