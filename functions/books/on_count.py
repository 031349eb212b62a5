"""Counts what moves points: a batch of events, pack by pack; what could not be counted comes back."""

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.books import counted
from functions.books.counted import Pack
from functions.books.flow import MovedEvent, event_of
from loyalty import attempts
from loyalty.clock import utc_now
from loyalty.errors import BusyError
from loyalty.settings import time_zone

logger = Logger()
metrics = Metrics()


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Count a batch from the queue; events whose rows stayed busy, or that cannot be read, come back."""
    failed: list[str] = []
    found: dict[str, MovedEvent] = {}
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
    for pack in counted.packs(_in_time(found), time_zone()):
        told = _counted(pack)
        new += told or 0
        failed += [] if told is not None else [message for each in pack for message in messages[each.id]]
    metrics.add_metric("BooksEventsCounted", MetricUnit.Count, new)
    logger.info("events counted", new=new, failed=len(failed))
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _event_of(record: Mapping[str, Any]) -> MovedEvent | None:
    """Return the event a message brings; None for a kind that moves no points.

    Raises:
        ValueError, TypeError, KeyError: if it is no event of ours.
    """
    return event_of(json.loads(record["body"])["detail"])


def _in_time(found: Mapping[str, MovedEvent]) -> list[MovedEvent]:
    """Return the events whose day still takes them; the others are named, and show as the day's difference."""
    now = utc_now()
    late = [event.id for event in found.values() if counted.is_too_late(event, now)]
    if late:
        metrics.add_metric("BooksEventsTooLate", MetricUnit.Count, len(late))
        logger.warning("events too late to be counted", event_ids=late)
    return [event for event in found.values() if event.id not in late]


def _counted(pack: Pack) -> int | None:
    """Return how many events of a pack were new; None where others were faster all the time."""
    try:
        return counted.count(pack, time_zone(), utc_now())
    except (BusyError, *attempts.CONFLICTS) as error:
        if isinstance(error, BusyError) or attempts.is_conflict(error):
            return None
        raise
