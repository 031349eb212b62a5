"""HTTPS routes of work on a template that outlasts a request: codes, pushes, lists (requirements C2; ADR 0607)."""

from aws_lambda_powertools.event_handler import Response

from functions.coupons import bulk
from functions.coupons.job_models import (
    CodesRequest,
    ExportRequest,
    JobAnswer,
    JobIdPath,
    PushRequest,
    StartedJob,
    job_answer,
    status_url,
)
from functions.coupons.staff_models import TemplateIdPath
from loyalty.auth import Group, require_group
from loyalty.catalogue import WrongStateError
from loyalty.clock import utc_now
from loyalty.errors import (
    BusyError,
    ForbiddenError,
    IdempotencyKeyRequiredError,
    IdempotencyKeyReusedError,
    NotFoundError,
)
from loyalty.http import IdempotencyKey, accepted, answers, api, entry_point, logger, trace_id
from loyalty.jobs import Job

TAGS = ["coupon templates"]
STARTED = (ForbiddenError, NotFoundError, IdempotencyKeyRequiredError, IdempotencyKeyReusedError, BusyError)

app = api()


@app.post(
    "/coupon-templates/<template_id>/codes",
    operation_id="makeCouponCodes",
    summary="Make up to 100,000 unique codes",
    description="Each is claimed once. The file of codes can be downloaded when the job is done.",
    tags=TAGS,
    responses=answers(202, StartedJob, "The job; repeated, the same one", WrongStateError, *STARTED),
)
def make_codes(
    template_id: TemplateIdPath, body: CodesRequest, idempotency_key: IdempotencyKey
) -> Response[StartedJob]:
    """Begin to make codes."""
    return _started(*bulk.begin_codes(template_id, body.count, _caller(idempotency_key), utc_now()))


@app.post(
    "/coupon-templates/<template_id>/pushes",
    operation_id="pushCoupons",
    summary="Give up to 1,000 members a coupon each",
    description="The job counts who was issued one and who was refused; its file says why.",
    tags=TAGS,
    responses=answers(202, StartedJob, "The job; repeated, the same one", WrongStateError, *STARTED),
)
def push(template_id: TemplateIdPath, body: PushRequest, idempotency_key: IdempotencyKey) -> Response[StartedJob]:
    """Begin to push coupons."""
    return _started(*bulk.begin_pushes(template_id, body.member_ids, _caller(idempotency_key), utc_now()))


@app.post(
    "/coupon-templates/<template_id>/exports",
    operation_id="exportCoupons",
    summary="List all coupons of a template as a CSV file",
    tags=TAGS,
    responses=answers(202, StartedJob, "The job; repeated, the same one", *STARTED),
)
def export(
    template_id: TemplateIdPath,
    idempotency_key: IdempotencyKey,
    body: ExportRequest | None = None,  # noqa: ARG001 - declared so that an empty object is fine and fields are not
) -> Response[StartedJob]:
    """Begin to list coupons."""
    return _started(*bulk.begin_exports(template_id, _caller(idempotency_key), utc_now()))


@app.get(
    "/coupon-templates/<template_id>/jobs/<job_id>",
    operation_id="getCouponJob",
    summary="Ask how a job on a template goes",
    tags=TAGS,
    responses=answers(200, JobAnswer, "Where it stands", ForbiddenError, NotFoundError),
)
def job(template_id: TemplateIdPath, job_id: JobIdPath) -> JobAnswer:
    """Ask how a job goes."""
    require_group(app.current_event.raw_event, Group.MARKETER)  # a batch's file opens every code of it
    return job_answer(*bulk.read(template_id, job_id))


def _caller(idempotency_key: str) -> bulk.Caller:
    event = app.current_event.raw_event
    return bulk.Caller(require_group(event, Group.MARKETER), idempotency_key, trace_id(event))


def _started(begun: Job, replayed: bool) -> Response[StartedJob]:
    logger.info("job begun", job_id=begun.job_id, task=begun.task, template_id=begun.owner, replayed=replayed)
    answer = StartedJob(job_id=begun.job_id, status_url=status_url(begun))
    return accepted(answer, answer.status_url, replayed=replayed)


handler = entry_point(app)
