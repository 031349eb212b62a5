"""What tills and the schedule ask for in the proofs, as values that can be asked again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from functions.control.request import ControlRequest
from functions.earn import checkout, returns
from functions.earn.receipt import Return
from functions.earn.terms import Purchase
from functions.expiry.settlement import settle_due
from functions.redeem import desk
from functions.redeem.desk import Redemption
from functions.redeem.order import Order
from loyalty.coupons.coupon import Coupon
from loyalty.entries import Entry, EntryKey, source
from loyalty.types import Day, MemberId, TenantId


@dataclass(frozen=True)
class Awaiting:
    """The answer to a return whose purchase has not come yet."""

    refund_no: str


type Answer = Entry | Awaiting | Coupon | Order | ControlRequest | None


class Request(Protocol):
    """Something to ask for; asked again, it must be answered alike."""

    @property
    def key(self) -> EntryKey | None:
        """The ledger key that stands for it; None for a sweep, which may make several entries or none."""

    def ask(self, now: datetime) -> Answer:
        """Call the use case."""


@dataclass(frozen=True)
class Buy:
    """A checkout."""

    purchase: Purchase

    @property
    def key(self) -> EntryKey:
        return EntryKey(source("receipt", self.purchase.tenant_id, self.purchase.receipt_no), checkout.MOVEMENT)

    def ask(self, now: datetime) -> Entry:
        return checkout.record(self.purchase, now).entry


@dataclass(frozen=True)
class GiveBack:
    """Goods returned to a till, whether their purchase is known or not."""

    tenant_id: TenantId
    receipt_no: str
    asked: Return

    @property
    def source(self) -> str:
        return source("receipt", self.tenant_id, self.receipt_no)

    @property
    def key(self) -> EntryKey:
        return EntryKey(self.source, f"refund/{self.asked.refund_no}")

    def ask(self, now: datetime) -> Entry | Awaiting:
        outcome = returns.record(self.source, self.tenant_id, self.asked, "trace", now)
        return Awaiting(self.asked.refund_no) if isinstance(outcome, returns.EarlyReturn) else outcome.entry


@dataclass(frozen=True)
class Redeem:
    """Points redeemed at the desk."""

    wish: Redemption

    @property
    def key(self) -> EntryKey:
        return EntryKey(self.wish.source, desk.MOVEMENT)

    def ask(self, now: datetime) -> Entry:
        return desk.redeem(self.wish, now).entry


@dataclass(frozen=True)
class Undo:
    """A redemption undone."""

    wish: Redemption

    @property
    def key(self) -> EntryKey:
        return EntryKey(self.wish.source, desk.UNDONE)

    def ask(self, now: datetime) -> Entry:
        redeemed = desk.find(EntryKey(self.wish.source, desk.MOVEMENT).entry_id, "redeem/till/")
        return desk.refund(redeemed, self.wish.actor, "trace", now).entry


@dataclass(frozen=True)
class Sweep:
    """The schedule's work on one member for one day."""

    member_id: MemberId
    as_of: Day

    @property
    def key(self) -> None:
        return None

    def ask(self, now: datetime) -> None:
        settle_due(self.member_id, self.as_of, "trace", now)
