"""What staff send to simulate a receipt, and what it would earn (requirements A10)."""

from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from functions.campaigns import wording
from functions.campaigns.definition import CampaignInstant
from functions.campaigns.simulating import Simulated
from functions.campaigns.staff_models import CAMPAIGN_ID, EXAMPLE_CAMPAIGN_ID
from loyalty.coupons.template import IsoDay, MonthDay
from loyalty.earning.evaluation import Award
from loyalty.earning.rule import Rule
from loyalty.entries import Reason
from loyalty.fields import CategoryField, FenField, MemberIdField, QuantityField, SkuField, TenantIdField
from loyalty.http import Answer, Body
from loyalty.parts import Code
from loyalty.texts import render
from loyalty.types import Purse

MOST_LINES = 300
MOST_CAMPAIGNS = 20
_EXAMPLE: dict[str, Any] = {
    "tenant_id": "noodle-bar",
    "lines": [{"sku": "SKU-1", "category": "dining", "brand": "", "quantity": 2, "amount": 12800}],
    "channel": "till",
    "shopper": {"tier": "gold", "first_purchase": False, "birthday": "05-17", "joined": "2024-03-14"},
    "at": "2026-12-05T19:00:00+08:00",
    "drafts": True,
}


class SimulatedLine(Body):
    """One line of the basket; `amount` is the line's total in fen, all pieces together."""

    sku: SkuField
    category: CategoryField
    brand: Annotated[str, Field(max_length=64)] = ""
    quantity: QuantityField = 1
    amount: FenField


class AssumedShopper(Body):
    """A member as campaigns see one; without a tier, of the lowest.

    Attributes:
        birthday: month and day, `MM-DD`; joined: the day of enrolment.
        lists: the lists of members the shopper is on.
    """

    tier: Code | None = None
    first_purchase: bool = False
    birthday: MonthDay | None = None
    joined: IsoDay | None = None
    lists: Annotated[tuple[str, ...], Field(max_length=20)] = ()


class SimulationRequest(Body):
    """A receipt that might be, for a member or for an assumed shopper.

    Attributes:
        at: when it is bought, now or in the future; without it, now.
        drafts: whether campaigns take part that were drafted or approved, and never published.
        campaigns: ids of more that take part, in whatever state they are.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    tenant_id: TenantIdField
    lines: Annotated[tuple[SimulatedLine, ...], Field(min_length=1, max_length=MOST_LINES)]
    channel: Literal["till", "import"] = "till"
    member_id: MemberIdField | None = None
    shopper: AssumedShopper | None = None
    at: CampaignInstant | None = None
    drafts: bool = False
    campaigns: Annotated[tuple[Annotated[str, Field(pattern=CAMPAIGN_ID)], ...], Field(max_length=MOST_CAMPAIGNS)] = ()

    @model_validator(mode="after")
    def _is_somebodys(self) -> Self:
        if (self.member_id is None) == (self.shopper is None):
            raise ValueError("name either member_id or an assumed shopper")
        return self


class SimulatedAward(Answer):
    """What one campaign would give: points by purse, a coupon of each template, and what that takes of its budget."""

    campaign_id: str
    name: str
    points: dict[Purse, int]
    templates: tuple[str, ...]
    budget_units: int
    reason: str


class SimulatedMiss(Answer):
    """A campaign that would give nothing: codes that say why, and the same in words."""

    campaign_id: str
    name: str
    why: tuple[str, ...]
    reason: str


class SimulationAnswer(Answer):
    """What the receipt would earn.

    Attributes:
        tier: whose multiplier and discount count; paid: fen in money, automatic discounts taken off.
        points: of purse `points` in all: base, the tier's bonus and what campaigns give.
        growth: growth value of the purchase itself.
        missed: campaigns that apply and give nothing; idle: those that do not apply.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "at": "2026-12-05T19:00:00+08:00",
                    "tier": "gold",
                    "paid": 12800,
                    "points": 306,
                    "base_points": 128,
                    "tier_points": 25,
                    "growth": 0,
                    "awards": [
                        {
                            "campaign_id": EXAMPLE_CAMPAIGN_ID,
                            "name": "餐饮夜市双倍积分",
                            "points": {"points": 153},
                            "templates": [],
                            "budget_units": 153,
                            "reason": "活动奖励：餐饮夜市双倍积分",
                        }
                    ],
                    "missed": [
                        {
                            "campaign_id": "5f0c3e9a1b7d42e8a6c40b14",
                            "name": "周年庆满500送50",
                            "why": ["budget_exhausted"],
                            "reason": "活动预算已用完",
                        }
                    ],
                    "idle": [
                        {
                            "campaign_id": "5f0c3e9a1b7d42e8a6c40b15",
                            "name": "每月5日会员日双倍积分",
                            "why": ["days"],
                            "reason": "不是活动日",
                        }
                    ],
                    "currency": "CNY",
                }
            ]
        }
    )

    at: str
    tier: str
    paid: int
    points: int
    base_points: int
    tier_points: int
    growth: int
    awards: tuple[SimulatedAward, ...]
    missed: tuple[SimulatedMiss, ...]
    idle: tuple[SimulatedMiss, ...]
    currency: Literal["CNY"] = "CNY"


def simulation_answer(found: Simulated, at: str, language: str) -> SimulationAnswer:
    """Return what a receipt would earn, its reasons in `zh` or `en`."""
    awards = found.evaluation.awards
    given = sum(award.points.get(Purse.POINTS, 0) for award in awards)
    return SimulationAnswer(
        at=at,
        tier=found.tier,
        paid=found.paid,
        points=found.base + found.tier_points + given,
        base_points=found.base,
        tier_points=found.tier_points,
        growth=found.growth,
        awards=tuple(_award(award, language) for award in awards),
        missed=tuple(_miss(one.rule, (one.why.value,), language) for one in found.evaluation.missed),
        idle=tuple(_miss(rule, why, language) for rule, why in found.idle),
    )


def _award(award: Award, language: str) -> SimulatedAward:
    name = _name(award.rule, language)
    return SimulatedAward(
        campaign_id=award.rule.campaign_id,
        name=name,
        points=dict(award.points),
        templates=award.templates,
        budget_units=award.units,
        reason=render(Reason("campaign", Purse.POINTS, 0), language, name),
    )


def _miss(rule: Rule, why: tuple[str, ...], language: str) -> SimulatedMiss:
    told = (" " if language == "en" else "；").join(wording.why(code, language) for code in why)
    return SimulatedMiss(campaign_id=rule.campaign_id, name=_name(rule, language), why=why, reason=told)


def _name(rule: Rule, language: str) -> str:
    return rule.name_en if language == "en" else rule.name_zh
