"""HTTPS routes of whoever holds a link: the invitation's token is all they need, and all that counts (S1)."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.survey.answers import answer_models, answering, links_tokens
from functions.survey.answers.answer_models import SurveyAnswerReceipt, SurveyAnswerRequest, SurveyToAnswer
from functions.survey.answers.answering import By
from functions.survey.errors import (
    SurveyAnsweredError,
    SurveyExpiredError,
    SurveyLinkUnknownError,
    SurveyNotOpenError,
)
from loyalty.clock import utc_now
from loyalty.errors import BusyError, TooManyError
from loyalty.http import answers, api, created, entry_point, language, trace_id
from loyalty.types import Origin

TAGS = ["surveys"]
REFUSALS = (
    SurveyLinkUnknownError, SurveyAnsweredError, SurveyExpiredError, SurveyNotOpenError, TooManyError, BusyError,
)  # fmt: skip
TokenPath = Annotated[str, Path(description="The token of the link.", examples=["mYb0c0m1pS3J8kq6T2xVwQhN"])]

app = api()


@app.get(
    "/surveys/invitations/<token>",
    operation_id="getSurveyByLink",
    summary="See a survey by its link",
    description="Without a login: the token stands for one member, one survey, one answer.",
    tags=TAGS,
    responses=answers(200, SurveyToAnswer, "The survey, with the answers kept so far", *REFUSALS),
)
def see(token: TokenPath) -> Response[SurveyToAnswer]:
    """Show the survey a link leads to."""
    now = utc_now()
    with links_tokens.counted(app.current_event.raw_event, now):
        opened = answering.look(links_tokens.invitation_id(token), None, now)
    body = answer_models.to_answer(opened, language(app))
    return Response(200, "application/json", body, headers={"Cache-Control": "no-store"})


@app.post(
    "/surveys/invitations/<token>",
    operation_id="answerSurveyByLink",
    summary="Answer a survey by its link",
    description="`complete` false (200) keeps answers for later. The same complete answers again: the same receipt.",
    tags=TAGS,
    responses=answers(201, SurveyAnswerReceipt, "Answered", *REFUSALS) | answer_models.KEPT,
)
def answer(token: TokenPath, body: SurveyAnswerRequest) -> Response[SurveyAnswerReceipt]:
    """Take the answers of whoever holds a link."""
    now, spoken = utc_now(), language(app)
    event = app.current_event.raw_event
    by = By("link", "api", "link", Origin.MEMBER, trace_id(event), spoken)
    with links_tokens.counted(event, now):
        invitation_id = links_tokens.invitation_id(token)
        if not body.complete:
            answering.keep(invitation_id, body.answers, by, now)
            return answer_models.kept()
        taken = answering.answer(invitation_id, body.answers, by, now)
    return created(answer_models.receipt_of(taken, spoken), f"/surveys/invitations/{token}", replayed=taken.replayed)


handler = entry_point(app)
