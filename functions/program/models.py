"""What the open routes answer."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from functions.program.published_discounts import PublishedDiscount
from functions.program.tier_models import Text, Tiers
from loyalty.http import Answer
from loyalty.programme import Approval, ExpiryKind, FormField


class FieldDifference(Answer):
    """One field of the programme that changes; null: it was not there, or is not there any more."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"field": "redemption.fen", "from": 100, "to": 120}]}, populate_by_name=True
    )

    field: Annotated[str, Field(description="Where it is: tiers, entitlements and unlocks by their codes.")]
    before: Annotated[Any, Field(alias="from", description="Its value in the version before.")] = None
    after: Annotated[Any, Field(alias="to", description="Its value in this one.")] = None


class TenantRatio(Answer):
    """A tenant that gives other points than the mall's ratio."""

    tenant_id: str
    name: str
    points_per_yuan: Annotated[str | None, Field(description="Null: the mall's own ratio.")] = None
    ratios: Annotated[dict[str, str], Field(description="Points per yuan by category of goods.")]


class Earning(Answer):
    """What a yuan earns; a tier multiplies it."""

    points_per_yuan: Annotated[str, Field(description="A decimal as text.")]
    pending_days: Annotated[int, Field(description="Days until points can be spent.")]
    text: Text
    tenants: tuple[TenantRatio, ...]


class Redemption(Answer):
    """What points are worth: `points` buy `fen` off."""

    points: int
    fen: int
    currency: Literal["CNY"] = "CNY"
    step: Annotated[int, Field(description="Redeem a multiple of this.")]
    min_points: int
    text: Text


class Expiry(Answer):
    """When points lapse."""

    kind: ExpiryKind
    months: Annotated[int | None, Field(description="Null where points live to the year's end.")] = None
    reminder_days: tuple[int, ...]
    text: Text


class PublishedGrowth(Answer):
    """Growth value: what a yuan brings of it; it is never spent and never lapses."""

    points_per_yuan: Annotated[str, Field(description="A decimal as text; 0: the mall counts none.")]


class PublishedTransfers(Answer):
    """Whether, and within which limits, members give points to each other."""

    enabled: bool
    minimum: int
    most_a_day: int
    most_a_year: int
    fee_points: int
    fee_percent: int
    return_window_days: Annotated[int, Field(description="Points of purchases younger than this cannot be given.")]
    text: Text


class PublishedLateness(Answer):
    """How old a receipt may be that a till delivers by itself; null: any age."""

    most_days: int | None = None


class AnnouncedVersion(Answer):
    """A version that takes effect on a day ahead, and what it changes compared with the version before it."""

    version: int
    effective_from: date
    announced_at: str
    text: Annotated[str, Field(description="What the mall says about it, in the caller's language.")]
    differences: tuple[FieldDifference, ...]


class Category(Answer):
    """A category of goods."""

    code: str
    name: str


class Enrolment(Answer):
    """Who may join."""

    minimum_age: int
    terms_version: str
    approval: Approval
    minimum_spend_yuan: int
    required_fields: tuple[FormField, ...]
    text: Text


_EXAMPLE: dict[str, Any] = {
    "version": 1,
    "language": "en",
    "earning": {
        "points_per_yuan": "1",
        "pending_days": 0,
        "text": "Points per yuan spent: 1, usable at once.",
        "tenants": [
            {"tenant_id": "noodle-bar", "name": "Old Street Noodles", "points_per_yuan": "2", "ratios": {"tea": "3"}}
        ],
    },
    "redemption": {
        "points": 100,
        "fen": 100,
        "currency": "CNY",
        "step": 1,
        "min_points": 1,
        "text": "100 points are worth 1 yuan; redeem multiples of 1, 1 or more.",
    },
    "expiry": {
        "kind": "calendar_year",
        "months": None,
        "reminder_days": [30],
        "text": "Points of a year expire on 31 December of that year; the oldest are spent first.",
    },
    "tiers": {
        "window": "calendar_year",
        "grace_days": 30,
        "warning_days": 30,
        "text": "Tiers follow the spend of the calendar year; reached at once, kept for a year.",
        "ladder": [
            {
                "code": "member",
                "name": "Member",
                "spend_fen": 0,
                "points_earned": None,
                "activity": None,
                "match": "all",
                "multiplier": "1",
                "discount_percent": 0,
                "benefits": [],
                "welcome": None,
                "entitlements": [],
            },
            {
                "code": "diamond",
                "name": "Diamond",
                "spend_fen": 20000000,
                "points_earned": None,
                "activity": {"months": 3, "purchases": 3, "each_month": True},
                "match": "any",
                "multiplier": "2",
                "discount_percent": 20,
                "benefits": ["Double points"],
                "welcome": {"points": 2000, "purse": "points"},
                "entitlements": [{"code": "lounge", "name": "Lounge", "quota": 2, "per": "month"}],
            },
        ],
        "unlocks": [
            {
                "code": "tasting",
                "name": "Tasting invitation",
                "tiers": ["diamond"],
                "quarter_spend_fen": 2000000,
                "balance_points": None,
                "entitlements": [{"code": "tasting", "name": "Tasting", "quota": 1, "per": "quarter"}],
            }
        ],
    },
    "discounts": [
        {
            "campaign_id": "5f0c3e9a1b7d42e8a6c40b13",
            "name": "Your birthday month: 10% off fashion and dining",
            "percent": 10,
            "tiers": [],
            "birthday": "month",
            "tenants": [],
            "categories": ["womens_wear", "menswear", "dining"],
            "brands": [],
            "skus": [],
            "from": "2026-01-01T00:00:00+08:00",
            "until": "2036-12-31T23:59:59+08:00",
            "text": "10% off in the birthday month.",
        }
    ],
    "exclusions": [{"code": "tobacco", "name": "Tobacco"}],
    "enrolment": {
        "minimum_age": 18,
        "terms_version": "2026-01",
        "approval": "automatic",
        "minimum_spend_yuan": 0,
        "required_fields": [],
        "text": "Anyone of 18 or over who accepts the terms (2026-01) may join.",
    },
    "growth": {"points_per_yuan": "1"},
    "transfers": {
        "enabled": True,
        "minimum": 100,
        "most_a_day": 10000,
        "most_a_year": 100000,
        "fee_points": 0,
        "fee_percent": 1,
        "return_window_days": 15,
        "text": "Members may give points to each other: 100 or more at a time, 10000 a day, 100000 a year at most.",
    },
    "lateness": {"most_days": 30},
    "notice_days": 7,
    "announced": [
        {
            "version": 2,
            "effective_from": "2026-12-01",
            "announced_at": "2026-11-02T02:15:00.000Z",
            "text": "From 1 December 2026, 100 points are worth 1.2 yuan.",
            "differences": [{"field": "redemption.fen", "from": 100, "to": 120}],
        }
    ],
}


class ProgramAnswer(Answer):
    """The mall's published rules."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    version: Annotated[int, Field(description="Entries of the ledger name the version they were made under.")]
    language: str
    earning: Earning
    redemption: Redemption
    expiry: Expiry
    tiers: Tiers
    discounts: Annotated[
        tuple[PublishedDiscount, ...], Field(description="What is taken off without a coupon now, beside the tiers'.")
    ]
    exclusions: Annotated[tuple[Category, ...], Field(description="What neither earns nor is paid with points.")]
    enrolment: Enrolment
    growth: PublishedGrowth
    transfers: PublishedTransfers
    lateness: PublishedLateness
    notice_days: Annotated[int, Field(description="Changes are announced so many days before they take effect.")]
    announced: Annotated[tuple[AnnouncedVersion, ...], Field(description="What will change, the next change first.")]


class HealthAnswer(Answer):
    """The API answers."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "ok"}]})

    status: Literal["ok"] = "ok"
