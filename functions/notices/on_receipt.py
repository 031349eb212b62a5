"""What providers tell of our messages, and what members answer to them (requirements N3, M3, K6).

    SES, text messages ──topic──> queue ──read──> receipt or reply ──applied

A message that is in no known format comes back alone and ends with the dead letters. Nothing of it is logged: it holds
numbers, addresses and somebody's own words.
"""

import json
from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.notices.channels.receipts import Receipt, Reply
from functions.notices.reach import receipt, receiving
from loyalty.clock import utc_now

logger = Logger()
metrics = Metrics()


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Apply a batch of what providers tell; answer which messages must come again."""
    now = utc_now()
    failed = [record["messageId"] for record in event["Records"] if not _heard(record, now)]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _heard(record: dict[str, Any], now: datetime) -> bool:
    try:
        told = receipt.read(json.loads(record["body"]))
        name = _applied(told, now) if told else "NoticeReceiptsIgnored"
    except Exception as error:  # noqa: BLE001 - one message must never hold up the others
        logger.error("receipt not applied", message_id=record.get("messageId"), error=type(error).__name__)
        return False
    metrics.add_metric(name, MetricUnit.Count, 1)
    return True


def _applied(told: Receipt | Reply, now: datetime) -> str:
    if isinstance(told, Reply):
        return "NoticeOptOuts" if receiving.reply(told) else "NoticeRepliesIgnored"
    return "NoticeReceipts" if receiving.apply(told, now) else "NoticeReceiptsIgnored"
