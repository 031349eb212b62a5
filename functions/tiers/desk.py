"""The service desk's routes: a member's entitlements, using one for them, and undoing it."""

from aws_lambda_powertools.event_handler import Response

from functions.tiers import uses, views
from functions.tiers.errors import MembershipNotFoundError
from functions.tiers.models import (
    EntitlementCode,
    OfMember,
    UndoneUseAnswer,
    UseAnswer,
    UseId,
    undone_use_answer,
    use_answer,
)
from functions.tiers.refusals import UNDO_REFUSALS, USE_REFUSALS
from loyalty import auth
from loyalty.auth import Group
from loyalty.benefit_models import EntitlementsAnswer
from loyalty.clock import utc_now
from loyalty.errors import ForbiddenError, UnknownMemberError
from loyalty.http import IdempotencyKey, answers, api, created, entry_point, language, trace_id
from loyalty.types import MemberId, Origin

app = api()


@app.get(
    "/members/<member_id>/entitlements",
    operation_id="getMemberEntitlements",
    summary="What a member may claim now, and what would open more",
    tags=["members"],
    responses=answers(200, EntitlementsAnswer, "What can be claimed now", ForbiddenError, MembershipNotFoundError),
)
def member_entitlements(member_id: OfMember) -> EntitlementsAnswer:
    """Show a member's entitlements to the service desk."""
    auth.require_group(app.current_event.raw_event, Group.OPERATOR, Group.AUDITOR)
    return views.entitlements(MemberId(member_id), language(app))


@app.post(
    "/members/<member_id>/entitlements/<code>/uses",
    operation_id="useEntitlementAtDesk",
    summary="Use an entitlement of a member who stands at the service desk",
    tags=["members"],
    responses=answers(201, UseAnswer, "The use as recorded", UnknownMemberError, *USE_REFUSALS),
)
def use_at_desk(member_id: OfMember, code: EntitlementCode, key: IdempotencyKey) -> Response[UseAnswer]:
    """Use one of a member's entitlements once."""
    by, whose = _by(), MemberId(member_id)
    outcome = uses.use(whose, code, by, uses.key_for(whose, by, key), utc_now())
    answer = use_answer(outcome.entry)
    location = f"/members/{member_id}/entitlements/{code}/uses/{answer.use_id}"
    return created(answer, location, replayed=outcome.replayed)


@app.post(
    "/members/<member_id>/entitlements/<code>/uses/<use_id>/refunds",
    operation_id="undoUseAtDesk",
    summary="Undo a use of a member's, wherever it was made, within its period",
    description="It can be undone once, so repeating the request is safe.",
    tags=["members"],
    responses=answers(201, UndoneUseAnswer, "The use is undone", *UNDO_REFUSALS),
)
def undo_at_desk(member_id: OfMember, code: EntitlementCode, use_id: UseId) -> Response[UndoneUseAnswer]:
    """Undo a use of a member's."""
    outcome = uses.undo_use(use_id, code, _by(), utc_now(), MemberId(member_id))
    location = f"/members/{member_id}/entitlements/{code}/uses/{use_id}"
    return created(undone_use_answer(outcome.entry), location, replayed=outcome.replayed)


def _by() -> uses.By:
    event = app.current_event.raw_event
    login = auth.require_group(event, Group.OPERATOR)
    return uses.By(f"staff:{login}", Origin.STAFF, trace_id(event))


handler = entry_point(app)
