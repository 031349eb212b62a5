"""What staff send to start work on a survey that outlasts a request, and how they see it go (requirements S1, S6)."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import ConfigDict, Field, model_validator

from functions.survey.defining.staff_models import EXAMPLE_ID
from functions.survey.definition import DayTime
from functions.survey.inviting.asking_journal import FARTHEST, REDEMPTIONS
from loyalty.clock import iso
from loyalty.fields import MemberIdField, TenantIdField
from loyalty.http import Answer, Body
from loyalty.jobs import Job, JobState
from loyalty.surveys.occasion import TriggerEvent

MOST_ASKED = 1000
_JOB_ID = "4f1d2c3b5a69788796a5b4c3d2e1f001"
SurveyJobIdPath = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="The job's id.", examples=[_JOB_ID])]
OfferRef = Annotated[str, Field(pattern=r"^[0-9a-f]{24}$")]
_STATUS_URL = f"/surveys/{EXAMPLE_ID}/jobs/{_JOB_ID}"


class SomeTime(Body):
    """From an instant on, until before another one: both or neither, at most 31 days."""

    since: Annotated[DayTime | None, Field(alias="from", examples=["2026-11-01T00:00:00+08:00"])] = None
    until: Annotated[DayTime | None, Field(examples=["2026-11-08T00:00:00+08:00"])] = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if (self.since is None) != (self.until is None):
            raise ValueError("give both from and until")
        if self.since and self.until and not self.since < self.until:
            raise ValueError("until must lie after from")
        return self

    def plain(self) -> dict[str, Any]:
        """Return what was asked for, JSON-ready, instants in UTC."""
        return {name: _plain(value) for name, value in self.model_dump(by_alias=True).items() if value is not None}


class JournalTime(SomeTime):
    """A time of which the journal can tell."""

    @model_validator(mode="after")
    def _in_the_journal(self) -> Self:
        if self.since and self.until and self.until - self.since > FARTHEST:
            raise ValueError("at most 31 days")
        return self


class Redeemed(JournalTime):
    """Who redeemed something in a time: at a tenant, a reward, a coupon of a template, where that is said."""

    events: Annotated[tuple[TriggerEvent, ...], Field(min_length=1, max_length=len(TriggerEvent))] = REDEMPTIONS
    tenant_id: TenantIdField | None = None
    reward_id: OfferRef | None = None
    template_id: OfferRef | None = None

    @model_validator(mode="after")
    def _when(self) -> Self:
        if self.since is None:
            raise ValueError("give from and until")
        return self


class InvitationsRequest(Body):
    """Whom to ask: members by their ids, or those who redeemed something."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"members": ["m_5cDq8ZkP2w"]},
                {
                    "redeemed": {
                        "from": "2026-11-01T00:00:00+08:00",
                        "until": "2026-11-08T00:00:00+08:00",
                        "tenant_id": "menswear-house",
                    }
                },
            ]
        }
    )

    members: Annotated[tuple[MemberIdField, ...], Field(max_length=MOST_ASKED)] = ()
    redeemed: Redeemed | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.members) == (self.redeemed is not None):
            raise ValueError("give either members or redeemed")
        return self

    def plain(self) -> dict[str, Any]:
        """Return what was asked for, JSON-ready."""
        return {"redeemed": self.redeemed.plain()} if self.redeemed else {"members": list(self.members)}


class DryRunRequest(JournalTime):
    """Which time to replay; without one, the last seven days."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"from": "2026-11-01T00:00:00+08:00", "until": "2026-11-08T00:00:00+08:00"}, {}]
        }
    )


class AnswersExportRequest(SomeTime):
    """What to list; without a time, all of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"what": "answers"}]})

    what: Literal["answers"] = "answers"


class StartedSurveyJob(Answer):
    """A job, and where to ask how it goes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"job_id": _JOB_ID, "status_url": _STATUS_URL}]})

    job_id: str
    status_url: str


class SurveyJobAnswer(Answer):
    """Where a job stands.

    Attributes:
        counts: what became of the units done; of members asked: asked, resting, not_allowed, unknown; of a dry run:
            events, fitting, would_be_asked, resting, same_occasion, sampled_out, and why others did not fit.
        download_url: valid for a quarter of an hour, the file for 30 days. A file that names members is for operators.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "job_id": _JOB_ID,
                    "kind": "invitations",
                    "state": "done",
                    "done": 100,
                    "total": 100,
                    "counts": {"asked": 93, "resting": 7},
                    "reason": None,
                    "created_at": "2026-11-02T01:30:00.000Z",
                    "finished_at": "2026-11-02T01:30:41.000Z",
                    "status_url": _STATUS_URL,
                    "download_url": "https://downloads.example.com/exports/surveys/4f1d2c3b5a69788796a5b4c3d2e1f001",
                }
            ]
        }
    )

    job_id: str
    kind: str
    state: JobState
    done: int
    total: int | None
    counts: dict[str, int]
    reason: str | None
    created_at: str
    finished_at: str | None
    status_url: str
    download_url: str | None


def started(job: Job) -> StartedSurveyJob:
    """Return a job that was begun, as staff see it."""
    return StartedSurveyJob(job_id=job.job_id, status_url=_status_url(job))


def job_answer(job: Job, download_url: str | None) -> SurveyJobAnswer:
    """Return a job as staff see it."""
    return SurveyJobAnswer(
        job_id=job.job_id,
        kind=job.task,
        state=job.state,
        done=job.done,
        total=job.total,
        counts=dict(job.counts),
        reason=job.reason,
        created_at=job.created_at,
        finished_at=job.finished_at,
        status_url=_status_url(job),
        download_url=download_url,
    )


def _status_url(job: Job) -> str:
    return f"/surveys/{job.owner}/jobs/{job.job_id}"


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return iso(value)
        case tuple():
            return [str(part) for part in value]
    return value
