"""What one event adds to a template's figures. Pure: sums, so the order in which events arrive means nothing."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from loyalty.fields import MAX_FEN

SIMPLE = {
    "CouponSeen": "seen",
    "CouponLocked": "locked",
    "CouponReleased": "released",
    "CouponReturned": "returned",
    "CouponGiven": "given",
    "CouponTaken": "taken",
    "CouponExpired": "expired",
    "CouponVoided": "voided",
}
"""Events that add one to a figure, and the figure."""
ISSUED = frozenset({"CouponSent", "CouponClaimed"})
REDEEMED, RETURNED = "CouponRedeemed", "CouponReturned"
COUNTED = frozenset({*SIMPLE, *ISSUED, REDEEMED})
BY_CODE = "code"
OF_TIER = "@"
"""Separates a figure from the tier it was counted for: `redeemed@gold`."""

Text = Annotated[str, Field(min_length=1, max_length=64)]
Fen = Annotated[int, Field(strict=True, ge=0, le=MAX_FEN)]


class CouponFacts(BaseModel):
    """What an event says of a coupon that figures need; it says more."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    template_id: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,64}$")]
    way: Text | None = None
    tier: Annotated[str | None, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")] = None
    off: Fen | None = None
    unit_cost: Fen | None = None


class CouponEvent(BaseModel):
    """A CloudEvent about a coupon; `off` and `unit_cost` in fen."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    id: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,64}$")]
    type: Text
    data: CouponFacts


def added_by(event: CouponEvent) -> Mapping[str, int]:
    """Return what an event adds to the figures of its template; a return takes back what it says it cost."""
    kind, facts = event.type, event.data
    if kind in ISSUED:
        return {"issued": 1, _way(kind, facts): 1, **_of_tier("issued", facts)}
    money = {"off_fen": facts.off or 0, "cost_fen": (facts.off or 0) + (facts.unit_cost or 0)}
    if kind == REDEEMED:
        return {"redeemed": 1, **money, **_of_tier("redeemed", facts)}
    taken_back = {name: -fen for name, fen in money.items()} if kind == RETURNED and facts.off is not None else {}
    return {SIMPLE[kind]: 1, **taken_back}


def _way(kind: str, facts: CouponFacts) -> str:
    if facts.way == BY_CODE:
        return "by_code"
    return "sent" if kind == "CouponSent" else "claimed"


def _of_tier(figure: str, facts: CouponFacts) -> dict[str, int]:
    return {f"{figure}{OF_TIER}{facts.tier}": 1} if facts.tier else {}
