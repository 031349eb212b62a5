"""What a till does with a coupon apart from a checkout: hold it, let go, redeem it where nothing is bought.

    lock      coupon + account + tries (one call) ──> decide ──> one conditional put
    roll back coupon + tries                      ──> decide ──> one conditional put, or none

A till's receipt number is the key of all three, so a repetition finds its own work on the coupon (ADR 0604). Codes
that lead nowhere are counted per tenant: whoever tries too many is told to wait.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.coupons import certainty, wallet
from functions.coupons.callers import Caller
from loyalty import account_store, dynamo
from loyalty.accounts import Account
from loyalty.attempts import Plan
from loyalty.clock import iso
from loyalty.coupons import coupon as changes
from loyalty.coupons import store
from loyalty.coupons.coupon import Coupon, CouponState, HoldKind, Use, till_reference
from loyalty.coupons.refusals import CouponNeedsPurchaseError, CouponNotFoundError
from loyalty.coupons.terms import Terms
from loyalty.dynamo import Item
from loyalty.errors import SessionExpiredError
from loyalty.limits import Counters, Limit, refuse_if_spent
from loyalty.sessions import Session
from loyalty.standing import require
from loyalty.types import Day, Kind, MemberId, ReceiptNo, TenantId

LASTS = timedelta(minutes=10)
"""How long a customer may take to pay."""
UNKNOWN_CODES = Limit(100, timedelta(minutes=10))
"""How many codes that lead nowhere a tenant's tills may try."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A till's receipt: what a hold and a redemption are known by."""

    tenant_id: TenantId
    receipt_no: ReceiptNo

    @property
    def reference(self) -> str:
        """Its name on a coupon's hold."""
        return till_reference(self.tenant_id, self.receipt_no)

    def holds(self, coupon: Coupon, now: datetime) -> bool:
        """Tell whether a coupon is held for it."""
        hold = coupon.held(now)
        return hold is not None and (hold.kind, hold.by) == (HoldKind.TILL, self.reference)

    def used(self, coupon: Coupon) -> bool:
        """Tell whether a coupon was redeemed for it without a purchase."""
        use = coupon.use if coupon.state is CouponState.REDEEMED else None
        return use is not None and use.alone and (use.tenant_id, use.receipt_no) == (self.tenant_id, self.receipt_no)


Rule = Callable[[Coupon, Account | None], Plan[Coupon]]


def lock(code: str, receipt: Receipt, session: Session, caller: Caller) -> Plan[Coupon]:
    """Hold a coupon for a receipt; asked again, the same hold, made longer when half of it is over.

    Raises:
        CouponNotFoundError: if the member has no such coupon.
        TooManyError: too many such codes.
        SessionExpiredError: if the member's session is over and the coupon is not held yet.
        MembershipStatusError: if the member may not redeem.
        LoyaltyError: see `require_usable` and `require_free`.
    """

    def rule(coupon: Coupon, account: Account | None) -> Plan[Coupon]:
        fresh = iso(caller.now + LASTS / 2)
        if receipt.holds(coupon, caller.now) and coupon.hold and coupon.hold.until > fresh:
            return Plan(coupon, replayed=True)
        _require_usable(coupon, receipt, session, account, caller, caller.today)
        return _made(changes.locked(coupon, receipt.reference, caller.now + LASTS, caller.act(account)))

    return _settled(code, receipt, caller, session.member_id, rule)


def roll_back(code: str, receipt: Receipt, caller: Caller) -> Plan[Coupon]:
    """Undo what a receipt did to a coupon: let go of it, or bring it back if it was redeemed without a purchase.

    Where there is nothing to undo, nothing happens: the receipt holds nothing of the coupon either way.

    Raises:
        CouponNotFoundError: if there is no such coupon.
        TooManyError: too many such codes.
    """

    def rule(coupon: Coupon, _account: Account | None) -> Plan[Coupon]:
        if receipt.holds(coupon, caller.now):
            return _made(changes.released(coupon, caller.act()))
        if receipt.used(coupon):
            return _made(changes.returned(coupon, caller.act()))
        return Plan(coupon, replayed=True)

    return _settled(code, receipt, caller, None, rule)


def redeem(code: str, receipt: Receipt, session: Session, caller: Caller) -> Plan[Coupon]:
    """Redeem a coupon that needs no purchase: once; asked again with the same receipt, the same answer.

    Raises:
        CouponNeedsPurchaseError: if what it gives depends on goods that are bought.
        LoyaltyError: as `lock`.
    """

    def rule(coupon: Coupon, account: Account | None) -> Plan[Coupon]:
        if receipt.used(coupon):
            return Plan(coupon, replayed=True)
        if needs_purchase(coupon.terms):
            raise CouponNeedsPurchaseError
        day = coupon.day_for(receipt.reference, caller.today, caller.now)
        _require_usable(coupon, receipt, session, account, caller, day)
        use = Use(receipt.tenant_id, receipt.receipt_no, iso(caller.now), off=0, alone=True)
        return _made(changes.redeemed(coupon, use, caller.act(account)))

    return _settled(code, receipt, caller, session.member_id, rule)


def needs_purchase(terms: Terms) -> bool:
    """Tell whether a coupon means nothing without goods: it changes their price, or is given for buying them."""
    scope = terms.scope
    return terms.is_money or terms.threshold_fen > 0 or bool(scope.categories or scope.brands or scope.skus)


def _require_usable(
    coupon: Coupon, receipt: Receipt, session: Session, account: Account | None, caller: Caller, day: Day
) -> None:
    if caller.now >= session.expires_at:
        raise SessionExpiredError
    require(wallet.status_of(account), Kind.REDEEM)
    changes.require_usable(coupon, session.member_id, receipt.tenant_id, day)
    changes.require_free(coupon, receipt.reference, caller.now)


def _made(after: Coupon) -> Plan[Coupon]:
    return Plan(after, ({"Put": store.put_if_unchanged(after)},))


@dataclass(frozen=True, slots=True)
class _Loaded:
    coupon: Coupon | None
    tries: Item | None
    account: Account | None = None


def _settled(code: str, receipt: Receipt, caller: Caller, member_id: MemberId | None, rule: Rule) -> Plan[Coupon]:
    """Settle a rule on a coupon: of this member where one is named; a code that leads nowhere is counted."""
    tries = Counters(store.table(), "coupon_id")
    subject = f"unknown-coupons/{receipt.tenant_id}"

    def load(certain: bool) -> _Loaded:
        own = (store.key(code), tries.key(subject, UNKNOWN_CODES, caller.now))
        keys: list[tuple[str, Mapping[str, object]]] = [(store.table(), key) for key in own]
        if member_id:
            keys.append((account_store.table(), {"member_id": member_id}))
        coupon, tried, *account = dynamo.transact_get(*keys) if certain else dynamo.batch_get(*keys)
        held = account_store.from_row(account[0]) if account and account[0] else None
        return _Loaded(store.coupon_of(coupon), tried, held)

    def decide(loaded: _Loaded) -> Plan[Coupon]:
        refuse_if_spent(loaded.tries, UNKNOWN_CODES, caller.now)
        if loaded.coupon is None or member_id not in {None, loaded.coupon.member_id}:
            raise CouponNotFoundError
        return rule(loaded.coupon, loaded.account)

    try:
        return certainty.settle(load, decide)
    except CouponNotFoundError:
        tries.take(subject, UNKNOWN_CODES, caller.now)
        raise
