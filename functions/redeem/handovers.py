"""The route of tills and the service desk: note that what was redeemed is handed over, or used."""

from aws_lambda_powertools.event_handler import Response

from functions.redeem import orders
from functions.redeem.errors import OrderStateError, RedemptionNotFoundError
from functions.redeem.models import OrderAnswer, RedemptionId, order_answer
from loyalty import auth, errors
from loyalty.auth import Group
from loyalty.clock import utc_now
from loyalty.http import IdempotencyKey, answers, api, created, entry_point, language, logger, trace_id
from loyalty.pepper import digest
from loyalty.types import Origin

app = api()


@app.post(
    "/redemptions/<redemption_id>/handovers",
    operation_id="handOverRedemption",
    summary="Note that a redeemed reward is handed over, or used",
    description="Once: only the same request, with its key, may be repeated. A till hands over what is picked up at "
    "its tenant. `cash_fen` is due now.",
    tags=["redemptions"],
    responses=answers(
        201,
        OrderAnswer,
        "The order as it stands",
        errors.ForbiddenError,
        errors.IdempotencyKeyRequiredError,
        RedemptionNotFoundError,
        OrderStateError,
        errors.BusyError,
    ),
)
def hand_over(redemption_id: RedemptionId, key: IdempotencyKey) -> Response[OrderAnswer]:
    """Hand over an order."""
    by = _by()
    plan = orders.hand_over(redemption_id, by, digest("handover-key", f"{by.actor}\n{key}"), utc_now())
    logger.info("handed over", reward_id=plan.answer.reward, replayed=plan.replayed)
    answer = order_answer(plan.answer, language(app))
    return created(answer, f"/redemptions/{redemption_id}", replayed=plan.replayed)


def _by() -> orders.By:
    event = app.current_event.raw_event
    try:
        tenant_id = auth.tenant(event)
    except errors.ForbiddenError:
        login = auth.require_group(event, Group.OPERATOR)
        return orders.By(f"staff:{login}", Origin.STAFF, trace_id(event))
    return orders.By(f"till:{tenant_id}", Origin.TILL, trace_id(event), tenant_id)


handler = entry_point(app)
