"""Purchases, receipts and accounts as the rules of earning see them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from functions.earn.purchase import Beside, decide
from functions.earn.receipt import Receipt, Return, ReturnedLine, recorded
from functions.earn.refund import decide as take_back
from functions.earn.terms import Purchase, Terms
from loyalty.accounts import Account, open_account
from loyalty.buckets import BucketKey, Leg
from loyalty.clock import day_of
from loyalty.earning.state import State
from loyalty.ledger import Decision
from loyalty.pricing.basket import Line
from loyalty.programme import Programme
from loyalty.tenants import TenantTerms
from loyalty.types import Day, Fen, MemberId, Origin, Points, Purse, ReceiptNo, Status, TenantId
from tests.unit.ledger.programmes import MALL_A

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 4, 0, 1, tzinfo=UTC)
SHOES = TenantTerms(TenantId("shoes"))


def account(*legs: tuple[str, int], **changes: Any) -> Account:
    """An active member's account holding points by bucket; `("debt", -5)` owes five."""
    empty = open_account(MemberId("m"), Status.ACTIVE, MALL_A, day_of(TODAY))
    moved = empty.moved(Leg(Purse.POINTS, BucketKey(key), points) for key, points in legs)
    return replace(moved, **changes)


def bill(*lines: tuple[str, str, int], points: int = 0, programme: Programme = MALL_A, **changes: Any) -> Purchase:
    """A purchase of (sku, category, fen) lines whose amounts add up."""
    gross = sum(amount for _, _, amount in lines)
    plain = Purchase(
        tenant_id=SHOES.tenant_id,
        receipt_no=ReceiptNo("R-1"),
        member_id=MemberId("m"),
        purchased_at=datetime(2026, 11, 21, 4, tzinfo=UTC),
        lines=tuple(Line(sku, category, 1, Fen(amount)) for sku, category, amount in lines),
        gross=Fen(gross),
        points=Points(points),
        paid=Fen(gross - programme.redemption.value_of(points)),
        actor="till:shoes",
        origin=Origin.TILL,
        correlation_id="trace",
    )
    return replace(plain, **changes)


def terms(programme: Programme = MALL_A, tenant: TenantTerms = SHOES, bought_on: date = TODAY) -> Terms:
    """The terms of a purchase decided on the test's day."""
    window_days = programme.transfers.remembered_days
    return Terms(tenant, programme, bought_on, day_of(TODAY), NOW, return_window_days=window_days)


def receipt_of(decision: Decision, *refunds: Decision) -> Receipt:
    """The receipt as it is read back from its entries."""
    return recorded(decision.facts, [refund.facts for refund in refunds])


def buy(
    purchase: Purchase,
    held: Account | None = None,
    at: Terms | None = None,
    early: Sequence[Return] = (),
    state: State | None = None,
) -> Decision:
    """The decision of a purchase."""
    return decide(held or account(), purchase, at or terms(), early, Beside({}, state)).decision


def refund(
    held: Account, receipt: Receipt, asked: Return, today: str = "261121", programme: Programme = MALL_A
) -> Decision:
    """The decision of a return."""
    return take_back(held, receipt, asked, "s", Day(today), programme).decision


def back(amount: int) -> Return:
    """A return by amount."""
    return Return("B", amount)


def back_lines(*lines: tuple[str, int]) -> Return:
    """A return by lines."""
    return Return("B", None, tuple(ReturnedLine(sku, amount) for sku, amount in lines))


def after(receipt: Receipt, returns: Sequence[Return]) -> Receipt:
    """The receipt after several returns."""
    for asked in returns:
        receipt = receipt.with_return(asked)
    return receipt
