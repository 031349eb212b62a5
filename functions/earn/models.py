"""What tills send to the checkout and get back."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

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
from loyalty.surveys.at_once import SurveyOffer

CouponField = Annotated[str, Field(min_length=1, max_length=64)]
MOST_COUPONS = 20
Currency = Literal["CNY"]
SomeFen = Annotated[FenField, Field(ge=1)]


class LineRequest(Body):
    """One line of a receipt; `amount` is the line's total in fen, all pieces together."""

    sku: Annotated[SkuField, Field(examples=["SHOE-42"])]
    category: Annotated[CategoryField, Field(examples=["shoes"])]
    quantity: Annotated[QuantityField, Field(examples=[1])] = 1
    amount: Annotated[FenField, Field(examples=[59900])]
    brand: Annotated[str, Field(max_length=64, description="The brand, where coupons or discounts ask for it.")] = ""


class BasketRequest(Body):
    """A basket and whom it is for: a session, or (to earn only) a member id or phone."""

    member_session: SessionField | None = None
    member_id: MemberIdField | None = None
    phone: PhoneField | None = None
    lines: Annotated[tuple[LineRequest, ...], Field(min_length=1, max_length=300)]
    coupons: Annotated[tuple[CouponField, ...], Field(max_length=MOST_COUPONS)] = ()
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
    """A basket to be priced; nothing is written. `"coupons": "best"` finds the best of the member's coupons."""

    coupons: Annotated[tuple[CouponField, ...], Field(max_length=MOST_COUPONS)] | Literal["best"] = ()  # type: ignore[assignment]
    receipt_no: Annotated[
        ReceiptNoField | None, Field(description="The receipt it will become; its own locks do not stand in the way.")
    ] = None
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
    """Points and the rule that gave them: `base`, `tier_multiplier`, `growth`, `tier_welcome`, or a campaign's id."""

    rule: str
    purse: str
    points: int
    reason: str


class ComingGift(Answer):
    """A coupon that a campaign gives; it is in the wallet a moment later, under this code."""

    campaign_id: str
    template_id: str
    coupon: Annotated[str | None, Field(description="Its code; null in a quote.")] = None


class AwardTakenBack(Answer):
    """What a return took back of one campaign: points by purse, and the coupons that fall unless they were used."""

    campaign_id: str
    name: str | None = None
    points: Annotated[dict[str, int], Field(examples=[{"points": 50}])]
    coupons: Annotated[tuple[str, ...], Field(description="The codes of the coupons that fall.")] = ()


class ReductionAnswer(Answer):
    """What a coupon or a discount took off: `source` is `tier`, `campaign` or `coupon`."""

    source: Literal["tier", "campaign", "coupon"]
    kind: str
    off: Annotated[int, Field(description="In fen, over all lines.")]
    coupon: Annotated[str | None, Field(description="The coupon's code.")] = None
    campaign_id: str | None = None


class LineAnswer(Answer):
    """One line: what it was rung up at, what was taken off, what points paid, what money paid; all in fen."""

    sku: str
    amount: int
    off: int
    paid_with_points: int
    net: int
    reductions: Annotated[tuple[ReductionAnswer, ...], Field(description="What took how much off this line.")] = ()


class RecordedPurchase(Answer):
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
    lines: tuple[LineAnswer, ...] = ()
    reductions: tuple[ReductionAnswer, ...] = ()
    coupons: Annotated[tuple[str, ...], Field(description="The coupons that were redeemed.")] = ()
    gifts: Annotated[tuple[ComingGift, ...], Field(description="Coupons that are coming.")] = ()
    gifts_replaced: Annotated[
        tuple[ComingGift, ...], Field(description="Coupons of the same day that fall, for a higher step is reached.")
    ] = ()


class PurchaseAnswer(RecordedPurchase):
    """A receipt as it was recorded, and, after a redemption, what to ask the member now."""

    survey: Annotated[SurveyOffer | None, Field(description="A survey to show at once; null: none.")] = None


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
    shortfall: Annotated[
        int, Field(description="Fen of a lost discount that could not be withheld; later returns make up for it.")
    ] = 0
    coupons_returned: Annotated[tuple[str, ...], Field(description="Coupons that are in the wallet again.")] = ()
    awards_taken_back: Annotated[
        tuple[AwardTakenBack, ...], Field(description="What is taken back of campaigns; the points are in `movements`.")
    ] = ()
    currency: Currency = "CNY"


class Movement(Answer):
    """Signed points of one bucket; `expires_on` is null where a debt was made or paid."""

    purse: str
    expires_on: date | None
    points: int


class StoredPurchase(RecordedPurchase):
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
    """What of the basket's wishes cannot be granted, and what is missing for it; `coupon` says for which.

    Also the campaigns that apply and give nothing (`campaign_id`): `budget_exhausted` or `limit_reached`; and the
    discounts that might apply to these goods if the member's birthday were known: `birthday_unknown`.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    code: str
    detail: str
    coupon: str | None = None
    missing_points: int | None = None
    missing_fen: int | None = None
    missing_pieces: int | None = None
    step: int | None = None
    most_points: int | None = None
    campaign_id: str | None = None


class AdditionAnswer(Answer):
    """What others add to such a basket: an item or a category, and which share of those who bought `if_bought` did."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"sku": "SOCK-7", "if_bought": "SHOE-42", "confidence": 0.31}]}
    )

    sku: str | None = None
    category: str | None = None
    if_bought: str
    confidence: float


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
    lines: tuple[LineAnswer, ...] = ()
    reductions: tuple[ReductionAnswer, ...] = ()
    coupons: Annotated[tuple[str, ...], Field(description="The coupons to send with the purchase.")] = ()
    gifts: Annotated[tuple[ComingGift, ...], Field(description="Coupons that the purchase would bring.")] = ()
    missing: list[MissingPart]
    others_add: Annotated[
        tuple[AdditionAnswer, ...], Field(description="What others add, by last night's receipts; no price of its own.")
    ] = ()
    currency: Currency = "CNY"
