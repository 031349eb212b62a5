"""Counts what happens to coupons: a batch of events, template by template; what could not be counted comes back."""

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.coupons import figures
from functions.coupons.counting import COUNTED, CouponEvent
from loyalty import attempts
from loyalty.clock import utc_now
from loyalty.errors import BusyError

logger = Logger()
metrics = Metrics()


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Count a batch from the queue; a template that stayed busy, or an event that cannot be read, comes back."""
    failed: list[str] = []
    messages: dict[str, list[tuple[str, CouponEvent]]] = defaultdict(list)
    for record in event["Records"]:
        try:
            found = _event_of(record)
        except (ValueError, TypeError, KeyError):
            logger.error("event cannot be read", message_id=record["messageId"])
            failed.append(record["messageId"])
            continue
        if found:
            messages[found.data.template_id].append((record["messageId"], found))
    new = 0
    for template_id, taken in messages.items():
        try:
            new += figures.count(template_id, [found for _, found in taken], utc_now())
        except (BusyError, *attempts.CONFLICTS) as error:
            if not (isinstance(error, BusyError) or attempts.is_conflict(error)):
                raise
            failed += [message for message, _ in taken]
    metrics.add_metric("CouponEventsCounted", MetricUnit.Count, new)
    logger.info("events counted", new=new, failed=len(failed))
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _event_of(record: Mapping[str, Any]) -> CouponEvent | None:
    """Return the event a message brings; None for a kind that no figure counts.

    Raises:
        ValueError, TypeError, KeyError: if it is no event of ours.
    """
    detail = json.loads(record["body"])["detail"]
    return CouponEvent.model_validate(detail) if detail["type"] in COUNTED else None
