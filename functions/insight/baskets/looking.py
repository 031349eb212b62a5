"""Asks the lake for rules now: somebody waits, so not for long, and equal questions of a while are one (ADR 0918)."""

from datetime import datetime
from math import ceil
from typing import NamedTuple

from functions.insight.asked import Days
from functions.insight.baskets.period import Level, count_query, pairs_query
from functions.insight.baskets.rules import Floors, Rule, pair_of, rules
from loyalty.lake import athena
from loyalty.lake.asking import LakeFailedError
from loyalty.lake.athena import QueryFailedError

MOST_PAIRS = 5000
"""How many pairs are looked at, the most frequent first."""
MOST_RULES = 1000
ONE_ANSWER_SECONDS = 300
"""How long equal questions get the same answer; whoever asked too early asks again and meets the same query."""
COUNT_SECONDS, PAIRS_SECONDS = 8.0, 14.0
"""How long each question may be waited for: the gateway waits 29 seconds."""


class Found(NamedTuple):
    """The rules of a period.

    Attributes:
        baskets: receipts of the period.
        matching: how many rules reach the floors; `told` are the first of them.
        complete: whether every pair was looked at, not only the most frequent.
    """

    baskets: int
    matching: int
    told: list[Rule]
    complete: bool


def look(level: Level, days: Days, floors: Floors, now: datetime) -> Found:
    """Return the rules of a period that reach the floors.

    Raises:
        BusyError: if the lake takes longer; asked again, the same query goes on.
        LakeFailedError: if it cannot answer.
    """
    cause = f"baskets/{int(now.timestamp()) // ONE_ANSWER_SECONDS}"
    try:
        baskets = int(athena.query(count_query(*days), cause, seconds=COUNT_SECONDS)[0]["baskets"])
        asked = pairs_query(level, *days, max(1, ceil(floors.support * baskets)), MOST_PAIRS)
        rows = athena.query(asked, cause, seconds=PAIRS_SECONDS)
    except QueryFailedError:
        raise LakeFailedError from None
    found = rules(map(pair_of, rows), baskets, floors)
    return Found(baskets, len(found), found[:MOST_RULES], len(rows) < MOST_PAIRS)
