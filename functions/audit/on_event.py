"""Writes the audit trail: one line for each event it hears, however often it hears it."""

import json
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.audit import entries
from functions.audit.trail import AuditedEvent, entry_of

logger = Logger()
metrics = Metrics()


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Write down a batch of events; answer which messages must come again."""
    failed = [record["messageId"] for record in event["Records"] if not _written(record)]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _written(record: Mapping[str, Any]) -> bool:
    try:
        new = entries.write(entry_of(AuditedEvent.model_validate(json.loads(record["body"])["detail"])))
    except Exception as error:  # noqa: BLE001 - one message must never hold up the others
        logger.error("event not written down", message_id=record.get("messageId"), error=type(error).__name__)
        return False
    metrics.add_metric("AuditEntries", MetricUnit.Count, int(new))
    return True
