"""What the ids in a statement are called: campaigns, tiers, entitlements. Entries store ids, never text."""

from collections.abc import Sequence
from datetime import datetime

from loyalty import programme_store
from loyalty.earning import names as campaigns
from loyalty.entries import Entry
from loyalty.ladder import Entitlement, Tier
from loyalty.programme import Programme

_CAMPAIGNS = frozenset({"campaign", "campaign_back"})
"""The reasons that speak of a campaign."""


def names(entries: Sequence[Entry], now: datetime, language: str) -> dict[str, str]:
    """Return the names of what a page's reasons speak of; campaigns are read only where one does."""
    about = {(reason.code in _CAMPAIGNS, reason.about) for entry in entries for reason in entry.reasons if reason.about}
    ids = sorted(one for is_campaign, one in about if is_campaign)
    found = campaigns.names(ids, language) if ids else {}
    return found | (_of_programme(programme_store.current(now), language) if len(about) > len(ids) else {})


def _of_programme(programme: Programme, language: str) -> dict[str, str]:
    """Return the names of tiers and entitlements as the programme calls them now."""
    parts: tuple[Entitlement | Tier, ...] = (*programme.tiers.entitlements, *programme.tiers.ladder)
    return {part.code: part.name_en if language == "en" else part.name_zh for part in parts}
