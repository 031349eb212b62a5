"""A page of coupons whose last day is over: each lapses, once.

A page with one that stayed busy, or cannot be read, comes back whole: what lapsed before is not touched again, and one
coupon never holds up the others.
"""

import json
from datetime import datetime, time
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.coupons.callers import Caller
from functions.coupons.sweep import lapsed
from loyalty import attempts, dynamo
from loyalty.attempts import Plan
from loyalty.clock import date_of, iso, utc_now, zone
from loyalty.coupons import store
from loyalty.coupons.coupon import Act, Coupon
from loyalty.errors import BusyError
from loyalty.settings import time_zone
from loyalty.types import Day, Origin

logger = Logger()
metrics = Metrics()


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Let the coupons of some pages lapse; what lapsed before is not touched again."""
    failed = [record["messageId"] for record in event["Records"] if not _swept(record)]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _swept(record: dict[str, Any]) -> bool:
    page = json.loads(record["body"])
    caller = Caller("schedule", Origin.SCHEDULE, record["messageId"], utc_now())
    as_of, lapses, left = Day(page["as_of"]), 0, 0
    for code in page["coupons"]:
        try:
            lapses += _lapse(code, as_of, caller)
        except BusyError:
            left += 1
        except Exception as error:  # noqa: BLE001 - one coupon must never hold up the others
            logger.error("coupon not swept", error=type(error).__name__)
            left += 1
    metrics.add_metric("CouponsExpired", MetricUnit.Count, lapses)
    logger.info("coupon page swept", as_of=as_of, coupons=len(page["coupons"]), lapsed=lapses, left=left)
    return not left


def _lapse(code: str, as_of: Day, caller: Caller) -> int:
    def load(certain: bool) -> Coupon | None:
        return store.coupon_of(dynamo.get(store.table(), store.key(code), consistent=certain))

    def decide(coupon: Coupon | None) -> Plan[int]:
        after = lapsed(coupon, as_of, caller.now, _act(as_of, caller)) if coupon else None
        return Plan(1, ({"Put": store.put_if_unchanged(after)},)) if after else Plan(0)

    return attempts.settle(load, decide).answer


def _act(as_of: Day, caller: Caller) -> Act:
    """Say when it lapsed: now, or at the start of the day the sweep was told to stand on."""
    told = as_of != caller.today
    at = datetime.combine(date_of(as_of), time.min, zone(time_zone())) if told else caller.now
    return Act(iso(at), iso(caller.now), caller.actor, caller.origin, caller.trace)
