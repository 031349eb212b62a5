"""A group's average receipt fell: one win-back campaign is drafted for it, and waits for approval (I3, ADR 0922).

    the mall's bus ──rule──> queue ──> a draft by `system`, under the id that the alert names

An event that comes twice finds its draft, whatever the marketers have made of it since, and changes nothing. A message
nobody can read comes back alone and ends with the dead letters.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.campaigns import win_back
from functions.campaigns.publication import catalogue
from loyalty import offers
from loyalty.clock import utc_now
from loyalty.errors import IdempotencyKeyReusedError
from loyalty.events.insight import AverageReceiptFell
from loyalty.settings import time_zone
from loyalty.win_back import AUTHOR

logger = Logger()
metrics = Metrics()


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Draft what a batch of alerts asks for; answer which messages must come again."""
    failed = [record["messageId"] for record in event["Records"] if not _heard(record)]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _heard(record: Mapping[str, Any]) -> bool:
    try:
        fell = AverageReceiptFell.model_validate(json.loads(record["body"])["detail"])
        new = _drafted(fell, utc_now())
    except Exception as error:  # noqa: BLE001 - one message must never hold up the others
        logger.error("event not applied", message_id=record.get("messageId"), error=type(error).__name__)
        return False
    logger.info("win-back drafted", alert_id=fell.subject, campaign_id=fell.data.campaign_id, replayed=not new)
    metrics.add_metric("WinBacksDrafted", MetricUnit.Count, int(new))
    return True


def _drafted(fell: AverageReceiptFell, now: datetime) -> bool:
    """Write the draft of an alert; tell whether it is new."""
    draft = win_back.draft_of(fell, time_zone())
    try:
        return not offers.create(catalogue(), draft, AUTHOR, fell.subject, now).replayed
    except IdempotencyKeyReusedError:
        # An edition of ours that drafted otherwise was here before, or it was published: what stands, stands.
        return False
