"""A page of invitations that have something due: each takes its steps, once (see `sweep`).

A page with one that stayed busy, or cannot be read, comes back whole: what was swept before has nothing due any more,
and one invitation never holds up the others.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.survey.inviting.sweep import swept
from loyalty import attempts, dynamo
from loyalty.attempts import Plan
from loyalty.catalogue import Offer, OfferState
from loyalty.clock import iso, utc_now
from loyalty.errors import BusyError
from loyalty.settings import time_zone
from loyalty.surveys import inviting, running, settings
from loyalty.surveys.invitation import Invitation, InvitationState, from_row
from loyalty.surveys.settings import Settings

logger = Logger()
metrics = Metrics()


@dataclass
class Hour:
    """What the invitations of a page are looked at by."""

    now: datetime
    rules: Settings
    zone_name: str

    @cached_property
    def surveys(self) -> Mapping[str, OfferState]:
        """Where each survey stands, by series; read only for invitations that have not opened yet."""
        return standing(running.catalogue().everything())


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Sweep the invitations of some pages; what has nothing due is not touched."""
    failed = [record["messageId"] for record in event["Records"] if not _swept(record)]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def standing(offers: Iterable[Offer]) -> dict[str, OfferState]:
    """Return where each survey stands: where a version was followed by another, as that one does."""
    found: dict[str, OfferState] = {}
    for offer in offers:
        short = (offer.facts or {}).get(running.RUNNING)
        if short and found.get(short["series_id"], OfferState.ENDED) is OfferState.ENDED:
            found[short["series_id"]] = offer.state
    return found


def _swept(record: dict[str, Any]) -> bool:
    page = json.loads(record["body"])
    now = max(utc_now(), datetime.fromisoformat(page["as_of"]))
    hour, steps, left = Hour(now, settings.read(), time_zone()), 0, 0
    for row_id in page["invitations"]:
        try:
            steps += _step(row_id, hour)
        except BusyError:
            left += 1
        except Exception as error:  # noqa: BLE001 - one invitation must never hold up the others
            logger.error("invitation not swept", error=type(error).__name__)
            left += 1
    metrics.add_metric("SurveyInvitationsSwept", MetricUnit.Count, steps)
    logger.info("invitation page swept", as_of=iso(now), invitations=len(page["invitations"]), steps=steps, left=left)
    return not left


def _step(row_id: str, hour: Hour) -> int:
    def load(certain: bool) -> tuple[Invitation, OfferState] | None:
        key = {"survey_id": row_id, "kind": inviting.INVITATION}
        row = dynamo.get(settings.table(), key, consistent=certain)
        if row is None:
            return None
        invitation = from_row(row)
        opens = invitation.state is InvitationState.PLANNED
        state = hour.surveys.get(invitation.series_id, OfferState.ENDED) if opens else OfferState.PUBLISHED
        return invitation, state

    def decide(found: tuple[Invitation, OfferState] | None) -> Plan[int]:
        after = swept(found[0], hour.now, hour.rules, hour.zone_name, found[1]) if found else None
        return Plan(1, (inviting.put_if_unchanged(after),)) if after else Plan(0)

    return attempts.settle(load, decide).answer
