"""Who took part in the campaigns that a survey follows, told by the events of their awards (requirement A1).

row                            key (`survey_id`, `kind`)
an award, or its taking back   `awarded/<campaign id>/<shard>`, `<member id>/<event id>`

A row is a function of its event alone, so writing it again changes nothing, in whatever order, and however often
events come. What is left of a member's awards is added up when they are asked: who gave everything back is not.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, islice
from typing import Any, NamedTuple

from functions.survey.inviting import journal
from functions.survey.inviting.hearing import Heard
from loyalty import dynamo
from loyalty.dynamo import Item, to_item
from loyalty.surveys import follow_up as following
from loyalty.surveys import settings
from loyalty.surveys.occasion import IMPORTED

AWARDED, TAKEN_BACK = "CampaignAwarded", "CampaignTakenBack"
HEARD = frozenset({AWARDED, TAKEN_BACK})
ROWS_A_CALL = 100
"""Rows one call reads: about as many as a block of members has."""


class Members(NamedTuple):
    """The next members who took part: those to be asked, and the last one looked at; None: they were all."""

    asked: list[str]
    last: str | None


def keep(events: Iterable[Heard]) -> int:
    """Keep the awards of campaigns that a survey follows, and return how many; those of others are nobody's.

    What has a follow-up had it before its first award: publication writes both in one transaction, and the reading is
    consistent.

    Raises:
        BusyError: if the service keeps refusing; keeping all of them again is safe.
    """
    found = list(events)
    campaigns = list(dict.fromkeys(_campaign(event) for event in found))
    keys = ((settings.table(), following.key(campaign_id)) for campaign_id in campaigns)
    rows = dynamo.batch_get(*keys, consistent=True) if campaigns else []
    followed = {name: following.from_row(row) for name, row in zip(campaigns, rows, strict=True) if row}
    kept = [_row(event, followed[name].ttl) for event in found if (name := _campaign(event)) in followed]
    journal.put(kept)
    return len(kept)


def members(campaign_id: str, shard: int, after: str, most: int) -> Members:
    """Read on from a member of a shard: at most so many, in order of their ids, in calls that grow with them alone."""
    each = ((name, list(rows)) for name, rows in groupby(_rows(campaign_id, shard, after), _member))
    looked = list(islice(each, most + 1))
    last = looked[most - 1][0] if len(looked) > most else None
    return Members([name for name, rows in looked[:most] if is_asked(rows)], last)


def is_asked(rows: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether something is left of a member's awards, and not all of them came by import."""
    points, given, back, reached = Counter[str](), set[str](), set[str](), False
    for row in rows:
        if row["event"] == AWARDED:
            points.update(row["points"])
            given.update(row["coupons"])
            reached = reached or row["origin"] != IMPORTED
        else:
            points.subtract(row["points"])
            back.update(row["coupons"])
    return reached and (any(left > 0 for left in points.values()) or bool(given - back))


def _row(event: Heard, ttl: int) -> Item:
    occasion = event.occasion
    points = Counter[str]()
    for one in occasion.data.get("points", ()):
        points[one["purse"]] += one["points"]
    return {
        "survey_id": _partition(_campaign(event), journal.shard_of(occasion.member_id)),
        "kind": f"{occasion.member_id}/{event.event_id}",
        "event": occasion.event,
        "points": points,
        "coupons": [one["ref"] for one in occasion.data.get("coupons", ())],
        "origin": occasion.origin,
        "ttl": ttl,
    }


def _rows(campaign_id: str, shard: int, after: str) -> Iterator[Item]:
    beyond = f"{after}0" if after else " "  # the characters after "/", and before any member's
    values = {":partition": _partition(campaign_id, shard), ":after": beyond}
    return dynamo.query(
        settings.table(),
        KeyConditionExpression="survey_id = :partition AND kind > :after",
        ExpressionAttributeValues=to_item(values),
        Limit=ROWS_A_CALL,
    )


def _campaign(event: Heard) -> str:
    return str(event.occasion.data["campaign_id"])


def _partition(campaign_id: str, shard: int) -> str:
    return f"awarded/{campaign_id}/{shard}"


def _member(row: Item) -> str:
    return str(row["kind"].split("/")[0])
