"""Counts what happens in the mall into the live figures: a batch of events; what could not be counted comes back.

the mall's bus ──rule──> queue ──a hundred, or five seconds──> packs ──> marks and sums, one transaction a pack
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.insight.live import figures
from functions.insight.live.told import Told, told_by
from loyalty import counting
from loyalty.clock import utc_now
from loyalty.settings import time_zone

logger = Logger()
metrics = Metrics()


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Count a batch from the queue; events whose rows stayed busy, or that cannot be read, come back."""
    now, tally, zone = utc_now(), figures.tally(), time_zone()
    batch = counting.read(event["Records"], lambda detail: told_by(detail, zone))
    for message in batch.unreadable:
        logger.error("event cannot be read", message_id=message)
    settled = counting.settle(tally, tally.packs(_in_time(batch.events.values(), now)), batch.messages, now)
    failed = [*batch.unreadable, *settled.failed]
    metrics.add_metric("InsightEventsCounted", MetricUnit.Count, settled.new)
    logger.info("events counted", new=settled.new, failed=len(failed))
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _in_time(events: Iterable[Told], now: datetime) -> list[Told]:
    """Return the events that may still be counted; the others are named: their marks may be gone already."""
    found = list(events)
    late = [event.id for event in found if now - event.recorded_at > counting.TAKEN_FOR]
    if late:
        metrics.add_metric("InsightEventsTooLate", MetricUnit.Count, len(late))
        logger.warning("events too late to be counted", event_ids=late)
    return [event for event in found if event.id not in late]
