"""HTTPS routes of work on a survey that outlasts a request: asking many, dry runs, exports (requirements S1, S6)."""

from aws_lambda_powertools.event_handler import Response

from functions.survey.defining.staff_models import SurveyIdPath
from functions.survey.inviting import jobs_desk_begin as begin
from functions.survey.inviting.asking import NotAskingError
from functions.survey.inviting.job_models import (
    AnswersExportRequest,
    DryRunRequest,
    InvitationsRequest,
    StartedSurveyJob,
    SurveyJobAnswer,
    SurveyJobIdPath,
    job_answer,
    started,
)
from functions.survey.inviting.jobs_desk_begin import Caller, NoEventTriggerError
from loyalty.auth import Group, groups, require_group
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

TAGS = ["surveys"]
STARTED = (ForbiddenError, NotFoundError, IdempotencyKeyRequiredError, IdempotencyKeyReusedError, BusyError)

app = api()


@app.post(
    "/surveys/<survey_id>/invitations",
    operation_id="inviteToSurvey",
    summary="Ask up to 1,000 members, or all who redeemed something",
    description="Each is asked once, unless they were asked too lately or their membership does not allow it. The job "
    "counts who was asked; its file says who was not and why.",
    tags=TAGS,
    responses=answers(
        202, StartedSurveyJob, "The job; repeated, the same one", WrongStateError, NotAskingError, *STARTED
    ),
)
def invite(
    survey_id: SurveyIdPath, body: InvitationsRequest, idempotency_key: IdempotencyKey
) -> Response[StartedSurveyJob]:
    """Begin to ask members."""
    return _started(*begin.invitations(survey_id, body, _caller(idempotency_key), utc_now()))


@app.post(
    "/surveys/<survey_id>/dry-runs",
    operation_id="dryRunSurvey",
    summary="Find out who would have been asked; drafts too",
    description="Replays up to 31 days of events, by default the last seven, as if the survey had been running alone "
    "and everybody had been rested. Nobody is asked.",
    tags=TAGS,
    responses=answers(202, StartedSurveyJob, "The job; repeated, the same one", NoEventTriggerError, *STARTED),
)
def run_dry(
    survey_id: SurveyIdPath, idempotency_key: IdempotencyKey, body: DryRunRequest | None = None
) -> Response[StartedSurveyJob]:
    """Begin a dry run."""
    return _started(*begin.dry_runs(survey_id, body or DryRunRequest(), _caller(idempotency_key), utc_now()))


@app.post(
    "/surveys/<survey_id>/exports",
    operation_id="exportSurveyAnswers",
    summary="List the answers of a survey, of all its versions, as a CSV file",
    description="Without member ids; in open answers long numbers and e-mail addresses are masked.",
    tags=TAGS,
    responses=answers(202, StartedSurveyJob, "The job; repeated, the same one", *STARTED),
)
def export(
    survey_id: SurveyIdPath, idempotency_key: IdempotencyKey, body: AnswersExportRequest | None = None
) -> Response[StartedSurveyJob]:
    """Begin to list answers."""
    wish = body or AnswersExportRequest()
    return _started(*begin.answers_exports(survey_id, wish, _caller(idempotency_key), utc_now()))


@app.get(
    "/surveys/<survey_id>/jobs/<job_id>",
    operation_id="getSurveyJob",
    summary="Ask how a job on a survey goes",
    tags=TAGS,
    responses=answers(200, SurveyJobAnswer, "Where it stands", ForbiddenError, NotFoundError),
)
def job(survey_id: SurveyIdPath, job_id: SurveyJobIdPath) -> SurveyJobAnswer:
    """Ask how a job goes."""
    event = app.current_event.raw_event
    require_group(event, Group.MARKETER, Group.OPERATOR)
    return job_answer(*begin.read(survey_id, job_id, may_see_members=Group.OPERATOR in groups(event)))


def _caller(idempotency_key: str) -> Caller:
    event = app.current_event.raw_event
    return Caller(require_group(event, Group.MARKETER, Group.OPERATOR), idempotency_key, trace_id(event))


def _started(job: Job, replayed: bool) -> Response[StartedSurveyJob]:
    logger.info("job begun", job_id=job.job_id, task=job.task, survey_id=job.owner, replayed=replayed)
    answer = started(job)
    return accepted(answer, answer.status_url, replayed=replayed)


handler = entry_point(app)
