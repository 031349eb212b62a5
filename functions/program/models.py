"""What the open routes answer."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from loyalty.http import Answer
from loyalty.programme import Approval, ExpiryKind, FormField, Window

Text = Annotated[str, Field(description="The same in words, in the caller's language.")]


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


class Tier(Answer):
    """One rung of the ladder."""

    code: str
    name: str
    spend_fen: Annotated[int, Field(description="The yearly spend that reaches it.")]
    multiplier: Annotated[str, Field(description="A decimal as text.")]
    discount_percent: Annotated[int, Field(description="Off every basket, without a coupon; 0: none.")]
    benefits: tuple[str, ...]


class Tiers(Answer):
    """The ladder, lowest rung first."""

    window: Window
    text: Text
    ladder: tuple[Tier, ...]


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
        "text": "Tiers follow the spend of the calendar year; reached at once, kept for a year.",
        "ladder": [
            {
                "code": "member",
                "name": "Member",
                "spend_fen": 0,
                "multiplier": "1",
                "discount_percent": 0,
                "benefits": [],
            },
            {
                "code": "diamond",
                "name": "Diamond",
                "spend_fen": 20000000,
                "multiplier": "2",
                "discount_percent": 20,
                "benefits": ["Double points"],
            },
        ],
    },
    "exclusions": [{"code": "tobacco", "name": "Tobacco"}],
    "enrolment": {
        "minimum_age": 18,
        "terms_version": "2026-01",
        "approval": "automatic",
        "minimum_spend_yuan": 0,
        "required_fields": [],
        "text": "Anyone of 18 or over who accepts the terms (2026-01) may join.",
    },
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
    exclusions: Annotated[tuple[Category, ...], Field(description="What neither earns nor is paid with points.")]
    enrolment: Enrolment


class HealthAnswer(Answer):
    """The API answers."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "ok"}]})

    status: Literal["ok"] = "ok"
