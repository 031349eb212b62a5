"""A membership was erased: the member is taken off every list of members (requirements M6).

    the mall's bus ──rule──> queue ──> the member's lists, one query ──> off each of them

An event that comes twice finds nothing left to do. A message nobody can read comes back alone and ends with the dead
letters.
"""

import json
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.campaigns import lists
from loyalty.events.catalogue import MemberErased

logger = Logger()
metrics = Metrics()


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Forget the members of a batch of events; answer which messages must come again."""
    failed = [record["messageId"] for record in event["Records"] if not _heard(record)]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _heard(record: dict[str, Any]) -> bool:
    try:
        erased = MemberErased.model_validate(json.loads(record["body"])["detail"])
        off = lists.forget(erased.subject)
    except Exception as error:  # noqa: BLE001 - one message must never hold up the others
        logger.error("event not applied", message_id=record.get("messageId"), error=type(error).__name__)
        return False
    metrics.add_metric("MembersTakenOffLists", MetricUnit.Count, off)
    return True
