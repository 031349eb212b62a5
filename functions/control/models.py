"""What the routes of control requests take and answer."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Self

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import ConfigDict, Field, model_validator

from functions.control.request import (
    AppealState,
    Asked,
    ControlReason,
    ControlRequest,
    ControlState,
    ControlTask,
)
from loyalty.clock import date_of, day_of
from loyalty.fields import MAX_POINTS, MemberIdField
from loyalty.http import Answer, Body
from loyalty.types import MemberId, Purse

EXAMPLE_ID = "6c1f0a9be2d34f5a8b7c9d0e"
MAKER, CHECKER = "c0a5f1d2-operator", "9b7e4a30-approver"
_WORDS = "同一小票重复补登，见工单 4711。"
_ASKED: dict[str, Any] = {"reason_code": "false_receipts", "text": _WORDS}
_REQUEST: dict[str, Any] = {
    "request_id": EXAMPLE_ID,
    "version": 2,
    "state": "approved",
    "kind": "void",
    "member_id": "m_5cDq8ZkP2w",
    "purse": "points",
    "points": -500,
    "whole": False,
    "expires_on": None,
    "reason_code": "false_receipts",
    "text": _WORDS,
    "maker": MAKER,
    "checker": CHECKER,
    "created_at": "2026-11-02T10:20:00.000Z",
    "decided_at": "2026-11-02T11:00:00.000Z",
    "points_moved": -500,
    "entry_id": "Y29udHJvbC82YzFmCnZvaWQ",
    "appeal": None,
    "undoes": None,
}

MemberPath = Annotated[MemberIdField, Path(description="The member's id.")]
RequestField = Annotated[str, Field(pattern=r"^[0-9a-f]{24}$", examples=[EXAMPLE_ID])]
RequestPath = Annotated[RequestField, Path(description="The request's id.")]
TextField = Annotated[str, Field(min_length=1, max_length=2000, description="In words; stays with the request.")]
VersionField = Annotated[int, Field(strict=True, ge=1, description="The version looked at; another one is refused.")]
StateParameter = Annotated[ControlState | None, Query(description="Only those that stand so.")]
TaskParameter = Annotated[
    ControlTask | None, Query(alias="kind", examples=["freeze"], description="Only those that ask for this.")
]
MemberParameter = Annotated[
    str | None,
    Query(
        alias="member",
        pattern=r"^[A-Za-z0-9_-]{8,40}$",
        description="Only those about this member.",
        examples=["m_5cDq8ZkP2w"],
    ),
]
VoidedField = Annotated[
    int, Field(strict=True, ge=1, le=MAX_POINTS, description="How many; more than is held becomes debt.")
]


class StatusRequest(Body):
    """Why a membership is to be frozen or unfrozen."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ASKED]})

    reason_code: ControlReason
    text: TextField

    def asked(self, member_id: str, task: ControlTask) -> Asked:
        """Return what is asked for."""
        return Asked(MemberId(member_id), task, self.reason_code)


class VoidRequest(Body):
    """Which points are to be voided; `all`: whatever the purse holds when it is approved."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"points": 500, "purse": "points", **_ASKED}]})

    points: VoidedField | Annotated[str, Field(pattern="^all$")]
    purse: Purse = Purse.POINTS
    reason_code: ControlReason
    text: TextField

    def asked(self, member_id: str) -> Asked:
        """Return what is asked for."""
        points = -self.points if isinstance(self.points, int) else None
        return Asked(MemberId(member_id), ControlTask.VOID, self.reason_code, self.purse, points)


class AdjustmentRequest(Body):
    """How many points are to be given (plus) or taken (minus); what is given lapses as the programme says."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"points": 300, "purse": "points", "reason_code": "goodwill", "text": "停车场道闸故障致歉。"}]
        }
    )

    points: Annotated[int, Field(strict=True, ge=-MAX_POINTS, le=MAX_POINTS, description="Signed, not 0.")]
    purse: Purse = Purse.POINTS
    expires_on: Annotated[date | None, Field(description="The last valid day of points that are given.")] = None
    reason_code: ControlReason
    text: TextField

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.points == 0:
            raise ValueError("points must not be 0")
        if self.points < 0 and self.expires_on:
            raise ValueError("expires_on goes with points that are given")
        return self

    def asked(self, member_id: str) -> Asked:
        """Return what is asked for."""
        last_day = day_of(self.expires_on) if self.expires_on else None
        return Asked(MemberId(member_id), ControlTask.ADJUST, self.reason_code, self.purse, self.points, last_day)


class DecisionRequest(Body):
    """The version that was looked at, so that nothing is decided unseen."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 1}]})

    version: VersionField


class AppealDecisionRequest(Body):
    """Whether the member is right, at the version looked at.

    `no_other_approver`: whoever approved the decision may decide the appeal only where the mall has nobody else; it is
    kept with the appeal.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 3, "upheld": True}]})

    version: VersionField
    upheld: bool
    no_other_approver: bool = False


class StaffAppealAnswer(Answer):
    """A member's appeal, and what became of it; `opened` is the request that undoes the decision."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "state": "open",
                    "text": "小票是我本人的。",
                    "appealed_at": "2026-11-03T02:00:00.000Z",
                    "decided_by": None,
                    "decided_at": None,
                    "no_other_approver": False,
                    "opened": None,
                }
            ]
        }
    )

    state: AppealState
    text: str | None
    appealed_at: str
    decided_by: str | None
    decided_at: str | None
    no_other_approver: bool
    opened: str | None


class ControlRequestAnswer(Answer):
    """A request; `points` as asked for, signed; `points_moved` as they moved; `whole`: all that was held.

    `text` is null once the member was erased; `lapsed`: nobody decided for thirty days.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_REQUEST]})

    request_id: str
    version: int
    state: ControlState
    kind: ControlTask
    member_id: str
    purse: Purse | None
    points: int | None
    whole: bool
    expires_on: date | None
    reason_code: ControlReason
    text: str | None
    maker: str
    checker: str | None
    created_at: str
    decided_at: str | None
    points_moved: int | None
    entry_id: str | None
    appeal: StaffAppealAnswer | None
    undoes: str | None


class ControlRequestsAnswer(Answer):
    """A page of requests, newest first; with a filter it may hold fewer than asked for and still have a `next`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_REQUEST], "next": None}]})

    items: tuple[ControlRequestAnswer, ...]
    next: str | None = None


def request_answer(request: ControlRequest, now: datetime) -> ControlRequestAnswer:
    """Return a request as staff see it."""
    asked, appeal = request.asked, request.appeal
    return ControlRequestAnswer(
        request_id=request.request_id,
        version=request.version,
        state=request.state_at(now),
        kind=asked.task,
        member_id=asked.member_id,
        purse=asked.purse,
        points=asked.points,
        whole=asked.task is ControlTask.VOID and asked.points is None,
        expires_on=date_of(asked.last_day) if asked.last_day else None,
        reason_code=asked.why,
        text=request.text,
        maker=request.maker,
        checker=request.checker,
        created_at=request.created_at,
        decided_at=request.decided_at,
        points_moved=request.moved,
        entry_id=request.entry_id,
        appeal=StaffAppealAnswer(
            state=appeal.state,
            text=appeal.text,
            appealed_at=appeal.at,
            decided_by=appeal.judge,
            decided_at=appeal.judged_at,
            no_other_approver=appeal.nobody_else,
            opened=appeal.opened,
        )
        if appeal
        else None,
        undoes=request.undoes,
    )


def filters(**given: str | None) -> Mapping[str, str]:
    """Return the filters that were given, for the link to the next page."""
    return {name: value for name, value in given.items() if value}
