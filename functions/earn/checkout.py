"""The checkout: one read, one decision, one transaction; used alike by tills and by bulk files.

till ── POST /purchases ──> read account + tenant ──> decide ──> entry + account, one transaction
                                                                   │
a return that came first holds the key with a placeholder <────────┘ then the purchase earns the remainder
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from functions.earn import quotes
from functions.earn.charge import Wallet
from functions.earn.errors import PurchasedInFutureError, PurchasedTooEarlyError, TenantClosedError
from functions.earn.purchase import decide
from functions.earn.quotes import Quote
from functions.earn.receipt import Return, ReturnedLine
from functions.earn.terms import Purchase, Terms
from loyalty import account_store, discounts, dynamo, ledger, programme_store, tenants
from loyalty.accounts import Account
from loyalty.clock import iso, local_date, local_day
from loyalty.coupons import store
from loyalty.coupons.codes import is_code
from loyalty.coupons.coupon import from_row
from loyalty.coupons.store import Shelf
from loyalty.dynamo import Item
from loyalty.entries import Cause, EntryKey, fingerprint
from loyalty.errors import SessionExpiredError, UnknownMemberError
from loyalty.ledger import Decision, Loaded, Outcome
from loyalty.pricing.basket import Line
from loyalty.pricing.campaigns import Campaign
from loyalty.settings import time_zone
from loyalty.tenants import TenantTerms
from loyalty.types import Kind, TenantId

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far a till's clock may be ahead of ours."""
EARLIEST = datetime(2000, 1, 2, tzinfo=UTC)
"""The ledger writes years with two digits."""
MOVEMENT = "purchase"


def record(purchase: Purchase, now: datetime, *, tenant: TenantTerms | None = None) -> Outcome:
    """Record a purchase exactly once: spend, earn, move the tier.

    Args:
        tenant: the tenant's terms where the caller holds them already (bulk files); read otherwise.

    Raises:
        LoyaltyError: the refusal, when nothing was recorded.
    """
    check_time(purchase.purchased_at, now)
    return _settle(purchase, read(purchase, tenant), now)


def record_expired(purchase: Purchase, now: datetime) -> Outcome:
    """Answer a purchase whose member session is over: only if it was recorded while the session was open.

    Raises:
        SessionExpiredError: if it was not.
    """
    check_time(purchase.purchased_at, now)
    found = replace(read(purchase), account=None)
    if not ledger.is_entry(ledger.read(purchase_key(found.tenant, purchase))):
        raise SessionExpiredError
    return _settle(purchase, found, now)


def purchase_key(tenant: TenantTerms, purchase: Purchase) -> EntryKey:
    """Return the key of a purchase: its tenant and receipt number, in the period the number is unique for."""
    bought_on = local_date(purchase.purchased_at, time_zone())
    return EntryKey(tenant.receipt_source(purchase.receipt_no, bought_on), MOVEMENT)


def early_returns(placeholder: Item | None) -> list[Return]:
    """Return the returns that reached us before their purchase."""
    return [
        Return(row["refund_no"], row.get("amount"), tuple(ReturnedLine(*line) for line in row.get("lines", [])))
        for row in (placeholder or {}).get("returns", [])
    ]


def check_time(purchased_at: datetime, now: datetime) -> None:
    """Refuse what a till's clock cannot mean.

    Raises:
        PurchasedInFutureError: if its clock is ahead of ours.
        PurchasedTooEarlyError: if it lies before the ledger's first day: the clock of a till that lost its battery.
    """
    if purchased_at > now + CLOCK_TOLERANCE:
        raise PurchasedInFutureError
    if purchased_at < EARLIEST:
        raise PurchasedTooEarlyError


@dataclass(frozen=True, slots=True)
class Reading:
    """What a checkout or a quote reads at first, in one call.

    Attributes:
        account: None where there is no such member, or where only a certain reading counts.
        wallet: the coupons the basket names, by code; those that do not exist are missing.
    """

    account: Account | None
    tenant: TenantTerms
    wallet: Wallet


def read(purchase: Purchase, tenant: TenantTerms | None = None) -> Reading:
    """Read account, tenant and coupons in one call, or the account alone where nothing else is needed."""
    if tenant:
        return Reading(account_store.read(purchase.member_id), tenant, {})
    account, row, *coupons = dynamo.batch_get(
        (account_store.table(), {"member_id": purchase.member_id}),
        (tenants.table(), tenants.key(purchase.tenant_id)),
        *_coupon_keys(purchase),
    )
    found = account_store.from_row(account) if account else None
    return Reading(found, terms_of(purchase.tenant_id, row), _wallet(coupons))


def _coupon_keys(purchase: Purchase) -> list[tuple[str, dict[str, str]]]:
    """Return the keys of the coupons a basket names; what is no code of ours cannot exist."""
    codes = dict.fromkeys(code for code in purchase.coupons if is_code(code))
    return [(store.table(), store.key(code)) for code in codes]


def _wallet(rows: Sequence[Item | None]) -> Wallet:
    return {coupon.code: coupon for coupon in map(from_row, filter(None, rows))}


def quoted(basket: Purchase, now: datetime, *, best: bool) -> Quote:
    """Price a basket without writing anything.

    Args:
        best: whether to find the best combination of the member's coupons rather than to take those named.

    Raises:
        UnknownMemberError: if there is no such member.
        TenantClosedError: if the tenant is closed.
        MembershipStatusError: if the membership may not even earn.
    """
    check_time(basket.purchased_at, now)
    found = read(basket)
    if found.account is None:
        raise UnknownMemberError
    require_open(found.tenant)
    terms = terms_now(basket, found.tenant, now, discounts.running(now))
    if not best:
        return quotes.quote(found.account, basket, terms, found.wallet)
    candidates, _ = store.page(basket.member_id, Shelf.OPEN, quotes.MOST_CANDIDATES, None, terms.today)
    return quotes.best_of(found.account, basket, terms, candidates)


def terms_now(purchase: Purchase, tenant: TenantTerms, now: datetime, campaigns: tuple[Campaign, ...]) -> Terms:
    """Return the terms a purchase is decided under at an instant."""
    return Terms(
        tenant=tenant,
        programme=programme_store.current(now),
        bought_on=local_date(purchase.purchased_at, time_zone()),
        today=local_day(now, time_zone()),
        now=now,
        campaigns=campaigns,
    )


def _campaigns(purchase: Purchase, now: datetime) -> tuple[Campaign, ...]:
    """Return the campaigns that may have made the till's price; who charged the plain one gave no discount.

    With coupons the plain price may be a mistake, and then the right one must be told.
    """
    plain = purchase.gross - programme_store.current(now).redemption.value_of(purchase.points)
    return () if purchase.paid == plain and not purchase.coupons else discounts.running(now)


def terms_of(tenant_id: TenantId, row: Item | None) -> TenantTerms:
    """Return the terms of a tenant's row; a tenant nobody registered is a closed one."""
    return tenants.from_row(row) if row else TenantTerms(tenant_id, active=False)


def require_open(tenant: TenantTerms) -> None:
    """Refuse what a closed tenant sends; asked inside the decision, so that a repetition is answered all the same.

    Raises:
        TenantClosedError: if the tenant is closed.
    """
    if not tenant.active:
        raise TenantClosedError


def _settle(purchase: Purchase, first: Reading, now: datetime) -> Outcome:
    tenant = first.tenant
    cause, terms = _cause(purchase, tenant, now), terms_now(purchase, tenant, now, _campaigns(purchase, now))

    def load(certain: bool) -> Loaded[Wallet]:
        if not certain and first.account:
            return Loaded(first.account, None, first.wallet)
        account, row, coupons = ledger.look_again(purchase.member_id, cause.key, *_coupon_keys(purchase))
        return Loaded(account, row, _wallet(coupons))

    def decided(loaded: Loaded[Wallet]) -> Decision:
        assert loaded.account is not None  # noqa: S101 - `settle` refuses unknown members itself
        require_open(tenant)
        return decide(loaded.account, purchase, terms, early_returns(loaded.standing), loaded.extra)

    return ledger.settle(cause, terms.programme, load, decided)


def _cause(purchase: Purchase, tenant: TenantTerms, now: datetime) -> Cause:
    request = {
        "member": purchase.member_id,
        "at": iso(purchase.purchased_at),
        "lines": [_canonical(line) for line in purchase.lines],
        "points": purchase.points,
        "paid": purchase.paid,
        **({"coupons": sorted(purchase.coupons)} if purchase.coupons else {}),
    }
    return Cause(
        key=purchase_key(tenant, purchase),
        kind=Kind.PURCHASE,
        at=iso(purchase.purchased_at),
        recorded_at=iso(now),
        actor=purchase.actor,
        origin=purchase.origin,
        correlation_id=purchase.correlation_id,
        fingerprint=fingerprint(request),
        batch=purchase.batch,
    )


def _canonical(line: Line) -> list[str | int]:
    brand = [line.brand] if line.brand else []
    return [line.sku, line.category, line.quantity, line.amount, *brand]
