"""A page of members who are due: settle each, and bring back the page of those that could not be."""

import json
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.expiry.settlement import settle_due
from loyalty.clock import utc_now
from loyalty.errors import BusyError
from loyalty.types import Day, MemberId

logger = Logger()
metrics = Metrics()


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Settle pages; a page with a member that stayed busy comes back whole, which repeats nothing."""
    failed = [record["messageId"] for record in event["Records"] if not _settled(record)]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _settled(record: dict[str, Any]) -> bool:
    page = json.loads(record["body"])
    movements, left = 0, 0
    for member in page["members"]:
        try:
            movements += settle_due(MemberId(member), Day(page["as_of"]), record["messageId"], utc_now())
        except BusyError:
            left += 1
        except Exception as error:  # noqa: BLE001 - one member must never hold up the others
            logger.error("member not settled", error=type(error).__name__)
            left += 1
    metrics.add_metric("ExpiryMovements", MetricUnit.Count, movements)
    logger.info("page settled", as_of=page["as_of"], members=len(page["members"]), movements=movements, left=left)
    return not left
