"""Feeds the bus from the streams of ledger, members, programme, and of what the mall offers and controls.

    stream ──> batch ──> convert each row ──> put_events ──> bus
                              │ cannot be an event      │ refused for its own fault
                              └──────> parked queue <───┘         and the batch goes on
                                                        │ bus not available
                                                        └─> batch item failure: from there on, again, in order

Powertools' batch processor handles one record at a time; here ten events of several records share a call, so the
few lines that answer with the first unsent record are our own (ADR 0502).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from functions.outbox import (
    control,
    conversion,
    coupons,
    definitions,
    insight,
    lifecycle,
    notices,
    profiles,
    rewards,
    segments,
    surveys,
)
from functions.outbox.bus import MAX_BYTES, Delivery, Outgoing, SecondsLeft, outgoing, publish
from functions.outbox.clients import CALL_SECONDS
from functions.outbox.parking import park
from loyalty.dynamo import Item, from_item
from loyalty.events.envelope import Event
from loyalty.settings import setting

Record = Mapping[str, Any]


def _nothing(_row: Item, _mall: str) -> list[Event]:
    return []


OWNERS: dict[str, Callable[[Item, str], list[Event]]] = {
    "coupon_id": coupons.of_coupon_row,
    "reward_id": rewards.of_reward_row,
    "survey_id": surveys.of_survey_row,
    "campaign_id": segments.of_membership_row,
    "control_id": control.of_control_row,
    "insight_id": insight.of_insight_row,
    "segment_id": _nothing,
    "notice_id": notices.of_notice_row,
    "occasion_id": lifecycle.of_occasion_row,
}
"""What the rows of a table mean beside the definitions among them, by the table's partition key."""

logger = Logger()
metrics = Metrics()


@dataclass(frozen=True, slots=True)
class Change:
    """A record of the stream: the events it means, or why it means none that can be sent."""

    record: Record
    events: tuple[Outgoing, ...] = ()
    poison: str | None = None

    @property
    def sequence_number(self) -> str:
        """Its place in the stream."""
        return str(self.record["dynamodb"]["SequenceNumber"])


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Publish a batch; answer where to begin again, if anywhere."""
    changes = [read(record, setting("MALL")) for record in event["Records"]]
    first_left = settle(changes, lambda: context.get_remaining_time_in_millis() / 1000)
    failures = [] if first_left is None else [{"itemIdentifier": changes[first_left].sequence_number}]
    return {"batchItemFailures": failures}


def read(record: Record, mall: str) -> Change:
    """Convert a record; whatever is wrong with a row is found out here, so that it can never stop the stream."""
    try:
        events = tuple(outgoing(event) for event in events_of(record, mall))
    except Exception as error:  # noqa: BLE001 - a row nobody foresaw is exactly what must not block the others
        return Change(record, poison=type(error).__name__)
    if any(event.size > MAX_BYTES for event in events):
        return Change(record, poison="TooLarge")
    return Change(record, events)


def events_of(record: Record, mall: str) -> list[Event]:
    """Return the events of a record: of new entries and members, of versions of everything else."""
    change = record["dynamodb"]
    if "NewImage" not in change:
        return []
    row, keys = from_item(change["NewImage"]), from_item(change["Keys"])
    if "movement" in keys:
        # A purchase may replace the placeholder of its early returns, so a change can be news; entries never change.
        return conversion.of_ledger(row, mall)
    if "member_id" in keys:
        if keys["kind"] == profiles.FACTS:
            return profiles.of_facts_row(row, mall)
        return conversion.of_new_member_row(row, mall) if record["eventName"] == "INSERT" else []
    if "name" in keys:
        return definitions.of_programme(row, mall)
    owner = next(name for name in OWNERS if name in keys)
    return [*OWNERS[owner](row, mall), *definitions.of_definition(row, keys[owner], mall)]


def settle(changes: Sequence[Change], seconds_left: SecondsLeft) -> int | None:
    """Publish what can be, park what cannot; return the position of the first change still to be done."""
    owners = [position for position, change in enumerate(changes) for _ in change.events]
    delivery = publish([event for change in changes for event in change.events], seconds_left)
    metrics.add_metric("EventsPublished", MetricUnit.Count, _published(delivery, owners))
    end = len(changes) if delivery.first_unsent is None else owners[delivery.first_unsent]
    for position, reason in _to_park(changes, delivery, owners):
        if position >= end:
            break
        if not _parked(changes[position], reason, seconds_left):
            return position
    if end == len(changes):
        return None
    logger.error("bus unavailable", done=end, batch=len(changes))
    return end


def _published(delivery: Delivery, owners: Sequence[int]) -> int:
    reached = len(owners) if delivery.first_unsent is None else delivery.first_unsent
    return reached - sum(1 for position in delivery.refused if position < reached)


def _to_park(changes: Sequence[Change], delivery: Delivery, owners: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Yield what must be parked, in the stream's order, with the reason."""
    refused = {owners[position]: code for position, code in delivery.refused.items()}
    for position, change in enumerate(changes):
        if reason := change.poison or refused.get(position):
            yield position, reason


def _parked(change: Change, reason: str, seconds_left: SecondsLeft) -> bool:
    """Park a change; False if the queue is not available either, so that the stream must hold it."""
    if seconds_left() < CALL_SECONDS:
        return False
    try:
        park(change.record, reason)
    except (BotoCoreError, ClientError) as error:
        logger.error("parking failed", reason=reason, error=type(error).__name__)
        return False
    metrics.add_metric("RowsParked", MetricUnit.Count, 1)
    logger.error("row parked", reason=reason, sequence_number=change.sequence_number)
    return True
