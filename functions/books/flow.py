"""What one event adds to the books. Pure: sums, so the order in which events arrive means nothing (requirement F3).

A day's row of a purse holds two views of the same movements, each summing to what moved:

    <flow>.<reason>     `earned.base`, `used.redeemed`: why
    <flow>@<month>      `earned@2711`, `used@debt`: on points that lapse in November 2027, on what is owed

The books' day is the mall-local day on which the ledger recorded a movement: a day that is over gets no more of them.
A tenant's day is the day its till rang the receipt up, for that is how tills close; a late receipt still changes it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from loyalty.clock import local_day
from loyalty.types import Day, TenantId

DEBT = "debt"
HEARD = (
    "PointsEarned",
    "PointsRedeemed",
    "PointsRefunded",
    "PointsExpired",
    "PointsTransferred",
    "PointsAdjusted",
    "PointsVoided",
    "DrawsMoved",
)
"""The events that move points; over an entry's events, every leg appears once."""
DRAWS_MOVED, DRAWS = "DrawsMoved", "draws"
"""The event that tells of purse `draws` alone, and so names no purse."""


class Flow(StrEnum):
    """The lines of a roll-forward. Signed: what leaves the members is negative."""

    OPENED = "opened"
    EARNED = "earned"
    USED = "used"
    GIVEN_BACK = "given_back"
    TAKEN_BACK = "taken_back"
    EXPIRED = "expired"
    ADJUSTED = "adjusted"
    VOIDED = "voided"
    TRANSFERRED_IN = "transferred_in"
    TRANSFERRED_OUT = "transferred_out"


_ALWAYS = {
    "PointsRedeemed": Flow.USED,
    "PointsExpired": Flow.EXPIRED,
    "PointsAdjusted": Flow.ADJUSTED,
    "PointsVoided": Flow.VOIDED,
}
_BY_SIGN = {
    "PointsRefunded": (Flow.GIVEN_BACK, Flow.TAKEN_BACK),
    "PointsTransferred": (Flow.TRANSFERRED_IN, Flow.TRANSFERRED_OUT),
}
OPENING = "opening"
_BY_CODE = {
    "transfer_fee": Flow.USED,
    "expired": Flow.EXPIRED,
    "lapsed": Flow.EXPIRED,
    "erased": Flow.EXPIRED,
    "given_back": Flow.GIVEN_BACK,
    "taken_back": Flow.TAKEN_BACK,
    "campaign_back": Flow.TAKEN_BACK,
    "welcome_back": Flow.TAKEN_BACK,
    "adjusted": Flow.ADJUSTED,
    "voided": Flow.VOIDED,
}
"""Reasons that say more than their event: the fee of a transfer, and all of `DrawsMoved`."""

Purse = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Points = Annotated[int, Field(strict=True)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class MovedLeg(_Part):
    """A movement of points that lapse together; without `expires_on`, of the debt."""

    purse: Purse
    points: Points
    expires_on: date | None = None


class MovedFor(_Part):
    """Why points moved."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
    purse: Purse
    points: Points


class RungUp(_Part):
    """The receipt an event is about; money in fen."""

    tenant_id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
    receipt_no: Annotated[str, Field(min_length=1, max_length=64)]
    gross: Annotated[int, Field(strict=True, ge=0)] = 0
    paid: Annotated[int, Field(strict=True, ge=0)] = 0


class Movement(_Part):
    """What an event says of a movement that the books need; it says more."""

    movement: str
    legs: tuple[MovedLeg, ...]
    reasons: tuple[MovedFor, ...]
    points: int = 0
    taken_back: int = 0
    given_back: int = 0
    amount: int | None = None
    money_back: int | None = None
    tenant_id: str | None = None
    receipt: RungUp | None = None


class MovedEvent(_Part):
    """A CloudEvent about points that moved."""

    id: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,64}$")]
    type: str
    time: AwareDatetime
    recordedat: AwareDatetime
    data: Movement


class Purchase(NamedTuple):
    """A receipt of a tenant's day."""

    tenant_id: TenantId
    day: Day
    receipt_no: str


def flow_of(event_type: str, movement: str, code: str, points: int) -> Flow:
    """Return the line of the roll-forward that points moved for a reason belong to."""
    if event_type == DRAWS_MOVED and code not in _BY_CODE:
        return Flow.EARNED if points > 0 else Flow.USED
    if code == "transfer_fee" or event_type == DRAWS_MOVED:
        return _BY_CODE[code]
    if event_type in _BY_SIGN:
        gained, lost = _BY_SIGN[event_type]
        return gained if points > 0 else lost
    return _ALWAYS.get(event_type) or (Flow.OPENED if movement == OPENING else Flow.EARNED)


def moved_by(event: MovedEvent) -> dict[str, Counter[str]]:
    """Return what an event adds to its day, by purse."""
    sums: dict[str, Counter[str]] = {}
    kind, said = event.type, event.data
    for reason in said.reasons:
        flow = flow_of(kind, said.movement, reason.code, reason.points)
        sums.setdefault(reason.purse, Counter())[f"{flow}.{reason.code}"] += reason.points
    for leg in said.legs:
        flow = flow_of(kind, said.movement, _code_of(leg, event), leg.points)
        place = f"{leg.expires_on:%y%m}" if leg.expires_on else DEBT
        sums.setdefault(leg.purse, Counter())[f"{flow}@{place}"] += leg.points
    return {purse: Counter({name: n for name, n in own.items() if n}) for purse, own in sums.items()}


def _code_of(leg: MovedLeg, event: MovedEvent) -> str:
    """Return what a leg of `DrawsMoved` moved for: its first reason of the same sign; other events say it."""
    if event.type != DRAWS_MOVED:
        return ""
    fitting = (reason.code for reason in event.data.reasons if reason.points * leg.points > 0)
    return next(fitting, "")


def event_of(detail: Mapping[str, Any]) -> MovedEvent | None:
    """Return the event a message brings; None for a kind that moves no points.

    Raises:
        ValueError, TypeError, KeyError: if it is no event of ours.
    """
    if detail["type"] not in HEARD:
        return None
    if detail["type"] != DRAWS_MOVED:
        return MovedEvent.model_validate(detail)
    data = dict(detail["data"])
    for name in ("legs", "reasons"):
        data[name] = [{**part, "purse": DRAWS} for part in data[name]]
    return MovedEvent.model_validate({**detail, "data": data})


def purchase_of(event: MovedEvent, time_zone: str) -> Purchase | None:
    """Return the receipt an event tells for the first time; None for every other event."""
    receipt = event.data.receipt
    if event.type != "PointsEarned" or receipt is None:
        return None
    return Purchase(TenantId(receipt.tenant_id), local_day(event.time, time_zone), receipt.receipt_no)


def tenant_of(event: MovedEvent) -> TenantId | None:
    """Return the tenant at whose till it happened, None where it was elsewhere."""
    tenant_id = event.data.receipt.tenant_id if event.data.receipt else event.data.tenant_id
    return TenantId(tenant_id) if tenant_id else None


def rung_up_by(event: MovedEvent) -> Counter[str]:
    """Return what an event adds to its tenant's day; money in fen."""
    said, receipt = event.data, event.data.receipt
    match event.type:
        case "PointsEarned" if receipt:
            sums = {"receipts": 1, "gross": receipt.gross, "paid": receipt.paid, "points_earned": said.points}
        case "PointsRedeemed":
            sums = {"points_spent": said.points, "redemptions": 0 if receipt else 1}
        case "PointsRefunded" if receipt:
            sums = {
                "refunds": 1,
                "refunded": said.amount or 0,
                "money_back": said.money_back or 0,
                "points_taken_back": said.taken_back,
                "points_given_back": said.given_back,
            }
        case _:
            sums = {}
    return Counter({name: number for name, number in sums.items() if number})


def by_flow(sums: Iterable[tuple[str, int]]) -> dict[Flow, dict[str, int]]:
    """Return a day's sums by flow and reason."""
    found: dict[Flow, dict[str, int]] = {flow: {} for flow in Flow}
    for name, points in sums:
        flow, dot, reason = name.partition(".")
        if dot:
            found[Flow(flow)][reason] = points
    return found


def by_place(sums: Iterable[tuple[str, int]]) -> dict[str, dict[Flow, int]]:
    """Return a day's sums by expiry month (`yymm`, or `debt`) and flow."""
    found: dict[str, dict[Flow, int]] = {}
    for name, points in sums:
        flow, at, place = name.partition("@")
        if at:
            found.setdefault(place, {})[Flow(flow)] = points
    return found
