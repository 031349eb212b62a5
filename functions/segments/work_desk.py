"""HTTPS routes of work on segments that outlasts a request: refreshes and previews (requirements G1)."""

from datetime import date

from aws_lambda_powertools.event_handler import Response

from functions.segments import definitions, mall, previewing, refreshing
from functions.segments.refreshing import Asker
from functions.segments.segment import Segment, segment_of
from functions.segments.staff_models import SegmentIdPath
from functions.segments.work_models import (
    PreviewAnswer,
    PreviewIdPath,
    PreviewRequest,
    RefreshAnswer,
    RefreshIdPath,
    RefreshRequest,
    StartedPreview,
    StartedRefresh,
    preview_answer,
    refresh_answer,
)
from loyalty.auth import Group, require_group
from loyalty.clock import utc_now
from loyalty.errors import (
    ForbiddenError,
    IdempotencyKeyRequiredError,
    IdempotencyKeyReusedError,
    NotFoundError,
)
from loyalty.http import IdempotencyKey, accepted, answers, api, entry_point, logger, trace_id
from loyalty.jobs import Job

TAGS = ["segments"]
STAFF = "staff"
NO_SEGMENT = "none"
AS_OF = {"pointer": "#/as_of"}
STARTED = (ForbiddenError, IdempotencyKeyRequiredError, IdempotencyKeyReusedError)

app = api()


@app.post(
    "/segments/refreshes",
    operation_id="refreshSegments",
    summary="Find every segment's members anew",
    description="As every night does. Refreshes follow one another; each tells of whoever enters or leaves, once.",
    tags=TAGS,
    responses=answers(202, StartedRefresh, "The refresh; repeated, the same one", *STARTED),
)
def refresh(idempotency_key: IdempotencyKey, body: RefreshRequest | None = None) -> Response[StartedRefresh]:
    """Begin a refresh."""
    wished = body.as_of if body else None
    job, replayed = refreshing.begin(mall.day_to_stand_on(wished, AS_OF), wished, _asker(idempotency_key), utc_now())
    logger.info("refresh begun", refresh_id=job.job_id, replayed=replayed)
    answer = StartedRefresh(refresh_id=job.job_id, status_url=f"/segments/refreshes/{job.job_id}")
    return accepted(answer, answer.status_url, replayed=replayed)


@app.get(
    "/segments/refreshes/<refresh_id>",
    operation_id="getSegmentRefresh",
    summary="Ask how a refresh goes",
    tags=TAGS,
    responses=answers(200, RefreshAnswer, "Where it stands", ForbiddenError, NotFoundError),
)
def read_refresh(refresh_id: RefreshIdPath) -> RefreshAnswer:
    """Ask how a refresh goes."""
    return refresh_answer(_job(refresh_id, refreshing.TASK))


@app.post(
    "/segments/previews",
    operation_id="previewCondition",
    summary="Ask how many members a condition finds, and see some of them with why",
    tags=TAGS,
    responses=answers(202, StartedPreview, "The preview; repeated, the same one", *STARTED),
)
def preview(body: PreviewRequest, idempotency_key: IdempotencyKey) -> Response[StartedPreview]:
    """Begin a preview of a condition."""
    return _previewed(Segment(name_zh="-", condition=body.condition), NO_SEGMENT, body.as_of, idempotency_key)


@app.post(
    "/segments/<segment_id>/previews",
    operation_id="previewSegment",
    summary="Ask how many members a segment finds now, and see some of them with why",
    tags=TAGS,
    responses=answers(202, StartedPreview, "The preview; repeated, the same one", NotFoundError, *STARTED),
)
def preview_segment(
    segment_id: SegmentIdPath, idempotency_key: IdempotencyKey, body: RefreshRequest | None = None
) -> Response[StartedPreview]:
    """Begin a preview of a segment."""
    _marketer()
    found = segment_of(definitions.read(segment_id))
    return _previewed(found, segment_id, body.as_of if body else None, idempotency_key)


@app.get(
    "/segments/previews/<preview_id>",
    operation_id="getSegmentPreview",
    summary="Ask for a preview's answer",
    tags=TAGS,
    responses=answers(200, PreviewAnswer, "Where it stands", ForbiddenError, NotFoundError),
)
def read_preview(preview_id: PreviewIdPath) -> PreviewAnswer:
    """Ask for a preview's answer."""
    return preview_answer(_job(preview_id, previewing.TASK), NO_SEGMENT)


def _previewed(wish: Segment, owner: str, wished: date | None, idempotency_key: str) -> Response[StartedPreview]:
    as_of = mall.day_to_stand_on(wished, AS_OF)
    job, replayed = previewing.begin(wish, owner, as_of, wished, _asker(idempotency_key), utc_now())
    logger.info("preview begun", preview_id=job.job_id, segment_id=owner, replayed=replayed)
    answer = StartedPreview(preview_id=job.job_id, status_url=f"/segments/previews/{job.job_id}")
    return accepted(answer, answer.status_url, replayed=replayed)


def _marketer() -> str:
    return require_group(app.current_event.raw_event, Group.MARKETER)


def _asker(idempotency_key: str) -> Asker:
    return Asker(_marketer(), idempotency_key, trace_id(app.current_event.raw_event), STAFF)


def _job(job_id: str, task: str) -> Job:
    require_group(app.current_event.raw_event)
    job = refreshing.jobs().read(job_id)
    if job is None or job.task != task:
        raise NotFoundError
    return job


handler = entry_point(app)
