"""Discount campaigns: money off without a coupon, for tiers or for all (requirements A11), cached for half a minute.

Marketers draft them, another person approves them, and they are published like every offer (`loyalty.catalogue`).
Half a minute of what was published before is harmless: a campaign is approved ahead of its first instant.
"""

import time
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, Self

from pydantic import AwareDatetime, Field, PrivateAttr, model_validator

from loyalty.catalogue import Catalogue, Offer, OfferState
from loyalty.coupons.terms import Discount, Scope
from loyalty.programme import Code, Part
from loyalty.settings import setting

CACHE_SECONDS = 30
NAME = "discount"
"""The catalogue's name for discount campaigns."""

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


def catalogue() -> Catalogue:
    """Return where discount campaigns are kept."""
    return Catalogue(table=setting("COUPONS_TABLE"), key_name="coupon_id", name=NAME)


def running(now: datetime) -> tuple[Campaign, ...]:
    """Return the published campaigns that have begun; a receipt that comes late may be of one that is over."""
    published = _published(int(time.monotonic() // CACHE_SECONDS))
    return tuple(campaign for campaign in published if campaign.starts <= now)


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


@lru_cache(maxsize=2)
def _published(_half_minute: int) -> tuple[Campaign, ...]:
    """Return the published campaigns in order of id; the argument makes the cache forget."""
    return tuple(_campaign(offer) for offer in catalogue().everything() if offer.state is OfferState.PUBLISHED)


def _campaign(offer: Offer) -> Campaign:
    return identified(offer.offer_id, offer.definition)
