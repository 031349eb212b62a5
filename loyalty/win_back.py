"""What a fall of a group's average receipt leads to, named alike by who finds it and by who acts on it (I3, ADR 0922).

Three capabilities act by themselves on one alert: insight tells of it, segments define the group where nothing that
ships does, campaigns draft a win-back for it. Names follow from the alert, so none waits for another, and whatever is
repeated finds what stands.
"""

import hashlib
from enum import StrEnum

from loyalty import segment_names
from loyalty.offers import offer_id_for

AUTHOR = "system"
"""Who wrote such a draft: nobody of the staff, so every approver may approve it."""
CAMPAIGN = "campaign"
"""The catalogue's name for campaigns."""


class GroupKind(StrEnum):
    """What a group of receipts has in common."""

    TIER = "tier"
    STAGE = "stage"
    CATEGORY = "category"
    SEGMENT = "segment"


def alert_id_for(kind: str, group: str, first_week: str) -> str:
    """Return the id of the alert of a group's fall, by the Monday on which that began."""
    return hashlib.sha256("\n".join((kind, group, first_week)).encode()).hexdigest()[:24]


def draft_id_for(alert_id: str) -> str:
    """Return the id of the campaign that is drafted for an alert."""
    return offer_id_for(CAMPAIGN, AUTHOR, alert_id)


def segment_key(kind: str, group: str) -> str:
    """Return the key under which the segment of a group is made, once for all its alerts."""
    return f"{kind}/{group}"


def segment_id_for(kind: str, group: str) -> str:
    """Return the segment that is a group: one that ships (stages, RFM's), else one that is made for it."""
    if kind == GroupKind.STAGE:
        return f"stage_{group}"
    if kind == GroupKind.SEGMENT:
        return group
    return offer_id_for(segment_names.NAME, AUTHOR, segment_key(kind, group))
