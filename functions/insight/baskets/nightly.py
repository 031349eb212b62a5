"""The night's step of baskets: what others add, and what could be sold together, from a year of receipts. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from functions.insight.baskets import proposals
from functions.insight.baskets.period import Level, count_query, pairs_query
from functions.insight.baskets.rules import pair_of
from functions.insight.nights.night import Document, Night, Row, Step
from loyalty import additions

DAYS = 365
MOST_PAIRS = 20_000
BUNDLES = "bundles"
LEVELS = (Level.SKU, Level.CATEGORY)


def _questions(night: Night) -> list[str]:
    first = night.as_of - timedelta(days=DAYS - 1)
    asked = [pairs_query(level, first, night.as_of, proposals.LEAST_RECEIPTS, MOST_PAIRS) for level in LEVELS]
    return [count_query(first, night.as_of), *asked]


def _documents(_night: Night, answers: Sequence[Iterable[Row]]) -> Iterator[Document]:
    counted, *by_level = answers
    baskets = sum(int(row["baskets"]) for row in counted)
    found = {level: proposals.strong(map(pair_of, rows), baskets) for level, rows in zip(LEVELS, by_level, strict=True)}
    told: dict[str, Any] = {level.value: proposals.additions(own) for level, own in found.items()}
    yield Document(additions.NAME, {"baskets": baskets, **told})
    yield Document(
        BUNDLES, {"baskets": baskets, **{level.value: proposals.bundles(own) for level, own in found.items()}}
    )


STEP = Step("baskets", _questions, _documents)
