"""The growth report: where a member stands, what is missing, what is open, what is left of it (requirements T4-T6)."""

from datetime import date
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from loyalty import tiers
from loyalty.accounts import Account
from loyalty.benefit_models import PARKING, TASTING, EntitlementAnswer, EntitlementsAnswer, UnlockAnswer
from loyalty.clock import date_of, days_after
from loyalty.http import Answer
from loyalty.ladder import Match, Tier, Window
from loyalty.missing import Missing, missing_to_keep, missing_to_next
from loyalty.programme import Programme
from loyalty.types import Day, Purse

_MISSING: dict[str, Any] = {"match": "all", "spend_fen": 138000, "points": None, "purchases": None, "months": None}
_NEXT: dict[str, Any] = {"tier": "gold", "name": "金卡", "missing": _MISSING}
_STANDS: dict[str, Any] = {
    "window": "rolling_12_months",
    "spend_fen": 862000,
    "points_earned": None,
    "purchases": None,
}
_KEEP: dict[str, Any] = {
    "tier": "silver",
    "name": "银卡",
    "until": "2027-03-31",
    "review_on": "2027-05-01",
    "is_at_risk": False,
    "missing": {**_MISSING, "spend_fen": 0},
}


class MissingAnswer(Answer):
    """What is still missing to a tier, by measure; null: it does not ask for that."""

    model_config = ConfigDict(json_schema_extra={"examples": [_MISSING]})

    match: Annotated[Match, Field(description="Whether all of it is needed, or any.")]
    spend_fen: int | None
    points: Annotated[int | None, Field(description="Points to be earned by purchases; a balance never counts.")]
    purchases: Annotated[
        int | None, Field(description="Purchases to be made; null as well where it is too late for any.")
    ]
    months: Annotated[int | None, Field(description="Over how many months they must be spread, this one included.")]


class NextTierAnswer(Answer):
    """The tier above, and what is missing to it."""

    model_config = ConfigDict(json_schema_extra={"examples": [_NEXT]})

    tier: str
    name: str
    missing: MissingAnswer


class KeptTierAnswer(Answer):
    """The tier held, and what is missing to keep it in its next review."""

    model_config = ConfigDict(json_schema_extra={"examples": [_KEEP]})

    tier: str
    name: str
    until: Annotated[date, Field(description="The last day of its year.")]
    review_on: Annotated[
        date, Field(description="The day of the review: what is done before it counts, grace included")
    ]
    is_at_risk: Annotated[bool, Field(description="Whether the review would lower it as things are.")]
    missing: MissingAnswer


class MeasuresAnswer(Answer):
    """What counts now; null where the ladder does not ask for it."""

    model_config = ConfigDict(json_schema_extra={"examples": [_STANDS]})

    window: Window
    spend_fen: int
    points_earned: Annotated[int | None, Field(description="Points that purchases earned.")]
    purchases: int | None


class GrowthAnswer(Answer):
    """Where I stand, what is missing, what is open."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "value": 8620,
                    "stands": _STANDS,
                    "next": _NEXT,
                    "keep": _KEEP,
                    "unlocks": [TASTING],
                    "entitlements": [PARKING],
                }
            ]
        }
    )

    value: Annotated[int, Field(description="Growth value: purse `growth`. It is never spent and never lapses.")]
    stands: MeasuresAnswer
    next: Annotated[NextTierAnswer | None, Field(description="Null at the top.")]
    keep: Annotated[KeptTierAnswer | None, Field(description="Null on the lowest tier: it is not reviewed.")]
    unlocks: tuple[UnlockAnswer, ...]
    entitlements: tuple[EntitlementAnswer, ...]


def growth_answer(account: Account, rung: tiers.Rung, programme: Programme, today: Day, language: str) -> GrowthAnswer:
    """Return the growth report of an account on a day.

    Args:
        rung: where the member stands on that day, every review that has come due done.
    """
    benefits = EntitlementsAnswer.of(account, programme, today, language)
    above = missing_to_next(rung, account.record, today, programme)
    return GrowthAnswer(
        value=account.balance(Purse.GROWTH, today),
        stands=_measures(account.record, programme, today),
        next=above and NextTierAnswer(tier=above.tier.code, name=named(above.tier, language), missing=_missing(above)),
        keep=_keep(account, rung, programme, today, language),
        unlocks=benefits.unlocks,
        entitlements=benefits.entitlements,
    )


def named(tier: Tier, language: str) -> str:
    """Return a tier's name in the caller's language."""
    return tier.name_en if language == "en" else tier.name_zh


def _measures(record: tiers.Record, programme: Programme, today: Day) -> MeasuresAnswer:
    rules = programme.tiers
    span = tiers.span_on(today, rules.window)
    return MeasuresAnswer(
        window=rules.window,
        spend_fen=tiers.total(record.spend, span),
        points_earned=tiers.total(record.earned, span) if rules.asks_for_points else None,
        purchases=tiers.total(record.visits, span) if rules.asks_for_activity else None,
    )


def _keep(account: Account, rung: tiers.Rung, programme: Programme, today: Day, language: str) -> KeptTierAnswer | None:
    missing = missing_to_keep(rung, account.record, today, programme)
    if missing is None:
        return None
    return KeptTierAnswer(
        tier=rung.code,
        name=named(missing.tier, language),
        until=date_of(rung.until),
        review_on=date_of(days_after(tiers.kept_until(rung, programme), 1)),
        is_at_risk=tiers.next_review(rung, account.record, programme).code != rung.code,
        missing=_missing(missing),
    )


def _missing(missing: Missing) -> MissingAnswer:
    return MissingAnswer(
        match=missing.tier.match,
        spend_fen=missing.fen,
        points=missing.points,
        purchases=missing.purchases,
        months=missing.months,
    )
