"""The discount campaigns that are published, cached for half a minute (requirements A11).

Marketers draft them, another person approves them, and they are published like every offer (`loyalty.catalogue`).
Half a minute of what was published before is harmless: a campaign is approved ahead of its first instant.
"""

from datetime import datetime

from loyalty.catalogue import Catalogue, Offer, OfferState
from loyalty.pricing.campaigns import Campaign, identified
from loyalty.remembering import HALF_A_MINUTE, kept_for
from loyalty.settings import setting

NAME = "discount"
"""The catalogue's name for discount campaigns."""


def catalogue() -> Catalogue:
    """Return where discount campaigns are kept."""
    return Catalogue(table=setting("COUPONS_TABLE"), key_name="coupon_id", name=NAME)


def running(now: datetime) -> tuple[Campaign, ...]:
    """Return the published campaigns that have begun; a receipt that comes late may be of one that is over."""
    return tuple(campaign for campaign in _published() if campaign.starts <= now)


@kept_for(HALF_A_MINUTE)
def _published() -> tuple[Campaign, ...]:
    """Return the published campaigns in order of id."""
    return tuple(_campaign(offer) for offer in catalogue().everything() if offer.state is OfferState.PUBLISHED)


def _campaign(offer: Offer) -> Campaign:
    return identified(offer.offer_id, offer.definition)
