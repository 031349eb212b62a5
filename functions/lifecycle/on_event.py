"""Events that bring an offer by themselves: somebody joins, or enters a segment (requirements C5, L2).

    the mall's bus ──rule──> queue ──> published offers that fit ──> each given once (`giving`)

Whoever had a membership before that was erased is welcomed no second time. Whom an offer is not for, and one that is
used up, is an answer; a busy row brings the event back. A message nobody can read comes back alone.
"""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.lifecycle import attempting, hearing, joined, shelf
from functions.lifecycle.definition import OfferOccasion
from functions.lifecycle.reading import By
from loyalty import dynamo, identity
from loyalty.clock import local_date, utc_now
from loyalty.settings import time_zone

logger = Logger()
metrics = Metrics()

PROFILE = "profile"


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Give what a batch of events brings; answer which messages must come again."""
    failed = [record["messageId"] for record in event["Records"] if not _heard(record)]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _heard(record: dict[str, Any]) -> bool:
    try:
        counts = _applied(json.loads(record["body"])["detail"])
    except Exception as error:  # noqa: BLE001 - one message must never hold up the others
        logger.error("event not applied", message_id=record.get("messageId"), error=type(error).__name__)
        return False
    for name, count in counts.items():
        metrics.add_metric(name, MetricUnit.Count, count)
    return True


def _applied(detail: Mapping[str, Any]) -> Mapping[str, int]:
    """Apply an event; return the metrics to add."""
    if detail["type"] == hearing.ERASED:
        joined.forget(detail["subject"])
        return {"OccasionRowsForgotten": shelf.forget(detail["subject"])}
    if detail["type"] == hearing.ENROLLED:
        joined.note(detail["subject"], local_date(datetime.fromisoformat(detail["time"]), time_zone()))
    happening = hearing.happening_of(detail, time_zone())
    if happening is None:
        return {}
    by = By("event", detail.get("correlationid") or detail["id"], utc_now())
    if happening.joined and _was_here_before(happening.member_id):
        return {}
    occasion = OfferOccasion.WELCOME if happening.joined else OfferOccasion.SEGMENT
    counts = Counter[str]()
    for one in hearing.brought(happening, shelf.running(occasion), by.now):
        counts[attempting.given(one, happening.member_id, happening.day, by)] += 1
    return counts


def _was_here_before(member_id: str) -> bool:
    """Tell whether the phone had a membership that was erased; nothing else of the person is read."""
    answer = dynamo.client().get_item(
        TableName=identity.table(),
        Key=dynamo.to_item({"member_id": member_id, "kind": PROFILE}),
        ConsistentRead=True,
        ProjectionExpression="#returning",
        ExpressionAttributeNames={"#returning": "returning"},
    )
    return bool(dynamo.from_item(answer.get("Item", {})).get("returning"))
