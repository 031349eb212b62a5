"""The ladder of tiers as configuration: what reaches a rung, what it brings, how it is reviewed (requirements T1-T6).

A rung asks for spend, for points earned, for activity, for any of them or for all; never for a balance (pitfall 10).
"""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from loyalty.parts import FEN_PER_YUAN, THOUSANDTHS, Code, Part, Thousandths
from loyalty.types import Fen, Purse

Name = Annotated[str, Field(min_length=1, max_length=32)]


class Window(StrEnum):
    """The period that decides the tier (requirements T1)."""

    ROLLING = "rolling_12_months"
    CALENDAR_YEAR = "calendar_year"


class Match(StrEnum):
    """Whether a rung is reached by everything it asks for, or by any of it."""

    ALL = "all"
    ANY = "any"


class Period(StrEnum):
    """How long a quota lasts."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Activity(Part):
    """Purchases in the last months, this one included: so many in each of them, or in total (requirements T2)."""

    months: Annotated[int, Field(strict=True, ge=1, le=12)] = 3
    purchases: Annotated[int, Field(strict=True, ge=1, le=1000)] = 3
    each_month: bool = True


class Entitlement(Part):
    """A benefit with a number: so many uses in each period (requirements T3)."""

    code: Code
    name_zh: Name
    name_en: Name
    quota: Annotated[int, Field(strict=True, ge=1, le=1000)]
    per: Period = Period.MONTH


class Welcome(Part):
    """What reaching a rung brings at once, once in a membership (requirements T4). Coupons come by `TierChanged`."""

    points: Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
    purse: Purse = Purse.POINTS


class Tier(Part):
    """One rung of the ladder; the first one asks for nothing.

    Attributes:
        spend_yuan: the window's spend that reaches it; 0: it asks for none.
        points_earned: points earned by purchases in the window; None: not asked for.
        activity: purchases in the last months; None: not asked for.
        match: whether all that is asked for is needed, or any of it.
        discount_percent: off every basket, without a coupon: 15 means 15% off; 0: none (requirements T3).
    """

    code: Code
    name_zh: Name
    name_en: Name
    spend_yuan: Annotated[int, Field(ge=0, le=100_000_000)] = 0
    points_earned: Annotated[int | None, Field(strict=True, ge=1, le=1_000_000_000)] = None
    activity: Activity | None = None
    match: Match = Match.ALL
    multiplier: Thousandths = THOUSANDTHS
    discount_percent: Annotated[int, Field(strict=True, ge=0, le=90)] = 0
    benefits_zh: tuple[str, ...] = ()
    benefits_en: tuple[str, ...] = ()
    welcome: Welcome | None = None
    entitlements: Annotated[tuple[Entitlement, ...], Field(max_length=20)] = ()

    @property
    def spend_fen(self) -> Fen:
        """The spend that reaches this rung, in fen."""
        return Fen(self.spend_yuan * FEN_PER_YUAN)

    @property
    def asks_for_nothing(self) -> bool:
        """Whether everybody stands at least here."""
        return not self.spend_yuan and self.points_earned is None and self.activity is None


class Unlock(Part):
    """Benefits inside the tiers that a quarter's spend or a points balance opens by itself (requirements T5).

    Attributes:
        tiers: codes of the tiers it is for; none: all.
        quarter_spend_yuan: the spend of the running calendar quarter; it stays open to the quarter's end.
        balance_points: points that can be spent now; it closes when they fall below.
    """

    code: Code
    name_zh: Name
    name_en: Name
    tiers: Annotated[tuple[Code, ...], Field(max_length=20)] = ()
    quarter_spend_yuan: Annotated[int | None, Field(strict=True, ge=1, le=100_000_000)] = None
    balance_points: Annotated[int | None, Field(strict=True, ge=1, le=1_000_000_000)] = None
    entitlements: Annotated[tuple[Entitlement, ...], Field(max_length=20)] = ()

    @property
    def quarter_spend_fen(self) -> Fen | None:
        """The quarter's spend that opens it, in fen; None where it asks for a balance."""
        return None if self.quarter_spend_yuan is None else Fen(self.quarter_spend_yuan * FEN_PER_YUAN)

    @model_validator(mode="after")
    def _one_key(self) -> Self:
        if (self.quarter_spend_yuan is None) == (self.balance_points is None):
            raise ValueError("an unlock needs either quarter_spend_yuan or balance_points")
        return self


class Tiers(Part):
    """The ladder, lowest rung first.

    Attributes:
        grace_days: a tier is kept so many days after its last one; what is spent in them counts for the review.
        warning_days: so many days before the review the member is told what is missing; 0: never.
    """

    window: Window = Window.ROLLING
    ladder: Annotated[tuple[Tier, ...], Field(min_length=1, max_length=20)]
    unlocks: Annotated[tuple[Unlock, ...], Field(max_length=20)] = ()
    grace_days: Annotated[int, Field(strict=True, ge=0, le=90)] = 0
    warning_days: Annotated[int, Field(strict=True, ge=0, le=90)] = 30

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        first, *higher = self.ladder
        spends = [tier.spend_yuan for tier in higher if tier.spend_yuan]
        points = [tier.points_earned for tier in higher if tier.points_earned is not None]
        if not first.asks_for_nothing or any(tier.asks_for_nothing for tier in higher) or sorted(set(spends)) != spends:
            raise ValueError("the first tier must ask for 0 yuan and every next one for more than the one before")
        if sorted(set(points)) != points:
            raise ValueError("every tier that asks for points must ask for more than the one before")
        if len({tier.code for tier in self.ladder}) != len(self.ladder):
            raise ValueError("every tier needs a code of its own")
        return self

    @model_validator(mode="after")
    def _benefits_are_counted_alike(self) -> Self:
        """An account counts uses by code, so a code means the same period wherever a member has it from."""
        periods: dict[str, Period] = {}
        for one in self.entitlements:
            if periods.setdefault(one.code, one.per) is not one.per:
                raise ValueError("an entitlement's quota lasts equally long wherever its code is used")
        if len({unlock.code for unlock in self.unlocks}) != len(self.unlocks):
            raise ValueError("every unlock needs a code of its own")
        if not {code for unlock in self.unlocks for code in unlock.tiers} <= {tier.code for tier in self.ladder}:
            raise ValueError("an unlock is for tiers of the ladder")
        return self

    @property
    def entitlements(self) -> tuple[Entitlement, ...]:
        """Every entitlement the programme knows, of tiers and of unlocks."""
        of_tiers = (one for tier in self.ladder for one in tier.entitlements)
        return (*of_tiers, *(one for unlock in self.unlocks for one in unlock.entitlements))

    @property
    def asks_for_points(self) -> bool:
        """Whether any rung asks for points earned, so that accounts must count them."""
        return any(tier.points_earned is not None for tier in self.ladder)

    @property
    def asks_for_activity(self) -> bool:
        """Whether any rung asks for activity, so that accounts must count purchases."""
        return any(tier.activity is not None for tier in self.ladder)
