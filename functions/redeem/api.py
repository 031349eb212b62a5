"""The tills' routes: redeem points at a desk without a purchase, and undo it."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import Field

from functions.redeem import desk
from functions.redeem.errors import RedemptionNotFoundError
from functions.redeem.models import RedemptionAnswer, RedemptionRequest, UndoneAnswer, redemption_fields
from loyalty import auth, errors, sessions
from loyalty.clock import utc_now
from loyalty.entries import source
from loyalty.http import IdempotencyKey, answers, api, created, entry_point, trace_id
from loyalty.pepper import digest
from loyalty.types import Origin

app = api()

RedemptionId = Annotated[str, Path(), Field(pattern=r"^[A-Za-z0-9_-]{1,512}$")]


@app.post(
    "/redemptions",
    operation_id="redeemAtTill",
    summary="Redeem points at the desk without a purchase",
    tags=["redemptions"],
    responses=answers(
        201,
        RedemptionAnswer,
        "The redemption as recorded",
        errors.ForbiddenError,
        errors.IdempotencyKeyRequiredError,
        errors.IdempotencyKeyReusedError,
        errors.InsufficientPointsError,
        errors.MembershipStatusError,
        errors.PointsNotConvertibleError,
        errors.SessionExpiredError,
        errors.BusyError,
    ),
)
def redeem_at_till(body: RedemptionRequest, key: IdempotencyKey) -> Response[RedemptionAnswer]:
    """Redeem points of the member who stands at this tenant's till."""
    event, now = app.current_event.raw_event, utc_now()
    tenant_id = auth.tenant(event)
    session = sessions.read(body.member_session, tenant_id)
    wish = desk.Redemption(
        source=source("redeem", "till", tenant_id, digest("idempotency-key", key)),
        member_id=session.member_id,
        points=body.points,
        facts={"kind": body.kind, "tenant_id": tenant_id},
        actor=f"till:{tenant_id}",
        origin=Origin.TILL,
        correlation_id=trace_id(event),
    )
    if now >= session.expires_at:
        desk.require_recorded(wish)
    outcome = desk.redeem(wish, now)
    answer = RedemptionAnswer(**redemption_fields(outcome.entry))
    return created(answer, f"/redemptions/{answer.redemption_id}", replayed=outcome.replayed)


@app.post(
    "/redemptions/<redemption_id>/refunds",
    operation_id="undoRedemption",
    summary="Undo a redemption of this tenant: points go back with their original expiry",
    tags=["redemptions"],
    responses=answers(
        201,
        UndoneAnswer,
        "What was given back; asked again, the same answer",
        errors.ForbiddenError,
        RedemptionNotFoundError,
        errors.BusyError,
    ),
)
def undo_redemption(redemption_id: RedemptionId) -> Response[UndoneAnswer]:
    """Undo a redemption. It can be undone once, so repeating the request is safe."""
    event = app.current_event.raw_event
    tenant_id = auth.tenant(event)
    redeemed = desk.find(redemption_id, source("redeem", "till", tenant_id, ""))
    outcome = desk.refund(redeemed, f"till:{tenant_id}", trace_id(event), utc_now())
    answer = UndoneAnswer(redemption_id=redemption_id, entry_id=outcome.entry.entry_id, **outcome.entry.answer)
    return created(answer, f"/redemptions/{redemption_id}", replayed=outcome.replayed)


handler = entry_point(app)
