"""The checkout: one read, one decision, one transaction; used alike by tills and by bulk files.

till ── POST /purchases ──> read account + tenant ──> decide ──> entry + account, one transaction
                                                                   │
a return that came first holds the key with a placeholder <────────┘ then the purchase earns the remainder
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from functions.earn.errors import PurchasedInFutureError, PurchasedTooEarlyError, TenantClosedError
from functions.earn.purchase import Purchase, Terms, check_amounts, decide
from functions.earn.receipt import Return, ReturnedLine
from loyalty import account_store, dynamo, ledger, programme_store, tenants
from loyalty.accounts import Account
from loyalty.clock import iso, local_date, local_day
from loyalty.dynamo import Item
from loyalty.entries import Cause, EntryKey, fingerprint
from loyalty.errors import SessionExpiredError
from loyalty.ledger import Decision, Loaded, Outcome
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
    account, terms = _read(purchase, tenant)
    return _settle(purchase, account, terms, now)


def record_expired(purchase: Purchase, now: datetime) -> Outcome:
    """Answer a purchase whose member session is over: only if it was recorded while the session was open.

    Raises:
        SessionExpiredError: if it was not.
    """
    check_time(purchase.purchased_at, now)
    _, terms = _read(purchase, None)
    if not ledger.is_entry(ledger.read(purchase_key(terms, purchase))):
        raise SessionExpiredError
    return _settle(purchase, None, terms, now)


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


def _read(purchase: Purchase, tenant: TenantTerms | None) -> tuple[Account | None, TenantTerms]:
    """Read account and tenant in one call, or the account alone where the tenant is known."""
    if tenant:
        return account_store.read(purchase.member_id), tenant
    account, row = dynamo.batch_get(
        (account_store.table(), {"member_id": purchase.member_id}),
        (tenants.table(), tenants.key(purchase.tenant_id)),
    )
    return (account_store.from_row(account) if account else None), terms_of(purchase.tenant_id, row)


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


def _settle(purchase: Purchase, first: Account | None, tenant: TenantTerms, now: datetime) -> Outcome:
    cause, programme = _cause(purchase, tenant, now), programme_store.current(now)
    terms = Terms(
        tenant=tenant,
        programme=programme,
        bought_on=local_date(purchase.purchased_at, time_zone()),
        today=local_day(now, time_zone()),
    )

    def load(certain: bool) -> Loaded[None]:
        if not certain and first:
            return Loaded(first, None, None)
        account, row, _ = ledger.look_again(purchase.member_id, cause.key)
        return Loaded(account, row, None)

    def decided(loaded: Loaded[Any]) -> Decision:
        assert loaded.account is not None  # noqa: S101 - `settle` refuses unknown members itself
        require_open(tenant)
        check_amounts(purchase, programme)
        return decide(loaded.account, purchase, terms, early_returns(loaded.standing))

    return ledger.settle(cause, programme, load, decided)


def _cause(purchase: Purchase, tenant: TenantTerms, now: datetime) -> Cause:
    request = {
        "member": purchase.member_id,
        "at": iso(purchase.purchased_at),
        "lines": [[line.sku, line.category, line.quantity, line.amount] for line in purchase.lines],
        "points": purchase.points,
        "paid": purchase.paid,
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
