"""Counts what moves points: a batch of events, pack by pack; what could not be counted comes back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.books import counted
from functions.books.flow import MovedEvent, event_of
from loyalty import counting
from loyalty.clock import utc_now
from loyalty.settings import time_zone

logger = Logger()
metrics = Metrics()


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Count a batch from the queue; events whose rows stayed busy, or that cannot be read, come back."""
    now, tally = utc_now(), counted.tally(time_zone())
    batch = counting.read(event["Records"], event_of)
    for message in batch.unreadable:
        logger.error("event cannot be read", message_id=message)
    settled = counting.settle(tally, tally.packs(_in_time(batch.events, now)), batch.messages, now)
    failed = [*batch.unreadable, *settled.failed]
    metrics.add_metric("BooksEventsCounted", MetricUnit.Count, settled.new)
    logger.info("events counted", new=settled.new, failed=len(failed))
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _in_time(found: Mapping[str, MovedEvent], now: datetime) -> list[MovedEvent]:
    """Return the events whose day still takes them; the others are named, and show as the day's difference."""
    late = [event.id for event in found.values() if counted.is_too_late(event, now)]
    if late:
        metrics.add_metric("BooksEventsTooLate", MetricUnit.Count, len(late))
        logger.warning("events too late to be counted", event_ids=late)
    return [event for event in found.values() if event.id not in late]
