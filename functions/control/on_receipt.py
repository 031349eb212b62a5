"""Counts receipts per tenant and till, and raises the alarm where a limit is passed (requirement F4).

    PointsEarned ──queue──> tenants with limits ──> counted once ──> limit passed ──> alarm, and the tenant is held

What a limit lets pass until the hold is written is what arrives in those seconds (ADR 0821).
"""

from collections import defaultdict
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.control import alarms, hearing, velocity, velocity_counts
from functions.control.hearing import Record
from functions.control.velocity import Counted, HeardPurchase
from loyalty import attempts, dynamo, tenants
from loyalty.clock import utc_now
from loyalty.errors import BusyError
from loyalty.settings import time_zone
from loyalty.types import TenantId

logger = Logger()
metrics = Metrics()


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Count a batch of receipts; what could not be counted, or read, comes again."""
    failed: list[str] = []
    days: dict[tuple[str, str], dict[str, Counted]] = defaultdict(dict)
    for record in event["Records"]:
        try:
            found = _counted(record)
        except (ValueError, TypeError, KeyError):
            logger.error("event cannot be read", message_id=record["messageId"])
            failed.append(record["messageId"])
            continue
        if found:
            days[found.tenant_id, found.day][record["messageId"]] = found
    raised = 0
    for messages in days.values():
        try:
            raised += _watched(list(messages.values()))
        except (BusyError, *attempts.CONFLICTS) as error:
            if not (isinstance(error, BusyError) or attempts.is_conflict(error)):
                raise
            failed += messages
    metrics.add_metric("VelocityAlarms", MetricUnit.Count, raised)
    logger.info("receipts counted", alarms=raised, failed=len(failed))
    return hearing.failures(failed)


def _counted(record: Record) -> Counted | None:
    """Return what a message brings to be counted; nothing of what is so old that its mark may be gone."""
    found = Counted.of(HeardPurchase.model_validate(hearing.detail_of(record)), time_zone())
    return found if found and utc_now() - found.at < velocity_counts.COUNTED else None


def _watched(receipts: list[Counted]) -> int:
    """Count receipts of a tenant's day, if it has limits, and return how many alarms they raised.

    Figures are looked at again when an event comes twice: the run before may have died between count and alarm.
    """
    row = dynamo.get(tenants.table(), tenants.key(TenantId(receipts[0].tenant_id)))
    limits = row.get("limits", {}) if row else {}
    if not velocity.is_limited(limits):
        return 0
    now = utc_now()
    sums = velocity_counts.count(receipts, now)
    passed = velocity.passed(limits, sums, receipts)
    return sum(alarms.raise_(one, receipts[-1], now) for one in passed)
