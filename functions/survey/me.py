"""The member's routes: the surveys that wait for me, and answering them (requirements S1, S5)."""

from aws_lambda_powertools.event_handler import Response

from functions.survey.answers import answer_models, answering, me_waiting
from functions.survey.answers.answer_models import (
    InvitationPath,
    SurveyAnswerReceipt,
    SurveyAnswerRequest,
    SurveyToAnswer,
    WaitingSurveysAnswer,
)
from functions.survey.answers.answering import By
from functions.survey.errors import (
    SurveyAnsweredError,
    SurveyExpiredError,
    SurveyLinkUnknownError,
    SurveyNotOpenError,
)
from loyalty import auth, identity
from loyalty.clock import utc_now
from loyalty.errors import BusyError, NotEnrolledError
from loyalty.http import answers, api, created, entry_point, language, trace_id
from loyalty.paging import DEFAULT_LIMIT, CursorParameter, InvalidCursorError, LimitParameter, cursor, listed, position
from loyalty.types import MemberId, Origin

TAGS = ["surveys"]
REFUSALS = (
    NotEnrolledError, SurveyLinkUnknownError, SurveyAnsweredError, SurveyExpiredError, SurveyNotOpenError, BusyError,
)  # fmt: skip

app = api()


@app.get(
    "/me/surveys",
    operation_id="listOwnSurveys",
    summary="Surveys that wait for me",
    description="Those that can be answered now, the one that is over first first.",
    tags=TAGS,
    responses=answers(200, WaitingSurveysAnswer, "A page of them", NotEnrolledError, InvalidCursorError),
)
def waiting(limit: LimitParameter = DEFAULT_LIMIT, after: CursorParameter = None) -> Response[WaitingSurveysAnswer]:
    """Show the surveys that wait for the signed-in member."""
    member_id = _member()
    name = f"surveys/{member_id}"
    items, last = me_waiting.page(member_id, limit, position(name, after), utc_now(), language(app))
    following = cursor(name, last) if last else None
    return listed(WaitingSurveysAnswer(items=items, next=following), following, limit=limit)


@app.get(
    "/me/surveys/<invitation_id>",
    operation_id="getOwnSurvey",
    summary="A survey that waits for me",
    tags=TAGS,
    responses=answers(200, SurveyToAnswer, "Its questions, with the answers kept so far", *REFUSALS),
)
def see(invitation_id: InvitationPath) -> SurveyToAnswer:
    """Show a survey to the signed-in member."""
    return answer_models.to_answer(answering.look(invitation_id, _member(), utc_now()), language(app))


@app.post(
    "/me/surveys/<invitation_id>",
    operation_id="answerOwnSurvey",
    summary="Answer a survey",
    description="`complete` false (200) keeps answers for later. The same complete answers again: the same receipt.",
    tags=TAGS,
    responses=answers(201, SurveyAnswerReceipt, "Answered", *REFUSALS) | answer_models.KEPT,
)
def answer(invitation_id: InvitationPath, body: SurveyAnswerRequest) -> Response[SurveyAnswerReceipt]:
    """Take the answers of the signed-in member."""
    spoken, trace = language(app), trace_id(app.current_event.raw_event)
    by = By("app", "app", "member", Origin.MEMBER, trace, spoken, _member())
    if not body.complete:
        answering.keep(invitation_id, body.answers, by, utc_now())
        return answer_models.kept()
    taken = answering.answer(invitation_id, body.answers, by, utc_now())
    return created(answer_models.receipt_of(taken, spoken), f"/me/surveys/{invitation_id}", replayed=taken.replayed)


def _member() -> MemberId:
    member_id = identity.member_of_login(auth.login(app.current_event.raw_event))
    if member_id is None:
        raise NotEnrolledError
    return member_id


handler = entry_point(app)
