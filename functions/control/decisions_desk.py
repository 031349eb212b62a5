"""HTTPS routes of the second person: approving and refusing requests, and deciding appeals."""

from datetime import datetime

from aws_lambda_powertools.event_handler import Response

from functions.control import appeals, deciding
from functions.control.asking import By
from functions.control.errors import LastDayError, NoOpenAppealError, NothingToVoidError
from functions.control.models import (
    AppealDecisionRequest,
    ControlRequestAnswer,
    DecisionRequest,
    RequestPath,
    request_answer,
)
from functions.control.request import AppealState, ControlRequest
from loyalty.attempts import Plan
from loyalty.auth import Group, require_group
from loyalty.catalogue import OwnApprovalError, WrongStateError
from loyalty.clock import utc_now
from loyalty.errors import BusyError, ForbiddenError, MembershipStatusError, NotFoundError
from loyalty.http import answers, api, created, entry_point, logger, trace_id
from loyalty.offers import ChangedMeanwhileError

TAGS = ["control"]
DECIDED = (ForbiddenError, OwnApprovalError, NotFoundError, WrongStateError, ChangedMeanwhileError, BusyError)

app = api()


@app.post(
    "/control-requests/<request_id>/approvals",
    operation_id="approveControlRequest",
    summary="Approve what another person asked for; it happens at once",
    description="The account moves once, however often and by however many it is approved. Repeating it is safe.",
    tags=TAGS,
    responses=answers(
        201, ControlRequestAnswer, "Approved and done",
        *DECIDED, MembershipStatusError, LastDayError, NothingToVoidError,
    ),
)  # fmt: skip
def approve(request_id: RequestPath, body: DecisionRequest) -> Response[ControlRequestAnswer]:
    """Approve a request."""
    by, now = _approver(), utc_now()
    return _answered(deciding.approve(request_id, body.version, by, now), now)


@app.post(
    "/control-requests/<request_id>/refusals",
    operation_id="refuseControlRequest",
    summary="Refuse what another person asked for",
    description="Repeating it is safe.",
    tags=TAGS,
    responses=answers(201, ControlRequestAnswer, "Refused", *DECIDED),
)
def refuse(request_id: RequestPath, body: DecisionRequest) -> Response[ControlRequestAnswer]:
    """Refuse a request."""
    by, now = _approver(), utc_now()
    return _answered(deciding.refuse(request_id, body.version, by, now), now)


@app.post(
    "/control-requests/<request_id>/appeal-decisions",
    operation_id="decideControlAppeal",
    summary="Decide a member's appeal",
    description="Not by who asked, nor by who approved unless there is nobody else. What is upheld opens the request "
    "that undoes the decision; another person approves that as usual. Repeating it is safe.",
    tags=TAGS,
    responses=answers(
        201, ControlRequestAnswer, "The request with its decided appeal",
        ForbiddenError, OwnApprovalError, NotFoundError, NoOpenAppealError, ChangedMeanwhileError, BusyError,
    ),
)  # fmt: skip
def decide_appeal(request_id: RequestPath, body: AppealDecisionRequest) -> Response[ControlRequestAnswer]:
    """Decide an appeal."""
    by, now = _approver(), utc_now()
    state = AppealState.UPHELD if body.upheld else AppealState.REJECTED
    plan = appeals.judge(request_id, state, body.version, by, now, nobody_else=body.no_other_approver)
    return _answered(plan, now)


def _approver() -> By:
    event = app.current_event.raw_event
    return By(require_group(event, Group.APPROVER), trace_id(event))


def _answered(plan: Plan[ControlRequest], now: datetime) -> Response[ControlRequestAnswer]:
    found = plan.answer
    logger.info("control decided", request_id=found.request_id, state=found.state.value, replayed=plan.replayed)
    return created(request_answer(found, now), f"/control-requests/{found.request_id}", replayed=plan.replayed)


handler = entry_point(app)
