"""Compacts the files of a table, from a message `{"table": "receipts", "as_of": "2026-11-22"}`."""

import json
from datetime import date
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.lake import compaction
from functions.lake.plan import spans
from loyalty.clock import utc_now
from loyalty.dynamo import service
from loyalty.lake.tables import BY_NAME
from loyalty.settings import setting

logger = Logger()
metrics = Metrics()


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Compact the table of each message; what is left when the time is over goes on in a new run."""
    for record in event["Records"]:
        message = json.loads(record["body"])
        days = spans(date.fromisoformat(message["as_of"]))
        done = compaction.compact(
            BY_NAME[message["table"]], days, utc_now(), lambda: context.get_remaining_time_in_millis() / 1000
        )
        if not done.finished:
            service("sqs").send_message(QueueUrl=setting("COMPACTIONS_QUEUE_URL"), MessageBody=record["body"])
        metrics.add_metric("LakeFilesMerged", MetricUnit.Count, done.merged)
        logger.info("table compacted", table=message["table"], **done._asdict())
    return {"batchItemFailures": []}
