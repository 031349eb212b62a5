"""The row that keeps a complete answer (requirements S2, S7). Pure.

It is written once; only the erasure of its member changes it. What others are told of it is everything but the words,
which reach neither events nor logs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from functions.survey.answers.answer import Values, request_of
from functions.survey.definition import (
    RECOMMENDATION,
    ChoosingQuestion,
    Question,
    RecommendationQuestion,
    ScaleQuestion,
    Survey,
)
from functions.survey.understanding.analysis import Analysis
from loyalty.clock import iso, local_date
from loyalty.types import Origin

ANSWERED = "SurveyAnswered"
KEPT = timedelta(days=730)
"""How long single answers are kept (requirements K1); the figures that count them stay."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How an answer came about.

    Attributes:
        channel: the way it reached us (`app`, `link`, `telephone`, `social_media` ...); `mode` says more precisely.
        answered_at: when it was given; `recorded_at` is when we wrote it.
        member_id: absent where nobody knows who it was.
        invited_on: the mall-local day (ISO) its invitation opened; absent where there was none.
    """

    answer_id: str
    series_id: str
    survey_id: str
    survey_version: int
    channel: str
    mode: str
    answered_at: datetime
    recorded_at: datetime
    zone_name: str
    language: str
    origin: Origin
    trace: str
    member_id: str | None = None
    invited_on: str | None = None
    tenant_id: str | None = None
    about: str | None = None
    tier: str | None = None


def words(survey: Survey, values: Values) -> str:
    """Return everything somebody wrote in their own words, one text a line."""
    return "\n".join(text["text"] for text in texts(survey, values))


def scores(survey: Survey, values: Values) -> list[dict[str, Any]]:
    """Return the scales that were answered, each with its dimension."""
    return [
        {"question": question.code, "kind": question.kind, "dimension": _dimension(question), "score": score}
        for question, score in _answered(survey, values)
        if isinstance(question, ScaleQuestion | RecommendationQuestion)
    ]


def choices(survey: Survey, values: Values) -> list[dict[str, str]]:
    """Return the choices that were made, one by one."""
    return [
        {"question": question.code, "choice": choice}
        for question, value in _answered(survey, values)
        if isinstance(question, ChoosingQuestion)
        for choice in ([value] if isinstance(value, str) else value)
    ]


def texts(survey: Survey, values: Values) -> list[dict[str, str]]:
    """Return what was written in somebody's own words."""
    return [
        {"question": question.code, "text": value}
        for question, value in _answered(survey, values)
        if question.kind == "text"
    ]


def low(survey: Survey, values: Values) -> list[str]:
    """Return the dimensions scored so low that somebody must look."""
    found = scores(survey, values)
    return list(dict.fromkeys(one["dimension"] for one in found if one["score"] <= survey.low_score))


def row_of(survey: Survey, values: Values, came: Circumstances, analysis: Analysis | None) -> dict[str, Any]:
    """Return a complete answer as it is stored and, but for the words, told to others."""
    return {
        **head(came, analysis),
        "request": request_of(came.survey_id, values),
        "scores": scores(survey, values),
        "choices": choices(survey, values),
        "texts": texts(survey, values),
        "low": low(survey, values),
    }


def head(came: Circumstances, analysis: Analysis | None) -> dict[str, Any]:
    """Return the part of the row that does not depend on the questions."""
    at = iso(came.answered_at)
    return {
        **key(came.answer_id),
        "answer_id": came.answer_id,
        "member_id": came.member_id,
        "placed": f"answer/{at}/{came.answer_id}",
        "shelf": shelf(came.series_id),
        "series_id": came.series_id,
        "survey": came.survey_id,
        "survey_version": came.survey_version,
        "channel": came.channel,
        "mode": came.mode,
        "invited_on": came.invited_on,
        "answered_on": local_date(came.answered_at, came.zone_name).isoformat(),
        "answered_at": at,
        "recorded_at": iso(came.recorded_at),
        "tenant_id": came.tenant_id,
        "about": came.about,
        "tier": came.tier,
        "language": came.language,
        "origin": came.origin,
        "correlation_id": came.trace,
        "version": 1,
        "ttl": int((came.recorded_at + KEPT).timestamp()),
        "happened": [ANSWERED],
        **_understood(analysis),
    }


def key(answer_id: str) -> dict[str, str]:
    """Return the key of an answer."""
    return {"survey_id": f"answer/{answer_id}", "kind": "answer"}


def shelf(series_id: str) -> str:
    """Return where in the index the answers to a survey stand, all its versions together."""
    return f"answers/{series_id}"


def _understood(analysis: Analysis | None) -> dict[str, Any]:
    if analysis is None:
        return {"aspects": [], "complaints": [], "because": []}
    return {
        "sentiment": str(analysis.sentiment),
        "confidence": analysis.confidence,
        "aspects": [str(one) for one in analysis.aspects],
        "complaints": list(analysis.complaints),
        "because": list(analysis.because),
    }


def _answered(survey: Survey, values: Values) -> Iterator[tuple[Question, Any]]:
    return ((question, values[question.code]) for question in survey.questions if question.code in values)


def _dimension(question: ScaleQuestion | RecommendationQuestion) -> str:
    return question.dimension if isinstance(question, ScaleQuestion) else RECOMMENDATION
