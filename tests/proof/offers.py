"""Requests about coupons and rewards, as values that can be asked again; and what must stand before they are asked."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from functions.coupons import claims, locks
from functions.coupons.callers import Caller
from functions.redeem import orders, shelves
from functions.redeem.order import Order
from loyalty import attempts, stock
from loyalty.catalogue import Catalogue, Step, drafted, stepped
from loyalty.coupons import issue
from loyalty.coupons.coupon import Coupon
from loyalty.coupons.issue import SHARDS
from loyalty.entries import Entry, EntryKey, from_row
from loyalty.ledger import read
from loyalty.sessions import Session
from loyalty.types import MemberId, Origin, ReceiptNo, TenantId

TRACE = "trace"
POINT = "service-desk"
SINCE = "2026-01-01T00:00:00.000Z"


@dataclass(frozen=True)
class AtTill:
    """Something a till does to a coupon: `lock`, `roll_back` or `redeem`."""

    what: str
    code: str
    member_id: MemberId
    tenant_id: TenantId
    receipt_no: str = "A-9"
    key: None = None

    def ask(self, now: datetime) -> Coupon:
        caller = Caller(f"till:{self.tenant_id}", Origin.TILL, TRACE, now)
        receipt = locks.Receipt(self.tenant_id, ReceiptNo(self.receipt_no))
        session = Session(self.member_id, self.tenant_id, now + timedelta(minutes=15))
        if self.what == "roll_back":
            return locks.roll_back(self.code, receipt, caller).answer
        return getattr(locks, self.what)(self.code, receipt, session, caller).answer  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Claim:
    """A member claims a coupon on offer."""

    template_id: str
    member_id: MemberId
    key: None = None

    def ask(self, now: datetime) -> Coupon:
        caller = Caller("member", Origin.MEMBER, TRACE, now)
        return claims.by_template(self.member_id, self.template_id, "key", "app", caller).answer


@dataclass(frozen=True)
class Take:
    """A member redeems points for a reward."""

    wish: orders.Wish

    @property
    def key(self) -> EntryKey:
        return EntryKey(self.wish.source, "redeem")

    def ask(self, now: datetime) -> Entry:
        return orders.redeem(self.wish, now).entry


@dataclass(frozen=True)
class Cancel:
    """A member thinks better of it."""

    wish: orders.Wish

    @property
    def key(self) -> EntryKey:
        return EntryKey(self.wish.source, "refund")

    def ask(self, now: datetime) -> Entry:
        by = orders.By("member", Origin.MEMBER, TRACE)
        return orders.cancel(_entry(self.wish), by, now).entry


@dataclass(frozen=True)
class HandOver:
    """The service desk hands the goods over."""

    wish: orders.Wish
    key: None = None

    def ask(self, now: datetime) -> Order:
        by = orders.By("staff:one", Origin.STAFF, TRACE)
        return orders.hand_over(_entry(self.wish).entry_id, by, "key", now).answer


def _entry(wish: orders.Wish) -> Entry:
    row = read(EntryKey(wish.source, "redeem"))
    assert row
    return from_row(row)


def wish_for(name: str, member_id: MemberId, reward_id: str, point: str | None = POINT) -> orders.Wish:
    """Return a member's wish for a reward."""
    return orders.Wish(f"redeem/{member_id}/{name}", member_id, reward_id, point, {}, "member", Origin.MEMBER, TRACE)


def publish_template(template_id: str, terms: dict[str, Any], *, quantity: int = 20, per_member: int = 1) -> str:
    """Publish a template, its stock opened."""
    shards = stock.shards_for(quantity)
    definition = {
        "name_zh": "券",
        "name_en": "Coupon",
        "terms": terms,
        "validity": {"days_after_issue": 30},
        "quantity": quantity,
        "per_member": per_member,
        "claimable": True,
    }
    _publish(issue.templates(), template_id, definition, {SHARDS: shards})
    attempts.write(tuple(stock.opened(issue.place(template_id, shards), quantity)))
    return template_id


def publish_reward(reward_id: str, *, quantity: int = 20, **changes: Any) -> str:
    """Publish a reward with stock at the service desk, or a voucher or anything else without."""
    definition: dict[str, Any] = {"name_zh": "礼品", "name_en": "Gift", "kind": "gift", "points": 100, "per_member": 2}
    if changes.get("kind", "gift") == "gift":
        definition["pick_up_points"] = [POINT]
        place = shelves.place_of(reward_id, POINT, stock.shards_for(quantity))
        attempts.write(tuple(stock.opened(place, quantity)))
    _publish(shelves.catalogue(), reward_id, definition | changes)
    return reward_id


def _publish(where: Catalogue, offer_id: str, definition: dict[str, Any], facts: dict[str, Any] | None = None) -> None:
    """Lead an offer through its life."""
    offer = drafted(offer_id, definition, "maker", SINCE)
    for step in (Step.APPROVE, Step.PUBLISH):
        offer = stepped(offer, step, "approver", SINCE)
    attempts.write(where.put_if_absent(replace(offer, facts=facts)))
