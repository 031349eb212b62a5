"""The discount campaigns that are published, cached for half a minute (requirements A11).

Marketers draft them, another person approves them, and they are published like every offer (`loyalty.catalogue`).
Half a minute of what was published before is harmless: a campaign is approved ahead of its first instant.
"""

import time
from datetime import datetime
from functools import lru_cache

from loyalty.catalogue import Catalogue, Offer, OfferState
from loyalty.pricing.campaigns import Campaign, identified
from loyalty.settings import setting

CACHE_SECONDS = 30
NAME = "discount"
"""The catalogue's name for discount campaigns."""


def catalogue() -> Catalogue:
    """Return where discount campaigns are kept."""
    return Catalogue(table=setting("COUPONS_TABLE"), key_name="coupon_id", name=NAME)


def running(now: datetime) -> tuple[Campaign, ...]:
    """Return the published campaigns that have begun; a receipt that comes late may be of one that is over."""
    published = _published(int(time.monotonic() // CACHE_SECONDS))
    return tuple(campaign for campaign in published if campaign.starts <= now)


@lru_cache(maxsize=2)
def _published(_half_minute: int) -> tuple[Campaign, ...]:
    """Return the published campaigns in order of id; the argument makes the cache forget."""
    return tuple(_campaign(offer) for offer in catalogue().everything() if offer.state is OfferState.PUBLISHED)


def _campaign(offer: Offer) -> Campaign:
    return identified(offer.offer_id, offer.definition)
