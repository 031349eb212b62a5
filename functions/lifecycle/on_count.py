"""Counts what became of gifts: a batch of events, each once; what could not be counted comes back.

Purchases without a coupon, the great majority, are not even looked up; coupons that no gift brought leave no trace.
"""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.lifecycle import counting as rules
from functions.lifecycle import figures, traces
from loyalty import counting
from loyalty.clock import utc_now

logger = Logger()
metrics = Metrics()


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Count a batch from the queue; rows that stayed busy, or an event that cannot be read, come back."""
    batch = counting.read(event["Records"], rules.told_of)
    for message in batch.unreadable:
        logger.error("event cannot be read", message_id=message)
    known = traces.read(one for event in batch.events.values() for one in event.references)
    found = [one for event in batch.events.values() if (one := rules.counted(event, known))]
    settled = counting.settle(figures.tally(), figures.tally().packs(found), batch.messages, utc_now())
    failed = [*batch.unreadable, *settled.failed]
    metrics.add_metric("OccasionEventsCounted", MetricUnit.Count, settled.new)
    logger.info("events counted", new=settled.new, failed=len(failed))
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}
