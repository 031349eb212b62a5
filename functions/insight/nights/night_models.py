"""What staff send to have insight computed anew, and how they see it go (requirements I2, G4)."""

from datetime import date
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import ConfigDict, Field

from loyalty.http import Answer, Body
from loyalty.jobs import Job, JobState

_JOB_ID = "4f1d2c3b5a69788796a5b4c3d2e1f002"
InsightRefreshIdPath = Annotated[
    str, Path(pattern=r"^[0-9a-f]{32}$", description="The refresh's id.", examples=[_JOB_ID])
]


class InsightRefreshRequest(Body):
    """Which day a refresh stands on."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}, {"as_of": "2026-11-22"}]})

    as_of: Annotated[
        date | None,
        Field(
            description="The mall-local day to stand on: what happened later is not counted; default: today.",
            examples=["2026-11-22"],
        ),
    ] = None


class StartedInsightRefresh(Answer):
    """A refresh, and where to ask how it goes."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"refresh_id": _JOB_ID, "status_url": f"/insight/refreshes/{_JOB_ID}"}]}
    )

    refresh_id: str
    status_url: str


class InsightRefreshAnswer(Answer):
    """Where a refresh stands.

    Attributes:
        steps: how many questions it asks the lake, one after the other; `done` of them are over.
        failed: those that found no answer; what the night before said of them is kept.
        bytes_scanned: what the lake read, which is what it costs.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "refresh_id": _JOB_ID,
                    "state": "done",
                    "as_of": "2026-11-22",
                    "asked_by": "staff-0001",
                    "asked_at": "2026-11-22T01:30:00.000Z",
                    "finished_at": "2026-11-22T01:31:12.000Z",
                    "steps": 2,
                    "done": 2,
                    "bytes_scanned": 48211002,
                }
            ]
        }
    )

    refresh_id: str
    state: JobState
    as_of: date
    asked_by: str
    asked_at: str
    finished_at: str | None = None
    steps: int
    done: int
    failed: tuple[str, ...] = ()
    bytes_scanned: int = 0
    reason: str | None = None


def refresh_answer(job: Job) -> InsightRefreshAnswer:
    """Return a refresh as staff see it."""
    return InsightRefreshAnswer(
        refresh_id=job.job_id,
        state=job.state,
        as_of=date.fromisoformat(job.asked["as_of"]),
        asked_by=job.created_by,
        asked_at=job.created_at,
        finished_at=job.finished_at,
        steps=job.total or 0,
        done=job.done,
        failed=tuple(job.cursor.get("failed", ())),
        bytes_scanned=job.counts.get("bytes_scanned", 0),
        reason=job.reason,
    )
