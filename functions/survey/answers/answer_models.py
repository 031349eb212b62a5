"""What members, holders of a link and staff send to answer a survey, and what comes back (requirements S1, S2, S7)."""

from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import ConfigDict, Field, WithJsonSchema

from functions.survey.answers.answering import Taken
from functions.survey.answers.answering_reads import Opened
from functions.survey.form import EXAMPLE_QUESTIONNAIRE, QuestionnaireAnswer, shown
from loyalty.dynamo import Item
from loyalty.fields import MemberIdField, TenantIdField
from loyalty.http import Answer, Body, answers
from loyalty.surveys.at_once import SurveyReward

ID = r"^[A-Za-z0-9_-]{1,64}$"
EXAMPLE_ANSWERS: dict[str, Any] = {"ease": 9, "why": "服务台的队伍可以再短一些"}
EXAMPLE_REWARD: dict[str, Any] = {"purse": "courtesy", "points": 50}

AnswersField = Annotated[
    dict[str, Any],
    Field(
        max_length=50,
        description="By question code: a whole number, text, a choice's code, or a list of choices' codes.",
    ),
    WithJsonSchema(
        {
            "type": "object",
            "maxProperties": 50,
            "additionalProperties": {
                "anyOf": [{"type": "integer"}, {"type": "string"}, {"type": "array", "items": {"type": "string"}}]
            },
            "description": "By question code: a whole number, text, a choice's code, or a list of choices' codes.",
        }
    ),
]
InvitationPath = Annotated[
    str, Path(description="The invitation's id.", examples=["3q2-7wEjRWeJq83v"]), Field(pattern=ID)
]
SurveyPath = Annotated[
    str, Path(description="The survey's id.", examples=["5f0c3e9a1b7d42e8a6c40b13"]), Field(pattern=ID)
]
Locale = Literal["zh", "en"]


class SurveyAnswerRequest(Body):
    """Answers to a survey; `complete` false keeps them for later, in place of those kept before."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"answers": EXAMPLE_ANSWERS, "complete": True}]})

    answers: AnswersField
    complete: Annotated[bool, Field(strict=True)] = True


class SurveyToAnswer(Answer):
    """An invitation that can be answered now; `answers` are those kept so far."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "invitation_id": "3q2-7wEjRWeJq83v",
                    "state": "open",
                    "expires_at": "2026-12-05T10:20:00.000Z",
                    "questionnaire": EXAMPLE_QUESTIONNAIRE,
                    "answers": {"ease": 9},
                }
            ]
        }
    )

    invitation_id: str
    state: Literal["open"] = "open"
    expires_at: str
    questionnaire: QuestionnaireAnswer
    answers: AnswersField


class SurveyAnswerReceipt(Answer):
    """What became of answers: complete ones have an id and may bring points, others wait to be completed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"complete": True, "answer_id": "3q2-7wEjRWeJq83v", "thanks": "谢谢您！", "reward": EXAMPLE_REWARD}
            ]
        }
    )

    complete: bool
    answer_id: str | None = None
    thanks: str | None = None
    reward: SurveyReward | None = None


class WaitingSurvey(Answer):
    """A survey that waits for me: `questions` says how many there are, `begun` whether some answers are kept."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "invitation_id": "3q2-7wEjRWeJq83v",
                    "survey_id": "5f0c3e9a1b7d42e8a6c40b13",
                    "title": "积分好用吗？",
                    "intro": "三个问题，一分钟。",
                    "expires_at": "2026-12-05T10:20:00.000Z",
                    "reward": EXAMPLE_REWARD,
                    "questions": 3,
                    "begun": False,
                }
            ]
        }
    )

    invitation_id: str
    survey_id: str
    title: str
    intro: str | None
    expires_at: str
    reward: SurveyReward | None
    questions: int
    begun: bool


class WaitingSurveysAnswer(Answer):
    """A page of the surveys that wait for me, the one that is over first first."""

    items: tuple[WaitingSurvey, ...]
    next: str | None


class TakenAnswerRequest(Body):
    """An answer that staff took; without `member_id` nobody knows whose it is."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"mode": "telephone", "member_id": "m_5cDq8ZkP2w", "answers": EXAMPLE_ANSWERS, "locale": "zh"}]
        }
    )

    mode: Literal["telephone", "face_to_face", "counter"]
    answers: AnswersField
    member_id: MemberIdField | None = None
    tenant_id: TenantIdField | None = None
    locale: Locale = "zh"
    invitation_id: Annotated[str | None, Field(pattern=ID, description="The invitation it answers, if any.")] = None


class ScoreGiven(Answer):
    """A scale that was answered."""

    question: str
    kind: str
    dimension: str
    score: int


class ChoiceMade(Answer):
    """A choice that was made."""

    question: str
    choice: str


class WordsSaid(Answer):
    """Somebody's own words."""

    question: str
    text: str


class GivenAnswer(Answer):
    """A complete answer, and what its words were understood to say; `confidence` is in percent.

    Who is no operator reads the words without numbers and addresses, and not whose they are.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "answer_id": "3q2-7wEjRWeJq83v",
                    "survey_id": "5f0c3e9a1b7d42e8a6c40b13",
                    "survey_version": 1,
                    "channel": "telephone",
                    "mode": "telephone",
                    "answered_at": "2026-11-21T10:20:00.000Z",
                    "tenant_id": "noodle-bar",
                    "tier": "silver",
                    "language": "zh",
                    "scores": [{"question": "ease", "kind": "scale", "dimension": "ease", "score": 3}],
                    "choices": [],
                    "texts": [{"question": "why", "text": "排队太久了"}],
                    "low": ["ease"],
                    "sentiment": "negative",
                    "confidence": 93,
                    "aspects": ["queue"],
                    "complaints": ["queue.too_long"],
                    "because": ["排队太久"],
                    "member_id": "m_5cDq8ZkP2w",
                }
            ]
        }
    )

    answer_id: str
    survey_id: str
    survey_version: int
    channel: str
    mode: str
    answered_at: str
    tenant_id: str | None = None
    about: str | None = None
    tier: str | None = None
    language: str
    scores: tuple[ScoreGiven, ...]
    choices: tuple[ChoiceMade, ...]
    texts: tuple[WordsSaid, ...]
    low: tuple[str, ...]
    sentiment: str | None = None
    confidence: int | None = None
    aspects: tuple[str, ...]
    complaints: tuple[str, ...]
    because: tuple[str, ...]
    member_id: str | None = None


class GivenAnswersAnswer(Answer):
    """A page of complete answers, newest first."""

    items: tuple[GivenAnswer, ...]
    next: str | None


def to_answer(opened: Opened, language: str) -> SurveyToAnswer:
    """Return an invitation as it is shown to whoever may answer it."""
    found = opened.invitation
    return SurveyToAnswer(
        invitation_id=found.invitation_id,
        expires_at=found.expires_at,
        questionnaire=shown(found.survey_id, found.survey_version, opened.survey, language),
        answers=dict(found.partial),
    )


def receipt_of(taken: Taken, language: str) -> SurveyAnswerReceipt:
    """Return what a complete answer brought."""
    thanks = (taken.survey.thanks_en if language == "en" else None) or taken.survey.thanks_zh
    return SurveyAnswerReceipt(
        complete=True, answer_id=taken.row["answer_id"], thanks=thanks, reward=reward_in(taken.row)
    )


def reward_in(row: Item) -> SurveyReward | None:
    """Return what an answer brought, if anything."""
    return SurveyReward(purse=row["purse"], points=row["points"]) if row.get("points") else None


def kept() -> Response[SurveyAnswerReceipt]:
    """Answer 200: the answers wait to be completed."""
    return Response(status_code=200, content_type="application/json", body=SurveyAnswerReceipt(complete=False))


KEPT = {200: answers(200, SurveyAnswerReceipt, "Kept for later")[200]}
"""What routes that keep answers for later answer besides."""
