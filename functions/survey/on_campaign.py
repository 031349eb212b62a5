"""Who took part in campaigns that a survey follows, heard from the events of their awards (requirement A1).

    the mall's bus ──rule──> queue ──> each message read strictly ──malformed──> back, alone, and to the dead letters
                                          └ an award, or its taking back ──> a row of its member (`participants`)

A row is the same whenever it is written: a batch that failed comes again whole.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.survey.inviting import participants
from functions.survey.inviting.hearing import Heard, MalformedEventError, heard

logger = Logger()
metrics = Metrics()


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Hear a batch of events; answer which messages must come again."""
    told = {record["messageId"]: _read(record) for record in event["Records"]}
    awards = {message: one for message, one in told.items() if one}
    failed = [message for message, one in told.items() if one is None]
    if not _kept(awards.values()):
        failed += awards
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _read(record: Mapping[str, Any]) -> Heard | None:
    try:
        return heard(record["body"], participants.HEARD)
    except MalformedEventError:
        logger.error("event cannot be read", message_id=record["messageId"])
        return None


def _kept(awards: Iterable[Heard]) -> bool:
    try:
        kept = participants.keep(awards)
    except Exception as error:  # noqa: BLE001 - whatever it was, all of them may come again
        logger.error("awards not kept", error=type(error).__name__)
        return False
    metrics.add_metric("SurveyParticipantsHeard", MetricUnit.Count, kept)
    return True
