"""The mall's programme: ratios, ladder, expiry, redemption rate, exclusions (requirements P1, P2, P5, P6, T1, K7).

The same model validates the `[program]` part of `malls/<mall>.toml` at synth and the dated, versioned row that the
functions read. Everything a rule needs is an integer here: a ratio is thousandths of a point per yuan, a
multiplier is thousandths, so no rule ever meets a fraction.
"""

from decimal import Decimal
from enum import StrEnum
from math import gcd
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from loyalty.types import Fen, Points

THOUSANDTHS = 1000
FEN_PER_YUAN = 100


class Part(BaseModel):
    """A part of the configuration: immutable, complete, and silent about its input when it is wrong."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, populate_by_name=True)


def to_thousandths(value: object) -> object:
    """Read a decimal written as text ("1.2") as whole thousandths; a bare number would be ambiguous."""
    if not isinstance(value, str):
        raise ValueError('write the number as text, such as "1.2"')
    try:
        scaled = Decimal(value) * THOUSANDTHS
    except ArithmeticError:
        raise ValueError('write a decimal number as text, such as "1.2"') from None
    if not scaled.is_finite():
        raise ValueError('write a decimal number as text, such as "1.2"')
    if scaled != scaled.to_integral_value():
        raise ValueError("at most three decimals are allowed")
    return int(scaled)


def to_text(thousandths: int) -> str:
    """Write whole thousandths as the decimal they stand for."""
    return format((Decimal(thousandths) / THOUSANDTHS).normalize(), "f")


Thousandths = Annotated[
    int, BeforeValidator(to_thousandths), PlainSerializer(to_text), Field(ge=0, le=100 * THOUSANDTHS)
]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]


class ExpiryKind(StrEnum):
    """How long points live (requirements P5)."""

    ROLLING = "rolling"
    CALENDAR_YEAR = "calendar_year"


class Window(StrEnum):
    """The period whose spend decides the tier (requirements T1)."""

    ROLLING = "rolling_12_months"
    CALENDAR_YEAR = "calendar_year"


class Expiry(Part):
    """When points lapse: `months` after earning, rounded to the month's end, or on 31 December."""

    kind: ExpiryKind = ExpiryKind.ROLLING
    months: Annotated[int, Field(ge=1, le=120)] = 12
    reminder_days: Annotated[tuple[Annotated[int, Field(ge=1, le=180)], ...], Field(max_length=4)] = (30,)


class Redemption(Part):
    """What points are worth at the till: `points` buy `fen` off (requirements P6)."""

    points: Annotated[int, Field(ge=1, le=1_000_000)] = 100
    fen: Annotated[int, Field(ge=1, le=1_000_000)] = 100
    min_points: Annotated[int, Field(ge=0)] = 0

    @property
    def step(self) -> int:
        """The smallest number of points that makes whole fen."""
        return self.points // gcd(self.points, self.fen)

    @property
    def step_fen(self) -> int:
        """What one step is worth, in fen."""
        return self.fen // gcd(self.points, self.fen)

    def value_of(self, points: int) -> Fen:
        """Return what a convertible number of points is worth, in fen."""
        return Fen(points // self.step * self.step_fen)

    def points_within(self, fen: int) -> Points:
        """Return the most points whose value does not exceed so many fen."""
        return Points(fen // self.step_fen * self.step)


class Pending(Part):
    """How many days after the purchase points become usable (requirements P10)."""

    days: Annotated[int, Field(ge=0, le=180)] = 0


class Exclusions(Part):
    """Categories that neither earn nor can be paid with points (requirements K7)."""

    categories: tuple[str, ...] = ("tobacco", "infant_formula_stage_1", "prescription_drugs", "gift_cards")


class Approval(StrEnum):
    """Who says yes to an enrolment (requirements M2)."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"


class FormField(StrEnum):
    """What the enrolment form may insist on beyond name, phone, birthday and terms."""

    EMAIL = "email"
    INTERESTS = "interests"
    PREFERRED_BRANDS = "preferred_brands"
    PREFERRED_CATEGORIES = "preferred_categories"


class Enrolment(Part):
    """Who may enrol, under which terms, after how much spend, and what the form asks (requirements M1, M2)."""

    approval: Approval = Approval.AUTOMATIC
    minimum_age: Annotated[int, Field(ge=14, le=99)] = 18
    terms_version: Annotated[str, Field(min_length=1, max_length=32)] = "2026-01"
    minimum_spend_yuan: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    required_fields: tuple[FormField, ...] = ()

    @property
    def minimum_spend_fen(self) -> Fen:
        """The spend that entry asks for, in fen; 0 where it asks for none."""
        return Fen(self.minimum_spend_yuan * FEN_PER_YUAN)


class Tier(Part):
    """One rung: reached by yearly spend of `spend_yuan`, multiplies what is earned.

    Attributes:
        discount_percent: off every basket, without a coupon: 15 means 15% off; 0: none (requirements T3).
    """

    code: Code
    name_zh: Annotated[str, Field(min_length=1, max_length=32)]
    name_en: Annotated[str, Field(min_length=1, max_length=32)]
    spend_yuan: Annotated[int, Field(ge=0, le=100_000_000)]
    multiplier: Thousandths = THOUSANDTHS
    discount_percent: Annotated[int, Field(strict=True, ge=0, le=90)] = 0
    benefits_zh: tuple[str, ...] = ()
    benefits_en: tuple[str, ...] = ()

    @property
    def spend_fen(self) -> Fen:
        """The spend that reaches this rung, in fen."""
        return Fen(self.spend_yuan * FEN_PER_YUAN)


class Tiers(Part):
    """The ladder, lowest rung first."""

    window: Window = Window.ROLLING
    ladder: Annotated[tuple[Tier, ...], Field(min_length=1, max_length=20)]

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        spends = [tier.spend_yuan for tier in self.ladder]
        if spends[0] != 0 or sorted(set(spends)) != spends:
            raise ValueError("the first tier must ask for 0 yuan and every next one for more than the one before")
        if len({tier.code for tier in self.ladder}) != len(self.ladder):
            raise ValueError("every tier needs a code of its own")
        return self


class Programme(Part):
    """Everything the points and tier rules of one mall depend on, as one version."""

    version: Annotated[int, Field(ge=1)] = 1
    points_per_yuan: Thousandths = THOUSANDTHS
    expiry: Expiry = Expiry()
    redemption: Redemption = Redemption()
    pending: Pending = Pending()
    exclusions: Exclusions = Exclusions()
    enrolment: Enrolment = Enrolment()
    tiers: Tiers

    def tier(self, code: str) -> Tier:
        """Return the rung of that code; the lowest where a later version dropped it."""
        return next((tier for tier in self.tiers.ladder if tier.code == code), self.tiers.ladder[0])

    def rank(self, code: str) -> int:
        """Return how high a tier stands, 0 for the lowest and for one a later version dropped."""
        return next((n for n, tier in enumerate(self.tiers.ladder) if tier.code == code), 0)

    @property
    def excluded(self) -> frozenset[str]:
        """The excluded categories, for quick look-up."""
        return frozenset(self.exclusions.categories)

    def published(self) -> dict[str, Any]:
        """Return the programme as JSON-ready data; what `model_validate` reads back."""
        return self.model_dump(mode="json")
