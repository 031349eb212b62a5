"""HTTPS routes of staff: answers they took, comments found elsewhere, reading what was answered (requirement S7)."""

import hashlib

from aws_lambda_powertools.event_handler import Response

from functions.survey.answers import answer_models, answering_desk, answers_reading, comments
from functions.survey.answers.answer_models import (
    GivenAnswersAnswer,
    SurveyAnswerReceipt,
    SurveyPath,
    TakenAnswerRequest,
)
from functions.survey.answers.answering import By
from functions.survey.answers.answering_desk import Told
from functions.survey.answers.comments_models import CommentsAnswer, CommentsRequest, comment_of, comments_answer
from functions.survey.errors import (
    SurveyAnsweredBeforeError,
    SurveyAnsweredError,
    SurveyExpiredError,
    SurveyNotOpenError,
)
from loyalty.auth import Group, groups, require_group
from loyalty.catalogue import WrongStateError
from loyalty.clock import utc_now
from loyalty.errors import (
    BusyError,
    ForbiddenError,
    IdempotencyKeyRequiredError,
    IdempotencyKeyReusedError,
    NotFoundError,
    UnknownMemberError,
)
from loyalty.http import IdempotencyKey, answers, api, created, entry_point, logger, trace_id
from loyalty.paging import DEFAULT_LIMIT, CursorParameter, InvalidCursorError, LimitParameter, cursor, listed, position
from loyalty.types import Origin

TAGS = ["surveys"]

app = api()


@app.post(
    "/surveys/<survey_id>/answers",
    operation_id="takeSurveyAnswer",
    summary="Enter an answer taken by telephone, face to face or at a counter",
    description="With `member_id` it counts as the member's one answer in the time the survey sets, and brings what an "
    "answer brings. With `invitation_id` it answers that invitation.",
    tags=TAGS,
    responses=answers(
        201, SurveyAnswerReceipt, "Kept", ForbiddenError, IdempotencyKeyRequiredError, IdempotencyKeyReusedError,
        NotFoundError, WrongStateError, UnknownMemberError, SurveyAnsweredBeforeError, SurveyAnsweredError,
        SurveyExpiredError, SurveyNotOpenError, BusyError,
    ),
)  # fmt: skip
def take(survey_id: SurveyPath, body: TakenAnswerRequest, key: IdempotencyKey) -> Response[SurveyAnswerReceipt]:
    """Keep an answer that staff took."""
    event = app.current_event.raw_event
    login = require_group(event, Group.OPERATOR, Group.MARKETER)
    digest = hashlib.sha256(f"{login}\n{key}".encode()).hexdigest()
    told = Told(survey_id, body.answers, digest, body.member_id, body.tenant_id, body.invitation_id)
    by = By(body.mode, body.mode, f"staff:{login}", Origin.STAFF, trace_id(event), body.locale)
    taken = answering_desk.take(told, by, utc_now())
    receipt = answer_models.receipt_of(taken, body.locale)
    return created(receipt, f"/surveys/{survey_id}/answers", replayed=taken.replayed)


@app.get(
    "/surveys/<survey_id>/answers",
    operation_id="listSurveyAnswers",
    summary="Read what was answered, in all versions of a survey",
    description="Newest first. Operators read everything; others read words without numbers and addresses, and not "
    "whose they are.",
    tags=TAGS,
    responses=answers(200, GivenAnswersAnswer, "A page of answers", ForbiddenError, NotFoundError, InvalidCursorError),
)
def given(
    survey_id: SurveyPath, limit: LimitParameter = DEFAULT_LIMIT, after: CursorParameter = None
) -> Response[GivenAnswersAnswer]:
    """Show a page of answers."""
    event = app.current_event.raw_event
    require_group(event)
    name = f"surveys/{survey_id}/answers"
    whole = Group.OPERATOR in groups(event)
    items, last = answers_reading.page(survey_id, limit, position(name, after), whole=whole)
    following = cursor(name, last) if last else None
    return listed(GivenAnswersAnswer(items=items, next=following), following, limit=limit)


@app.post(
    "/surveys/<survey_id>/comments",
    operation_id="importSurveyComments",
    summary="Keep comments from social media as answers",
    description="Each is known by its source and its id there, so sending it again is safe.",
    tags=TAGS,
    responses=answers(
        200, CommentsAnswer, "What became of each", ForbiddenError, NotFoundError, WrongStateError, BusyError
    ),
)
def take_comments(survey_id: SurveyPath, body: CommentsRequest) -> CommentsAnswer:
    """Keep comments found elsewhere."""
    event = app.current_event.raw_event
    require_group(event, Group.OPERATOR, Group.MARKETER)
    found = [comment_of(one) for one in body.comments]
    imported = comments.take_in(survey_id, found, trace_id(event), utc_now())
    logger.info("comments imported", accepted=imported.accepted, known=imported.known, refused=len(imported.refused))
    return comments_answer(imported)


handler = entry_point(app)
