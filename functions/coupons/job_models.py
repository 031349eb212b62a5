"""What staff send to start work on a template that outlasts a request, and how they see it go."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import ConfigDict, Field

from functions.coupons.staff_models import EXAMPLE_ID
from loyalty.fields import MemberIdField
from loyalty.http import Answer, Body
from loyalty.jobs import Job, JobState

MOST_CODES = 100_000
MOST_PUSHED = 1000

_JOB_ID = "4f1d2c3b5a69788796a5b4c3d2e1f001"
JobIdPath = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="The job's id.", examples=[_JOB_ID])]
_STATUS_URL = f"/coupon-templates/{EXAMPLE_ID}/jobs/{_JOB_ID}"


class CodesRequest(Body):
    """How many codes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"count": 100_000}]})

    count: Annotated[int, Field(strict=True, ge=1, le=MOST_CODES)]


class PushRequest(Body):
    """Who gets a coupon, one each."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"member_ids": ["m_5cDq8ZkP2w"]}]})

    member_ids: Annotated[tuple[MemberIdField, ...], Field(min_length=1, max_length=MOST_PUSHED)]


class ExportRequest(Body):
    """Nothing needs to be said beside which template."""


class StartedJob(Answer):
    """A job, and where to ask how it goes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"job_id": _JOB_ID, "status_url": _STATUS_URL}]})

    job_id: str
    status_url: str


class JobAnswer(Answer):
    """Where a job stands; `download_url` is valid for a quarter of an hour, the file for 30 days."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "job_id": _JOB_ID,
                    "kind": "codes",
                    "state": "done",
                    "done": 100_000,
                    "total": 100_000,
                    "counts": {},
                    "reason": None,
                    "created_at": "2026-11-02T01:30:00.000Z",
                    "finished_at": "2026-11-02T01:30:41.000Z",
                    "status_url": _STATUS_URL,
                    "download_url": "https://downloads.example.com/exports/coupons/4f1d2c3b5a69788796a5b4c3d2e1f001",
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


def status_url(job: Job) -> str:
    """Return where to ask how a job goes."""
    return f"/coupon-templates/{job.owner}/jobs/{job.job_id}"


def job_answer(job: Job, download_url: str | None) -> JobAnswer:
    """Return a job as staff see it."""
    return JobAnswer(
        job_id=job.job_id,
        kind=job.task,
        state=job.state,
        done=job.done,
        total=job.total,
        counts=dict(job.counts),
        reason=job.reason,
        created_at=job.created_at,
        finished_at=job.finished_at,
        status_url=status_url(job),
        download_url=download_url,
    )
