"""Listing whose day it is, and handing them to the workers page by page (requirements B2, B3, B4; ADR 1022).

    published offers ──> days each has to look at ──> whoever's day that is, by index ──> pages on the queue
                                                                              then: how far each offer has come

Only members and relatives with such a day are read, whatever offers there are. A run that dies before its end is run
again: what it handed out already finds itself given.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import batched
from typing import Any

from botocore.exceptions import ClientError

from functions.lifecycle import joined, shelf
from functions.lifecycle.definition import SWEPT, OccasionOffer, OfferOccasion, Running
from functions.lifecycle.windows import days_to_give, is_its_day, last_day
from loyalty import dynamo, memberships
from loyalty.birthday_index import born_that_day
from loyalty.birthdays import SHARDS
from loyalty.dynamo import to_item
from loyalty.settings import setting

ITEMS_A_PAGE = 100
PAGES_A_CALL = 10
SWEEP = "sweep"


@dataclass(frozen=True, slots=True)
class Round:
    """What a run does for a day: to give offers of one occasion, or to say that the day is here.

    Attributes:
        segment_id: in which segment those are whom a festival is for.
    """

    occasion: OfferOccasion
    day: date
    greets: bool
    segment_id: str | None


def round_of(offer: OccasionOffer, day: date, *, greets: bool = False) -> Round:
    """Return the round in which an offer is given for a day."""
    return Round(offer.occasion, day, greets, offer.segment_id)


Person = tuple[str, str | None]
"""A member, and the relative whose day it is, if it is one's."""


def sweep(as_of: date) -> dict[str, int]:
    """Hand out everybody a run has something for; return how many people on how many pages."""
    running = shelf.running(*SWEPT)
    reached = {one.offer_id: through(one.offer_id) for one in running}
    people = pages = 0
    for turn, offer_ids in _rounds(running, reached, as_of).items():
        for call in batched(_pages(turn), PAGES_A_CALL, strict=False):
            _send(turn, offer_ids, as_of, call)
            pages += len(call)
            people += sum(map(len, call))
    for one in running:
        _came(one.offer_id, last_day(one.offer, as_of))
    return {"people": people, "pages": pages}


def whose(turn: Round) -> Iterator[Person]:
    """Yield everybody whose day it is: members, or relatives with the member they belong to."""
    if turn.segment_id:
        yield from ((row["kind"], None) for row in memberships.members_of(turn.segment_id))
        return
    if turn.occasion is OfferOccasion.ANNIVERSARY:
        yield from ((one.member_id, None) for one in joined.joined_that_day(turn.day))
        return
    is_family = turn.occasion is OfferOccasion.FAMILY_BIRTHDAY
    for shard in range(SHARDS):
        for born in born_that_day(turn.day, shard):
            if is_family == (born.relative_id is not None):
                yield born.member_id, born.relative_id


def _rounds(running: Iterable[Running], through: dict[str, date | None], as_of: date) -> dict[Round, list[str]]:
    """Return which offers a day is looked at for, so that whose day it is is listed once for all of them."""
    found = defaultdict[Round, list[str]](list)
    for one in running:
        for day in days_to_give(one.offer, through[one.offer_id], as_of):
            found[round_of(one.offer, day)].append(one.offer_id)
        if one.offer.greeting and is_its_day(one.offer, as_of):
            found[round_of(one.offer, as_of, greets=True)].append(one.offer_id)
    return found


def _pages(turn: Round) -> Iterator[tuple[Person, ...]]:
    return batched(whose(turn), ITEMS_A_PAGE, strict=False)


def _send(turn: Round, offer_ids: list[str], as_of: date, pages: Iterable[tuple[Person, ...]]) -> None:
    body: dict[str, Any] = {
        "occasion": turn.occasion.value,
        "day": turn.day.isoformat(),
        "greets": turn.greets,
        "as_of": as_of.isoformat(),
        "offers": offer_ids,
    }
    entries = [{"Id": str(n), "MessageBody": json.dumps({**body, "people": page})} for n, page in enumerate(pages)]
    url = setting("LIFECYCLE_PAGES_QUEUE_URL")
    answer = dynamo.service("sqs").send_message_batch(QueueUrl=url, Entries=entries)
    if failed := answer.get("Failed"):
        raise RuntimeError(f"{len(failed)} pages of the sweep could not be queued; the next run finds them again")


def _key(offer_id: str) -> dict[str, str]:
    return {"occasion_id": f"{SWEEP}/{offer_id}", "kind": SWEEP}


def through(offer_id: str) -> date | None:
    """Return the last day that sweeps have given an offer for; None before the first."""
    row = dynamo.get(shelf.table(), _key(offer_id), consistent=True)
    return date.fromisoformat(row["through"]) if row else None


def _came(offer_id: str, day: date) -> None:
    """Remember the last day an offer was given for; a run for an earlier day takes nothing back."""
    row = {**_key(offer_id), "through": day.isoformat()}
    try:
        dynamo.client().put_item(
            TableName=shelf.table(),
            Item=to_item(row),
            ConditionExpression="attribute_not_exists(through) OR through < :through",
            ExpressionAttributeValues=to_item({":through": row["through"]}),
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
