"""What tills send to the checkout and get back."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from loyalty.entries import Entry, Reason
from loyalty.fields import (
    CategoryField,
    FenField,
    Instant,
    MemberIdField,
    PhoneField,
    PointsField,
    QuantityField,
    ReceiptNoField,
    SessionField,
    SkuField,
)
from loyalty.http import Answer, Body
from loyalty.texts import render

CouponField = Annotated[str, Field(min_length=1, max_length=64)]
Currency = Literal["CNY"]
SomeFen = Annotated[FenField, Field(ge=1)]


class LineRequest(Body):
    """One line of a receipt; `amount` is the line's total in fen, all pieces together."""

    sku: Annotated[SkuField, Field(examples=["SHOE-42"])]
    category: Annotated[CategoryField, Field(examples=["shoes"])]
    quantity: Annotated[QuantityField, Field(examples=[1])] = 1
    amount: Annotated[FenField, Field(examples=[59900])]


class BasketRequest(Body):
    """A basket and whom it is for: a session, or (to earn only) a member id or phone."""

    member_session: SessionField | None = None
    member_id: MemberIdField | None = None
    phone: PhoneField | None = None
    lines: Annotated[tuple[LineRequest, ...], Field(min_length=1, max_length=300)]
    coupons: Annotated[tuple[CouponField, ...], Field(max_length=20)] = ()
    points: Annotated[PointsField, Field(examples=[1000])] = 0

    @model_validator(mode="after")
    def _one_member(self) -> Self:
        if sum(given is not None for given in (self.member_session, self.member_id, self.phone)) != 1:
            raise ValueError("give exactly one of member_session, member_id and phone")
        return self


class PurchaseRequest(BasketRequest):
    """A receipt: what was bought, what it came to, what was paid in money and what in points."""

    receipt_no: Annotated[ReceiptNoField, Field(examples=["A-20261121-0042"])]
    purchased_at: Annotated[Instant, Field(examples=["2026-11-21T18:30:00+08:00"])]
    gross: Annotated[FenField, Field(description="The sum of the lines, in fen.", examples=[59900])]
    paid: Annotated[FenField, Field(description="What was paid in money, in fen.", examples=[58900])]
    currency: Currency = "CNY"


class QuoteRequest(BasketRequest):
    """A basket to be priced; nothing is written."""

    purchased_at: Instant | None = None


class ReturnedLineRequest(Body):
    """Goods of one line that come back; `amount` is their part of the line's amount, in fen.

    A till may repeat category and quantity as on the receipt; the item's number and the amount decide.
    """

    sku: SkuField
    category: CategoryField | None = None
    quantity: QuantityField | None = None
    amount: SomeFen


class RefundRequest(Body):
    """A return: an amount spread over the whole receipt, or the lines that came back."""

    refund_no: Annotated[ReceiptNoField, Field(description="The return's own number.", examples=["R-1"])]
    amount: Annotated[SomeFen | None, Field(description="Gross fen of the goods that come back.")] = None
    lines: Annotated[tuple[ReturnedLineRequest, ...], Field(max_length=300)] = ()
    purchased_on: Annotated[
        date | None, Field(description="The purchase's mall-local day; needed where receipt numbers repeat.")
    ] = None

    @model_validator(mode="after")
    def _amount_or_lines(self) -> Self:
        if (self.amount is None) == (not self.lines):
            raise ValueError("give either amount or lines")
        return self


class Award(Answer):
    """Points and the rule that gave them."""

    rule: str
    purse: str
    points: int
    reason: str


class PurchaseAnswer(Answer):
    """What a receipt earned and spent; `balance` is what can be spent after it, less debt."""

    entry_id: str
    receipt_no: str
    points_earned: int
    points_spent: int
    awards: list[Award]
    balance: int
    tier: str
    currency: Currency = "CNY"
    gross: int
    paid: int


class RefundAnswer(Answer):
    """What a return moved; `movements` says from and to which bucket, `debt` what is still owed."""

    state: Literal["settled", "awaiting_purchase"]
    refund_no: str
    entry_id: str | None = None
    amount: int
    money_back: int | None = None
    points_taken_back: int = 0
    points_given_back: int = 0
    movements: tuple["Movement", ...] = ()
    balance: int | None = None
    debt: int | None = None
    tier: str | None = None
    returnable: int | None = None
    currency: Currency = "CNY"


class Movement(Answer):
    """Signed points of one bucket; `expires_on` is null where a debt was made or paid."""

    purse: str
    expires_on: date | None
    points: int


class StoredPurchase(PurchaseAnswer):
    """A receipt as stored, with what came back since."""

    purchased_at: str
    recorded_at: str
    refunds: list[RefundAnswer]
    early_refunds: Annotated[
        list[str],
        Field(
            description="Numbers of returns that came first; what was recorded is the remainder.", examples=[["R-0"]]
        ),
    ]


class MissingPart(Answer):
    """What of the basket's wishes cannot be granted, and what is missing for it."""

    code: str
    detail: str
    missing_points: int | None = None
    step: int | None = None
    most_points: int | None = None


class QuoteAnswer(Answer):
    """What a basket costs and earns now; nothing was written."""

    gross: int
    points_value: int
    payable: int
    points_earned: int
    points_spent: int
    awards: list[Award]
    balance: int
    tier: str
    missing: list[MissingPart]
    currency: Currency = "CNY"


EARNING_RULES = frozenset({"base", "tier_multiplier"})


def awards_of(reasons: tuple[Reason, ...], language: str) -> list[Award]:
    """Return what was given by which rule, with the sentence in the caller's language."""
    return [
        Award(rule=reason.code, purse=reason.purse, points=reason.points, reason=render(reason, language))
        for reason in reasons
        if reason.code in EARNING_RULES
    ]


def purchase_fields(entry: Entry, language: str) -> dict[str, Any]:
    """Return the fields a recorded purchase shows."""
    return {
        "entry_id": entry.entry_id,
        "receipt_no": entry.facts["receipt_no"],
        "awards": awards_of(entry.reasons, language),
        "gross": entry.facts["gross"],
        "paid": entry.facts["paid"],
        **entry.answer,
    }
