"""The campaign that is drafted when a group's average receipt fell: a reason to spend as before (I3, ADR 0922). Pure.

Double points for the group's members on receipts that reach what was to be expected of them, for four weeks, in a small
budget. Members will read its name, so that says nothing of the alert; what staff want to know of it is in the alert.
Everything follows from the event: drafted again, it is the same.
"""

from datetime import date, datetime, time, timedelta

from functions.campaigns.staff_models import DraftCampaign
from loyalty.clock import local_date, zone
from loyalty.events.insight import AverageReceiptFell
from loyalty.fields import MAX_FEN
from loyalty.parts import FEN_PER_YUAN
from loyalty.win_back import GroupKind

BEGINS_AFTER, LASTS = timedelta(days=7), timedelta(days=28)
"""Days to look at it and approve it, and days it runs; both are the marketers' to change."""
FACTOR, AWARDS = "2", 4
BUDGET_POINTS = 100_000


def draft_of(event: AverageReceiptFell, zone_name: str) -> DraftCampaign:
    """Return the draft for an alert.

    Args:
        zone_name: the mall's IANA time zone: it begins and ends at midnight there.
    """
    fell, first = event.data, local_date(event.time, zone_name) + BEGINS_AFTER
    yuan = _yuan(fell.weeks[-1].expected_fen)
    scope = {"categories": [fell.group]} if fell.group_kind == GroupKind.CATEGORY else {}
    return DraftCampaign.model_validate(
        {
            "name_zh": "双倍积分礼遇",
            "name_en": "Double points for you",
            "description_zh": f"单笔消费满 {yuan} 元，积分翻倍。",
            "description_en": f"Double points on a receipt of {yuan} yuan or more.",
            "from": _midnight(first, zone_name),
            "until": _midnight(first + LASTS, zone_name),
            "conditions": {"lists": [fell.segment_id], "scope": scope, "at_least": yuan * FEN_PER_YUAN},
            "effects": [{"kind": "multiply", "factor": FACTOR}],
            "limits": {"awards": AWARDS},
            "budget": {"unit": "points", "amount": BUDGET_POINTS},
        }
    )


def _yuan(fen: int) -> int:
    """Return whole yuan, rounded up, that a condition can ask for."""
    return min(max(1, -(-fen // FEN_PER_YUAN)), MAX_FEN // FEN_PER_YUAN)


def _midnight(day: date, zone_name: str) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone(zone_name))
