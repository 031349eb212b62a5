"""A membership was erased, or a member said something about profiling (requirements M6, K1).

    the mall's bus ──rule──> queue ──> erased:   out of every segment, without a word
                                  └──> profiled: is profiling allowed, as things stand now? if not, every segment left

An event that comes twice, or late, finds what is so now. A message nobody can read comes back alone and ends with the
dead letters.
"""

import json
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.segments import forgetting, mall
from loyalty import consents, dynamo, identity
from loyalty.clock import utc_now
from loyalty.events.catalogue import MemberErased
from loyalty.events.profiles import MemberProfiled
from loyalty.types import MemberId

_MODELS: dict[str, type[MemberErased | MemberProfiled]] = {
    "MemberErased": MemberErased,
    "MemberProfiled": MemberProfiled,
}

logger = Logger()
metrics = Metrics()


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Hear a batch of events; answer which messages must come again."""
    failed = [record["messageId"] for record in event["Records"] if not _heard(record)]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _heard(record: Mapping[str, Any]) -> bool:
    try:
        detail = json.loads(record["body"])["detail"]
        left = _applied(_MODELS[detail["type"]].model_validate(detail))
    except Exception as error:  # noqa: BLE001 - one message must never hold up the others
        logger.error("event not applied", message_id=record.get("messageId"), error=type(error).__name__)
        return False
    metrics.add_metric("SegmentsLeftAtOnce", MetricUnit.Count, left)
    return True


def _applied(event: MemberErased | MemberProfiled) -> int:
    if isinstance(event, MemberErased):
        return forgetting.erase(event.subject)
    where = consents.key(MemberId(event.subject))
    consent = dynamo.get(identity.table(), where, consistent=True)
    return 0 if mall.allows_profiling(consent) else forgetting.refuse(event.subject, utc_now())
