"""A page of messages that are due: each is sent, at most once (see `messages.sending`).

A page with one that stayed busy, or for which no time is left, comes back whole: what was sent has nothing due.
"""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.notices import rules
from functions.notices.channels import outcome
from functions.notices.messages.deciding import Moment
from functions.notices.messages.sending import Round
from loyalty.clock import utc_now
from loyalty.settings import time_zone

MARGIN_SECONDS = 45.0
"""How long a message may take: a token, the message, the same once more where its answer was lost, and the rows."""

logger = Logger()
metrics = Metrics()


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Send the messages of some pages; answer which pages must come again."""
    outcome.hang_up()
    failed = [record["messageId"] for record in event["Records"] if not _sent(record, context)]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _sent(record: dict[str, Any], context: LambdaContext) -> bool:
    states, left = send(record["body"], context.aws_request_id, context.get_remaining_time_in_millis)
    for state, number in states.items():
        metrics.add_metric(f"Notices{state.capitalize()}", MetricUnit.Count, number)
    logger.info("message page worked off", extra={"left": left, **states})
    return not left


def send(body: str, run_id: str, milliseconds_left: Callable[[], int]) -> tuple[Counter[str], int]:
    """Send the messages of a page; return where they stand then, and how many must be tried again.

    Args:
        run_id: unlike that of any other run.
        milliseconds_left: how long this run may still take.
    """
    page = json.loads(body)
    mall, zone_name, states, left = rules.read(), time_zone(), Counter[str](), 0
    as_of = page["as_of"]
    run = Round(run_id, Moment.at(as_of, utc_now(), zone_name, mall))
    for key in page["messages"]:
        if milliseconds_left() / 1000 < MARGIN_SECONDS:
            left += 1
            continue
        run.moment = Moment.at(as_of, utc_now(), zone_name, mall)
        try:
            state = run.send(key.partition("/")[2])
        except Exception as error:  # noqa: BLE001 - one message must never hold up the others
            logger.error("message not sent", error=type(error).__name__)
            left += 1
        else:
            states.update([state.value] if state else [])
    return states, left
