"""A page of people whose day is near, or here: each gets the offers that are for them, once (`giving`).

A page with somebody whose rows stayed busy comes back whole: the others have it by then. An offer that was paused
meanwhile is not given; on the day itself everybody is looked at once more.
"""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.lifecycle import attempting, shelf
from functions.lifecycle.definition import OfferOccasion
from functions.lifecycle.reading import By
from loyalty.clock import local_date, utc_now, zone
from loyalty.errors import BusyError
from loyalty.settings import time_zone

logger = Logger()
metrics = Metrics()


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Give to the people of some pages; answer which pages must come again."""
    failed = [record["messageId"] for record in event["Records"] if not _done(record)]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _done(record: dict[str, Any]) -> bool:
    page = json.loads(record["body"])
    by = By("schedule", record["messageId"], _now(date.fromisoformat(page["as_of"])))
    offers = [one for one in shelf.running(OfferOccasion(page["occasion"])) if one.offer_id in page["offers"]]
    act = attempting.greeted if page["greets"] else attempting.given
    counts, left, day = Counter[str](), 0, date.fromisoformat(page["day"])
    for member_id, relative_id in page["people"]:
        for one in offers:
            try:
                counts[act(one, member_id, day, by, relative_id)] += 1
            except BusyError:
                left += 1
            except Exception as error:  # noqa: BLE001 - one member must never hold up the others
                logger.error("not given", offer_id=one.offer_id, error=type(error).__name__)
                left += 1
    _told(counts, page, left)
    return not left


def _told(counts: Mapping[str, int], page: Mapping[str, Any], left: int) -> None:
    for name, count in counts.items():
        metrics.add_metric(name, MetricUnit.Count, count)
    told = {"occasion": page["occasion"], "day": page["day"], "people": len(page["people"]), "left": left}
    logger.info("occasion page done", extra={**told, **counts})


def _now(as_of: date) -> datetime:
    """Return the present, or noon of a later day on which a run stands, where the stage allows such runs."""
    now = utc_now()
    if as_of <= local_date(now, time_zone()):
        return now
    return datetime.combine(as_of, time(12), zone(time_zone()))
