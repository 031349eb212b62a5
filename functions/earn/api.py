"""The tills' routes: purchases, their refunds, and quotes."""

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from functions.earn import checkout, returns
from functions.earn import errors as refusals
from functions.earn.answers import awards_of, breakdown, gifts_of, no_more, purchase_fields, taken_back
from functions.earn.models import (
    AdditionAnswer,
    BasketRequest,
    Movement,
    PurchaseAnswer,
    PurchaseRequest,
    QuoteAnswer,
    QuoteRequest,
    RefundAnswer,
    RefundRequest,
    StoredPurchase,
)
from functions.earn.quotes import missing_part
from functions.earn.receipt import Return, ReturnedLine
from functions.earn.terms import Purchase
from loyalty import auth, errors, identity, sessions
from loyalty.buckets import DEBT, Leg, expires_on
from loyalty.clock import date_of, utc_now
from loyalty.coupons import refusals as coupon_refusals
from loyalty.coupons.codes import normalized
from loyalty.entries import Entry, from_row
from loyalty.fields import ReceiptNoField
from loyalty.http import accepted, answers, api, created, entry_point, language, trace_id
from loyalty.pricing.basket import Line
from loyalty.surveys import at_once
from loyalty.tenants import ReceiptScope, TenantTerms
from loyalty.types import Fen, MemberId, Origin, Points, ReceiptNo, TenantId

app = api()

COUPON_REFUSALS = coupon_refusals.OF_A_BASKET


@app.post(
    "/purchases",
    operation_id="recordPurchase",
    summary="Record a purchase: redeem points and coupons, earn points, move the tier",
    tags=["purchases"],
    responses=answers(
        201,
        PurchaseAnswer,
        "The purchase as recorded; a repetition gets the same answer and `Idempotent-Replayed: true`",
        errors.ForbiddenError,
        errors.IdempotencyKeyReusedError,
        errors.InsufficientPointsError,
        errors.MembershipStatusError,
        errors.PointsNotConvertibleError,
        errors.SessionExpiredError,
        errors.SessionRequiredError,
        errors.UnknownMemberError,
        refusals.AmountsDoNotAddUpError,
        refusals.PointsExceedBasketError,
        refusals.PurchasedInFutureError,
        refusals.PurchasedTooEarlyError,
        refusals.ReceiptAboveLimitError,
        refusals.ReceiptTooLateError,
        refusals.TenantClosedError,
        refusals.TenantHeldError,
        *COUPON_REFUSALS,
        errors.BusyError,
    ),
)
def record_purchase(body: PurchaseRequest) -> Response[PurchaseAnswer]:
    """Record a receipt. The tenant and its receipt number are the key, so it is safe to send again."""
    event, now = app.current_event.raw_event, utc_now()
    tenant_id = auth.tenant(event)
    member_id, over = _member(body, tenant_id, now)
    basket = _purchase(body, tenant_id, member_id, body.purchased_at, trace_id(event))
    number, gross, paid = ReceiptNo(body.receipt_no), Fen(body.gross), Fen(body.paid)
    purchase = replace(basket, receipt_no=number, gross=gross, paid=paid, till=auth.till(event))
    outcome = checkout.record_expired(purchase, now) if over else checkout.record(purchase, now)
    survey = at_once.after(outcome, language(app), trace_id(event))
    answer = PurchaseAnswer(**purchase_fields(outcome.entry, language(app)), survey=survey)
    return created(answer, f"/purchases/{body.receipt_no}", replayed=outcome.replayed)


@app.get(
    "/purchases/<receipt_no>",
    operation_id="getPurchase",
    summary="Read a recorded purchase and its refunds",
    tags=["purchases"],
    responses=answers(
        200,
        StoredPurchase,
        "The purchase as recorded",
        errors.ForbiddenError,
        refusals.PurchaseDayRequiredError,
        refusals.ReceiptNotFoundError,
    ),
)
def get_purchase(
    receipt_no: Annotated[ReceiptNoField, Path()], purchased_on: Annotated[date | None, Query()] = None
) -> StoredPurchase:
    """Read one receipt of the calling tenant."""
    source = _source(auth.tenant(app.current_event.raw_event), receipt_no, purchased_on)
    found = returns.read_movements(source)
    if found.purchase is None or not found.is_recorded:
        raise refusals.ReceiptNotFoundError
    entry = from_row(found.purchase)
    return StoredPurchase(
        purchased_at=entry.cause.at,
        recorded_at=entry.cause.recorded_at,
        refunds=[_refund(from_row(row), language(app)) for row in found.refunds.values()],
        early_refunds=sorted(found.kept_early()),
        **purchase_fields(entry, language(app)),
    )


@app.post(
    "/purchases/<receipt_no>/refunds",
    operation_id="refundPurchase",
    summary="Take goods back: return their points, give redeemed points back",
    tags=["purchases"],
    responses=answers(
        201,
        RefundAnswer,
        "What was taken back and given back, from where; `awaiting_purchase` where the purchase has not arrived",
        errors.ForbiddenError,
        errors.IdempotencyKeyReusedError,
        refusals.PurchaseDayRequiredError,
        refusals.ReturnExceedsPurchaseError,
        refusals.TooManyEarlyReturnsError,
        refusals.UnknownLineError,
        errors.BusyError,
    ),
)
def refund_purchase(receipt_no: Annotated[ReceiptNoField, Path()], body: RefundRequest) -> Response[RefundAnswer]:
    """Take back a whole receipt or a part of it. The refund number is the key, so it is safe to send again."""
    event, now = app.current_event.raw_event, utc_now()
    tenant_id = auth.tenant(event)
    lines = tuple(ReturnedLine(line.sku, line.amount) for line in body.lines)
    asked = Return(body.refund_no, body.amount, lines)
    source = _source(tenant_id, receipt_no, body.purchased_on)
    outcome = returns.record(source, tenant_id, asked, trace_id(event), now)
    if isinstance(outcome, returns.EarlyReturn):
        amount = sum(line.amount for line in lines) if asked.amount is None else asked.amount
        waiting = RefundAnswer(state="awaiting_purchase", refund_no=asked.refund_no, amount=amount)
        return accepted(waiting, f"/purchases/{receipt_no}", replayed=outcome.replayed)
    return created(_refund(outcome.entry, language(app)), f"/purchases/{receipt_no}", replayed=outcome.replayed)


@app.post(
    "/quotes",
    operation_id="quoteBasket",
    summary="Price a basket without recording anything",
    tags=["purchases"],
    responses=answers(
        200,
        QuoteAnswer,
        "What the basket costs and earns, and what is missing for the wishes that cannot be granted",
        errors.ForbiddenError,
        errors.MembershipStatusError,
        errors.SessionExpiredError,
        errors.SessionRequiredError,
        errors.UnknownMemberError,
        refusals.PurchasedInFutureError,
        refusals.PurchasedTooEarlyError,
        refusals.ReceiptAboveLimitError,
        refusals.ReceiptTooLateError,
        refusals.TenantClosedError,
        refusals.TenantHeldError,
    ),
)
def quote_basket(body: QuoteRequest) -> QuoteAnswer:
    """Price a basket by the checkout's own rule."""
    event, now, spoken = app.current_event.raw_event, utc_now(), language(app)
    tenant_id = auth.tenant(event)
    member_id, over = _member(body, tenant_id, now)
    if over:
        raise errors.SessionExpiredError
    basket = _purchase(body, tenant_id, member_id, body.purchased_at or now, trace_id(event))
    found = checkout.quoted(
        replace(basket, receipt_no=ReceiptNo(body.receipt_no or "")), now, best=body.coupons == "best"
    )
    value = found.decision.facts.get("points_value", 0)
    return QuoteAnswer(
        gross=found.purchase.gross,
        points_value=value,
        payable=found.purchase.paid,
        awards=awards_of(found.decision.reasons, spoken),
        gifts=gifts_of(found.decision.facts.get("vouchers", ()), coming=False),
        missing=[
            *(missing_part(refusal, spoken) for refusal in found.refusals),
            *no_more(found.missed, found.lacking, spoken),
        ],
        others_add=_others_add(body),
        **breakdown(found.decision.facts),
        **found.decision.answer,
    )


def _others_add(body: QuoteRequest) -> tuple[AdditionAnswer, ...]:
    from loyalty import additions  # a cold start of a purchase must not wait for what quotes alone show

    skus, categories = ({getattr(line, name) for line in body.lines} for name in (additions.SKU, additions.CATEGORY))
    found = additions.beside(additions.known(), skus, categories)
    return tuple(
        AdditionAnswer(**{one.level: one.item}, if_bought=one.if_bought, confidence=one.confidence) for one in found
    )


def _member(body: BasketRequest, tenant_id: TenantId, now: datetime) -> tuple[MemberId, bool]:
    """Return whom the basket is for, and whether the session that says so is over.

    Raises:
        SessionRequiredError: if points or coupons are to be spent without the member's session.
        UnknownMemberError: if the phone is nobody's.
    """
    if body.member_session:
        session = sessions.read(body.member_session, tenant_id)
        return session.member_id, now >= session.expires_at
    if body.points or body.coupons:
        raise errors.SessionRequiredError
    if body.member_id:
        return MemberId(body.member_id), False
    return _member_of_phone(body.phone or ""), False


def _member_of_phone(phone: str) -> MemberId:
    from loyalty.phones import normalized  # its tables cost a third of a cold start, and few tills need them

    member_id = identity.find(identity.phone_key(normalized(phone)))
    if member_id is None:
        raise errors.UnknownMemberError
    return member_id


def _purchase(body: BasketRequest, tenant_id: TenantId, member_id: MemberId, at: datetime, trace: str) -> Purchase:
    return Purchase(
        tenant_id=tenant_id,
        receipt_no=ReceiptNo(""),
        member_id=member_id,
        purchased_at=at,
        lines=tuple(Line(one.sku, one.category, one.quantity, Fen(one.amount), one.brand) for one in body.lines),
        gross=Fen(0),
        points=Points(body.points),
        paid=Fen(0),
        actor=f"till:{tenant_id}",
        origin=Origin.TILL,
        correlation_id=trace,
        coupons=() if isinstance(body.coupons, str) else tuple(map(normalized, body.coupons)),
    )


def _source(tenant_id: TenantId, receipt_no: str, purchased_on: date | None) -> str:
    """Return the ledger source of a receipt; how far its number is unique came with the till's credentials."""
    scope = auth.receipt_scope(app.current_event.raw_event)
    if scope is not ReceiptScope.FOREVER and purchased_on is None:
        raise refusals.PurchaseDayRequiredError
    bought_on = purchased_on or date.min
    terms = TenantTerms(tenant_id, receipt_scope=scope)
    return terms.receipt_source(ReceiptNo(receipt_no), bought_on)


def _refund(entry: Entry, spoken: str) -> RefundAnswer:
    return RefundAnswer(
        state="settled",
        refund_no=entry.cause.key.movement.removeprefix("refund/"),
        entry_id=entry.entry_id,
        movements=tuple(_movement(leg) for leg in entry.legs),
        awards_taken_back=taken_back(entry.facts, spoken),
        **entry.answer,
    )


def _movement(leg: Leg) -> Movement:
    last = None if leg.bucket == DEBT else date_of(expires_on(leg.bucket))
    return Movement(purse=leg.purse, expires_on=last, points=leg.points)


handler = entry_point(app)
