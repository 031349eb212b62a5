"""The tills' routes: use an entitlement of the member who stands there, and undo it."""

from aws_lambda_powertools.event_handler import Response

from functions.tiers import uses
from functions.tiers.models import (
    EntitlementCode,
    UndoneUseAnswer,
    UseAnswer,
    UseId,
    UseRequest,
    undone_use_answer,
    use_answer,
)
from functions.tiers.refusals import UNDO_REFUSALS, USE_REFUSALS
from loyalty import auth, sessions
from loyalty.clock import utc_now
from loyalty.errors import SessionExpiredError
from loyalty.http import IdempotencyKey, answers, api, created, entry_point, trace_id
from loyalty.types import Origin

app = api()


@app.post(
    "/entitlements/<code>/uses",
    operation_id="useEntitlementAtTill",
    summary="Use an entitlement of the member who stands at this till",
    tags=["entitlements"],
    responses=answers(201, UseAnswer, "The use as recorded", SessionExpiredError, *USE_REFUSALS),
)
def use_at_till(code: EntitlementCode, body: UseRequest, key: IdempotencyKey) -> Response[UseAnswer]:
    """Use one of the member's entitlements once."""
    by, now = _by(), utc_now()
    session = sessions.read(body.member_session, auth.tenant(app.current_event.raw_event))
    own = uses.key_for(session.member_id, by, key)
    if now >= session.expires_at:
        uses.require_recorded(own)
    outcome = uses.use(session.member_id, code, by, own, now)
    answer = use_answer(outcome.entry)
    return created(answer, f"/entitlements/{code}/uses/{answer.use_id}", replayed=outcome.replayed)


@app.post(
    "/entitlements/<code>/uses/<use_id>/refunds",
    operation_id="undoUseAtTill",
    summary="Undo a use that was made at this tenant, within its period",
    description="Needs no session, for sessions end. It can be undone once, so repeating the request is safe.",
    tags=["entitlements"],
    responses=answers(201, UndoneUseAnswer, "The use is undone", *UNDO_REFUSALS),
)
def undo_at_till(code: EntitlementCode, use_id: UseId) -> Response[UndoneUseAnswer]:
    """Undo a use of this tenant's."""
    outcome = uses.undo_use(use_id, code, _by(), utc_now())
    answer = undone_use_answer(outcome.entry)
    return created(answer, f"/entitlements/{code}/uses/{use_id}", replayed=outcome.replayed)


def _by() -> uses.By:
    event = app.current_event.raw_event
    tenant_id = auth.tenant(event)
    return uses.By(f"till:{tenant_id}", Origin.TILL, trace_id(event), tenant_id)


handler = entry_point(app)
