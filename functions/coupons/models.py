"""What members and tills send about coupons, and what comes back: names and terms in the caller's language."""

from typing import Annotated, Literal, Self

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import Field, model_validator

from functions.coupons.published import OnOffer
from loyalty.clock import date_of
from loyalty.coupons import codes
from loyalty.coupons.coupon import Coupon, CouponState, Hold
from loyalty.coupons.terms import Terms
from loyalty.fields import ReceiptNoField, SessionField
from loyalty.http import Answer, Body
from loyalty.parts import Code
from loyalty.surveys.at_once import SurveyOffer
from loyalty.types import Day

CodeText = Annotated[
    str,
    Field(
        min_length=4,
        max_length=40,
        pattern=r"^[ -]*[0-9A-Za-z][0-9A-Za-z -]*$",
        description="As people read or type it: case, hyphens, blanks don't count.",
    ),
]
CodePath = Annotated[str, Path(description="The coupon's code."), Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z-]{3,39}$")]
TemplateIdField = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="The template's id.")]


class ClaimRequest(Body):
    """A coupon on offer, by its template; or what a code stands for: exactly one of the two."""

    template_id: TemplateIdField | None = None
    code: CodeText | None = None
    channel: Annotated[Code, Field(description="Where it is claimed: app, mini_program, counter ...")] = "app"

    @model_validator(mode="after")
    def _one_of_the_two(self) -> Self:
        if (self.template_id is None) == (self.code is None):
            raise ValueError("send template_id or code")
        return self


class ReceiptRequest(Body):
    """The till's receipt (or slip) the coupon is for."""

    receipt_no: ReceiptNoField


class LockRequest(ReceiptRequest):
    """The same, with the member who stands at the till."""

    member_session: SessionField


class TermsAnswer(Answer):
    """What a coupon does; fields its kind does not have are null. Empty lists mean no restriction."""

    kind: str
    threshold_fen: int
    off_fen: int | None
    percent: int | None
    max_off_fen: int | None
    buy: int | None
    get: int | None
    sets: int | None
    price_fen: int | None
    pieces: int | None
    benefit: str
    units: int | None
    tenants: tuple[str, ...]
    categories: tuple[str, ...]
    brands: tuple[str, ...]
    skus: tuple[str, ...]
    combines: str
    per_receipt: int
    with_discounts: bool
    with_points: bool
    giftable: bool
    comes_back: bool


class HoldAnswer(Answer):
    """For whom a coupon is kept back: `till` or `friend`; and until when."""

    held_for: str
    until: str


class ClaimAnswer(Answer):
    """A coupon as it came into the wallet."""

    code: str
    template_id: str
    name: str
    terms: TermsAnswer
    valid_from: str
    valid_until: str


class CouponAnswer(ClaimAnswer):
    """A coupon as it stands: `issued`, `redeemed`, `expired` or `voided`."""

    category: str
    state: str
    hold: HoldAnswer | None
    seen: bool
    issued_at: str
    used_at: str | None


class CouponsAnswer(Answer):
    """A page of the wallet."""

    items: list[CouponAnswer]
    next: str | None


class GiftAnswer(Answer):
    """A gift on its way: the code a friend claims it with, until when."""

    gift_code: str
    until: str


class OfferAnswer(Answer):
    """A coupon on offer: its days if it is claimed today, how many I had, how much is left."""

    template_id: str
    name: str
    category: str
    terms: TermsAnswer
    valid_from: str
    valid_until: str
    per_member: int
    had: int
    left: Literal["plenty", "few", "none"]


class OffersAnswer(Answer):
    """A page of what is on offer."""

    items: list[OfferAnswer]
    next: str | None


class LockAnswer(Answer):
    """A coupon held for a receipt."""

    code: str
    template_id: str
    name: str
    terms: TermsAnswer
    locked_until: str


class RollbackAnswer(Answer):
    """The receipt holds nothing of the coupon now."""

    code: str
    receipt_no: str


class CouponRedemptionAnswer(Answer):
    """A coupon redeemed without a purchase: what is to be handed over is in its terms."""

    code: str
    template_id: str
    name: str
    terms: TermsAnswer
    receipt_no: str
    redeemed_at: str
    survey: Annotated[SurveyOffer | None, Field(description="What to ask the member now.")] = None


def claim_answer(coupon: Coupon, language: str) -> ClaimAnswer:
    """Return what never changes about a coupon, so that a repetition is answered alike."""
    return ClaimAnswer(
        code=codes.shown(coupon.code),
        template_id=coupon.template_id,
        name=name_of(coupon, language),
        terms=terms_answer(coupon.terms, language),
        valid_from=_date(coupon.valid_from),
        valid_until=_date(coupon.valid_until),
    )


def coupon_answer(coupon: Coupon, today: Day, hold: Hold | None, language: str) -> CouponAnswer:
    """Return a coupon as it stands today: past its last day it has expired, swept or not.

    Args:
        hold: the one in force now.
    """
    lapsed = coupon.state is CouponState.ISSUED and coupon.valid_until < today
    return CouponAnswer(
        **dict(claim_answer(coupon, language)),
        category=coupon.category,
        state=CouponState.EXPIRED if lapsed else coupon.state,
        hold=HoldAnswer(held_for=hold.kind, until=hold.until) if hold else None,
        seen=coupon.seen_at is not None,
        issued_at=coupon.issued_at,
        used_at=coupon.use.at if coupon.use else None,
    )


def offer_answer(offer: OnOffer, language: str) -> OfferAnswer:
    """Return a template on offer as a member sees it."""
    template = offer.published.template
    return OfferAnswer(
        template_id=offer.published.template_id,
        name=template.name_en if language == "en" else template.name_zh,
        category=template.category,
        terms=terms_answer(template.terms, language),
        valid_from=_date(offer.first),
        valid_until=_date(offer.last),
        per_member=template.per_member,
        had=offer.had,
        left=offer.left,
    )


def lock_answer(coupon: Coupon, language: str) -> LockAnswer:
    """Return a coupon as it is held."""
    return LockAnswer(
        code=codes.shown(coupon.code),
        template_id=coupon.template_id,
        name=name_of(coupon, language),
        terms=terms_answer(coupon.terms, language),
        locked_until=coupon.hold.until if coupon.hold else "",
    )


def redemption_answer(coupon: Coupon, language: str) -> CouponRedemptionAnswer:
    """Return a coupon as it was redeemed."""
    return CouponRedemptionAnswer(
        code=codes.shown(coupon.code),
        template_id=coupon.template_id,
        name=name_of(coupon, language),
        terms=terms_answer(coupon.terms, language),
        receipt_no=coupon.use.receipt_no if coupon.use else "",
        redeemed_at=coupon.use.at if coupon.use else "",
    )


def name_of(coupon: Coupon, language: str) -> str:
    """Return a coupon's name, in `zh` or `en`."""
    return coupon.name_en if language == "en" else coupon.name_zh


def terms_answer(terms: Terms, language: str) -> TermsAnswer:
    """Return terms flat, what is handed over named in one language (Chinese where there is no English)."""
    scope, stacking = terms.scope, terms.stacking
    return TermsAnswer(
        **terms.model_dump(exclude={"scope", "stacking", "benefit_zh", "benefit_en"}),
        **scope.model_dump(),
        **stacking.model_dump(exclude={"group"}),
        benefit=(terms.benefit_en if language == "en" else "") or terms.benefit_zh,
    )


def _date(day: Day) -> str:
    return date_of(day).isoformat()
