"""HTTPS routes of work on insight that outlasts a request: refreshes (requirements I2, G4)."""

from datetime import date

from aws_lambda_powertools.event_handler import Response

from functions.insight.nights import night_models as m
from functions.insight.nights import refreshing
from functions.insight.nights.refreshing import Asker
from loyalty import sweeps
from loyalty.auth import Group, require_group
from loyalty.clock import utc_now
from loyalty.errors import (
    ForbiddenError,
    IdempotencyKeyRequiredError,
    IdempotencyKeyReusedError,
    InvalidRequestError,
    NotFoundError,
)
from loyalty.http import IdempotencyKey, accepted, answers, api, entry_point, logger, trace_id
from loyalty.sweeps import FutureSweepError

TAGS = ["insight"]

app = api()


@app.post(
    "/insight/refreshes",
    operation_id="refreshInsight",
    summary="Compute anew what insight knows from the lake",
    description=(
        "As every night does: additions and bundles, predictions, reports of months. The one asked for last is what is "
        "shown."
    ),
    tags=TAGS,
    responses=answers(
        202,
        m.StartedInsightRefresh,
        "The refresh; repeated, the same one",
        ForbiddenError,
        IdempotencyKeyRequiredError,
        IdempotencyKeyReusedError,
    ),
)
def refresh(
    idempotency_key: IdempotencyKey, body: m.InsightRefreshRequest | None = None
) -> Response[m.StartedInsightRefresh]:
    """Begin a refresh."""
    event, wished = app.current_event.raw_event, body.as_of if body else None
    asker = Asker(require_group(event, Group.MARKETER), idempotency_key, trace_id(event))
    job, replayed = refreshing.begin(_day(wished), wished, asker, utc_now())
    logger.info("refresh begun", refresh_id=job.job_id, replayed=replayed)
    answer = m.StartedInsightRefresh(refresh_id=job.job_id, status_url=f"/insight/refreshes/{job.job_id}")
    return accepted(answer, answer.status_url, replayed=replayed)


@app.get(
    "/insight/refreshes/<refresh_id>",
    operation_id="getInsightRefresh",
    summary="Ask how a refresh of insight goes",
    tags=TAGS,
    responses=answers(200, m.InsightRefreshAnswer, "Where it stands", ForbiddenError, NotFoundError),
)
def read_refresh(refresh_id: m.InsightRefreshIdPath) -> m.InsightRefreshAnswer:
    """Ask how a refresh goes."""
    require_group(app.current_event.raw_event)
    job = refreshing.jobs().read(refresh_id)
    if job is None or job.task != refreshing.TASK:
        raise NotFoundError
    return m.refresh_answer(job)


def _day(wished: date | None) -> date:
    """Return the day to stand on.

    Raises:
        InvalidRequestError: if it lies in the future and the stage does not allow that.
    """
    try:
        return sweeps.day_of_run({"as_of": wished.isoformat()} if wished else {})
    except FutureSweepError:
        told = {"pointer": "#/as_of", "code": "in_the_future", "detail": "the day is not there yet"}
        raise InvalidRequestError(errors=[told]) from None


handler = entry_point(app)
