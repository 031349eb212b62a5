"""A campaign's figures and report as staff read them (requirement A1)."""

from datetime import date
from typing import Any

from pydantic import ConfigDict

from functions.campaigns.phases import Phase
from functions.campaigns.staff_models import EXAMPLE_CAMPAIGN_ID
from functions.campaigns.trials_models import GivenFigures
from loyalty.earning.rule import Unit
from loyalty.http import Answer

_BRIEF = {
    "awards": 310,
    "returns": 6,
    "spend_fen": 21_700_000,
    "points": 15_500,
    "points_back": 300,
    "coupons": 0,
    "coupons_back": 0,
}
_FIGURES: dict[str, Any] = {
    "participants": 290,
    "awards": 310,
    "returns": 6,
    "spend_fen": 21_700_000,
    "units": 15_200,
    "points": {"points": 15_500},
    "points_back": {"points": 300},
    "coupons": 0,
    "coupons_back": 0,
    "coupons_by_template": {},
    "coupons_back_by_template": {},
    "by_tier": {"gold": _BRIEF},
    "by_tenant": {"shoes-and-more": _BRIEF},
    "by_day": {"2026-11-05": _BRIEF},
}


class BriefFigures(Answer):
    """What is told of a tier, a tenant or a day; `points` are those of purse `points`, money in fen."""

    awards: int = 0
    returns: int = 0
    spend_fen: int = 0
    points: int = 0
    points_back: int = 0
    coupons: int = 0
    coupons_back: int = 0


class EarningFigures(GivenFigures):
    """What a campaign gave and took back, some seconds behind.

    An award counts on the mall-local day of purchase, what is taken back on the day it was recorded; a return names no
    tier.

    Attributes:
        participants: members who were awarded something; awards: receipts that were.
        spend_fen: what was paid in money for those receipts, returns not taken off.
        units: of the budget, what was given back taken off.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_FIGURES]})

    participants: int
    awards: int
    returns: int
    spend_fen: int
    units: int
    by_tier: dict[str, BriefFigures]
    by_tenant: dict[str, BriefFigures]
    by_day: dict[str, BriefFigures]


class ReportBudget(Answer):
    """The budget, what was `used` of it and what is `left`; `cost_fen`: what all of it comes to, where it is points."""

    unit: Unit
    amount: int
    used: int
    left: int
    cost_fen: int | None


class FollowUpFigures(Answer):
    """The survey that follows a campaign, some seconds behind.

    Attributes:
        asks_on: the mall-local day it asks: moved where the campaign was ended early.
        invited: members who took part and were asked; those who rest, or gave everything back, are not.
        answered: how many of those answered.
    """

    survey_id: str
    asks_on: date
    invited: int
    answered: int


class CampaignReport(Answer):
    """What a campaign achieved, and what it costs; money in fen.

    Attributes:
        cost_fen: what it comes to at most: every point redeemed, every coupon used, less what was taken back.
        average_receipt_fen: of the receipts that were awarded; null while there is none.
        follow_up: the survey that follows it; null before publication, and where it names none.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "campaign_id": EXAMPLE_CAMPAIGN_ID,
                    "name_zh": "餐饮夜市双倍积分",
                    "name_en": "Double points at the night market",
                    "phase": "running",
                    "budget": {
                        "unit": "points",
                        "amount": 100_000,
                        "used": 15_200,
                        "left": 84_800,
                        "cost_fen": 100_000,
                    },
                    "cost_fen": 15_200,
                    "average_receipt_fen": 70_000,
                    "follow_up": {
                        "survey_id": "8b1d6f02c4e97a53d0f1b6e2",
                        "asks_on": "2027-01-03",
                        "invited": 240,
                        "answered": 61,
                    },
                    "figures": _FIGURES,
                }
            ]
        }
    )

    campaign_id: str
    name_zh: str
    name_en: str
    phase: Phase
    budget: ReportBudget | None
    cost_fen: int
    average_receipt_fen: int | None
    follow_up: FollowUpFigures | None
    figures: EarningFigures
