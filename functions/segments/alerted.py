"""The segment of a group whose average receipt fell, where none that ships is it (requirement I3, ADR 0922). Pure.

Stages and RFM's groups ship. A tier's members, and who bought a category within a year, are defined once a group, by
`system`, as marketers would; from then on it is a segment like any other, theirs to change or archive.
"""

from typing import Any

from functions.segments.segment import Segment
from loyalty.win_back import GroupKind

BOUGHT_WITHIN_DAYS = 365


def segment_for(kind: str, group: str) -> Segment | None:
    """Return the segment to define for a group; None where it is there already.

    Raises:
        ValueError: if no condition can name such a group.
    """
    match kind:
        case GroupKind.TIER:
            return _segment(f"等级 {group}", f"Tier {group}", {"about": "tier", "in": [group]})
        case GroupKind.CATEGORY:
            bought = {"about": "visits", "days": BOUGHT_WITHIN_DAYS, "at_least": 1, "categories": [group]}
            return _segment(f"买过 {group}", f"Bought {group}", bought)
    return None


def _segment(name_zh: str, name_en: str, condition: dict[str, Any]) -> Segment:
    return Segment.model_validate({"name_zh": name_zh[:64], "name_en": name_en[:64], "condition": condition})
