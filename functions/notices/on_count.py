"""Counts what became of messages: a batch of events; what could not be counted comes back (requirement N3)."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.notices.reach import figures
from functions.notices.reach.figures import COUNTED, NoticeEvent
from loyalty import counting
from loyalty.clock import utc_now

logger = Logger()
metrics = Metrics()


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Count a batch from the queue; what stayed busy, or cannot be read, comes back."""
    batch = counting.read(event["Records"], _event_of)
    for message in batch.unreadable:
        logger.error("event cannot be read", message_id=message)
    tally = figures.tally()
    settled = counting.settle(tally, tally.packs(batch.events.values()), batch.messages, utc_now())
    failed = [*batch.unreadable, *settled.failed]
    metrics.add_metric("NoticeEventsCounted", MetricUnit.Count, settled.new)
    logger.info("events counted", new=settled.new, failed=len(failed))
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _event_of(detail: Mapping[str, Any]) -> NoticeEvent | None:
    """Return the event a message brings; None for a kind that no figure counts."""
    return NoticeEvent.model_validate(detail) if detail["type"] in COUNTED else None
