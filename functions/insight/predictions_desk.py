"""HTTPS routes of predictions: how well they foretell, fits of a period, members, whom to talk to (G4, L2)."""

from datetime import date, timedelta
from typing import Any

from aws_lambda_powertools.event_handler import Response

from functions.insight import people
from functions.insight.nights import documents, refreshing
from functions.insight.nights.refreshing import Asker
from functions.insight.predictions import meaning, one_member, scoring
from functions.insight.predictions import prediction_models as m
from functions.insight.predictions.fitting import Period
from functions.insight.predictions.nightly import NEWEST, RISKS
from loyalty import reports
from loyalty.auth import STAFF, Group, require_group
from loyalty.clock import local_date, utc_now
from loyalty.errors import (
    BusyError,
    ForbiddenError,
    IdempotencyKeyRequiredError,
    IdempotencyKeyReusedError,
    InvalidRequestError,
    NotFoundError,
)
from loyalty.http import IdempotencyKey, accepted, answers, api, entry_point, language, logger, trace_id
from loyalty.lake.asking import LakeFailedError
from loyalty.reports import FormatQuery
from loyalty.settings import setting, time_zone
from loyalty.types import MemberId

TAGS = ["insight"]

app = api()


@app.get(
    "/insight/predictions",
    operation_id="getPredictions",
    summary="Read what predictions rest on, and how well they foretell",
    description=(
        "The newest fit, a night's or one that was asked for. A night fits who first bought in five years that ended a "
        "quarter ago, and holds it against that quarter. Who refused profiling is not part of it."
    ),
    tags=TAGS,
    responses=answers(200, m.PredictionsAnswer, "The newest fit", ForbiddenError, NotFoundError),
)
def predictions() -> m.PredictionsAnswer:
    """Read the newest fit."""
    require_group(app.current_event.raw_event, *STAFF)
    kept = documents.read(NEWEST)
    if kept is None:
        raise NotFoundError
    return _published(kept.body)


@app.post(
    "/insight/predictions/fits",
    operation_id="fitPredictions",
    summary="Fit the predictions on a period",
    description="On members who first bought in it, held against what they did after it.",
    tags=TAGS,
    responses=answers(
        202,
        m.StartedFit,
        "The fit; repeated, the same one",
        ForbiddenError,
        IdempotencyKeyRequiredError,
        IdempotencyKeyReusedError,
    ),
)
def fit(body: m.FitRequest, idempotency_key: IdempotencyKey) -> Response[m.StartedFit]:
    """Begin a fit."""
    event, now = app.current_event.raw_event, utc_now()
    asker = Asker(require_group(event, Group.MARKETER), idempotency_key, trace_id(event))
    period = _period(body, local_date(now, time_zone()))
    job, replayed = refreshing.begin_fit(period, body.model_dump(mode="json"), asker, now)
    logger.info("fit begun", fit_id=job.job_id, replayed=replayed)
    answer = m.StartedFit(fit_id=job.job_id, status_url=f"/insight/predictions/fits/{job.job_id}")
    return accepted(answer, answer.status_url, replayed=replayed)


@app.get(
    "/insight/predictions/fits/<fit_id>",
    operation_id="getPredictionFit",
    summary="Ask for what a fit found",
    tags=TAGS,
    responses=answers(200, m.FitAnswer, "Where it stands", ForbiddenError, NotFoundError),
)
def read_fit(fit_id: m.FitIdPath) -> m.FitAnswer:
    """Ask how a fit goes."""
    require_group(app.current_event.raw_event, *STAFF)
    job = refreshing.jobs().read(fit_id)
    if job is None or job.task != refreshing.FIT:
        raise NotFoundError
    kept = documents.read(refreshing.fit_name(fit_id))
    return m.FitAnswer(fit_id=fit_id, state=job.state, fit=_published(kept.body) if kept else None, reason=job.reason)


@app.get(
    "/members/<member_id>/predictions",
    operation_id="getMemberPredictions",
    summary="Read what is predicted of a member",
    description=(
        "From all they bought until today, by the models of the newest night. 404 where nothing may be said (not a "
        "member, profiling refused) or can: they never bought, or there are no models yet. It changes no price."
    ),
    tags=TAGS,
    responses=answers(
        200, m.MemberPredictionAnswer, "The prediction", ForbiddenError, NotFoundError, LakeFailedError, BusyError
    ),
)
def of_member(member_id: m.PredictedMemberPath) -> m.MemberPredictionAnswer:
    """Read what is predicted of a member."""
    require_group(app.current_event.raw_event, *STAFF)
    today = local_date(utc_now(), time_zone())
    found = one_member.predicted(MemberId(member_id), today, only_agreed=_only_agreed())
    if found is None:
        raise NotFoundError
    return m.MemberPredictionAnswer(member_id=member_id, **scoring.told(found))


@app.get(
    "/insight/risk-list",
    operation_id="getRiskList",
    summary="Read whom to talk to before they are lost",
    description=(
        "At most 200 members of the newest night who came three times or more and probably buy no more, the most at "
        "stake first. Who has left or refused profiling since is left out. `format=csv` gives a table."
    ),
    tags=TAGS,
    responses=answers(200, m.RiskListAnswer, "The list", ForbiddenError, BusyError),
)
def risk_list(form: FormatQuery = None) -> Response[Any]:
    """Read the risk list."""
    require_group(app.current_event.raw_event, *STAFF)
    kept = documents.read(RISKS)
    items = kept.body["items"] if kept else []
    allowed = people.allowed([item["member_id"] for item in items], only_agreed=_only_agreed())
    found = m.RiskListAnswer(
        as_of=kept.as_of if kept else None,
        items=tuple(m.RiskItem(**item) for item in items if item["member_id"] in allowed),
    )
    return reports.answered(app, found, reports.lines(m.RiskItem, found.items), "risk-list", form)


def _published(told: Any) -> m.PredictionsAnswer:
    return m.PredictionsAnswer(**told, meaning=meaning.sentence(told, language(app)))


def _only_agreed() -> bool:
    return setting("INSIGHT_PROFILING") == refreshing.ONLY_AGREED


def _period(body: m.FitRequest, today: date) -> Period:
    """Return the period with its hold-out: as long as itself, as far as it has happened.

    Raises:
        InvalidRequestError: if it is not over yet.
    """
    last = body.hold_out_to or body.last
    if last > today:
        wrong = {"pointer": "#/hold_out_to" if body.hold_out_to else "#/to", "code": "in_the_future"}
        raise InvalidRequestError(errors=[{**wrong, "detail": "the day is not there yet"}])
    until = body.hold_out_to or min(today, body.last + (body.last - body.first) + timedelta(days=1))
    return Period(body.first, body.last, until)


handler = entry_point(app)
