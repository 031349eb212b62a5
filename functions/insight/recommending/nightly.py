"""The night's step of recommendations: what is popular, and what members bought beside what, in a year. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from functions.insight.nights.night import Document, Night, Row, Step
from functions.insight.recommending.ranking import Known
from loyalty.lake.composing import compose
from loyalty.lake.literals import Value

QUERIES = Path(__file__).parent.parent / "queries"
NAME = "recommendations"
DAYS = 365
LEAST_BUYERS = 5
"""How many members must have bought of both before one is recommended for the other: fewer might be recognised."""
MOST_PAIRS = 20_000
MOST_CATEGORIES = 300
FOLLOWERS = 10
ITEMS = 3
DIGITS = 4


def known_of(body: Any) -> Known:
    """Return what the document says."""
    return Known(body["popular"], body["followers"], body["items"])


def _questions(night: Night) -> list[str]:
    days: dict[str, Value] = {"first_day": night.as_of - timedelta(days=DAYS - 1), "last_day": night.as_of}
    return [
        compose(_text("category_buyers"), days),
        compose(_text("category_pairs"), {**days, "least": LEAST_BUYERS, "most": MOST_PAIRS}),
        compose(_text("popular_items"), {**days, "most": ITEMS}),
    ]


def _documents(_night: Night, answers: Sequence[Iterable[Row]]) -> Iterator[Document]:
    counted, pairs, items = answers
    buyers = [(row["category"], int(row["buyers"])) for row in counted][:MOST_CATEGORIES]
    kept = dict(buyers)
    best: defaultdict[str, list[str]] = defaultdict(list)
    for row in items:
        if row["category"] in kept and int(row["buyers"]) >= LEAST_BUYERS:
            best[row["category"]].append(row["sku"])
    popular = [one for one in buyers if one[1] >= LEAST_BUYERS]
    yield Document(NAME, {"popular": popular, "followers": _followers(pairs, kept), "items": best})


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
