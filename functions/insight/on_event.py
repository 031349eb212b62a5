"""A member left, or agrees to profiling no more: what they looked at is deleted (requirements M6, M11, K1).

    MemberErased, MemberProfiled ──queue──> the member's rows, one query ──> gone

An event that comes twice finds nothing left to do. A message nobody can read comes back alone and ends with the dead
letters.
"""

import json
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.insight.activity import forgetting
from loyalty.events.catalogue import MemberErased
from loyalty.events.profiles import MemberProfiled
from loyalty.types import MemberId

AGREED = "granted"

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
        member_id = _to_forget(json.loads(record["body"])["detail"])
        gone = forgetting.forget(member_id) if member_id else 0
    except Exception as error:  # noqa: BLE001 - one message must never hold up the others
        logger.error("event not applied", message_id=record.get("messageId"), error=type(error).__name__)
        return False
    metrics.add_metric("ActivityForgotten", MetricUnit.Count, gone)
    return True


def _to_forget(detail: dict[str, Any]) -> MemberId | None:
    """Return whose activity goes; None where an event tells of a member who agrees.

    A withdrawal that comes late also takes what was kept after a new agreement: better that than the reverse.
    """
    if detail["type"] == MemberErased.__name__:
        return MemberId(MemberErased.model_validate(detail).subject)
    profiled = MemberProfiled.model_validate(detail)
    return MemberId(profiled.subject) if profiled.data.profiling != AGREED else None
