"""Who cannot be reached, as staff read it: ids, never an address (requirement M3)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import ConfigDict

from functions.notices.reach.unreachable import Unreachable
from functions.notices.templates.words import Channel
from loyalty.exports import Row
from loyalty.http import Answer

MOST_LINES = 10_000
"""How many members a table holds: their addresses are looked at within the time a request has."""
ChannelQuery = Annotated[Channel | None, Query(description="Only those this channel does not reach.", examples=["sms"])]
FormatQuery = Annotated[
    Literal["json", "csv"] | None,
    Query(alias="format", examples=["json"], description="As `Accept: application/json` or `text/csv` would ask."),
]
_MEMBER: dict[str, Any] = {"member_id": "5f0c3e9a1b7d42e8", "channel": "sms", "since": "2026-11-21T04:00:01.558Z"}


class UnreachableMember(Answer):
    """Whose address does not work, in which channel, and since when we know."""

    member_id: str
    channel: Channel
    since: str


class UnreachableAnswer(Answer):
    """A page of members; whoever has a phone and an e-mail address that do not work is on the list twice."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_MEMBER], "next": None}]})

    items: tuple[UnreachableMember, ...]
    next: str | None = None


def unreachable_answer(found: Sequence[Unreachable], following: str | None) -> UnreachableAnswer:
    """Return a page as staff see it."""
    items = tuple(UnreachableMember(**one._asdict()) for one in found)
    return UnreachableAnswer(items=items, next=following)


def table(found: Iterable[Unreachable]) -> Iterator[Row]:
    """Yield the list as lines of a table, the names of its columns first."""
    names = tuple(UnreachableMember.model_fields)
    yield names
    for one in found:
        yield tuple(str(getattr(one, name)) for name in names)
