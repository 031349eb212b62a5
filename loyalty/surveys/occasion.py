"""An occasion to ask: what happened, to whom, and whether a survey fits it. Pure.

The answer of a checkout and the event that follows speak of the same occasion: both derive the same key from the same
facts, so whoever comes first invites, and the other finds the invitation.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from loyalty.surveys.running import Condition, Running
from loyalty.surveys.settings import Settings

IMPORTED = "import"
MISSING = object()


class TriggerEvent(StrEnum):
    """The events that may lead to an invitation. Plain purchases do not: most of a mall's events are (ADR 0701)."""

    POINTS_REDEEMED = "PointsRedeemed"
    COUPON_REDEEMED = "CouponRedeemed"
    REWARD_HANDED_OVER = "RewardHandedOver"
    COUPON_EXPIRED = "CouponExpired"
    POINTS_REFUNDED = "PointsRefunded"
    TIER_CHANGED = "TierChanged"
    MEMBER_ENROLLED = "MemberEnrolled"
    SEGMENT_ENTERED = "SegmentEntered"


DEEDS = tuple(event for event in TriggerEvent if event is not TriggerEvent.SEGMENT_ENTERED)
"""Those that tell of something a member did, or that was done for them: who is in a segment need not have been here."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something a member did, or that happened to them.

    Attributes:
        event: the type of the event that tells of it.
        key: the same for every event of one redemption or checkout.
        data: the event's data, JSON-ready, as its schema publishes it.
        origin: how it reached us; nothing reaches out to members because of an import.
        about: the coupon template, reward or campaign it is about.
    """

    event: str
    member_id: str
    key: str
    at: datetime
    origin: str
    data: Mapping[str, Any] = field(default_factory=dict)
    tenant_id: str | None = None
    about: str | None = None


def of_event(event: str, subject: str, at: datetime, origin: str, data: Mapping[str, Any], event_id: str) -> Occasion:
    """Return the occasion an event tells of."""
    receipt = data.get("receipt") or {}
    tenant_id = data.get("tenant_id") or receipt.get("tenant_id")
    receipt_no = data.get("receipt_no") or receipt.get("receipt_no")
    return Occasion(
        event=event,
        member_id=subject,
        key=key_of(tenant_id, receipt_no, data.get("redemption_id") or data.get("entry_id") or event_id),
        at=at,
        origin=origin,
        data=data,
        tenant_id=tenant_id,
        about=data.get("template_id") or data.get("reward_id"),
    )


def key_of(tenant_id: str | None, receipt_no: str | None, otherwise: str) -> str:
    """Return an occasion's key: the receipt, where there is one; else what the event is about."""
    return f"receipt/{tenant_id}/{receipt_no}" if tenant_id and receipt_no else f"one/{otherwise}"


def why_not(running: Running, occasion: Occasion, rules: Settings, now: datetime) -> str | None:
    """Return why an occasion is none to ask this survey; None where it is one.

    The reasons: `other_event`, `imported`, `not_running`, `late`, `conditions`, `not_sampled`. Whether the member was
    asked too recently is decided when the invitation is written.
    """
    trigger = running.trigger
    if trigger is None or occasion.event not in trigger.events:
        return "other_event"
    if occasion.origin == IMPORTED:
        return "imported"
    if not running.asks_at(occasion.at) or not running.asks_at(now):
        return "not_running"
    if now - occasion.at > timedelta(hours=rules.late_hours):
        return "late"
    if not all(holds(condition, occasion.data) for condition in trigger.conditions):
        return "conditions"
    return None if is_sampled(running, occasion) else "not_sampled"


def is_sampled(running: Running, occasion: Occasion) -> bool:
    """Tell whether an occasion is among those asked: decided by its key, so the same whenever it is decided."""
    share = running.trigger.sample_percent if running.trigger else 100
    return zlib.crc32(f"{running.series_id}\n{occasion.member_id}\n{occasion.key}".encode()) % 100 < share


def holds(condition: Condition, data: Mapping[str, Any]) -> bool:
    """Tell whether an event's data fulfil a condition; what is not there fulfils none but `exists` false."""
    value = value_at(data, condition.field)
    if condition.op == "exists":
        return (value is not MISSING) == bool(condition.value)
    if value is MISSING:
        return False
    match condition.op:
        case "eq":
            return bool(value == condition.value)
        case "ne":
            return bool(value != condition.value)
        case "in":
            return value in condition.value
        case "gte":
            return _is_number(value) and bool(value >= condition.value)
        case "lte":
            return _is_number(value) and bool(value <= condition.value)
    return False


def value_at(data: Mapping[str, Any], path: str) -> Any:
    """Return what stands at a dotted path, or `MISSING`; what is null is missing."""
    found: Any = data
    for step in path.split("."):
        if not isinstance(found, Mapping) or found.get(step) is None:
            return MISSING
        found = found[step]
    return found


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
