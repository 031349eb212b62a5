"""HTTPS routes of the member: what was decided about me, and my appeal; open to the frozen too (requirement K5)."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import ConfigDict

from functions.control import appeals, requests_store
from functions.control.errors import AppealedBeforeError, AppealTooLateError, NotAppealableError
from functions.control.models import EXAMPLE_ID, RequestField, TextField
from functions.control.reasons import sentence
from functions.control.request import AppealState, ControlReason, ControlRequest, ControlTask
from loyalty import auth, identity
from loyalty.clock import iso, utc_now
from loyalty.errors import BusyError, NotEnrolledError, NotFoundError
from loyalty.http import Answer, Body, answers, api, created, entry_point, language, logger, trace_id
from loyalty.paging import (
    DEFAULT_LIMIT,
    CursorParameter,
    InvalidCursorError,
    LimitParameter,
    cursor,
    listed,
    position,
)
from loyalty.types import MemberId, Purse

LIST = "control-decisions"
TAGS = ["me"]
_DECISION: dict[str, Any] = {
    "decision_id": EXAMPLE_ID,
    "kind": "void",
    "reason_code": "false_receipts",
    "text": "积分已作废：虚假小票",
    "decided_at": "2026-11-02T11:00:00.000Z",
    "purse": "points",
    "points": -500,
    "appealable": True,
    "appeal_until": "2026-12-02T11:00:00.000Z",
    "appeal": None,
}
DecisionPath = Annotated[RequestField, Path(description="The decision's id.")]

app = api()


class AppealRequest(Body):
    """What the member has to say against a decision."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "小票是我本人的，可以出示原件。"}]})

    text: TextField


class AppealAnswer(Answer):
    """An appeal, and what became of it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"state": "open", "appealed_at": "2026-11-03T02:00:00.000Z", "decided_at": None}]
        }
    )

    state: AppealState
    appealed_at: str
    decided_at: str | None


class ControlDecisionAnswer(Answer):
    """A decision: signed `points` of a purse, null where none moved; until when it can be appealed, if at all."""

    model_config = ConfigDict(json_schema_extra={"examples": [_DECISION]})

    decision_id: str
    kind: ControlTask
    reason_code: ControlReason
    text: str
    decided_at: str | None
    purse: Purse | None
    points: int | None
    appealable: bool
    appeal_until: str | None
    appeal: AppealAnswer | None


class ControlDecisionsAnswer(Answer):
    """A page of decisions, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_DECISION], "next": None}]})

    items: tuple[ControlDecisionAnswer, ...]
    next: str | None = None


@app.get(
    "/me/control-decisions",
    operation_id="listMyControlDecisions",
    summary="What was decided about my membership and my points",
    tags=TAGS,
    responses=answers(200, ControlDecisionsAnswer, "A page of decisions", NotEnrolledError, InvalidCursorError),
)
def my_decisions(
    limit: LimitParameter = DEFAULT_LIMIT, after: CursorParameter = None
) -> Response[ControlDecisionsAnswer]:
    """List what was decided about the signed-in member."""
    found, last = requests_store.decided_about(_member(), position(LIST, after), limit)
    following = cursor(LIST, last) if last else None
    return listed(ControlDecisionsAnswer(items=tuple(map(_decision, found)), next=following), following, limit=limit)


@app.post(
    "/me/control-decisions/<decision_id>/appeals",
    operation_id="appealMyControlDecision",
    summary="Appeal a decision, once, within thirty days",
    description="Repeating it in the same words is safe.",
    tags=TAGS,
    responses=answers(
        201, ControlDecisionAnswer, "The decision with the appeal",
        NotEnrolledError, NotFoundError, NotAppealableError, AppealedBeforeError, AppealTooLateError, BusyError,
    ),
)  # fmt: skip
def appeal(decision_id: DecisionPath, body: AppealRequest) -> Response[ControlDecisionAnswer]:
    """Appeal a decision."""
    trace = trace_id(app.current_event.raw_event)
    plan = appeals.appeal(decision_id, _member(), body.text, trace, utc_now())
    logger.info("decision appealed", request_id=decision_id, replayed=plan.replayed)
    return created(_decision(plan.answer), "/me/control-decisions", replayed=plan.replayed)


def _member() -> MemberId:
    member_id = identity.member_of_login(auth.login(app.current_event.raw_event))
    if member_id is None:
        raise NotEnrolledError
    return member_id


def _decision(request: ControlRequest) -> ControlDecisionAnswer:
    until, given = request.appealable_until, request.appeal
    return ControlDecisionAnswer(
        decision_id=request.request_id,
        kind=request.asked.task,
        reason_code=request.asked.why,
        text=sentence(request.asked.task, request.asked.why, language(app)),
        decided_at=request.decided_at,
        purse=request.asked.purse,
        points=request.moved,
        appealable=request.can_be_appealed(utc_now()),
        appeal_until=iso(until) if until else None,
        appeal=AppealAnswer(state=given.state, appealed_at=given.at, decided_at=given.judged_at) if given else None,
    )


handler = entry_point(app)
