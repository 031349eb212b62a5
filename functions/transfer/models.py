"""What members send to give points, and get back (requirements P8)."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from functions.transfer.transfer import Allowance, most
from loyalty.entries import Entry
from loyalty.fields import PhoneField, SomePointsField
from loyalty.http import Answer, Body
from loyalty.phones import masked
from loyalty.programme import Transfers

_TRANSFER: dict[str, Any] = {
    "transfer_id": "dHJhbnNmZXIvbV81Y0RxOFprUDJ3L0s5YQpvdXQ",
    "points": 500,
    "fee_points": 5,
    "to": "*8001",
    "balance": 755,
    "tier": "silver",
    "at": "2026-11-02T10:20:00.000Z",
}
_LIMITS: dict[str, Any] = {
    "enabled": True,
    "minimum": 100,
    "fee_points": 0,
    "fee_percent": 1,
    "spendable": 1260,
    "held_back": 123,
    "transferable": 1137,
    "left_today": 9500,
    "left_this_year": 99500,
    "most_now": 1125,
}


class TransferRequest(Body):
    """Points for the member who has that phone; nothing is said to them but what their statement shows."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"to_phone": "13800138001", "points": 500}]})

    to_phone: PhoneField
    points: SomePointsField


class TransferAnswer(Answer):
    """A transfer as recorded; `to` is the phone as it was sent, all but its end hidden."""

    model_config = ConfigDict(json_schema_extra={"examples": [_TRANSFER]})

    transfer_id: str
    points: int
    fee_points: int
    to: str
    balance: int
    tier: str
    at: str


class TransferLimitsAnswer(Answer):
    """What a member may give now, in points, and what it costs."""

    model_config = ConfigDict(json_schema_extra={"examples": [_LIMITS]})

    enabled: bool
    minimum: int
    fee_points: Annotated[int, Field(description="What every transfer costs beside the points given.")]
    fee_percent: Annotated[int, Field(description="What it costs in proportion to the points given, rounded up.")]
    spendable: int
    held_back: Annotated[int, Field(description="Of goods that may still be returned.")]
    transferable: Annotated[int, Field(description="What may leave the account, the fee included.")]
    left_today: int
    left_this_year: int
    most_now: Annotated[int, Field(description="The most one transfer could give now; 0: none.")]


def transfer_answer(entry: Entry, phone: str) -> TransferAnswer:
    """Return a recorded transfer as its giver sees it, whenever it is asked for."""
    return TransferAnswer(transfer_id=entry.entry_id, to=masked(phone), at=entry.cause.at, **entry.answer)


def limits_answer(allowed: Allowance, rules: Transfers) -> TransferLimitsAnswer:
    """Return what a member may give now."""
    return TransferLimitsAnswer(
        enabled=rules.enabled,
        minimum=rules.minimum,
        fee_points=rules.fee_points,
        fee_percent=rules.fee_percent,
        spendable=allowed.spendable,
        held_back=allowed.held_back,
        transferable=allowed.transferable,
        left_today=allowed.left_today,
        left_this_year=allowed.left_this_year,
        most_now=most(allowed, rules),
    )
