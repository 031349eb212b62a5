"""What staff send about surveys and get back (requirements S2, S6)."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Self

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import ConfigDict, model_validator

from functions.survey.defining import asking_conditions, publication
from functions.survey.definition import (
    YEARS,
    AnswerReward,
    DayTime,
    EventTrigger,
    Paragraph,
    Question,
    ScheduleTrigger,
    Survey,
)
from functions.survey.form import Language
from loyalty.catalogue import Offer
from loyalty.errors import InvalidRequestError
from loyalty.http import Answer
from loyalty.offer_models import EXAMPLE_LIFE, Changes, LifeAnswer, Patch, life_of
from loyalty.recurrence import WrongRecurrenceError, recurrence

LARGEST_BYTES = 100_000
"""How large a definition may be as JSON: a row of the table holds it next to its life."""
EXAMPLE_ID = "5f0c3e9a1b7d42e8a6c40b13"
SurveyIdPath = Annotated[
    str, Path(pattern=r"^[0-9a-f]{24}$", description="The id of a survey's version.", examples=[EXAMPLE_ID])
]
LocaleQuery = Annotated[Language, Query(description="In which language.")]

EXAMPLE_SURVEY: dict[str, Any] = {
    "title_zh": "兑换体验",
    "title_en": "How easy was it to use your points?",
    "intro_zh": "三个问题，一分钟。",
    "questions": [
        {"code": "ease", "kind": "scale", "dimension": "ease", "zh": "兑换方便吗？", "en": "How easy was it?"},
        {
            "code": "recommend",
            "kind": "recommendation",
            "zh": "您会向朋友推荐我们吗？",
            "en": "Would you recommend us?",
        },
        {"code": "why", "kind": "text", "zh": "我们可以怎样做得更好？", "en": "What should we do better?"},
    ],
    "on_event": {
        "events": ["CouponRedeemed", "PointsRedeemed"],
        "conditions": [{"field": "tenant_id", "op": "eq", "value": "menswear-house"}],
        "sample_percent": 50,
    },
    "reward": {"purse": "courtesy", "points": 50},
}
_FULL = Survey.model_validate(EXAMPLE_SURVEY).model_dump(mode="json", by_alias=True)
_SURVEY: dict[str, Any] = {
    "survey_id": EXAMPLE_ID,
    "series_id": EXAMPLE_ID,
    "number": 1,
    **EXAMPLE_LIFE,
    "definition": _FULL,
}


class DraftSurvey(Survey):
    """A survey as it may be drafted: its conditions can come true, its recurrence is understood, a row can hold it."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_SURVEY]})

    @model_validator(mode="after")
    def _can_be_asked(self) -> Self:
        errors = list(_wrong(self))
        if errors:
            raise InvalidRequestError(errors=errors)
        return self


class SurveyChanges(Changes):
    """What is other than before; what is left out stays, what is given is replaced as a whole."""

    title_zh: str | None = None
    title_en: str | None = None
    intro_zh: Paragraph = None
    intro_en: Paragraph = None
    thanks_zh: Paragraph = None
    thanks_en: Paragraph = None
    questions: tuple[Question, ...] | None = None
    on_event: EventTrigger | None = None
    on_schedule: ScheduleTrigger | None = None
    valid_from: DayTime | None = None
    valid_until: DayTime | None = None
    once_days: int | None = None
    open_days: int | None = None
    remind_days: int | None = None
    low_score: int | None = None
    minds_fatigue: bool | None = None
    priority: int | None = None
    reward: AnswerReward | None = None


class SurveyPatch(SurveyChanges, Patch):
    """What changes in a draft."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"once_days": 30, "priority": 5}]})


class VersionRequest(SurveyChanges):
    """What the next version has other than the one it is drafted from; nothing is fine too."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title_zh": "兑换体验（第二版）"}]})


class SurveyVersionAnswer(LifeAnswer):
    """One version of a survey.

    Attributes:
        series_id: the survey through all its versions; `number` is this one's: 1, 2, 3 ...
        version: goes up with every change of this one, be it of its state.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_SURVEY]})

    survey_id: str
    series_id: str
    number: int
    definition: Survey


class SurveysAnswer(Answer):
    """A page of surveys, in order of their ids; every version is one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_SURVEY], "next": None}]})

    items: tuple[SurveyVersionAnswer, ...]
    next: str | None = None


def survey_answer(offer: Offer) -> SurveyVersionAnswer:
    """Return a version as staff see it."""
    return SurveyVersionAnswer(
        survey_id=offer.offer_id,
        series_id=publication.series_of(offer),
        number=publication.number_of(offer),
        **life_of(offer),
        definition=publication.definition_of(offer),
    )


def _wrong(survey: Survey) -> Iterator[Mapping[str, str]]:
    if survey.on_event:
        yield from asking_conditions.wrong(survey.on_event)
    if survey.on_schedule:
        yield from _wrong_schedule(survey.on_schedule)
    if len(json.dumps(survey.model_dump(mode="json"), ensure_ascii=False).encode()) > LARGEST_BYTES:
        yield {"pointer": "#", "code": "too_large", "detail": f"more than {LARGEST_BYTES} bytes in all"}


def _wrong_schedule(schedule: ScheduleTrigger) -> Iterator[Mapping[str, str]]:
    place = "#/on_schedule"
    try:
        since = date.fromisoformat(schedule.starts_on)
    except ValueError:
        yield {"pointer": f"{place}/starts_on", "code": "date_invalid", "detail": "there is no such day"}
        return
    if since.year not in YEARS:
        yield {"pointer": f"{place}/starts_on", "code": "date_invalid", "detail": "a day of this century"}
        return
    try:
        comes_true = recurrence(schedule.rrule, since).comes_true()
    except WrongRecurrenceError as error:
        yield {"pointer": f"{place}/rrule", "code": "recurrence_invalid", "detail": str(error)}
        return
    if not comes_true:
        yield {"pointer": f"{place}/rrule", "code": "recurrence_empty", "detail": "no day within ten years"}
