"""Hears every event of the mall and puts its rows into the lake; what did not get there comes back."""

import json
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.lake.delivery import Sourced, deliver
from functions.lake.rows import rows_of
from loyalty.settings import time_zone

logger = Logger()
metrics = Metrics()


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Put a batch of events into the lake; answer which messages must come again."""
    failed: set[str] = set()
    rows: list[Sourced] = []
    for record in event["Records"]:
        found = _rows(record)
        if found is None:
            failed.add(record["messageId"])
        rows += found or ()
    failed |= deliver(rows, lambda: context.get_remaining_time_in_millis() / 1000)
    metrics.add_metric("LakeRows", MetricUnit.Count, len(rows))
    if failed:
        logger.error("events not in the lake", failed=len(failed), batch=len(event["Records"]))
    return {"batchItemFailures": [{"itemIdentifier": message} for message in sorted(failed)]}


def _rows(record: Mapping[str, Any]) -> list[Sourced] | None:
    """Return the rows of a message; None where it is no event of ours, or one that changed its shape."""
    message = record["messageId"]
    try:
        return [(message, row) for row in rows_of(json.loads(record["body"])["detail"], time_zone())]
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        logger.error("event cannot be read", message_id=message, error=type(error).__name__)
        return None
