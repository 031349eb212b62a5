"""What staff send to start refreshes and previews of segments, and how they see them go (requirements G1)."""

from datetime import date
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import ConfigDict, Field

from functions.segments.conditions import AnyCondition, condition_of
from functions.segments.segment import StoredCondition
from functions.segments.staff_models import EXAMPLE_SEGMENT, EXAMPLE_SEGMENT_ID
from loyalty.http import Answer, Body
from loyalty.jobs import Job, JobState

JOB_ID = r"^[0-9a-f]{32}$"
_JOB_ID = "4f1d2c3b5a69788796a5b4c3d2e1f001"
RefreshIdPath = Annotated[str, Path(pattern=JOB_ID, description="The refresh's id.", examples=[_JOB_ID])]
PreviewIdPath = Annotated[str, Path(pattern=JOB_ID, description="The preview's id.", examples=[_JOB_ID])]
AsOf = Annotated[
    date | None,
    Field(
        description="The mall-local day to stand on: what happened later is not counted; default: today.",
        examples=["2026-11-22"],
    ),
]
Phase = Literal["queued", "waiting", "asking", "comparing", "moving", "done", "failed"]
PHASES: dict[str, Phase] = {
    "turn": "waiting",
    "ask": "asking",
    "wait": "asking",
    "collect": "comparing",
    "compare": "comparing",
    "hand_out": "moving",
    "settle": "moving",
    "finish": "moving",
}
"""What the steps of a refresh are called outside."""


class RefreshRequest(Body):
    """Which day a refresh stands on."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}, {"as_of": "2026-11-22"}]})

    as_of: AsOf = None


class StartedRefresh(Answer):
    """A refresh, and where to ask how it goes."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"refresh_id": _JOB_ID, "status_url": f"/segments/refreshes/{_JOB_ID}"}]}
    )

    refresh_id: str
    status_url: str


class RefreshAnswer(Answer):
    """Where a refresh stands.

    Attributes:
        phase: queued, waiting (for another refresh), asking (the lake), comparing, moving (members), done, failed.
        moves: how many members have to enter or leave segments, `moved` of them have; null: not known yet.
        entered: how many enter a segment, `left` leave one; `left_archived` leave one that is looked for no more.
        bytes_scanned: what the lake read, which is what it costs; `lake_ms` is how long it worked.
        reason: why it failed; nobody was moved then.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "refresh_id": _JOB_ID,
                    "state": "done",
                    "phase": "done",
                    "as_of": "2026-11-22",
                    "asked_by": "staff-0001",
                    "asked_at": "2026-11-22T01:30:00.000Z",
                    "finished_at": "2026-11-22T01:31:12.000Z",
                    "segments": 24,
                    "moves": 83,
                    "moved": 83,
                    "entered": 52,
                    "left": 31,
                    "left_archived": 0,
                    "bytes_scanned": 48211002,
                    "lake_ms": 5210,
                }
            ]
        }
    )

    refresh_id: str
    state: JobState
    phase: Phase
    as_of: date
    asked_by: str
    asked_at: str
    finished_at: str | None = None
    segments: int | None = None
    moves: int | None = None
    moved: int = 0
    entered: int | None = None
    left: int | None = None
    left_archived: int | None = None
    bytes_scanned: int | None = None
    lake_ms: int | None = None
    reason: str | None = None


class PreviewRequest(Body):
    """Whom to look for: a condition that is no segment's yet, on which day."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"condition": EXAMPLE_SEGMENT["condition"]}]})

    condition: StoredCondition
    as_of: AsOf = None


class StartedPreview(Answer):
    """A preview, and where to ask for it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"preview_id": _JOB_ID, "status_url": f"/segments/previews/{_JOB_ID}"}]}
    )

    preview_id: str
    status_url: str


class SegmentFigure(Answer):
    """A figure of the members shown: a part of the condition, and the unit of the values."""

    condition: AnyCondition
    unit: str


class PreviewMember(Answer):
    """A member the condition finds, with the value of every figure, in their order; empty: not known."""

    member_id: str
    values: tuple[str, ...]


class PreviewAnswer(Answer):
    """Where a preview stands; done, how many members are found and some of them, drawn by chance, with why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "preview_id": _JOB_ID,
                    "state": "done",
                    "segment_id": EXAMPLE_SEGMENT_ID,
                    "as_of": "2026-11-22",
                    "size": 1843,
                    "figures": [
                        {"condition": {"about": "spend", "days": 365, "at_least": 1_000_000}, "unit": "fen"},
                        {"condition": {"about": "recency", "at_least": 90}, "unit": "days"},
                    ],
                    "sample": [{"member_id": "m_5cDq8ZkP2w", "values": ["1204500", "112"]}],
                    "bytes_scanned": 48211002,
                }
            ]
        }
    )

    preview_id: str
    state: JobState
    segment_id: str | None = None
    as_of: date
    size: int | None = None
    figures: tuple[SegmentFigure, ...] = ()
    sample: tuple[PreviewMember, ...] = ()
    bytes_scanned: int | None = None
    reason: str | None = None


def refresh_answer(job: Job) -> RefreshAnswer:
    """Return a refresh as staff see it."""
    counts, knows_moves = job.counts, job.total is not None
    return RefreshAnswer(
        refresh_id=job.job_id,
        state=job.state,
        phase=_phase(job),
        as_of=date.fromisoformat(job.asked["as_of"]),
        asked_by=job.created_by,
        asked_at=job.created_at,
        finished_at=job.finished_at,
        segments=counts.get("segments"),
        moves=job.total,
        moved=job.done,
        entered=counts.get("entered"),
        left=counts.get("left"),
        left_archived=counts.get("archived") if knows_moves else None,
        bytes_scanned=counts.get("bytes_scanned"),
        lake_ms=counts.get("lake_ms"),
        reason=job.reason,
    )


def preview_answer(job: Job, no_segment: str) -> PreviewAnswer:
    """Return a preview as staff see it.

    Args:
        no_segment: what the job's owner is where the condition was no segment's.
    """
    found: dict[str, Any] = dict(job.cursor) if job.state is JobState.DONE else {}
    figures = tuple(
        SegmentFigure(condition=condition_of(one["condition"]), unit=one["unit"]) for one in found.get("figures", ())
    )
    return PreviewAnswer(
        preview_id=job.job_id,
        state=job.state,
        segment_id=None if job.owner == no_segment else job.owner,
        as_of=date.fromisoformat(job.asked["as_of"]),
        size=found.get("size"),
        figures=figures,
        sample=tuple(PreviewMember(**one) for one in found.get("sample", ())),
        bytes_scanned=job.counts.get("bytes_scanned"),
        reason=job.reason,
    )


def _phase(job: Job) -> Phase:
    match job.state:
        case JobState.DONE:
            return "done"
        case JobState.FAILED:
            return "failed"
        case JobState.QUEUED:
            return "queued"
    return PHASES[job.cursor.get("next", "turn")]
