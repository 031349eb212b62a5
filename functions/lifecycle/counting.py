"""What one event adds to the figures of an offer, by tier: given, used, what was bought with it. Pure.

    OccasionGiven    given, coupons, points
    CouponRedeemed   used, off_fen          CouponReturned   used and off_fen, taken off again
    PointsEarned     receipts, paid_fen: of receipts with a coupon of the offer, once whatever number of them

Sums, so the order in which events arrive means nothing. Of a return that leaves a coupon used, the receipt's sum stays:
what a receipt brought is said as it was paid.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

GIVEN, USED, BACK, BOUGHT = "OccasionGiven", "CouponRedeemed", "CouponReturned", "PointsEarned"
COUNTED = frozenset({GIVEN, USED, BACK, BOUGHT})
FIGURES = ("given", "coupons", "points", "used", "off_fen", "receipts", "paid_fen")
NO_TIER = "-"
BY_TIER = "@"
"""Separates a figure from the tier it was counted for: `used@gold`."""


class Trace(NamedTuple):
    """Which offer gave a coupon, and the member's tier at that moment."""

    offer_id: str
    tier: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """An event as far as figures need it: `references` name the coupons it is about."""

    id: str
    type: str
    data: Mapping[str, Any]
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """An event with what it adds, by offer."""

    id: str
    adds: Mapping[str, Counter[str]]


def told_of(detail: Mapping[str, Any]) -> Told | None:
    """Return what an event tells; None where it is about no coupon and no gift.

    Raises:
        LookupError, TypeError: if it is no event of ours.
    """
    kind, data = detail["type"], detail["data"]
    match kind:
        case "OccasionGiven":
            return Told(detail["id"], kind, {name: data[name] for name in ("offer_id", "coupons")} | data)
        case "CouponRedeemed" | "CouponReturned":
            return Told(detail["id"], kind, data, (data["coupon_ref"],))
        case "PointsEarned":
            receipt = data.get("receipt") or {}
            named = tuple(one["coupon_ref"] for one in receipt.get("reductions") or () if one.get("coupon_ref"))
            return Told(detail["id"], kind, receipt, named) if named else None
    return None


def counted(event: Told, traces: Mapping[str, Trace]) -> Counted | None:
    """Return what an event adds; None where none of its coupons came from an offer."""
    adds = dict(_adds(event, traces))
    return Counted(event.id, adds) if adds else None


def _adds(event: Told, traces: Mapping[str, Trace]) -> Iterator[tuple[str, Counter[str]]]:
    data = event.data
    if event.type == GIVEN:
        points = (data.get("points") or {}).get("points", 0)
        own = {"given": 1, "coupons": len(data["coupons"]), "points": points}
        yield data["offer_id"], _of_tier(own, data.get("tier"))
        return
    # Several coupons of one offer on a receipt are one receipt of it.
    found = {trace.offer_id: trace.tier for one in event.references if (trace := traces.get(one))}
    for offer_id, tier in found.items():
        yield offer_id, _of_tier(_of_use(event), tier)


def _of_use(event: Told) -> dict[str, int]:
    if event.type == BOUGHT:
        return {"receipts": 1, "paid_fen": event.data["paid"]}
    sign = 1 if event.type == USED else -1
    return {"used": sign, "off_fen": sign * event.data["off"]}


def _of_tier(figures: Mapping[str, int], tier: str | None) -> Counter[str]:
    return Counter({f"{name}{BY_TIER}{tier or NO_TIER}": number for name, number in figures.items() if number})
