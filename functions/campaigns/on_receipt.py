"""Hears of receipts, returns and awards: the journal for trials, the figures of campaigns (requirements A1, A10).

    PointsEarned, PointsRefunded         ──> the journal's rows, a function of the event
    CampaignAwarded, CampaignTakenBack   ──> the figures, campaign by campaign, each event once

What could not be kept or counted comes back; an event that cannot be read comes back alone.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.campaigns import figures, journal
from functions.campaigns.counting import CampaignEvent
from loyalty.clock import utc_now
from loyalty.events.campaigns import CampaignAwarded, CampaignTakenBack
from loyalty.events.catalogue import PointsEarned, PointsRefunded

Receipt = PointsEarned | PointsRefunded
Heard = Receipt | CampaignEvent
HEARD: Mapping[str, type[Heard]] = {
    event.__name__: event for event in (PointsEarned, PointsRefunded, CampaignAwarded, CampaignTakenBack)
}
Message = tuple[str, Heard]
"""A message's id, and the event it brings."""

logger = Logger()
metrics = Metrics()


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Keep and count a batch from the queue; answer which messages must come again."""
    failed: list[str] = []
    receipts: list[Message] = []
    campaigns: dict[str, list[Message]] = defaultdict(list)
    for record in event["Records"]:
        found = _event_of(record)
        if found is None:
            failed.append(record["messageId"])
        elif isinstance(found, CampaignAwarded | CampaignTakenBack):
            campaigns[found.data.campaign_id].append((record["messageId"], found))
        else:
            receipts.append((record["messageId"], found))
    failed += _kept(receipts)
    for campaign_id, messages in campaigns.items():
        failed += _counted(campaign_id, messages)
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _kept(messages: Sequence[Message]) -> list[str]:
    """Write receipts to the journal, all together if that can be; return the messages that must come again."""
    if not messages or _done(lambda: journal.write(event for _, event in messages if isinstance(event, Receipt))):
        return []
    if len(messages) == 1:
        return [messages[0][0]]
    return [failed for message in messages for failed in _kept([message])]


def _counted(campaign_id: str, messages: Sequence[Message]) -> list[str]:
    """Count events of one campaign; return the messages that must come again."""
    events = [event for _, event in messages if isinstance(event, CampaignAwarded | CampaignTakenBack)]

    def count() -> None:
        new = figures.count(campaign_id, events, utc_now())
        metrics.add_metric("CampaignEventsCounted", MetricUnit.Count, new)

    return [] if _done(count) else [message for message, _ in messages]


def _done(work: Callable[[], None]) -> bool:
    try:
        work()
    except Exception as error:  # noqa: BLE001 - one message, or one campaign, must never hold up the others
        logger.error("not kept or not counted", error=type(error).__name__)
        return False
    return True


def _event_of(record: Mapping[str, Any]) -> Heard | None:
    try:
        detail = json.loads(record["body"])["detail"]
        return HEARD[detail["type"]].model_validate(detail)
    except (ValueError, TypeError, KeyError):
        logger.error("event cannot be read", message_id=record["messageId"])
        return None
