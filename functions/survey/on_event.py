"""What happens in the mall, heard by surveys: an occasion to ask (requirements S1), or a membership that was erased.

    the mall's bus ──rule──> queue ──> each message read strictly ──malformed──> back, alone, and to the dead letters
                                          │ erased ──> nothing of the member stays (`erasing`)
                                          └ an occasion ──> the journal (`journal`), then invitations (`chances`)

An event that comes twice, or late, or beside its rivals, finds what stands already. Whether somebody was asked is no
reason for a message to come again; only that nothing could be known is.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.survey.inviting import chances, erasing, journal
from functions.survey.inviting.chances import Chance, Round
from functions.survey.inviting.hearing import Heard, MalformedEventError, heard
from loyalty import attempts
from loyalty.attempts import Plan
from loyalty.clock import utc_now
from loyalty.surveys import running, settings

logger = Logger()
metrics = Metrics()

Messages = Mapping[str, Heard]
"""Events by the id of the message that brought them."""


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Hear a batch of events; answer which messages must come again."""
    failed, invitations = hear(event["Records"], utc_now())
    metrics.add_metric("SurveyInvitations", MetricUnit.Count, invitations)
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def hear(records: Iterable[Mapping[str, Any]], now: datetime) -> tuple[list[str], int]:
    """Do what a batch of messages asks for; return those that must come again, and how many invitations it brought."""
    told = {record["messageId"]: _read(record) for record in records}
    erasures = {message: one for message, one in told.items() if one and one.is_erasure}
    occasions = {message: one for message, one in told.items() if one and not one.is_erasure}
    failed = [message for message, one in told.items() if one is None]
    failed += [message for message, one in erasures.items() if not _forgotten(message, one, now)]
    left, invitations = _asked(occasions, now) if occasions else ([], 0)
    return failed + left, invitations


def _read(record: Mapping[str, Any]) -> Heard | None:
    try:
        return heard(record["body"])
    except MalformedEventError:
        logger.error("event cannot be read", message_id=record["messageId"])
        return None


def _forgotten(message: str, event: Heard, now: datetime) -> bool:
    try:
        rows = erasing.forget(event.occasion.member_id, now)
    except Exception as error:  # noqa: BLE001 - one message must never hold up the others
        _report("member not forgotten", message, error)
        return False
    logger.info("member forgotten", rows=rows)
    return True


def _asked(messages: Messages, now: datetime) -> tuple[list[str], int]:
    """Invite for all occasions of a batch and keep them in the journal; return the messages that must come again."""
    try:
        journal.write(messages.values())
        found, batch = _prepared(messages, now)
    except Exception as error:  # noqa: BLE001 - a membership's erasure in the same batch is done all the same
        _report("events not heard", ",".join(messages), error)
        return list(messages), 0
    failed, invitations = [], 0
    for message, chance in found.items():
        try:
            invitations += batch.take(chance) is not None
        except Exception as error:  # noqa: BLE001 - one message must never hold up the others
            _report("event not heard", message, error)
            failed.append(message)
    logger.info("events heard", events=len(messages), fitting=len(found), invitations=invitations, left=len(failed))
    return failed, invitations


def _prepared(messages: Messages, now: datetime) -> tuple[dict[str, Chance], Round]:
    """Read what all of the batch is decided by; the rows only of those events that fit a survey."""
    surveys, rules = attempts.settle(lambda _certain: (running.as_of_now(), settings.read()), Plan).answer
    fit = {message: chances.fitting(event, surveys, rules, now) for message, event in messages.items()}
    found = {message: chance for message, chance in fit.items() if chance}
    return found, Round(rules, now, chances.readings(found.values()) if found else {})


def _report(what: str, message: str, error: Exception) -> None:
    logger.error(what, message_id=message, error=type(error).__name__)
