"""Discount campaigns: money off without a coupon, for tiers or for all (requirements A11). Pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import AwareDatetime, Field, PrivateAttr, model_validator

from loyalty.coupons.terms import Discount, Scope
from loyalty.parts import Code, Part

Title = Annotated[str, Field(min_length=1, max_length=64)]


class Campaign(Part):
    """A discount campaign: 20% off everywhere, 10% off named brands, for some tiers or all.

    Attributes:
        percent: 20 means 20% off (八折).
        tiers: whom it is for; empty: every member.
        starts: its first instant, written `from`; `until` is the first instant it is over.
    """

    name_zh: Title
    name_en: Title
    percent: Annotated[int, Field(strict=True, ge=1, le=90)]
    scope: Scope = Scope()
    tiers: Annotated[tuple[Code, ...], Field(max_length=20)] = ()
    starts: Annotated[AwareDatetime, Field(alias="from")]
    until: AwareDatetime
    _campaign_id: str = PrivateAttr("")

    @property
    def campaign_id(self) -> str:
        """Return the id it was drafted under, which receipts name; no part of what marketers write."""
        return self._campaign_id

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.until <= self.starts:
            raise ValueError("until must lie after from")
        return self


def for_member(campaigns: Iterable[Campaign], tier: str, at: datetime, tenant: str) -> tuple[Discount, ...]:
    """Return the discounts a member gets: those of campaigns for the tier, at the tenant, at the time of purchase."""
    return tuple(
        Discount(code=campaign.campaign_id, percent=campaign.percent, scope=campaign.scope)
        for campaign in campaigns
        if campaign.starts <= at < campaign.until
        and (not campaign.tiers or tier in campaign.tiers)
        and (not campaign.scope.tenants or tenant in campaign.scope.tenants)
    )


def identified(campaign_id: str, definition: Any) -> Campaign:
    """Return the campaign of an offer, under the offer's id."""
    campaign = Campaign.model_validate(definition)
    campaign._campaign_id = campaign_id
    return campaign
