"""Puts members into the index of birthdays whose rows were written before there was one (requirement B2; ADR 1016).

Invoked by hand, with `{}` at first. It works for less than a minute, so that whoever waits for the answer does not give
up, and answers `{rows, listed, next}`: how much it read, whom it listed, and the payload to go on with, until that is
null. `{"segment": 0, "segments": 8}` reads one of eight parts of the table, so that eight callers share the work.

It may run at any time and as often as anybody likes: who is listed is left alone, and each member is changed as they
would change themselves, over exactly what was read.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Annotated, Any, Self

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict, Field, model_validator

from functions.members import profiles
from functions.members.calendar_days import DATES
from functions.members.profiles import Change
from functions.members.rows import PROFILE, RowKey
from loyalty import dynamo
from loyalty.clock import utc_now
from loyalty.dynamo import Item
from loyalty.errors import NotFoundError
from loyalty.identity import table
from loyalty.types import MemberId

SLICE_SECONDS = 40.0
"""How long one run goes on beginning pages; the AWS CLI and SDKs wait sixty seconds before they invoke once more."""
PAGE_ROWS = 400
"""Rows read at a time: those to be listed among them are written in seconds."""
A_READING = 100

logger = Logger()


class Part(BaseModel):
    """Which part of the table to work on: one of `segments`, after the key `start`."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    segment: Annotated[int, Field(ge=0)] = 0
    segments: Annotated[int, Field(ge=1, le=1000)] = 1
    start: dict[str, str] | None = None

    @model_validator(mode="after")
    def _counts_from_zero(self) -> Self:
        if self.segment >= self.segments:
            raise ValueError("`segment` counts from 0 to `segments` - 1")
        return self


@dataclass(slots=True)
class Progress:
    """What a run has done so far."""

    rows: int = 0
    listed: int = 0


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Work on a slice; answer `{rows, listed, next}`.

    Raises:
        ValidationError: if the payload is not a part of the table.
        BusyError: if members stayed busy; invoke again with the same payload.
    """
    progress = Progress()
    rest = run(Part.model_validate(event), progress, time.monotonic)
    logger.info("birthdays listed", rows=progress.rows, listed=progress.listed)
    payload = rest.model_dump(mode="json", exclude_none=True) if rest else None
    return {"rows": progress.rows, "listed": progress.listed, "next": payload}


def run(part: Part, progress: Progress, clock: Callable[[], float]) -> Part | None:
    """List page after page until the slice is over, one at least; return what is left to do, None at the end."""
    began = clock()
    while True:
        page = _page(part)
        progress.rows += page["ScannedCount"]
        for member_id in _missing(list(map(dynamo.from_item, page["Items"]))):
            progress.listed += _listed(member_id)
        last = page.get("LastEvaluatedKey")
        if last is None:
            return None
        part = part.model_copy(update={"start": dynamo.from_item(last)})
        if clock() - began >= SLICE_SECONDS:
            return part


def _page(part: Part) -> Mapping[str, Any]:
    """Read a page: of members with a birthday that nobody has listed, or may not have, the keys alone."""
    start = {"ExclusiveStartKey": dynamo.to_item(part.start)} if part.start else {}
    answer: Mapping[str, Any] = dynamo.client().scan(
        TableName=table(),
        Limit=PAGE_ROWS,
        Segment=part.segment,
        TotalSegments=part.segments,
        FilterExpression=(
            "(kind = :profile AND attribute_exists(birthday))"
            " OR (kind = :dates AND attribute_exists(born) AND attribute_not_exists(born_on))"
        ),
        ExpressionAttributeValues=dynamo.to_item({":profile": PROFILE, ":dates": DATES}),
        ProjectionExpression="member_id, kind",
        **start,
    )
    return answer


def _missing(rows: Sequence[Item]) -> Iterator[MemberId]:
    """Yield the members among some rows who are not in the index: their `dates` are not listed, or not there."""
    yield from (MemberId(row["member_id"]) for row in rows if row["kind"] == DATES)
    profiled = [MemberId(row["member_id"]) for row in rows if row["kind"] == PROFILE]
    for some in batched(profiled, A_READING, strict=False):
        keys = ((table(), RowKey(member_id, DATES).item()) for member_id in some)
        found = dynamo.batch_get(*keys, attributes=("joined",))
        yield from (member_id for member_id, row in zip(some, found, strict=True) if row is None)


def _listed(member_id: MemberId) -> bool:
    """List a member as any change of theirs does; return whether they are still there."""
    try:
        profiles.change(member_id, Change, utc_now())
    except NotFoundError:
        return False
    return True
