"""Events that bring a coupon by themselves, such as the welcome pack (requirements C5): once per template and event.

    the mall's bus ──rule──> queue ──> published templates whose `issued_on` fits ──> one coupon each, for the subject

An event that comes twice finds the coupons it made. What an import wrote brings nothing: nothing reaches out to
members because of a file. What campaigns give and take back names its coupons itself (`functions.coupons.awarded`),
whatever brought the receipt, and so does what an occasion brings. A message nobody can read comes back alone and ends
with the dead letters.
"""

import json
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.coupons import awarded, published
from functions.coupons.awarded import AwardEvent
from functions.coupons.callers import Caller
from functions.coupons.issuing import issue_coupon
from loyalty import programme_store
from loyalty.clock import utc_now
from loyalty.coupons import issue
from loyalty.coupons.coupon import Way
from loyalty.coupons.issue import Wish
from loyalty.coupons.template import IssuedOn
from loyalty.errors import BusyError, LoyaltyError
from loyalty.types import MemberId, Origin

logger = Logger()
metrics = Metrics()

Detail = Mapping[str, Any]
NAMED = frozenset({awarded.AWARDED, awarded.TAKEN_BACK, awarded.GIVEN})


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Issue what a batch of events brings; answer which messages must come again."""
    failed = [record["messageId"] for record in event["Records"] if not _heard(record)]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _heard(record: dict[str, Any]) -> bool:
    try:
        detail = json.loads(record["body"])["detail"]
        counts = _applied(detail)
    except Exception as error:  # noqa: BLE001 - one message must never hold up the others
        logger.error("event not applied", message_id=record.get("messageId"), error=type(error).__name__)
        return False
    for name, count in counts.items():
        metrics.add_metric(name, MetricUnit.Count, count)
    return True


def _applied(detail: Detail) -> Mapping[str, int]:
    """Apply an event; return the metrics to add."""
    if detail["type"] in NAMED:
        return awarded.applied(AwardEvent.model_validate(detail), _caller(detail))
    return {"CouponsIssuedByEvent": sum(_issued(template_id, detail) for template_id in _brought_by(detail))}


def _brought_by(detail: Detail) -> list[str]:
    """Return the templates that fit an event; none for what a file brought."""
    if detail["origin"] == Origin.IMPORT:
        return []
    return [
        one.template_id
        for one in published.as_of_now()
        if one.template.issued_on and _fits(one.template.issued_on, detail)
    ]


def _fits(issued_on: IssuedOn, detail: Detail) -> bool:
    if issued_on.event != detail["type"]:
        return False
    if issued_on.event != "TierChanged":
        return True
    before, after = detail["data"]["tier_before"], detail["data"]["tier_after"]
    programme = programme_store.current(utc_now())
    return issued_on.tier_after in {None, after} and programme.rank(after) > programme.rank(before)


def _issued(template_id: str, detail: Detail) -> int:
    """Issue one coupon; a refusal (sold out, another tier, had it before) is an answer, too busy is none."""
    member_id = MemberId(detail["subject"])
    code = issue.code_for(Way.EVENT, template_id, member_id, detail["id"])
    try:
        plan = issue_coupon(Wish(template_id, member_id, Way.EVENT, code), _caller(detail))
    except BusyError:
        raise
    except LoyaltyError as refusal:
        logger.info("coupon not issued", template_id=template_id, event_type=detail["type"], code=refusal.code)
        return 0
    return int(not plan.replayed)


def _caller(detail: Detail) -> Caller:
    return Caller("event", _origin(detail), detail.get("correlationid") or detail["id"], utc_now())


def _origin(detail: Detail) -> Origin:
    """Return how the cause reached us; a word this version does not know yet counts as our own doing."""
    known = {origin.value for origin in Origin}
    return Origin(detail["origin"]) if detail["origin"] in known else Origin.SCHEDULE
