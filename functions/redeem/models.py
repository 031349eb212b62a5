"""What is sent to redeem points, and what comes back."""

from typing import Annotated, Any, Literal

from pydantic import Field

from loyalty.entries import Entry
from loyalty.fields import SessionField, SomePointsField
from loyalty.http import Answer, Body

RedemptionKind = Annotated[Literal["cash"], Field(description="`cash`: money off, at the mall's published rate.")]


class OwnRedemptionRequest(Body):
    """Points a member redeems."""

    kind: RedemptionKind = "cash"
    points: Annotated[SomePointsField, Field(examples=[1000])]


class RedemptionRequest(OwnRedemptionRequest):
    """Points redeemed at a till, the member being present."""

    member_session: SessionField


class RedemptionAnswer(Answer):
    """A redemption as recorded; `value_fen` is the money off it is worth."""

    redemption_id: str
    entry_id: str
    kind: str
    points_spent: int
    value_fen: int
    balance: int
    tier: str
    at: str
    currency: Literal["CNY"] = "CNY"


class UndoneAnswer(Answer):
    """What undoing a redemption gave back; points past their expiry lapse again."""

    redemption_id: str
    entry_id: str
    points_given_back: int
    points_lapsed: int
    balance: int
    tier: str


def redemption_fields(entry: Entry) -> dict[str, Any]:
    """Return the fields a recorded redemption shows."""
    return {
        "redemption_id": entry.entry_id,
        "entry_id": entry.entry_id,
        "kind": entry.facts["kind"],
        "at": entry.cause.at,
        **entry.answer,
    }
