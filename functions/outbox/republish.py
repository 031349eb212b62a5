"""Publishes the events of a period again, from ledger and members: same rows, same function, same ids (ADR 0503).

Invoked by hand with `{"from": "2026-11-01T00:00:00+08:00", "to": "2026-11-08T00:00:00+08:00"}`, for what was recorded
in that time. It works for less than a minute, so that whoever waits for the answer does not give up, and answers
with `next`, the payload to go on with, until that is null. `{"segment": 0, "segments": 8}` beside the period reads
one of eight parts of the table, so that eight callers share the work. `{"table": "members"}` reads who enrolled, and
what members agreed to last, instead of the ledger: of a member nothing that says who it is.

Nothing orders these tables by time, and nobody waits for a scan on a request path.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from functions.outbox import conversion, profiles
from functions.outbox.bus import Outgoing, SecondsLeft, outgoing, publish
from loyalty import dynamo
from loyalty.clock import iso
from loyalty.dynamo import Item
from loyalty.events.envelope import Event
from loyalty.settings import setting

SLICE_SECONDS = 40.0
"""How long one run goes on beginning pages; the AWS CLI and SDKs wait sixty seconds before they invoke once more."""
PAGE_ROWS = 500
"""Rows read at a time, so that a page and its events take seconds."""

logger = Logger()


class BusUnavailableError(RuntimeError):
    """The bus took no more events: nothing is lost, invoke again with the same payload."""


class Period(BaseModel):
    """What to publish again, and where to go on.

    Attributes:
        since: from this instant on, by the time of recording; `until` is the first instant that is not meant.
        table: which rows; those of the members table have one event each.
        segment: which of `segments` parts of the table.
        start: the key after which to go on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, validate_by_name=True)

    since: Annotated[AwareDatetime, Field(alias="from")]
    until: Annotated[AwareDatetime, Field(alias="to")]
    table: Literal["ledger", "members"] = "ledger"
    segment: Annotated[int, Field(ge=0)] = 0
    segments: Annotated[int, Field(ge=1, le=1000)] = 1
    start: dict[str, str] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since >= self.until:
            raise ValueError("`from` must lie before `to`")
        if self.segment >= self.segments:
            raise ValueError("`segment` counts from 0 to `segments` - 1")
        return self

    def after(self, start: dict[str, str]) -> "Period":
        """Return the rest of the work once everything up to a key is done."""
        return self.model_copy(update={"start": start})


@dataclass(slots=True)
class Progress:
    """What a run has done so far; `skipped` rows cannot be events, as the parked queue was told the first time."""

    rows: int = 0
    events: int = 0
    skipped: int = 0


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Publish a slice again; answer `{rows, events, skipped, next}`.

    Raises:
        ValidationError: if the payload is not a period.
        BusUnavailableError: if the bus takes no events.
    """
    progress = Progress()
    rest = run(Period.model_validate(event), progress, _seconds_left(context), time.monotonic)
    logger.info("published again", rows=progress.rows, events=progress.events, skipped=progress.skipped)
    payload = rest.model_dump(mode="json", by_alias=True, exclude_none=True) if rest else None
    return {"rows": progress.rows, "events": progress.events, "skipped": progress.skipped, "next": payload}


def run(period: Period, progress: Progress, seconds_left: SecondsLeft, clock: Callable[[], float]) -> Period | None:
    """Publish page after page until the slice is over, one at least; return what is left to do, None at the end."""
    began = clock()
    while True:
        page = _page(period)
        _publish_page(page["Items"], progress, seconds_left)
        last = page.get("LastEvaluatedKey")
        if last is None:
            return None
        period = period.after(dynamo.from_item(last))
        if clock() - began >= SLICE_SECONDS:
            return period


def _seconds_left(context: LambdaContext) -> SecondsLeft:
    return lambda: context.get_remaining_time_in_millis() / 1000


def _page(period: Period) -> Mapping[str, Any]:
    request: dict[str, Any] = {
        "TableName": setting(f"{period.table.upper()}_TABLE"),
        "Limit": PAGE_ROWS,
        "Segment": period.segment,
        "TotalSegments": period.segments,
        "FilterExpression": "recorded_at >= :since AND recorded_at < :until",
        "ExpressionAttributeValues": dynamo.to_item({":since": iso(period.since), ":until": iso(period.until)}),
    }
    if period.table == "members":
        request |= _without_the_person()
    if period.start:
        request["ExclusiveStartKey"] = dynamo.to_item(period.start)
    answer: Mapping[str, Any] = dynamo.client().scan(**request)
    return answer


def _without_the_person() -> dict[str, Any]:
    """Return what leaves everything out of members' rows that no event is made of."""
    names = {f"#{name}": name for name in sorted(conversion.PROFILE_ATTRIBUTES | profiles.FACTS_ATTRIBUTES)}
    return {"ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names}


def _publish_page(items: list[Mapping[str, Any]], progress: Progress, seconds_left: SecondsLeft) -> None:
    events: list[Outgoing] = []
    for item in items:
        found = _events(item)
        progress.rows += 1
        progress.skipped += found is None
        events += found or []
    delivery = publish(events, seconds_left)
    if delivery.first_unsent is not None:
        raise BusUnavailableError
    progress.events += len(events) - len(delivery.refused)


def _events(item: Mapping[str, Any]) -> list[Outgoing] | None:
    """Return a row's events; None for the rows that the first publication had to park."""
    try:
        return [outgoing(event) for event in _meant(dynamo.from_item(item), setting("MALL"))]
    except Exception as error:  # noqa: BLE001 - the same rows that were parked must not stop the others here
        logger.warning("row skipped", reason=type(error).__name__, source=item.get("source"))
        return None


def _meant(row: Item, mall: str) -> list[Event]:
    if "movement" in row:
        return conversion.of_ledger(row, mall)
    is_facts = row["kind"] == profiles.FACTS
    return profiles.of_facts_row(row, mall) if is_facts else conversion.of_new_member_row(row, mall)
