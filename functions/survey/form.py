"""A survey as a member sees it: its questions in one language, what answering brings (requirements S1, S2, S6). Pure.

Where there is no English, the Chinese stands in for it, text by text.
"""

from typing import Any, Literal

from pydantic import ConfigDict

from functions.survey.definition import (
    MOST_TEXT,
    ChoosingQuestion,
    MultipleQuestion,
    Question,
    RecommendationQuestion,
    ScaleQuestion,
    Survey,
    TextQuestion,
)
from loyalty.http import Answer
from loyalty.surveys.at_once import SurveyReward

Language = Literal["zh", "en"]
SCALE = (1, 10)
RECOMMENDATION_SCALE = (0, 10)

EXAMPLE_QUESTIONNAIRE: dict[str, Any] = {
    "survey_id": "5f0c3e9a1b7d42e8a6c40b13",
    "version": 1,
    "title": "How easy was it to use your points?",
    "intro": "Three questions, one minute.",
    "thanks": "Thank you!",
    "language": "en",
    "questions": [
        {
            "code": "ease",
            "kind": "scale",
            "text": "How easy was it?",
            "required": True,
            "dimension": "ease",
            "lowest": 1,
            "highest": 10,
            "low_label": "Hard",
            "high_label": "Easy",
            "choices": [],
            "most": None,
            "longest": None,
        },
        {
            "code": "why",
            "kind": "text",
            "text": "What should we do better?",
            "required": False,
            "dimension": None,
            "lowest": None,
            "highest": None,
            "low_label": None,
            "high_label": None,
            "choices": [],
            "most": None,
            "longest": 10_000,
        },
    ],
    "reward": {"purse": "courtesy", "points": 50},
}


class ChoiceShown(Answer):
    """One of the answers to choose from."""

    code: str
    text: str


class QuestionAnswer(Answer):
    """A question as it is shown.

    Attributes:
        lowest, highest: the ends of a scale; `low_label`, `high_label` say what they mean.
        most: how many choices may be taken.
        longest: how many characters one's own words may have.
    """

    code: str
    kind: Literal["scale", "recommendation", "single", "multiple", "text"]
    text: str
    required: bool
    dimension: str | None = None
    lowest: int | None = None
    highest: int | None = None
    low_label: str | None = None
    high_label: str | None = None
    choices: tuple[ChoiceShown, ...] = ()
    most: int | None = None
    longest: int | None = None


class QuestionnaireAnswer(Answer):
    """A survey as it is shown, in one language; `version` is its number within its series."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_QUESTIONNAIRE]})

    survey_id: str
    version: int
    title: str
    intro: str | None = None
    thanks: str | None = None
    language: Language
    questions: tuple[QuestionAnswer, ...]
    reward: SurveyReward | None = None


def shown(survey_id: str, version: int, survey: Survey, language: str) -> QuestionnaireAnswer:
    """Return a survey as it is shown to somebody who prefers a language, `zh` or `en`."""
    read: Language = "en" if language == "en" else "zh"
    return QuestionnaireAnswer(
        survey_id=survey_id,
        version=version,
        title=_in(read, survey.title_zh, survey.title_en),
        intro=_maybe(read, survey.intro_zh, survey.intro_en),
        thanks=_maybe(read, survey.thanks_zh, survey.thanks_en),
        language=read,
        questions=tuple(_question(question, read) for question in survey.questions),
        reward=SurveyReward(purse=survey.reward.purse, points=survey.reward.points) if survey.reward else None,
    )


def _question(question: Question, language: Language) -> QuestionAnswer:
    return QuestionAnswer(
        code=question.code,
        kind=question.kind,
        text=_in(language, question.zh, question.en),
        required=question.required,
        **_of_kind(question, language),
    )


def _of_kind(question: Question, language: Language) -> dict[str, Any]:
    """Return what only questions of this kind have."""
    match question:
        case ScaleQuestion():
            return {"dimension": question.dimension, **_ends(*SCALE), **_labels(question, language)}
        case RecommendationQuestion():
            return {"dimension": question.kind, **_ends(*RECOMMENDATION_SCALE)}
        case TextQuestion():
            return {"longest": MOST_TEXT}
    return _choosing(question, language)


def _choosing(question: ChoosingQuestion, language: Language) -> dict[str, Any]:
    most = min(question.most, len(question.choices)) if isinstance(question, MultipleQuestion) else 1
    choices = (ChoiceShown(code=one.code, text=_in(language, one.zh, one.en)) for one in question.choices)
    return {"choices": tuple(choices), "most": most}


def _ends(lowest: int, highest: int) -> dict[str, int]:
    return {"lowest": lowest, "highest": highest}


def _labels(question: ScaleQuestion, language: Language) -> dict[str, str | None]:
    return {
        "low_label": _maybe(language, question.low_zh, question.low_en),
        "high_label": _maybe(language, question.high_zh, question.high_en),
    }


def _in(language: Language, zh: str, en: str | None) -> str:
    return en if language == "en" and en else zh


def _maybe(language: Language, zh: str | None, en: str | None) -> str | None:
    return en if language == "en" and en else zh
