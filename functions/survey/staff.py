"""HTTPS routes of surveys: their life, their versions, and what a member will see (requirements S2, S6)."""

from aws_lambda_powertools.event_handler import Response

from functions.survey.defining import publication, staff_drafts
from functions.survey.defining.staff_drafts import NewerVersionError, QuestionKindError
from functions.survey.defining.staff_models import (
    DraftSurvey,
    LocaleQuery,
    SurveyIdPath,
    SurveyPatch,
    SurveysAnswer,
    SurveyVersionAnswer,
    VersionRequest,
    survey_answer,
)
from functions.survey.form import QuestionnaireAnswer, shown
from loyalty.auth import Group
from loyalty.catalogue import Step, WrongStateError
from loyalty.clock import utc_now
from loyalty.errors import ForbiddenError, NotFoundError
from loyalty.http import IdempotencyKey, answers, api, entry_point
from loyalty.offer_models import OfferApproval, StateQuery
from loyalty.offer_routes import DRAFTED, OfferRoutes
from loyalty.paging import DEFAULT_LIMIT, CursorParameter, LimitParameter
from loyalty.surveys import running

TAGS = ["surveys"]

app = api()
surveys = OfferRoutes(app, "a survey", SurveyVersionAnswer, survey_answer, running.catalogue)


@surveys.draft("Conditions are checked against the published events, so that none can never come true.")
def draft(body: DraftSurvey, idempotency_key: IdempotencyKey) -> Response[SurveyVersionAnswer]:
    """Draft a survey."""
    return surveys.created(staff_drafts.create(body, surveys.staff(Group.MARKETER), idempotency_key, utc_now()))


@surveys.page(SurveysAnswer, "List the surveys, every version of them")
def page(
    limit: LimitParameter = DEFAULT_LIMIT, after: CursorParameter = None, state: StateQuery = None
) -> Response[SurveysAnswer]:
    """List the surveys."""
    return surveys.listed(SurveysAnswer, limit, after, state)


@surveys.one()
def survey(survey_id: SurveyIdPath) -> SurveyVersionAnswer:
    """Read a survey."""
    return survey_answer(surveys.found(survey_id))


@surveys.change(QuestionKindError, instead="draft its next version")
def change(survey_id: SurveyIdPath, body: SurveyPatch) -> SurveyVersionAnswer:
    """Change a draft."""
    plan = staff_drafts.change(survey_id, body, surveys.staff(Group.MARKETER), utc_now())
    return surveys.changed(plan, body.model_fields_set)


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
    login = surveys.staff(Group.MARKETER)
    wish = body or VersionRequest()
    return surveys.created(staff_drafts.next_version(survey_id, wish, login, idempotency_key, utc_now()))


@surveys.approve()
def approve(survey_id: SurveyIdPath, body: OfferApproval | None = None) -> Response[SurveyVersionAnswer]:
    """Approve a survey another person wrote."""
    return surveys.approved(survey_id, body.version if body else None)


@surveys.publish("It asks from now on; the version before it is ended in the same moment. Repeating it is safe.")
def publish(survey_id: SurveyIdPath) -> Response[SurveyVersionAnswer]:
    """Publish an approved survey."""
    return surveys.created(publication.publish(survey_id, surveys.staff(Group.MARKETER), utc_now()))


@surveys.pause("Nobody is asked meanwhile; who was asked before can answer. Repeating it is safe.")
def pause(survey_id: SurveyIdPath) -> Response[SurveyVersionAnswer]:
    """Pause a published survey."""
    return surveys.stepped(survey_id, Step.PAUSE)


@surveys.resume()
def resume(survey_id: SurveyIdPath) -> Response[SurveyVersionAnswer]:
    """Go on with a paused survey."""
    return surveys.stepped(survey_id, Step.RESUME)


@surveys.end("Nobody is asked any more; who was asked before can answer. Repeating it is safe.")
def end(survey_id: SurveyIdPath) -> Response[SurveyVersionAnswer]:
    """End a survey for ever."""
    return surveys.stepped(survey_id, Step.END)


@app.get(
    "/surveys/<survey_id>/preview",
    operation_id="previewSurvey",
    summary="Show a survey as a member will see it; drafts too",
    tags=TAGS,
    responses=answers(200, QuestionnaireAnswer, "The questions in one language", ForbiddenError, NotFoundError),
)
def preview(survey_id: SurveyIdPath, locale: LocaleQuery = "zh") -> QuestionnaireAnswer:
    """Show a survey as a member will see it."""
    offer = surveys.found(survey_id)
    return shown(offer.offer_id, publication.number_of(offer), publication.definition_of(offer), locale)


handler = entry_point(app)
