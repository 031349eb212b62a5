"""A group's average receipt fell: its segment is defined, so that the win-back's draft finds it (I3, ADR 0922).

    the mall's bus ──rule──> queue ──> a segment by `system`, where none that ships is the group

Next night's refresh finds who is in it. An event that comes twice, or another fall of the same group, finds it there,
also changed or archived by marketers, and changes nothing. What cannot be defined is told and dropped: the campaign is
then not published, and says which segment it misses.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.segments import alerted, definitions
from functions.segments.definitions import TooManySegmentsError
from loyalty.clock import utc_now
from loyalty.errors import IdempotencyKeyReusedError
from loyalty.events.insight import AverageReceiptFell, AverageReceiptFellData
from loyalty.win_back import AUTHOR, segment_key

logger = Logger()
metrics = Metrics()


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Define what a batch of alerts asks for; answer which messages must come again."""
    failed = [record["messageId"] for record in event["Records"] if not _heard(record)]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _heard(record: Mapping[str, Any]) -> bool:
    try:
        fell = AverageReceiptFell.model_validate(json.loads(record["body"])["detail"])
        made = _defined(fell.data, utc_now())
    except Exception as error:  # noqa: BLE001 - one message must never hold up the others
        logger.error("event not applied", message_id=record.get("messageId"), error=type(error).__name__)
        return False
    metrics.add_metric("SegmentsMadeForAlerts", MetricUnit.Count, int(made))
    return True


def _defined(fell: AverageReceiptFellData, now: datetime) -> bool:
    """Define a group's segment; tell whether that is new."""
    try:
        wish = alerted.segment_for(fell.group_kind, fell.group)
        key = segment_key(fell.group_kind, fell.group)
        return wish is not None and not definitions.create(wish, AUTHOR, key, now).replayed
    except IdempotencyKeyReusedError:
        return False
    except (TooManySegmentsError, ValueError) as error:
        # Coming again would change nothing: people have to make room, or name the group otherwise.
        logger.warning("segment not defined", segment_id=fell.segment_id, error=type(error).__name__)
        return False
