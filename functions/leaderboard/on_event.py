"""Hears of points earned and taken back, and of erasures (requirements P12, M6).

    PointsEarned, PointsRefunded ──queue──> the receipt's day ──> scores of month, quarter, year, each event once
    MemberErased                 ──queue──> off every board

What could not be counted, or read, comes again. What comes twenty days late is not counted but named.
"""

import json
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.leaderboard import counted, purchases
from functions.leaderboard.scoring import ERASED, HEARD, HeardEvent, Score, score_of
from loyalty import attempts
from loyalty.clock import utc_now
from loyalty.errors import BusyError
from loyalty.settings import time_zone

logger = Logger()
metrics = Metrics()

Heard = dict[str, HeardEvent]
"""Events by the message that brought them."""


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Count a batch from the queue; answer which messages must come again."""
    heard: Heard = {}
    failed: list[str] = []
    for record in event["Records"]:
        try:
            found = _event_of(record)
        except (ValueError, TypeError, KeyError):
            logger.error("event cannot be read", message_id=record["messageId"])
            failed.append(record["messageId"])
            continue
        if found:
            heard[record["messageId"]] = found
    erased = {message: found for message, found in heard.items() if found.type == ERASED}
    failed += _forgotten(erased)
    failed += _counted({message: found for message, found in heard.items() if message not in erased})
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _event_of(record: Mapping[str, Any]) -> HeardEvent | None:
    """Return the event a message brings; None for a kind that no score counts.

    Raises:
        ValueError, TypeError, KeyError: if it is no event of ours.
    """
    detail = json.loads(record["body"])["detail"]
    return HeardEvent.model_validate(detail) if detail["type"] in HEARD else None


def _forgotten(heard: Heard) -> list[str]:
    """Take erased members off every board; return the messages that must come again."""
    failed = [message for message, found in heard.items() if not _is_forgotten(found)]
    if heard:
        metrics.add_metric("LeaderboardMembersForgotten", MetricUnit.Count, len(heard) - len(failed))
    return failed


def _is_forgotten(erased: HeardEvent) -> bool:
    try:
        counted.forget(erased.member_id, utc_now())
    except (BusyError, *attempts.CONFLICTS) as error:
        logger.error("member not forgotten", error=type(error).__name__)
        return False
    return True


def _counted(heard: Heard) -> list[str]:
    """Count what moved, all together; return the messages that must come again."""
    in_time = _in_time(heard)
    bought_at = purchases.bought_at(in_time.values())
    scores: dict[str, Score] = {}
    unknown: list[str] = []
    for message, found in in_time.items():
        try:
            score = score_of(found, bought_at, time_zone())
        except KeyError:
            logger.error("the ledger shows no purchase to this return", message_id=message)
            unknown.append(message)
            continue
        if score:
            scores[found.id] = score
    if not _is_counted(list(scores.values())):
        return list(in_time)
    if in_time and not unknown:
        counted.note_progress(max(in_time.values(), key=lambda one: one.recordedat))
    return unknown


def _in_time(heard: Heard) -> Heard:
    now = utc_now()
    late = [found.id for found in heard.values() if counted.is_too_late(found, now)]
    if late:
        metrics.add_metric("LeaderboardEventsTooLate", MetricUnit.Count, len(late))
        logger.warning("events too late to be counted", event_ids=late)
    return {message: found for message, found in heard.items() if found.id not in late}


def _is_counted(scores: list[Score]) -> bool:
    try:
        new = counted.count(scores, utc_now())
    except (BusyError, *attempts.CONFLICTS) as error:
        if not (isinstance(error, BusyError) or attempts.is_conflict(error)):
            raise
        return False
    metrics.add_metric("LeaderboardEventsCounted", MetricUnit.Count, new)
    return True
