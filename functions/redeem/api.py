"""The tills' routes: redeem points at a desk without a purchase, and undo it."""

from datetime import datetime

from aws_lambda_powertools.event_handler import Response

from functions.redeem import desk, orders
from functions.redeem.errors import OrderStateError, RedemptionNotFoundError
from functions.redeem.models import (
    RedemptionAnswer,
    RedemptionId,
    RedemptionRequest,
    RewardRedemptionAnswer,
    UndoneAnswer,
    redemption_answer,
    undone_answer,
)
from functions.redeem.refusals import REWARD_REFUSALS
from loyalty import auth, errors, sessions
from loyalty.clock import utc_now
from loyalty.entries import source
from loyalty.http import IdempotencyKey, answers, api, created, entry_point, language, trace_id
from loyalty.ledger import Outcome
from loyalty.pepper import digest
from loyalty.surveys import at_once
from loyalty.types import MemberId, Origin, TenantId

app = api()


@app.post(
    "/redemptions",
    operation_id="redeemAtTill",
    summary="Redeem points at the desk without a purchase: for money off, or for a reward",
    tags=["redemptions"],
    responses=answers(
        201,
        RedemptionAnswer | RewardRedemptionAnswer,
        "The redemption as recorded",
        errors.ForbiddenError,
        errors.IdempotencyKeyRequiredError,
        errors.IdempotencyKeyReusedError,
        errors.InsufficientPointsError,
        errors.MembershipStatusError,
        errors.PointsNotConvertibleError,
        errors.SessionExpiredError,
        errors.BusyError,
        *REWARD_REFUSALS,
    ),
)
def redeem_at_till(body: RedemptionRequest, key: IdempotencyKey) -> Response[RedemptionAnswer | RewardRedemptionAnswer]:
    """Redeem points of the member who stands at this tenant's till."""
    event, now = app.current_event.raw_event, utc_now()
    tenant_id = auth.tenant(event)
    session = sessions.read(body.member_session, tenant_id)
    own = source("redeem", "till", tenant_id, digest("idempotency-key", key))
    if now >= session.expires_at:
        desk.require_recorded(own)
    outcome = _redeemed(body, own, session.member_id, tenant_id, now)
    survey = at_once.after(outcome, language(app), trace_id(event))
    answer = redemption_answer(outcome.entry, survey)
    return created(answer, f"/redemptions/{answer.redemption_id}", replayed=outcome.replayed)


def _redeemed(body: RedemptionRequest, own: str, member_id: MemberId, tenant_id: TenantId, now: datetime) -> Outcome:
    trace = trace_id(app.current_event.raw_event)
    actor, facts = f"till:{tenant_id}", {"tenant_id": str(tenant_id)}
    if body.reward_id is not None:
        wish = orders.Wish(own, member_id, body.reward_id, body.pick_up_point, facts, actor, Origin.TILL, trace)
        return orders.redeem(wish, now)
    points, facts = body.points or 0, {"kind": body.kind, **facts}
    return desk.redeem(desk.Redemption(own, member_id, points, facts, actor, Origin.TILL, trace), now)


@app.post(
    "/redemptions/<redemption_id>/refunds",
    operation_id="undoRedemption",
    summary="Undo a redemption of this tenant: points go back with their original expiry, a reward to its stock",
    tags=["redemptions"],
    responses=answers(
        201,
        UndoneAnswer,
        "What was given back; asked again, the same answer",
        errors.ForbiddenError,
        RedemptionNotFoundError,
        OrderStateError,
        errors.BusyError,
    ),
)
def undo_redemption(redemption_id: RedemptionId) -> Response[UndoneAnswer]:
    """Undo a redemption. It can be undone once, so repeating the request is safe."""
    event = app.current_event.raw_event
    tenant_id = auth.tenant(event)
    redeemed, now = desk.find(redemption_id, source("redeem", "till", tenant_id, "")), utc_now()
    by = orders.By(f"till:{tenant_id}", Origin.TILL, trace_id(event), tenant_id)
    if orders.is_reward(redeemed):
        outcome = orders.cancel(redeemed, by, now)
    else:
        outcome = desk.refund(redeemed, by.actor, by.correlation_id, now)
    answer = undone_answer(outcome.entry, redemption_id)
    return created(answer, f"/redemptions/{redemption_id}", replayed=outcome.replayed)


handler = entry_point(app)
