"""Events that members hear of: each brings the messages of the templates that follow it, once (requirements N1, N2).

    the mall's bus ──rule──> queue ──> published templates ──> messages, planned ──those due now──> pages

A member who is erased is forgotten; what was planned for them finds nobody to be sent to. A message nobody can read
comes back alone and ends with the dead letters. What is due later, or never reached the pages, the hourly sweep finds.
"""

import json
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.notices import rules
from functions.notices.broadcasts import announcing
from functions.notices.messages import hearing, outgoing, pages
from functions.notices.messages.deciding import Moment, Published
from functions.notices.messages.message import Message
from functions.notices.reach import marks
from functions.notices.templates import shelf
from loyalty.clock import utc_now
from loyalty.notices.occasions import ERASED, OF_EVERYBODY
from loyalty.settings import time_zone

logger = Logger()
metrics = Metrics()


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Write the messages that a batch of events brings; answer which events must come again."""
    moment = Moment(utc_now(), time_zone(), rules.read())
    templates, failed, written = shelf.published(), list[str](), list[Message]()
    for record in event["Records"]:
        try:
            written += _heard(json.loads(record["body"])["detail"], templates, moment)
        except Exception as error:  # noqa: BLE001 - one message must never hold up the others
            logger.error("event not applied", message_id=record.get("messageId"), error=type(error).__name__)
            failed.append(record["messageId"])
    pages.hand_on(written, moment.now)
    metrics.add_metric("NoticesPlanned", MetricUnit.Count, sum(1 for one in written if one.due_at))
    logger.info("events heard", events=len(event["Records"]), messages=len(written), failed=len(failed))
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _heard(detail: Mapping[str, Any], templates: tuple[Published, ...], moment: Moment) -> list[Message]:
    if detail["type"] == ERASED:
        outgoing.forget(detail["subject"], moment.now)
        marks.forget(detail["subject"])
        return []
    happening = hearing.happening_of(detail, moment.zone_name, moment.now)
    if happening and happening.occasion in OF_EVERYBODY:
        announcing.begin(happening, templates, moment.now)
        return []
    return hearing.hear(happening, templates, moment) if happening else []
