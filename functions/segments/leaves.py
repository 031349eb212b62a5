"""What one condition of a segment may ask about a member (requirements G1, L1, M11). Pure.

A leaf says what it is `about`. Windows of `days` end with the day the segment is computed for, that day included;
without `days` all that is known counts. Money is whole fen. Who never bought has spent 0 on 0 visits. What is not
known holds in no leaf. How each leaf is answered from the lake: `functions.segments.features`.
"""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema, model_validator

from functions.segments.rfm import RfmGroup
from functions.segments.stages import LifeStage
from loyalty.lake.literals import literal
from loyalty.parts import Code, Part

MOST_WORDS = 100
LONGEST_DAYS = 3660
_LARGEST = 10**13


def _quotable(word: str) -> str:
    """Refuse what no query may hold, before it is stored and every night's query fails."""
    literal(word)
    return word


Word = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^|]+$"), AfterValidator(_quotable)]
Words = Annotated[tuple[Word, ...], Field(max_length=MOST_WORDS)]
SomeWords = Annotated[tuple[Word, ...], Field(min_length=1, max_length=MOST_WORDS)]
FamilyWord = Annotated[str, Field(pattern=r"^(child|spouse|parent|child_\d{1,2}_\d{1,2})$", examples=["child_0_3"])]
Codes = Annotated[tuple[Code, ...], Field(min_length=1, max_length=20)]
Days = Annotated[int, Field(strict=True, ge=1, le=LONGEST_DAYS)]
DaysAgo = Annotated[int, Field(strict=True, ge=0, le=LONGEST_DAYS, description="0: that very day.")]
Count = Annotated[int, Field(strict=True, ge=0, le=_LARGEST)]
Signed = Annotated[int, Field(strict=True, ge=-_LARGEST, le=_LARGEST)]
Hour = Annotated[int, Field(strict=True, ge=0, le=24)]
Years = Annotated[int, Field(strict=True, ge=0, le=150)]
Quintile = Annotated[int, Field(strict=True, ge=1, le=5)]
Quintiles = Annotated[tuple[Quintile, ...], Field(max_length=5)]
Score = Annotated[
    Decimal,
    Field(ge=0, le=10, decimal_places=1, description="A score with at most one decimal, as text or number: 7.5."),
    PlainSerializer(lambda score: format(score.normalize(), "f"), return_type=str),
    # One schema for what is sent and what is answered; a number is taken as well.
    WithJsonSchema(
        {"type": "string", "pattern": r"^(10|\d(\.\d)?)$", "description": "Such as 7.5.", "examples": ["7.5"]}
    ),
]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class SegmentHours(Part):
    """Mall-local hours of the day, `from` included, `until` not; with `from` after `until` they pass midnight."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"from": 11, "until": 14}]})

    starts: Annotated[Hour, Field(alias="from")]
    until: Hour

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.starts == self.until or self.starts == 24 or self.until == 0:
            raise ValueError("hours go from 0..23 until another of 1..24")
        return self


class Bounded(Part):
    """A number that must lie within bounds; at least one of them is said."""

    at_least: Signed | None = None
    at_most: Signed | None = None

    @model_validator(mode="after")
    def _is_bounded(self) -> Self:
        if self.at_least is None and self.at_most is None:
            raise ValueError("say at_least, at_most or both")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("at_least lies above at_most: nobody can be in it")
        return self


class Purchases(Bounded):
    """Which purchases count; what is left out is not asked for, everything said must hold.

    Attributes:
        categories: only lines of these count, and `brands` likewise; both: lines that are in both.
        weekdays: mall-local, `hours` too.
    """

    days: Days | None = None
    tenants: Words = ()
    categories: Words = ()
    brands: Words = ()
    channels: Words = ()
    weekdays: Annotated[tuple[Weekday, ...], Field(max_length=7)] = ()
    hours: SegmentHours | None = None

    @property
    def asks_for_goods(self) -> bool:
        """Whether the lines of receipts are needed to answer it."""
        return bool(self.categories or self.brands)


class SegmentSpend(Purchases):
    """Fen paid in money, less the money that went back for returns of the same days.

    Returns are known by tenant, not by goods, channel or hour: with `categories`, `brands`, `channels`, `weekdays` or
    `hours` purchases count as they were made.
    """

    about: Literal["spend"] = "spend"


class SegmentVisits(Purchases):
    """How many purchases; one that was returned stays a visit."""

    about: Literal["visits"] = "visits"
    at_least: Count | None = None
    at_most: Count | None = None


class SegmentRecency(Purchases):
    """How many days ago the last such purchase was; who never made one is in no such condition."""

    about: Literal["recency"] = "recency"
    at_least: DaysAgo | None = None
    at_most: DaysAgo | None = None


class SegmentPredicted(Bounded):
    """What the models foretell of the next 91 days, as the newest night tested them; not known of who never bought.

    `alive`: how probably they buy again; `purchases`: how many days with purchases; both per mille. `value`: what they
    pay on such a day; `spend`: in all of them; both fen. How well that is foretold: `GET /insight/predictions`.
    """

    about: Literal["predicted"] = "predicted"
    what: Literal["alive", "purchases", "value", "spend"]
    at_least: Count | None = None
    at_most: Count | None = None


class SegmentRfm(Part):
    """Quintiles among those who bought in the last year: 5 is the most recent, most frequent, highest spending."""

    about: Literal["rfm"] = "rfm"
    r: Quintiles = ()
    f: Quintiles = ()
    m: Quintiles = ()

    @model_validator(mode="after")
    def _asks(self) -> Self:
        if not (self.r or self.f or self.m):
            raise ValueError("say r, f or m")
        return self


class SegmentRfmGroup(Part):
    """One of the ten groups that recency and frequency make (`functions.segments.rfm`)."""

    about: Literal["rfm_group"] = "rfm_group"
    among: Annotated[tuple[RfmGroup, ...], Field(alias="in", min_length=1, max_length=10)]


class SegmentStage(Part):
    """The stage of life: potential, new, active, dormant, lost (requirements L1)."""

    about: Literal["stage"] = "stage"
    among: Annotated[tuple[LifeStage, ...], Field(alias="in", min_length=1, max_length=5)]


class SegmentTier(Part):
    """The tier held; of whom no event told one, the ladder's first."""

    about: Literal["tier"] = "tier"
    among: Annotated[Codes, Field(alias="in")]


class SegmentStatus(Part):
    """The membership's status: active, unclaimed, frozen, ... Erased members are in no segment."""

    about: Literal["status"] = "status"
    among: Annotated[Codes, Field(alias="in")]


class SegmentMemberKind(Part):
    """Natural persons or companies."""

    about: Literal["member_kind"] = "member_kind"
    among: Annotated[tuple[Literal["person", "company"], ...], Field(alias="in", min_length=1, max_length=2)]


class SegmentPoints(Bounded):
    """Points that can be spent, after the last movement; may be negative, as a debt."""

    about: Literal["points"] = "points"


class SegmentAge(Bounded):
    """The age reached in the year; who did not say, or did not agree to profiling, is in no such condition."""

    about: Literal["age"] = "age"
    at_least: Years | None = None
    at_most: Years | None = None


class SegmentJoined(Part):
    """How many days ago, and where, the membership began."""

    about: Literal["joined"] = "joined"
    days_at_least: DaysAgo | None = None
    days_at_most: DaysAgo | None = None
    channels: Words = ()

    @model_validator(mode="after")
    def _asks(self) -> Self:
        if self.days_at_least is None and self.days_at_most is None and not self.channels:
            raise ValueError("say days_at_least, days_at_most or channels")
        return self


class SegmentFamily(Part):
    """Registered relatives who agreed, or whose guardian did: child, spouse, parent; `child_0_3`: of these ages.

    An age is the one reached in the year. Who turns eighteen in it is counted only after agreeing as a grown-up.
    """

    about: Literal["family"] = "family"
    any_of: Annotated[tuple[FamilyWord, ...], Field(min_length=1, max_length=20)]


class SegmentInterest(Part):
    """Interests, preferred categories and brands that the member told us; one of the words is enough."""

    about: Literal["interest"] = "interest"
    any_of: SomeWords


class SegmentSurvey(Part):
    """The mean of the scores given on a dimension; who gave none is in no such condition."""

    about: Literal["survey"] = "survey"
    dimension: Word
    days: Days | None = None
    average_at_least: Score | None = None
    average_at_most: Score | None = None

    @model_validator(mode="after")
    def _asks(self) -> Self:
        if self.average_at_least is None and self.average_at_most is None:
            raise ValueError("say average_at_least, average_at_most or both")
        return self


class SegmentCoupons(Bounded):
    """How many coupons this happened to: sent, claimed, seen, redeemed, returned, given, taken, expired, voided."""

    about: Literal["coupons"] = "coupons"
    at_least: Count | None = None
    at_most: Count | None = None
    what: Codes
    days: Days | None = None
    templates: Words = ()
    categories: Words = ()


class SegmentActivity(Bounded):
    """How often the member looked at or clicked on something, where they agreed to it (requirement M11)."""

    about: Literal["activity"] = "activity"
    at_least: Count | None = None
    at_most: Count | None = None
    what: Annotated[tuple[Literal["seen", "clicked"], ...], Field(max_length=2)] = ()
    kinds: Words = ()
    refs: Words = ()
    days: Days | None = None


type Leaf = (
    SegmentSpend
    | SegmentVisits
    | SegmentRecency
    | SegmentPredicted
    | SegmentRfm
    | SegmentRfmGroup
    | SegmentStage
    | SegmentTier
    | SegmentStatus
    | SegmentMemberKind
    | SegmentPoints
    | SegmentAge
    | SegmentJoined
    | SegmentFamily
    | SegmentInterest
    | SegmentSurvey
    | SegmentCoupons
    | SegmentActivity
)
