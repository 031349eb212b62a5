"""What marketers define: a survey's questions, whom it asks and when, what answering brings (S2, S6). Pure.

Texts are in Chinese; English may be added, and is shown to whoever prefers it.
"""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from loyalty.fields import Instant, MemberIdField
from loyalty.parts import Code
from loyalty.surveys.occasion import DEEDS, TriggerEvent

MOST_QUESTIONS = 20
MOST_CHOICES = 20
MOST_COMPARED = 100
YEARS = range(2000, 2100)
MOST_TEXT = 10_000
"""How long an open answer may be, in characters."""
RECOMMENDATION = "recommendation"
"""The dimension of the question whether one would recommend the mall."""

Zh = Annotated[str, Field(min_length=1, max_length=200)]
En = Annotated[str | None, Field(min_length=1, max_length=200)]
Paragraph = Annotated[str | None, Field(min_length=1, max_length=1000)]


def _of_our_days(value: datetime) -> datetime:
    if value.year not in YEARS:
        raise ValueError("an instant of this century")
    return value


DayTime = Annotated[Instant, AfterValidator(_of_our_days)]
"""An instant that can be told in every zone, and from which a few years can be counted either way."""


class Defined(BaseModel):
    """A part of a definition: immutable, no unknown fields, mistakes never quote what was sent."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Asking(Defined):
    """What every question has: a code that stays the same in all versions, its words, whether it must be answered."""

    code: Code
    zh: Zh
    en: En = None
    required: bool = True


class ScaleQuestion(Asking):
    """From 1 to 10, on one dimension, such as ease, usefulness, service; `low` and `high` say what the ends mean."""

    kind: Literal["scale"]
    dimension: Code
    low_zh: En = None
    low_en: En = None
    high_zh: En = None
    high_en: En = None

    @field_validator("dimension")
    @classmethod
    def _not_the_other_scale(cls, value: str) -> str:
        if value == RECOMMENDATION:
            raise ValueError("recommendation is asked from 0 to 10, by a question of that kind")
        return value


class RecommendationQuestion(Asking):
    """Would you recommend us: from 0 to 10."""

    kind: Literal["recommendation"]


class Choice(Defined):
    """One of the answers to choose from."""

    code: Code
    zh: Zh
    en: En = None


class ChoosingQuestion(Asking):
    """A question with choices, each with a code of its own."""

    choices: Annotated[tuple[Choice, ...], Field(min_length=2, max_length=MOST_CHOICES)]

    @field_validator("choices")
    @classmethod
    def _told_apart(cls, value: tuple[Choice, ...]) -> tuple[Choice, ...]:
        if len({choice.code for choice in value}) < len(value):
            raise ValueError("two choices have the same code")
        return value


class SingleQuestion(ChoosingQuestion):
    """Exactly one of several."""

    kind: Literal["single"]


class MultipleQuestion(ChoosingQuestion):
    """Any number of several, up to `most`."""

    kind: Literal["multiple"]
    most: Annotated[int, Field(strict=True, ge=1, le=MOST_CHOICES)] = MOST_CHOICES


class TextQuestion(Asking):
    """One's own words."""

    kind: Literal["text"]
    required: bool = False


Question = Annotated[
    ScaleQuestion | RecommendationQuestion | SingleQuestion | MultipleQuestion | TextQuestion,
    Field(discriminator="kind"),
]


Comparable = Annotated[str, Field(max_length=200)] | Annotated[int, Field(strict=True, ge=-(10**15), le=10**15)]


class EventCondition(Defined):
    """What the event must say: `field` is a dotted path into its data, such as `tenant_id` or `receipt.net`."""

    field: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}(\.[a-z][a-z0-9_]{0,31}){0,3}$")]
    op: Literal["eq", "ne", "in", "gte", "lte", "exists"]
    value: Comparable | bool | Annotated[tuple[Comparable, ...], Field(max_length=MOST_COMPARED)]

    @model_validator(mode="after")
    def _comparable(self) -> Self:
        kind = {"in": tuple, "gte": int, "lte": int, "exists": bool}.get(self.op, (str, int, bool))
        if not isinstance(self.value, kind) or (self.op in {"gte", "lte"} and isinstance(self.value, bool)):
            raise ValueError(f"{self.op} does not compare with such a value")
        return self


class EventTrigger(Defined):
    """Which events lead to an invitation, how long after them, and how many of a hundred."""

    events: Annotated[tuple[TriggerEvent, ...], Field(min_length=1, max_length=len(TriggerEvent))]
    conditions: Annotated[tuple[EventCondition, ...], Field(max_length=10)] = ()
    delay_minutes: Annotated[int, Field(strict=True, ge=0, le=60 * 24 * 30)] = 0
    sample_percent: Annotated[int, Field(strict=True, ge=1, le=100)] = 100


class Audience(Defined):
    """Whom a schedule asks: members by id, or those of whom one of the trigger events came lately."""

    members: Annotated[tuple[MemberIdField, ...], Field(max_length=1000)] = ()
    active_within_days: Annotated[int | None, Field(strict=True, ge=1, le=31)] = None
    events: tuple[TriggerEvent, ...] = DEEDS

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.members) == (self.active_within_days is not None):
            raise ValueError("give either members or active_within_days")
        return self


class ScheduleTrigger(Defined):
    """Asks on the days of a recurrence (RFC 5545, daily or rarer), at a wall-clock hour of the mall."""

    rrule: Annotated[str, Field(min_length=9, max_length=200, examples=["FREQ=MONTHLY;BYMONTHDAY=5"])]
    starts_on: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="The mall-local day it counts from.")]
    hour: Annotated[int, Field(strict=True, ge=0, le=23)] = 10
    audience: Audience


class AnswerReward(Defined):
    """What a complete answer brings, once."""

    purse: Literal["points", "courtesy", "growth"] = "courtesy"
    points: Annotated[int, Field(strict=True, ge=1, le=10_000)]


class Survey(Defined):
    """A survey: what is asked, of whom, when, and what answering brings.

    Attributes:
        once_days: the same member is asked again after so many days at the earliest; 0: every time.
        open_days: how long an invitation can be answered.
        remind_days: after so many days without an answer a reminder; null: none.
        low_score: a scale answered so low or lower asks for somebody's attention.
        minds_fatigue: whether members who were asked anything lately are left alone.
    """

    title_zh: Zh
    title_en: En = None
    intro_zh: Paragraph = None
    intro_en: Paragraph = None
    thanks_zh: Paragraph = None
    thanks_en: Paragraph = None
    questions: Annotated[tuple[Question, ...], Field(min_length=1, max_length=MOST_QUESTIONS)]
    on_event: EventTrigger | None = None
    on_schedule: ScheduleTrigger | None = None
    valid_from: DayTime | None = None
    valid_until: DayTime | None = None
    once_days: Annotated[int, Field(strict=True, ge=0, le=3650)] = 90
    open_days: Annotated[int, Field(strict=True, ge=1, le=90)] = 14
    remind_days: Annotated[int | None, Field(strict=True, ge=1, le=60)] = 3
    low_score: Annotated[int, Field(strict=True, ge=0, le=9)] = 4
    minds_fatigue: bool = True
    priority: Annotated[int, Field(strict=True, ge=0, le=100)] = 0
    reward: AnswerReward | None = None

    @field_validator("questions")
    @classmethod
    def _questions_told_apart(cls, value: tuple[Any, ...]) -> tuple[Any, ...]:
        if len({question.code for question in value}) < len(value):
            raise ValueError("two questions have the same code")
        return value

    @model_validator(mode="after")
    def _reminds_while_open(self) -> Self:
        if self.remind_days is not None and self.remind_days >= self.open_days:
            raise ValueError("remind_days must be less than open_days; null: no reminder")
        return self

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.valid_from and self.valid_until and self.valid_from >= self.valid_until:
            raise ValueError("valid_until must lie after valid_from")
        return self

    @model_validator(mode="after")
    def _rewards_once_in_a_while(self) -> Self:
        if self.reward and self.once_days == 0:
            # Who approves the points of an answer approves how often they may come.
            raise ValueError("a survey that brings points needs once_days of at least 1")
        return self

    def asks_at(self, instant: datetime) -> bool:
        """Tell whether it asks at an instant."""
        after = self.valid_from is None or self.valid_from <= instant
        return after and (self.valid_until is None or instant < self.valid_until)
