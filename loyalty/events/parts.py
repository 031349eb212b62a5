"""The pieces that events are made of: legs, reasons, receipts.

Vocabularies that grow with the product (movements, reasons, channels, statuses) are open strings: a consumer meets
a value it does not know one day and must let it pass. Money is whole fen, points are whole, days are the mall's own.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

from loyalty.clock import iso


class Part(BaseModel):
    """A part of an event: immutable, and forgiving to fields that a later edition adds."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


def _as_rfc3339(instant: datetime) -> str:
    return iso(instant)


Instant = Annotated[
    AwareDatetime,
    PlainSerializer(_as_rfc3339, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]
"""An instant, written as RFC 3339 in UTC with milliseconds."""
Word = Annotated[str, Field(min_length=1, max_length=64)]
"""A code of an open vocabulary."""
FenAmount = Annotated[int, Field(strict=True, ge=0)]
PointsAmount = Annotated[int, Field(strict=True, ge=0)]
SignedPoints = Annotated[int, Field(strict=True)]


class Purse(StrEnum):
    """The purses that legs of version 1 may name; `DrawsMoved` tells of chances in a lottery (ADR 0810)."""

    POINTS = "points"
    COURTESY = "courtesy"
    GROWTH = "growth"


class PointsLeg(Part):
    """A signed movement of points that lapse together; without `expires_on` it is a movement of the debt."""

    purse: Annotated[Purse, Field(description="Which currency of the account.")]
    points: Annotated[SignedPoints, Field(description="Plus is in the member's favour.")]
    expires_on: Annotated[date | None, Field(description="The last day the points are valid; absent: the debt.")] = None
    available_from: Annotated[date | None, Field(description="The day pending points open; absent: open.")] = None


class PointsReason(Part):
    """Why points moved, and how many of them for that reason."""

    code: Annotated[Word, Field(description="Open vocabulary: base, tier_multiplier, redeemed, ...")]
    purse: Annotated[Purse, Field(description="Which currency of the account.")]
    points: Annotated[SignedPoints, Field(description="Plus is in the member's favour.")]
    about: Annotated[Word | None, Field(description="What the code speaks of: the campaign, the tier.")] = None


class Lot(Part):
    """Points that lapse together, still held."""

    purse: Annotated[Purse, Field(description="Which currency of the account.")]
    points: Annotated[PointsAmount, Field(description="How many are held.")]
    expires_on: Annotated[date, Field(description="The last day they are valid.")]


class ReceiptLine(Part):
    """One line of a receipt."""

    sku: Annotated[str, Field(description="The item's number at the tenant.")]
    category: Annotated[str, Field(description="The category of the goods.")]
    quantity: Annotated[int, Field(strict=True, ge=1, description="How many pieces.")]
    amount: Annotated[FenAmount, Field(description="The line's total in fen, all pieces together.")]
    net: Annotated[FenAmount, Field(description="What money paid of it in fen; reductions and points did the rest.")]
    brand: Annotated[str | None, Field(description="The brand of the goods, where the till said it.")] = None
    ratio: Annotated[int | None, Field(strict=True, ge=0, description="Thousandths of a point it earns a yuan.")] = None
    payable: Annotated[bool, Field(description="Whether it counts: as spend, for campaigns; else it is excluded.")] = (
        True
    )
    kept: Annotated[
        FenAmount | None,
        Field(description="What money paid of what is kept, where returns reached us before the purchase."),
    ] = None


class ReceiptRef(Part):
    """Which receipt of which tenant."""

    tenant_id: Annotated[Word, Field(description="The tenant's id.")]
    receipt_no: Annotated[str, Field(description="The receipt's number at that tenant.")]


class ReceiptReduction(Part):
    """What one reason took off a receipt."""

    source: Annotated[Word, Field(description="Open vocabulary: tier, campaign, coupon.")]
    campaign_id: Annotated[Word | None, Field(description="The discount campaign, if it was one.")] = None
    template_id: Annotated[Word | None, Field(description="The coupon's template, if it was one.")] = None
    coupon_ref: Annotated[Word | None, Field(description="The coupon, as its own events name it.")] = None
    kind: Annotated[Word, Field(description="Open vocabulary: discount, amount_off, percent_off, buy_get, gift, ...")]
    off: Annotated[FenAmount, Field(description="What it took off in fen; 0 for gifts and services.")]


class Receipt(ReceiptRef):
    """A purchase as it was rung up."""

    purchased_at: Annotated[Instant, Field(description="When, by the till's clock.")]
    gross: Annotated[FenAmount, Field(description="The sum of the lines in fen.")]
    paid: Annotated[FenAmount, Field(description="What was paid in money, in fen.")]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$", description="ISO 4217.")] = "CNY"
    lines: Annotated[tuple[ReceiptLine, ...], Field(description="The lines in the till's order.")]
    reductions: Annotated[
        tuple[ReceiptReduction, ...] | None,
        Field(description="What was taken off, in the order of its effect; absent: nothing."),
    ] = None
    tier: Annotated[Word | None, Field(description="The tier's code held before it.")] = None
    multiplier: Annotated[
        int | None, Field(strict=True, ge=0, description="What that tier multiplies points by, thousandths.")
    ] = None
    channel: Annotated[Word | None, Field(description="How it reached us. Open vocabulary: till, import.")] = None
    till: Annotated[Word | None, Field(description="The client id of the till, where it was one.")] = None
    first: Annotated[bool, Field(description="Whether no purchase of the member was ever recorded before it.")] = False
    earned_until: Annotated[date | None, Field(description="The last day that points it earned are valid.")] = None
