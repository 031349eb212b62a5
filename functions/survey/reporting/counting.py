"""What an event of a survey adds to which rows of figures. Pure: sums, so the order of events means nothing.

A book is a partition of figures; its rows are named as follows.

book                      row                           one row per
`figures/<series_id>`     `all/<yymmdd>`                day: everything that is counted
                          `<by>/<yymm>/<group>`         month and tier, tenant, channel, about or version: no words,
                                                        no choices; without a group (no tenant): `<by>/<yymm>`
`figures/everything`      `all/<yymmdd>`                day, over all surveys: scores and words
`figures/tenant/<id>`     `all/<yymmdd>`                day, over all surveys about that tenant: scores and words

A row grows with the codes that were answered in it, not with answers: a survey has at most 20 questions (some 400
numbers of 20 bytes), the product 100 aspects and complaints. Usual day rows are below 2 KB.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from functions.survey.definition import MOST_CHOICES, MOST_QUESTIONS, RECOMMENDATION
from functions.survey.reporting import figures_sums as s
from loyalty.clock import day_of
from loyalty.surveys.books import ABOUT, group_row, series_book

BY = ("tier", "tenant", "channel", ABOUT, "version")
"""What answers are told apart by, month by month."""
ALL = "all"
EVERYTHING = "figures/everything"
INVITATIONS = {"SurveyOffered": s.INVITED, "SurveyExpired": s.EXPIRED}
ANSWERED = "SurveyAnswered"
COUNTED = frozenset({*INVITATIONS, ANSWERED})


def _day(text: str) -> str:
    return day_of(date.fromisoformat(text))


DayField = Annotated[str, Field(pattern=r"^20\d\d-\d\d-\d\d$"), AfterValidator(_day)]
"""A date as it is published, kept as `yymmdd`."""
IdField = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,64}$")]
CodeField = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]{0,63}$")]
GroupField = Annotated[str | None, Field(min_length=1, max_length=128)]


class _Facts(BaseModel):
    """Facts of an event that figures need; it says more."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class ScoreFacts(_Facts):
    """One scale that was answered."""

    kind: CodeField
    dimension: CodeField
    score: Annotated[int, Field(strict=True, ge=0, le=10)]

    @property
    def code(self) -> str:
        """The dimension it counts for."""
        return RECOMMENDATION if self.kind == RECOMMENDATION else self.dimension


class ChoiceFacts(_Facts):
    """One choice that was made."""

    question: CodeField
    choice: CodeField


class SurveyFacts(_Facts):
    """Which survey, about what."""

    series_id: IdField
    survey_version: Annotated[int, Field(strict=True, ge=1, le=999_999)]
    tenant_id: GroupField = None
    about: GroupField = None
    tier: GroupField = None

    def groups(self) -> dict[str, str | None]:
        """Return the groups it belongs to, by what tells them apart."""
        version = str(self.survey_version)
        return {"tier": self.tier, "tenant": self.tenant_id, ABOUT: self.about, "version": version}


class InvitationFacts(SurveyFacts):
    """An invitation."""

    opened_on: DayField


class AnswerFacts(SurveyFacts):
    """An answer; the limits keep an update of a row below DynamoDB's 4 KB."""

    answered_on: DayField
    invited_on: DayField | None = None
    channel: GroupField
    scores: Annotated[tuple[ScoreFacts, ...], Field(max_length=20)] = ()
    choices: Annotated[tuple[ChoiceFacts, ...], Field(max_length=MOST_QUESTIONS * MOST_CHOICES)] = ()
    sentiment: CodeField | None = None
    aspects: Annotated[tuple[CodeField, ...], Field(max_length=30)] = ()
    complaints: Annotated[tuple[CodeField, ...], Field(max_length=100)] = ()


class _Counted(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    id: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,64}$")]


class InvitationEvent(_Counted):
    """An invitation opened, or ran out."""

    type: Literal["SurveyOffered", "SurveyExpired"]
    data: InvitationFacts


class AnswerEvent(_Counted):
    """A survey was answered."""

    type: Literal["SurveyAnswered"]
    data: AnswerFacts


SurveyEvent = InvitationEvent | AnswerEvent


class RowKey(NamedTuple):
    """A row of figures: its book and its name in it."""

    book: str
    row: str


def event_of(detail: Mapping[str, Any]) -> SurveyEvent | None:
    """Return the event that lies in a message's detail; None for a kind that no figure counts.

    Raises:
        ValueError, KeyError, TypeError: if it cannot be read.
    """
    if detail["type"] not in COUNTED:
        return None
    model = AnswerEvent if detail["type"] == ANSWERED else InvitationEvent
    return model.model_validate(detail)


def tenant_book(tenant_id: str) -> str:
    """Return the book of all surveys about a tenant."""
    return f"figures/tenant/{tenant_id}"


def day_row(day: str) -> str:
    """Return the name of a day's row."""
    return f"{ALL}/{day}"


def added_by(event: SurveyEvent) -> Mapping[RowKey, Counter[str]]:
    """Return what an event adds to each row."""
    found: dict[RowKey, Counter[str]] = {}
    for key, sums in _parts(event):
        found.setdefault(key, Counter()).update(sums)
    return found


def _parts(event: SurveyEvent) -> Iterator[tuple[RowKey, Counter[str]]]:
    if isinstance(event, InvitationEvent):
        one = Counter({INVITATIONS[event.type]: 1})
        yield from _in_series(event.data, event.data.opened_on, event.data.groups(), one, one)
        return
    facts = event.data
    core, words, choices = _core(facts), _words(facts), _choices(facts)
    groups = {**facts.groups(), "channel": facts.channel}
    yield from _in_series(facts, facts.answered_on, groups, core + words + choices, core)
    if facts.invited_on:
        one = Counter({s.KEPT: 1})
        yield from _in_series(facts, facts.invited_on, facts.groups(), one, one)
    yield RowKey(EVERYTHING, day_row(facts.answered_on)), core + words
    if facts.tenant_id:
        yield RowKey(tenant_book(facts.tenant_id), day_row(facts.answered_on)), core + words


def _in_series(
    facts: SurveyFacts, day: str, groups: Mapping[str, str | None], of_day: Counter[str], of_group: Counter[str]
) -> Iterator[tuple[RowKey, Counter[str]]]:
    book = series_book(facts.series_id)
    yield RowKey(book, day_row(day)), of_day
    for by, group in groups.items():
        yield RowKey(book, group_row(by, day[:4], group)), of_group


def _core(facts: AnswerFacts) -> Counter[str]:
    sums = Counter({s.ANSWERED: 1})
    sums.update(s.OF.join((s.SCORE, one.code, str(one.score))) for one in facts.scores)
    sums.update({f"{s.RATED}{s.OF}{one.code}" for one in facts.scores})
    if facts.sentiment:
        sums[f"{s.MOOD}{s.OF}{facts.sentiment}"] = 1
    return sums


def _words(facts: AnswerFacts) -> Counter[str]:
    told = {(s.ASPECT, code) for code in facts.aspects} | {(s.COMPLAINT, code) for code in facts.complaints}
    return Counter(s.OF.join(part) for part in told)


def _choices(facts: AnswerFacts) -> Counter[str]:
    made = {(s.CHOICE, one.question, one.choice) for one in facts.choices}
    return Counter([*map(s.OF.join, made), *{f"{s.CHOSE}{s.OF}{one.question}" for one in facts.choices}])
