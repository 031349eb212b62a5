"""The discounts that run now, as they are published: a price that depends on who buys says on what (A11, B1, K2). Pure.

Whoever meets what a discount asks gets it; nothing but what is written here decides.
"""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from functions.program.sentences import SENTENCES
from functions.program.tier_models import Text
from loyalty.http import Answer
from loyalty.pricing.campaigns import Campaign


class PublishedDiscount(Answer):
    """Money off without a coupon, at tills that quote; what is empty is not asked for. Goods get the best one only."""

    model_config = ConfigDict(populate_by_name=True)

    campaign_id: str
    name: str
    percent: Annotated[int, Field(description="20 means 20% off.")]
    tiers: Annotated[tuple[str, ...], Field(description="For members of these.")]
    birthday: Annotated[
        Literal["month", "day"] | None,
        Field(description="In the member's birthday month, or on the birthday, once the mall knows it."),
    ]
    tenants: tuple[str, ...]
    categories: tuple[str, ...]
    brands: tuple[str, ...]
    skus: tuple[str, ...]
    starts: Annotated[str, Field(alias="from")]
    until: str
    text: Text


def discount(campaign: Campaign, language: str) -> PublishedDiscount:
    """Return a discount campaign as everybody may read it, in `zh` or `en`."""
    english, scope = language == "en", campaign.scope
    return PublishedDiscount(
        campaign_id=campaign.campaign_id,
        name=campaign.name_en if english else campaign.name_zh,
        percent=campaign.percent,
        tiers=campaign.tiers,
        birthday=campaign.birthday,
        tenants=scope.tenants,
        categories=scope.categories,
        brands=scope.brands,
        skus=scope.skus,
        starts=campaign.starts.isoformat(),
        until=campaign.until.isoformat(),
        text=SENTENCES[f"discount_{campaign.birthday or 'always'}"][english].format(percent=campaign.percent),
    )
