"""What staff send about findings and about the settings behind them (requirements S4, D4)."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import ConfigDict, Field, model_validator

from functions.survey.definition import MOST_TEXT
from functions.survey.findings.departments import Filing, Name, SubjectCode
from functions.survey.findings.finding import FindingState
from loyalty.fields import MemberIdField, TenantIdField
from loyalty.http import Body
from loyalty.parts import Code

MOST_PUBLIC = 1000
FINDING_ID = r"^[0-9a-f]{24}$"
EXAMPLE_FINDING_ID = "5f0c3e9a1b7d42e8a6c40b13"

Words = Annotated[str, Field(min_length=1, max_length=MOST_TEXT, pattern=r"\S")]
PublicWords = Annotated[str, Field(min_length=1, max_length=MOST_PUBLIC, pattern=r"\S")]
WallClock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Version = Annotated[int, Field(strict=True, ge=0, description="The version you looked at.")]
FindingIdPath = Annotated[str, Path(pattern=FINDING_ID, description="The finding's id.", examples=[EXAMPLE_FINDING_ID])]
StateQuery = Annotated[
    FindingState | None, Query(description="Only those in this state; without it, all that are not over.")
]
DepartmentQuery = Annotated[
    str | None,
    Query(
        pattern=r"^[a-z][a-z0-9_]{0,31}$", description="Only those filed to this department.", examples=["facilities"]
    ),
]
OwnerQuery = Annotated[
    str | None, Query(min_length=1, max_length=64, description="Only those of this owner.", examples=["ling"])
]
OverdueQuery = Annotated[bool | None, Query(description="Only those whose day has passed, or only the others.")]


class ReportedBy(StrEnum):
    """How a complaint reached the staff."""

    COMPLAINT = "complaint"
    TELEPHONE = "telephone"
    FACE_TO_FACE = "face_to_face"
    EMAIL = "email"
    CALL_BACK = "call_back"


class SurveySettingsRequest(Filing):
    """All settings of surveys; what is left out is as it is by default. `version` is 0 where none were ever set.

    Attributes:
        fatigue_days: after an invitation a member is left alone for so many days.
        quiet_from, quiet_until: wall-clock times between which nobody is written to; equal: no quiet hours.
        late_hours: an event older than this brings no invitation.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "version": 0,
                    "fatigue_days": 7,
                    "quiet_from": "21:00",
                    "quiet_until": "08:00",
                    "late_hours": 72,
                    "departments": [
                        {"code": "service", "name_zh": "客户服务部", "name_en": "Customer service", "due_days": 3},
                        {"code": "parking", "name_zh": "停车场", "name_en": "Car park", "owner": "ling"},
                    ],
                    "filed_to": {"parking": "parking", "parking.payment": "service"},
                    "default_department": "service",
                    "recurring": {"complaints": 3, "within_days": 30},
                }
            ]
        }
    )

    version: Version
    fatigue_days: Annotated[int, Field(strict=True, ge=0, le=365)] = 7
    quiet_from: WallClock = "21:00"
    quiet_until: WallClock = "08:00"
    late_hours: Annotated[int, Field(strict=True, ge=1, le=24 * 30)] = 72

    def settings(self) -> dict[str, Any]:
        """Return all settings, JSON-ready."""
        return {name: value for name, value in self.kept().items() if name != "version"}


class FindingRequest(Body):
    """A complaint, a follow-up by telephone, a call-back: what was said, and what you already know of it.

    Without `subject_code` the words are understood to find it; what nobody can name is a case of its own (`other`).
    Where it joins a finding that is open, `department`, `owner` and `due_on` of that finding stay.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"source": "telephone", "text": "停车场出口缴费机又坏了，等了半小时。", "tenant_id": "shoes"}]
        }
    )

    source: ReportedBy
    text: Words
    subject_code: SubjectCode | None = None
    tenant_id: TenantIdField | None = None
    member_id: MemberIdField | None = None
    department: Code | None = None
    owner: Name | None = None
    due_on: date | None = None


class FindingPatch(Body):
    """What changes: owner (null: nobody), department, due day, state; a dismissal says why."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 3, "state": "in_progress", "owner": "ling"}]})

    version: Version
    owner: Name | None = None
    department: Code | None = None
    due_on: date | None = None
    state: Literal["in_progress", "dismissed"] | None = None
    reason: Words | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        named = self.model_fields_set - {"version", "reason"}
        if not named:
            raise ValueError("name at least one field to change")
        if any(getattr(self, name) is None for name in named - {"owner"}):
            raise ValueError("only the owner can be null")
        if (self.state == "dismissed") != (self.reason is not None):
            raise ValueError("a dismissal needs a reason, and nothing else takes one")
        return self

    def changes(self) -> dict[str, Any]:
        """Return what changes, as it is kept."""
        named = self.model_dump(mode="json", exclude_unset=True, exclude={"version", "reason"})
        return {**named, "state": FindingState(named["state"])} if "state" in named else named


class FindingNoteRequest(Body):
    """What staff note, such as how a call went; only operators read it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"text": "已致电顾客，承诺周五前修好。", "member_id": "m_5cDq8ZkP2w", "outcome": "satisfied"}]
        }
    )

    text: Words
    member_id: MemberIdField | None = None
    outcome: Code | None = None


class ResolutionRequest(Body):
    """What was improved, for everybody to read and for the members concerned; `note` stays with the operators."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "public_zh": "停车场出口新增两台缴费机。",
                    "public_en": "Two more payment machines at the car park exit.",
                    "note": "采购单 2026-118",
                }
            ]
        }
    )

    public_zh: PublicWords | None = None
    public_en: PublicWords | None = None
    note: Words | None = None
    publish: bool = True

    @model_validator(mode="after")
    def _says_what_is_published(self) -> Self:
        if self.publish and self.public_zh is None:
            raise ValueError("say in public_zh what was improved, or publish nothing")
        return self


class ReopeningRequest(Body):
    """Why a finding is open again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "缴费机再次故障"}]})

    reason: Words
