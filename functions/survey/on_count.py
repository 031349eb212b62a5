"""Counts what happens to surveys: a batch of events, pack by pack; what could not be counted comes back."""

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.survey.reporting import figures
from functions.survey.reporting.counting import SurveyEvent, event_of
from functions.survey.reporting.figures import Pack
from loyalty import attempts
from loyalty.clock import utc_now
from loyalty.errors import BusyError

logger = Logger()
metrics = Metrics()


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Count a batch from the queue; events whose rows stayed busy, or that cannot be read, come back."""
    failed: list[str] = []
    found: dict[str, SurveyEvent] = {}
    messages: dict[str, list[str]] = defaultdict(list)
    for record in event["Records"]:
        try:
            read = _event_of(record)
        except (ValueError, TypeError, KeyError):
            logger.error("event cannot be read", message_id=record["messageId"])
            failed.append(record["messageId"])
            continue
        if read:
            found[read.id] = read
            messages[read.id].append(record["messageId"])
    new = 0
    for pack in figures.packs(found.values()):
        counted = _counted(pack)
        new += counted or 0
        failed += [] if counted is not None else [message for each in pack for message in messages[each.id]]
    metrics.add_metric("SurveyEventsCounted", MetricUnit.Count, new)
    logger.info("events counted", new=new, failed=len(failed))
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _event_of(record: Mapping[str, Any]) -> SurveyEvent | None:
    """Return the event a message brings; None for a kind that no figure counts.

    Raises:
        ValueError, TypeError, KeyError: if it is no event of ours.
    """
    return event_of(json.loads(record["body"])["detail"])


def _counted(pack: Pack) -> int | None:
    """Return how many events of a pack were new; None where others were faster all the time."""
    try:
        return figures.count(pack, utc_now())
    except (BusyError, *attempts.CONFLICTS) as error:
        if isinstance(error, BusyError) or attempts.is_conflict(error):
            return None
        raise
