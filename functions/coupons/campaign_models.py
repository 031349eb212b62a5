"""What staff send about discount campaigns and get back (requirements A11)."""

from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import AwareDatetime, ConfigDict, Field

from functions.coupons.staff_models import EXAMPLE_ID, OFFER_ID
from loyalty.catalogue import Offer
from loyalty.coupons.terms import Scope
from loyalty.http import Answer
from loyalty.offer_models import EXAMPLE_LIFE, LifeAnswer, Patch, life_of
from loyalty.parts import Code
from loyalty.pricing.campaigns import Campaign

CampaignIdPath = Annotated[str, Path(pattern=OFFER_ID, description="The campaign's id.", examples=[EXAMPLE_ID])]

_DEFINITION: dict[str, Any] = {
    "name_zh": "周年庆全场八折",
    "name_en": "Anniversary: 20% off",
    "percent": 20,
    "tiers": ["gold"],
    "birthday": None,
    "from": "2026-11-02T00:00:00+08:00",
    "until": "2026-11-09T00:00:00+08:00",
}
_FULL = Campaign.model_validate(_DEFINITION).model_dump(mode="json", by_alias=True)
_CAMPAIGN = {"campaign_id": EXAMPLE_ID, **EXAMPLE_LIFE, "definition": _FULL}


class CampaignPatch(Patch):
    """What changes in a draft; what is left out stays, what is given is replaced as a whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"percent": 15}]}, populate_by_name=True)

    name_zh: str | None = None
    name_en: str | None = None
    percent: int | None = None
    scope: Scope | None = None
    tiers: tuple[Code, ...] | None = None
    birthday: Literal["month", "day"] | None = None
    starts: Annotated[AwareDatetime | None, Field(alias="from")] = None
    until: AwareDatetime | None = None


class CampaignAnswer(LifeAnswer):
    """A discount campaign."""

    model_config = ConfigDict(json_schema_extra={"examples": [_CAMPAIGN]})

    campaign_id: str
    definition: Campaign


class CampaignsAnswer(Answer):
    """A page of campaigns, in order of their ids."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_CAMPAIGN], "next": None}]})

    items: tuple[CampaignAnswer, ...]
    next: str | None = None


def campaign_answer(offer: Offer) -> CampaignAnswer:
    """Return a campaign as staff see it."""
    definition = Campaign.model_validate(offer.definition)
    return CampaignAnswer(campaign_id=offer.offer_id, definition=definition, **life_of(offer))
