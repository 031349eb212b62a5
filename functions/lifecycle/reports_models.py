"""What staff are told of an offer's outcome (requirements C5, B2, B3, B4, L2)."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from functions.lifecycle.counting import FIGURES, NO_TIER
from functions.lifecycle.revenue import DAYS, Revenue
from functions.lifecycle.staff_models import EXAMPLE_ID
from loyalty.clock import iso
from loyalty.http import Answer

_GOLD: dict[str, Any] = {
    "given": 120, "coupons": 240, "points": 24000, "used": 60, "off_fen": 300000, "receipts": 55, "paid_fen": 4100000,
}  # fmt: skip


class OccasionFigures(Answer):
    """What was given, and what became of it; money in fen."""

    given: Annotated[int, Field(description="Gifts.")] = 0
    coupons: Annotated[int, Field(description="Coupons in them.")] = 0
    points: Annotated[int, Field(description="Points in them.")] = 0
    used: Annotated[int, Field(description="Coupons that were used and not given back by a return.")] = 0
    off_fen: Annotated[int, Field(description="What these took off.")] = 0
    receipts: Annotated[int, Field(description="Receipts with such a coupon.")] = 0
    paid_fen: Annotated[int, Field(description="What was paid for these receipts; returns are not taken off.")] = 0


class OccasionTierFigures(OccasionFigures):
    """The same of members of a tier, as it was when they were given; `tier` is null where it was not known."""

    tier: str | None


class RevenueAfter(Answer):
    """What members did in the days after they had it, the day itself being the first; money in fen."""

    members: Annotated[int, Field(description="Who had it.")]
    bought: Annotated[int, Field(description="Who of them bought something.")]
    receipts: Annotated[int, Field(description="Their receipts, each counted once, whatever they had before it.")]
    paid_fen: Annotated[int, Field(description="What was paid for these, less what came back of them.")]


class RevenueWithCoupons(Answer):
    """Receipts with a coupon of it, whenever it was used, as the report counts them; money in fen."""

    receipts: int
    off_fen: int
    paid_fen: int


class OccasionRevenueAnswer(Answer):
    """What followed an offer; for who had it less than `days` ago, only what they did until now."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "offer_id": EXAMPLE_ID,
                    "as_of": "2026-11-21T04:00:00.000Z",
                    "days": DAYS,
                    "after": {"members": 120, "bought": 83, "receipts": 171, "paid_fen": 9600000},
                    "with_coupons": {"receipts": 55, "off_fen": 300000, "paid_fen": 4100000},
                }
            ]
        }
    )

    offer_id: str
    as_of: str
    days: int
    after: RevenueAfter
    with_coupons: RevenueWithCoupons


class OccasionReportAnswer(Answer):
    """An offer's outcome so far."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"offer_id": EXAMPLE_ID, "total": _GOLD, "tiers": [{**_GOLD, "tier": "gold"}]}]}
    )

    offer_id: str
    total: OccasionFigures
    tiers: tuple[OccasionTierFigures, ...]


def report_answer(offer_id: str, found: Mapping[str, Counter[str]]) -> OccasionReportAnswer:
    """Return the figures by tier and in all."""
    tiers = tuple(_of_tier(tier, own) for tier, own in sorted(found.items()))
    total = Counter[str]()
    for own in found.values():
        total.update(own)
    return OccasionReportAnswer(offer_id=offer_id, total=OccasionFigures(**_plain(total)), tiers=tiers)


def revenue_answer(
    offer_id: str, now: datetime, found: Revenue, counted: Mapping[str, Counter[str]]
) -> OccasionRevenueAnswer:
    """Return what followed an offer, beside what the report counted of its coupons."""
    used = report_answer(offer_id, counted).total
    return OccasionRevenueAnswer(
        offer_id=offer_id,
        as_of=iso(now),
        days=DAYS,
        after=RevenueAfter(members=found.members, bought=found.bought, receipts=found.receipts, paid_fen=found.paid),
        with_coupons=RevenueWithCoupons(receipts=used.receipts, off_fen=used.off_fen, paid_fen=used.paid_fen),
    )


def _of_tier(tier: str, own: Counter[str]) -> OccasionTierFigures:
    return OccasionTierFigures(tier=None if tier == NO_TIER else tier, **_plain(own))


def _plain(sums: Counter[str]) -> dict[str, Any]:
    return {name: sums[name] for name in FIGURES}
