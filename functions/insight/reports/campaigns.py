"""Asks the lake what a campaign changed, now, for somebody waits; equal questions of a while are one (I4)."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

from functions.insight.nights.night import Row
from functions.insight.reports.campaign_days import CampaignNotBegunError, Periods, Published
from loyalty.catalogue import Catalogue, Offer, OfferState
from loyalty.earning import running
from loyalty.earning.rule import from_plain
from loyalty.errors import NotFoundError
from loyalty.lake import athena
from loyalty.lake.asking import LakeFailedError
from loyalty.lake.athena import QueryFailedError
from loyalty.lake.composing import compose, parameters_of
from loyalty.lake.literals import Value

QUERIES = Path(__file__).parent.parent / "queries"
PARTS = ("members", "given", "points", "looks")
"""What a report is made of, each the answer of `queries/campaign_<part>.sql`."""
ONE_ANSWER_SECONDS = 300
"""How long equal questions get the same answer; whoever asked too early asks again and meets the same queries."""
WAIT_SECONDS = 6.0
"""How long each part may be waited for, all being at work at once: the gateway waits 29 seconds."""


def published(campaign_id: str) -> Published:
    """Read a campaign's rule.

    Raises:
        NotFoundError: there is no such campaign.
        CampaignNotBegunError: it was never published.
    """
    offer = Catalogue(table=running.table(), key_name="campaign_id", name="campaign").read(campaign_id)
    if offer is None:
        raise NotFoundError
    plain = (offer.facts or {}).get("rule")
    if plain is None:
        raise CampaignNotBegunError
    rule = from_plain(plain)
    return Published(rule, min([rule.until, *_ended(offer)]))


def look(campaign_id: str, days: Periods, now: datetime) -> list[list[Row]]:
    """Return the rows of every part of a campaign's report.

    Raises:
        BusyError: if the lake takes longer; asked again, the same queries go on.
        LakeFailedError: if it cannot answer.
    """
    cause = f"campaigns/{int(now.timestamp()) // ONE_ANSWER_SECONDS}"
    queries = questions(campaign_id, days)
    try:
        for sql in queries[1:]:
            athena.start(sql, cause)
        return [list(athena.query(sql, cause, seconds=WAIT_SECONDS)) for sql in queries]
    except QueryFailedError:
        raise LakeFailedError from None


def questions(campaign_id: str, days: Periods) -> Sequence[str]:
    """Return the SQL of a report's parts, in their order."""
    values: dict[str, Value] = {
        "campaign_id": campaign_id,
        "before_first": days.before_first,
        "first_day": days.first,
        "last_day": days.last,
        "after_last": days.after_last,
    }
    texts = map(_text, PARTS)
    return [compose(text, {one.name: values[one.name] for one in parameters_of(text)}) for text in texts]


@cache
def _text(part: str) -> str:
    return (QUERIES / f"campaign_{part}.sql").read_text(encoding="utf-8")


def _ended(offer: Offer) -> list[datetime]:
    return [datetime.fromisoformat(at) for state, _, at in offer.history if state == OfferState.ENDED]
