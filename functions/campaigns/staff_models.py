"""What staff send about campaigns and get back (requirements P4, A1)."""

from datetime import datetime
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import AwareDatetime, ConfigDict, Field

from functions.campaigns.definition import (
    CampaignFollowUp,
    ControlShare,
    EarningBudget,
    EarningCampaign,
    EarningConditions,
    EarningLimits,
    campaign_of,
)
from functions.campaigns.definition_effects import AnyEffect
from functions.campaigns.phases import Phase, phase_of
from loyalty.catalogue import Offer
from loyalty.earning.rule import GroupMode, Unit
from loyalty.http import Answer
from loyalty.offer_models import EXAMPLE_LIFE, LifeAnswer, Patch, life_of

CAMPAIGN_ID = r"^[0-9a-f]{24}$"
EXAMPLE_CAMPAIGN_ID = "5f0c3e9a1b7d42e8a6c40b13"
EarningCampaignPath = Annotated[
    str, Path(pattern=CAMPAIGN_ID, description="The campaign's id.", examples=[EXAMPLE_CAMPAIGN_ID])
]

EXAMPLE_CAMPAIGN: dict[str, Any] = {
    "name_zh": "餐饮夜市双倍积分",
    "name_en": "Double points on dining in the evening",
    "from": "2026-12-01T00:00:00+08:00",
    "until": "2027-01-01T00:00:00+08:00",
    "conditions": {"scope": {"categories": ["dining"]}, "windows": {"daily": {"from": "18:00", "until": "22:00"}}},
    "effects": [{"kind": "multiply", "factor": "2"}],
    "limits": {"points_a_day": 2000},
    "budget": {"unit": "points", "amount": 500_000},
}
_FULL = campaign_of(EXAMPLE_CAMPAIGN).model_dump(mode="json", by_alias=True)
_CAMPAIGN: dict[str, Any] = {
    "campaign_id": EXAMPLE_CAMPAIGN_ID,
    "phase": "running",
    **EXAMPLE_LIFE,
    "definition": _FULL,
    "budget": {"unit": "points", "amount": 500_000, "left": 412_350},
}


class DraftCampaign(EarningCampaign):
    """A campaign as it is drafted."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_CAMPAIGN]})


class EarningCampaignPatch(Patch):
    """What changes in a draft; what is left out stays, what is given is replaced as a whole."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"budget": {"unit": "points", "amount": 800_000}}]}, populate_by_name=True
    )

    name_zh: str | None = None
    name_en: str | None = None
    description_zh: str | None = None
    description_en: str | None = None
    starts: Annotated[AwareDatetime | None, Field(alias="from")] = None
    until: AwareDatetime | None = None
    priority: int | None = None
    group: str | None = None
    stacking: GroupMode | None = None
    conditions: EarningConditions | None = None
    effects: tuple[AnyEffect, ...] | None = None
    limits: EarningLimits | None = None
    budget: EarningBudget | None = None
    follow_up: CampaignFollowUp | None = None
    control_share: ControlShare | None = None


class BudgetAnswer(Answer):
    """What all members together may get, and how much of it is `left`; null before publication, and in lists."""

    unit: Unit
    amount: int
    left: int | None = None


class EarningCampaignAnswer(LifeAnswer):
    """A campaign.

    Attributes:
        phase: planned, approved, warm_up (published, not begun), running, paused, follow_up (the window is over, late
            receipts still earn), closed.
        version: goes up with every change of it.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_CAMPAIGN]})

    campaign_id: str
    phase: Phase
    definition: EarningCampaign
    budget: BudgetAnswer | None = None


class EarningCampaignsAnswer(Answer):
    """A page of campaigns, in order of their ids."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"items": [_CAMPAIGN | {"budget": {**_CAMPAIGN["budget"], "left": None}}], "next": None}]
        }
    )

    items: tuple[EarningCampaignAnswer, ...]
    next: str | None = None


def campaign_answer(offer: Offer, now: datetime, left: int | None = None) -> EarningCampaignAnswer:
    """Return a campaign as staff see it."""
    definition = campaign_of(offer.definition)
    budget = definition.budget
    return EarningCampaignAnswer(
        campaign_id=offer.offer_id,
        phase=phase_of(offer.state, definition.starts, definition.until, now),
        **life_of(offer),
        definition=definition,
        budget=BudgetAnswer(unit=budget.unit, amount=budget.amount, left=left) if budget else None,
    )
