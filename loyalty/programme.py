"""The mall's programme: ratios, ladder, expiry, redemption rate, exclusions (requirements P1, P2, P5, P6, T1, K5, K7).

The same model validates the `[program]` part of `malls/<mall>.toml` at synth and the dated, versioned row that the
functions read. Everything a rule needs is an integer here: a ratio is thousandths of a point per yuan, a
multiplier is thousandths, so no rule ever meets a fraction.
"""

from enum import StrEnum
from math import gcd
from typing import Annotated, Any

from pydantic import Field

from loyalty.ladder import Tier, Tiers
from loyalty.parts import FEN_PER_YUAN, THOUSANDTHS, Code, Part, Thousandths
from loyalty.types import Fen, Points


class ExpiryKind(StrEnum):
    """How long points live (requirements P5)."""

    ROLLING = "rolling"
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


class Growth(Part):
    """Growth value: what a yuan brings of it; 0: the mall counts none (requirements T6). It never lapses."""

    points_per_yuan: Thousandths = 0


class Transfers(Part):
    """Whether, and within which limits, members give points to each other (requirements P8, K4).

    Attributes:
        minimum: the fewest points of one transfer.
        most_a_day, most_a_year: points one member may give on a mall-local day, in a calendar year; fees not counted.
        fee_points, fee_percent: what it costs beside, in points: a fixed part and one in proportion, rounded up.
        return_window_days: points of purchases younger than this cannot be given: the goods may still come back.
    """

    enabled: bool = False
    minimum: Annotated[int, Field(strict=True, ge=1, le=1_000_000)] = 100
    most_a_day: Annotated[int, Field(strict=True, ge=1, le=100_000_000)] = 10_000
    most_a_year: Annotated[int, Field(strict=True, ge=1, le=1_000_000_000)] = 100_000
    fee_points: Annotated[int, Field(strict=True, ge=0, le=10_000)] = 0
    fee_percent: Annotated[int, Field(strict=True, ge=0, le=50)] = 0
    return_window_days: Annotated[int, Field(strict=True, ge=0, le=60)] = 15

    @property
    def remembered_days(self) -> int:
        """For how many days a purchase is remembered because its goods may come back; 0 where nobody may transfer."""
        return self.return_window_days if self.enabled else 0


class Lateness(Part):
    """How old a receipt may be that a till delivers by itself; older ones come as a file that two people approve (F4).

    None: any age.
    """

    most_days: Annotated[int | None, Field(strict=True, ge=1, le=3650)] = None


class ReplacedTier(Part):
    """What becomes of members of a tier that is no longer on the ladder: they hold the tier `by` (ADR 0817)."""

    code: Code
    by: Code


class Programme(Part):
    """Everything the points and tier rules of one mall depend on, as one version.

    Attributes:
        notice_days: a change of the programme takes effect so many days after it was announced, or later (K5).
        replaced_tiers: every tier an earlier version had and this one has not.
    """

    version: Annotated[int, Field(ge=1)] = 1
    notice_days: Annotated[int, Field(strict=True, ge=1, le=365)] = 7
    points_per_yuan: Thousandths = THOUSANDTHS
    expiry: Expiry = Expiry()
    redemption: Redemption = Redemption()
    pending: Pending = Pending()
    exclusions: Exclusions = Exclusions()
    enrolment: Enrolment = Enrolment()
    tiers: Tiers
    growth: Growth = Growth()
    transfers: Transfers = Transfers()
    lateness: Lateness = Lateness()
    replaced_tiers: Annotated[tuple[ReplacedTier, ...], Field(max_length=100)] = ()

    def tier(self, code: str) -> Tier:
        """Return the rung of that code, or the one that replaced it where a later version dropped it."""
        return self.tiers.ladder[self.rank(code)]

    def rank(self, code: str) -> int:
        """Return how high a tier stands, 0 for the lowest; a tier that a later version dropped, as what replaced it."""
        ranks = {tier.code: n for n, tier in enumerate(self.tiers.ladder)}
        if code in ranks:
            return ranks[code]
        return next((ranks.get(gone.by, 0) for gone in self.replaced_tiers if gone.code == code), 0)

    @property
    def excluded(self) -> frozenset[str]:
        """The excluded categories, for quick look-up."""
        return frozenset(self.exclusions.categories)

    def published(self) -> dict[str, Any]:
        """Return the programme as JSON-ready data; what `model_validate` reads back."""
        return self.model_dump(mode="json")
