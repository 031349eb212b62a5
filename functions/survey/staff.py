"""HTTPS routes of surveys: their life, their versions, and what a member will see (requirements S2, S6)."""

from aws_lambda_powertools.event_handler import Response

from functions.survey.defining import publication, staff_drafts
from functions.survey.defining.staff_drafts import NewerVersionError, QuestionKindError
from functions.survey.defining.staff_models import (
    DraftSurvey,
    LocaleQuery,
    SurveyApproval,
    SurveyIdPath,
    SurveyPatch,
    SurveysAnswer,
    SurveyStateQuery,
    SurveyVersionAnswer,
    VersionRequest,
    survey_answer,
)
from functions.survey.form import QuestionnaireAnswer, shown
from loyalty import offers
from loyalty.attempts import Plan
from loyalty.auth import Group, require_group
from loyalty.catalogue import Offer, OwnApprovalError, Step, WrongStateError
from loyalty.clock import utc_now
from loyalty.errors import (
    BusyError,
    ForbiddenError,
    IdempotencyKeyRequiredError,
    IdempotencyKeyReusedError,
    NotFoundError,
)
from loyalty.http import IdempotencyKey, answers, api, created, entry_point, logger
from loyalty.offers import ChangedMeanwhileError
from loyalty.paging import (
    DEFAULT_LIMIT,
    CursorParameter,
    InvalidCursorError,
    LimitParameter,
    cursor,
    listed,
    position,
)
from loyalty.surveys import running

LIST = "surveys"
TAGS = ["surveys"]
DRAFTED = (ForbiddenError, IdempotencyKeyRequiredError, IdempotencyKeyReusedError, BusyError)
STEPPED = (ForbiddenError, NotFoundError, WrongStateError, BusyError)

app = api()


@app.post(
    "/surveys",
    operation_id="draftSurvey",
    summary="Draft a survey",
    description="Conditions are checked against the published events, so that none can never come true.",
    tags=TAGS,
    responses=answers(201, SurveyVersionAnswer, "The draft", *DRAFTED),
)
def draft(body: DraftSurvey, idempotency_key: IdempotencyKey) -> Response[SurveyVersionAnswer]:
    """Draft a survey."""
    return _drafted(staff_drafts.create(body, _staff(Group.MARKETER), idempotency_key, utc_now()))


@app.get(
    "/surveys",
    operation_id="listSurveys",
    summary="List the surveys, every version of them",
    tags=TAGS,
    responses=answers(200, SurveysAnswer, "A page of surveys", ForbiddenError, InvalidCursorError),
)
def surveys_page(
    limit: LimitParameter = DEFAULT_LIMIT, after: CursorParameter = None, state: SurveyStateQuery = None
) -> Response[SurveysAnswer]:
    """List the surveys."""
    _staff()
    found, last = offers.page(running.catalogue(), state, position(LIST, after), limit)
    following = cursor(LIST, last) if last else None
    answer = SurveysAnswer(items=tuple(map(survey_answer, found)), next=following)
    filtered = {"state": state.value} if state else {}
    return listed(answer, following, limit=limit, **filtered)


@app.get(
    "/surveys/<survey_id>",
    operation_id="getSurvey",
    summary="Read a survey",
    tags=TAGS,
    responses=answers(200, SurveyVersionAnswer, "The survey", ForbiddenError, NotFoundError),
)
def survey(survey_id: SurveyIdPath) -> SurveyVersionAnswer:
    """Read a survey."""
    _staff()
    return survey_answer(offers.read(running.catalogue(), survey_id))


@app.patch(
    "/surveys/<survey_id>",
    operation_id="changeSurvey",
    summary="Change a survey before it is published",
    description="What was approved is a draft again. Once published it never changes: draft its next version.",
    tags=TAGS,
    responses=answers(200, SurveyVersionAnswer, "The draft", *STEPPED, QuestionKindError),
)
def change(survey_id: SurveyIdPath, body: SurveyPatch) -> SurveyVersionAnswer:
    """Change a draft."""
    plan = staff_drafts.change(survey_id, body, _staff(Group.MARKETER), utc_now())
    logger.info("survey changed", survey_id=survey_id, fields=sorted(body.model_fields_set))
    return survey_answer(plan.answer)


@app.post(
    "/surveys/<survey_id>/versions",
    operation_id="draftSurveyVersion",
    summary="Draft the next version of a survey",
    description="From this one's definition, with the changes given. A question that keeps its code keeps its kind "
    "and dimension, so that reports go over all versions. This one goes on asking until the next is published.",
    tags=TAGS,
    responses=answers(
        201,
        SurveyVersionAnswer,
        "The draft",
        *DRAFTED,
        NotFoundError,
        WrongStateError,
        NewerVersionError,
        QuestionKindError,
    ),
)
def next_version(
    survey_id: SurveyIdPath, idempotency_key: IdempotencyKey, body: VersionRequest | None = None
) -> Response[SurveyVersionAnswer]:
    """Draft the next version."""
    login = _staff(Group.MARKETER)
    wish = body or VersionRequest()
    return _drafted(staff_drafts.next_version(survey_id, wish, login, idempotency_key, utc_now()))


@app.post(
    "/surveys/<survey_id>/approvals",
    operation_id="approveSurvey",
    summary="Approve a survey another person wrote",
    description="Name the version you looked at, so that nothing is approved unseen. Repeating it is safe.",
    tags=TAGS,
    responses=answers(201, SurveyVersionAnswer, "Approved", *STEPPED, OwnApprovalError, ChangedMeanwhileError),
)
def approve(survey_id: SurveyIdPath, body: SurveyApproval | None = None) -> Response[SurveyVersionAnswer]:
    """Approve a survey another person wrote."""
    login = _staff(Group.APPROVER)
    version = body.version if body else None
    return _taken(offers.step(running.catalogue(), survey_id, Step.APPROVE, login, utc_now(), version))


@app.post(
    "/surveys/<survey_id>/publications",
    operation_id="publishSurvey",
    summary="Publish an approved survey",
    description="It asks from now on; the version before it is ended in the same moment. Repeating it is safe.",
    tags=TAGS,
    responses=answers(201, SurveyVersionAnswer, "Published", *STEPPED),
)
def publish(survey_id: SurveyIdPath) -> Response[SurveyVersionAnswer]:
    """Publish an approved survey."""
    return _taken(publication.publish(survey_id, _staff(Group.MARKETER), utc_now()))


@app.post(
    "/surveys/<survey_id>/pauses",
    operation_id="pauseSurvey",
    summary="Pause a published survey",
    description="Nobody is asked meanwhile; who was asked before can answer. Repeating it is safe.",
    tags=TAGS,
    responses=answers(201, SurveyVersionAnswer, "Paused", *STEPPED),
)
def pause(survey_id: SurveyIdPath) -> Response[SurveyVersionAnswer]:
    """Pause a published survey."""
    return _step(survey_id, Step.PAUSE)


@app.post(
    "/surveys/<survey_id>/resumptions",
    operation_id="resumeSurvey",
    summary="Go on with a paused survey",
    description="Repeating it is safe.",
    tags=TAGS,
    responses=answers(201, SurveyVersionAnswer, "Published again", *STEPPED),
)
def resume(survey_id: SurveyIdPath) -> Response[SurveyVersionAnswer]:
    """Go on with a paused survey."""
    return _step(survey_id, Step.RESUME)


@app.post(
    "/surveys/<survey_id>/endings",
    operation_id="endSurvey",
    summary="End a survey for ever",
    description="Nobody is asked any more; who was asked before can answer. Repeating it is safe.",
    tags=TAGS,
    responses=answers(201, SurveyVersionAnswer, "Ended", *STEPPED),
)
def end(survey_id: SurveyIdPath) -> Response[SurveyVersionAnswer]:
    """End a survey for ever."""
    return _step(survey_id, Step.END)


@app.get(
    "/surveys/<survey_id>/preview",
    operation_id="previewSurvey",
    summary="Show a survey as a member will see it; drafts too",
    tags=TAGS,
    responses=answers(200, QuestionnaireAnswer, "The questions in one language", ForbiddenError, NotFoundError),
)
def preview(survey_id: SurveyIdPath, locale: LocaleQuery = "zh") -> QuestionnaireAnswer:
    """Show a survey as a member will see it."""
    _staff()
    offer = offers.read(running.catalogue(), survey_id)
    return shown(offer.offer_id, publication.number_of(offer), publication.definition_of(offer), locale)


def _staff(*groups: Group) -> str:
    return require_group(app.current_event.raw_event, *groups)


def _step(survey_id: str, step: Step) -> Response[SurveyVersionAnswer]:
    return _taken(offers.step(running.catalogue(), survey_id, step, _staff(Group.MARKETER), utc_now()))


def _drafted(plan: Plan[Offer]) -> Response[SurveyVersionAnswer]:
    logger.info("survey drafted", survey_id=plan.answer.offer_id, replayed=plan.replayed)
    return _shown(plan)


def _taken(plan: Plan[Offer]) -> Response[SurveyVersionAnswer]:
    logger.info("survey moved", survey_id=plan.answer.offer_id, state=plan.answer.state, replayed=plan.replayed)
    return _shown(plan)


def _shown(plan: Plan[Offer]) -> Response[SurveyVersionAnswer]:
    answer = survey_answer(plan.answer)
    return created(answer, f"/surveys/{answer.survey_id}", replayed=plan.replayed)


handler = entry_point(app)
