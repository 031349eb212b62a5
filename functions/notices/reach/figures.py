"""Whom messages reached: sums of their events by template and day, each event counted once (requirement N3).

(figures/<template>, <day>/<shard>)   a template's sums of a mall-local day; `figures/all`: of all templates together
(seen/<event id>, seen)               an event that was counted

A sum is named `sent`, `delivered`, `failed` or `skipped`; `sent@sms` counts a channel, `failed:bounced` a reason.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from functions.notices.messages import outgoing
from functions.notices.messages.message import DELIVERED, FAILED, SENT, SKIPPED
from loyalty import counting, dynamo
from loyalty.clock import local_date
from loyalty.counting import Row, Sums, Tally
from loyalty.dynamo import to_item
from loyalty.settings import time_zone

FIGURES, SEEN, ALL = "figures", "seen", "all"
SHARDS = 8
COUNTED = {SENT: "sent", DELIVERED: "delivered", FAILED: "failed", SKIPPED: "skipped"}
"""The events that are counted, and the sum each adds to."""

Word = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,64}$")]


class NoticeFacts(BaseModel):
    """What an event says of a message that figures need; it says more."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    template_id: Word
    channel: Word | None = None
    why: Word | None = None


class NoticeEvent(BaseModel):
    """A CloudEvent about a message."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    id: Word
    type: Word
    time: AwareDatetime
    data: NoticeFacts


def tally() -> Tally[NoticeEvent]:
    """Return how the figures are counted."""
    return Tally(
        table=outgoing.table(),
        added=lambda event: added_by(event, time_zone()),
        place=lambda row, shard: {"notice_id": f"{FIGURES}/{row.book}", "kind": f"{row.kind}/{shard}"},
        mark=lambda event: {"notice_id": f"{SEEN}/{event.id}", "kind": SEEN},
    )


def added_by(event: NoticeEvent, zone_name: str) -> list[tuple[Row, Sums]]:
    """Return what an event adds: to the sums of its template, and of all, on its day."""
    sums = Counter(_names(event))
    day = local_date(event.time, zone_name).isoformat()
    return [(Row(book, day, SHARDS), sums) for book in (event.data.template_id, ALL)]


def read(book: str, first: date, last: date) -> Counter[str]:
    """Add up the sums of a template, or of all, from one day to another."""
    rows = dynamo.query(
        outgoing.table(),
        KeyConditionExpression="notice_id = :book AND kind BETWEEN :first AND :last",
        ExpressionAttributeValues=to_item(
            {":book": f"{FIGURES}/{book}", ":first": f"{first}/", ":last": f"{last}/{SHARDS}"}
        ),
    )
    total: Counter[str] = Counter()
    for row in rows:
        total.update(counting.numbers(row))
    return total


def _names(event: NoticeEvent) -> Iterator[str]:
    name = COUNTED[event.type]
    yield name
    if event.data.channel:
        yield f"{name}@{event.data.channel}"
    if event.data.why:
        yield f"{name}:{event.data.why}"
