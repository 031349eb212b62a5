"""A survey's report as it is published (requirements S, C6, K1). Shares in percent, two decimals; intervals are 95%."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from functions.survey.reporting.hiding import LEAST
from loyalty.http import Answer

By = Literal["tier", "tenant", "channel", "about", "version"]
Low = Annotated[float, Field(description="The lower end of the 95% interval.")]
High = Annotated[float, Field(description="The upper end of the 95% interval.")]


class HiddenFigures(Answer):
    """A group of which nothing is told: it is under five answers, or could give such a one away."""

    group: Annotated[str | None, Field(description="Which; null: those of none, such as of no tenant.")]
    hidden: Literal[True] = True


class ResponseFigures(Answer):
    """Of the invitations that opened in the period: how many were answered until now, whenever that was."""

    invited: int
    answered: int
    expired: int
    rate: Annotated[float, Field(description="Percent of invitations; Wilson's interval.")]
    low: Low
    high: High


class DimensionFigures(Answer):
    """One dimension: Student's interval, no narrower than the rounding of scores allows."""

    group: Annotated[str, Field(description="The dimension.")]
    hidden: Literal[False] = False
    n: Annotated[int, Field(description="Answers that scored it.")]
    mean: float
    low: Low
    high: High
    distribution: Annotated[dict[int, int], Field(description="How often each score was given.")]


class RecommendationFigures(Answer):
    """Whether they recommend us: promoters (9, 10) less detractors (0 to 6), from -100 to 100; adjusted Wald."""

    group: Literal["recommendation"] = "recommendation"
    hidden: Literal[False] = False
    n: Annotated[int, Field(description="Answers that scored it.")]
    promoters: int
    passives: int
    detractors: int
    score: float
    low: Low
    high: High
    distribution: Annotated[dict[int, int], Field(description="How often each score was given.")]


class ChoiceFigures(Answer):
    """How many made a choice; `share` of the answers to the question."""

    choice: str
    n: int
    share: float


class QuestionFigures(Answer):
    """A question with choices, such as why a coupon was not used (C6)."""

    group: Annotated[str, Field(description="The question's code.")]
    hidden: Literal[False] = False
    n: Annotated[int, Field(description="Answers to it.")]
    choices: tuple[ChoiceFigures, ...]


class SentimentFigures(Answer):
    """How the answers with words sound."""

    sentiment: str
    n: int
    share: float


class TopicFigures(Answer):
    """A complaint or an aspect, among the answers with words; `before` is the share in the equal period before."""

    code: str
    zh: str
    en: str
    n: int
    share: float
    before: Annotated[float | None, Field(description="Null: under five answers with words then, or not compared.")]
    change: Annotated[float | None, Field(description="`share` less `before`, in percentage points.")]


class WordsFigures(Answer):
    """What was said in words, the most frequent first."""

    n: Annotated[int, Field(description="Answers with words.")]
    sentiment: tuple[SentimentFigures, ...]
    complaints: tuple[TopicFigures, ...]
    aspects: tuple[TopicFigures, ...]


class GroupFigures(Answer):
    """A week of the period, or a group: its answers and what they scored."""

    group: Annotated[str | None, Field(description="`2026-W47` by ISO 8601, or which group; null: of none.")]
    hidden: Literal[False] = False
    answers: int
    response: Annotated[ResponseFigures | None, Field(description="Null for channels and weeks.")] = None
    dimensions: tuple[DimensionFigures | HiddenFigures, ...]
    recommendation: RecommendationFigures | HiddenFigures | None


class SliceFigures(Answer):
    """The groups, over the whole months that the period touches."""

    by: By
    first: date
    last: date
    groups: tuple[GroupFigures | HiddenFigures, ...]


_SCORED: dict[str, Any] = {
    "group": "ease",
    "hidden": False,
    "n": 40,
    "mean": 7.85,
    "low": 7.31,
    "high": 8.39,
    "distribution": {6: 10, 7: 8, 8: 10, 9: 2, 10: 10},
}
_RESPONSE = {"invited": 100, "answered": 38, "expired": 50, "rate": 38.0, "low": 29.09, "high": 47.79}
_COMPLAINT = {
    "code": "queue.too_long",
    "zh": "排队太久",
    "en": "Queue or wait too long",
    "n": 6,
    "share": 30.0,
    "before": 40.0,
    "change": -10.0,
}
_GROUP: dict[str, Any] = {
    "group": "2026-W47",
    "hidden": False,
    "answers": 40,
    "response": None,
    "dimensions": [_SCORED],
    "recommendation": None,
}
EXAMPLE_REPORT: dict[str, Any] = {
    "survey_id": "5f0c3e9a1b7d42e8a6c40b13",
    "series_id": "5f0c3e9a1b7d42e8a6c40b13",
    "first": "2026-11-16",
    "last": "2026-11-29",
    "hidden": False,
    "answers": 40,
    "response": _RESPONSE,
    "dimensions": [_SCORED],
    "recommendation": None,
    "choices": [
        {
            "group": "why_unused",
            "hidden": False,
            "n": 12,
            "choices": [{"choice": "threshold", "n": 9, "share": 75.0}, {"choice": "price", "n": 3, "share": 25.0}],
        }
    ],
    "words": {
        "n": 20,
        "sentiment": [{"sentiment": "negative", "n": 8, "share": 40.0}],
        "complaints": [_COMPLAINT],
        "aspects": [],
    },
    "weeks": [_GROUP, {"group": "2026-W48", "hidden": True}],
    "slices": {
        "by": "tenant",
        "first": "2026-11-01",
        "last": "2026-11-30",
        "groups": [{**_GROUP, "group": "shoes", "response": _RESPONSE}, {"group": "books", "hidden": True}],
    },
}


class SurveyReport(Answer):
    """A survey, through all its versions, in a period. With fewer than five answers in all, nothing is told of them."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_REPORT]})

    survey_id: str
    series_id: str
    first: date
    last: date
    hidden: Annotated[bool, Field(description=f"Whether there are fewer than {LEAST} answers.")]
    answers: Annotated[int | None, Field(description="Null where hidden.")]
    response: ResponseFigures | None
    dimensions: tuple[DimensionFigures | HiddenFigures, ...]
    recommendation: RecommendationFigures | HiddenFigures | None
    choices: tuple[QuestionFigures | HiddenFigures, ...]
    words: Annotated[WordsFigures | None, Field(description="Null where fewer than five answers had words.")]
    weeks: tuple[GroupFigures | HiddenFigures, ...]
    slices: Annotated[SliceFigures | None, Field(description="Null unless asked for with `by`.")]
