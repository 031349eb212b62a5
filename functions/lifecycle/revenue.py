"""Asks the lake what members bought after an offer was given to them; equal questions of a while are one (ADR 1044)."""

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

from loyalty.clock import local_date
from loyalty.lake import athena
from loyalty.lake.asking import LakeFailedError
from loyalty.lake.athena import QueryFailedError
from loyalty.lake.composing import compose

DAYS = 30
"""How long after a gift a receipt counts as after it; the gift's own day is the first."""
ONE_ANSWER_SECONDS = 300
"""How long equal questions get the same answer; whoever asked too early asks again and meets the same query."""
WAIT_SECONDS = 15.0
"""How long the answer may be waited for: the gateway waits 29 seconds."""


class Revenue(NamedTuple):
    """What followed an offer: who had it, who of them bought, their receipts, paid for these less returns (fen)."""

    members: int = 0
    bought: int = 0
    receipts: int = 0
    paid: int = 0


def after(offer_id: str, since: datetime, now: datetime, zone_name: str) -> Revenue:
    """Return what followed an offer that was first published at an instant.

    Raises:
        BusyError: if the lake takes longer; asked again, the same query goes on.
        LakeFailedError: if it cannot answer.
    """
    cause = f"occasions/{int(now.timestamp()) // ONE_ANSWER_SECONDS}"
    sql = question(offer_id, local_date(since, zone_name), local_date(now, zone_name))
    try:
        (row,) = athena.query(sql, cause, seconds=WAIT_SECONDS)
    except QueryFailedError:
        raise LakeFailedError from None
    return Revenue(**{name: int(row[name]) for name in Revenue._fields})


def question(offer_id: str, first: date, last: date) -> str:
    """Return the SQL of it."""
    return compose(_text(), {"offer_id": offer_id, "first_day": first, "last_day": last, "days": DAYS})


@cache
def _text() -> str:
    return (Path(__file__).parent / "queries" / "occasion_revenue.sql").read_text(encoding="utf-8")
