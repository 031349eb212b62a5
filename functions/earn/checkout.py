"""The checkout: one read, one decision, one transaction; used alike by tills and by bulk files.

till ── POST /purchases ──> read account + tenant ──> decide ──> entry + account + budgets, one transaction
                              + what campaigns ask                 │ a budget gave out meanwhile: read and decide again
a return that came first holds the key with a placeholder <────────┘ then the purchase earns the remainder
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from functions.earn import quotes
from functions.earn.acceptance import check_time, require_accepted
from functions.earn.purchase import Beside, decide
from functions.earn.quotes import Quote
from functions.earn.reading import Reading, look_again, read
from functions.earn.receipt import Return, ReturnedLine
from functions.earn.terms import Purchase, Terms
from loyalty import discounts, ledger, programme_store
from loyalty.clock import day_of, iso, local_date, local_day
from loyalty.coupons import store
from loyalty.coupons.store import Shelf
from loyalty.dynamo import Item
from loyalty.entries import Cause, EntryKey, fingerprint
from loyalty.errors import SessionExpiredError, UnknownMemberError
from loyalty.ledger import Decision, Loaded, Outcome
from loyalty.pricing.basket import Line
from loyalty.pricing.campaigns import Campaign
from loyalty.settings import time_zone
from loyalty.tenants import TenantTerms
from loyalty.types import Day, Kind

if TYPE_CHECKING:
    from functions.earn.awards import Grants

MOVEMENT = "purchase"


def record(purchase: Purchase, now: datetime, *, tenant: TenantTerms | None = None) -> Outcome:
    """Record a purchase exactly once: spend, earn, move the tier.

    Args:
        tenant: the tenant's terms where the caller holds them already (bulk files); read otherwise.

    Raises:
        LoyaltyError: the refusal, when nothing was recorded.
    """
    check_time(purchase.purchased_at, now)
    campaigns = _campaigns(purchase, now)
    return _settle(purchase, read(purchase, now, campaigns, tenant), campaigns, now)


def record_expired(purchase: Purchase, now: datetime) -> Outcome:
    """Answer a purchase whose member session is over: only if it was recorded while the session was open.

    Raises:
        SessionExpiredError: if it was not.
    """
    check_time(purchase.purchased_at, now)
    campaigns = _campaigns(purchase, now)
    found = read(purchase, now, campaigns)._replace(account=None)
    if not ledger.is_entry(ledger.read(purchase_key(found.tenant, purchase))):
        raise SessionExpiredError
    return _settle(purchase, found, campaigns, now)


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


def quoted(basket: Purchase, now: datetime, *, best: bool) -> Quote:
    """Price a basket without writing anything.

    Args:
        best: whether to find the best combination of the member's coupons rather than to take those named.

    Raises:
        UnknownMemberError: if there is no such member.
        LoyaltyError: why no such receipt would be accepted (see `require_accepted`).
        MembershipStatusError: if the membership may not even earn.
    """
    check_time(basket.purchased_at, now)
    campaigns = discounts.running(now)
    found = read(basket, now, campaigns)
    if found.account is None:
        raise UnknownMemberError
    terms = terms_now(basket, found.tenant, now, campaigns)
    require_accepted(basket, terms)
    if not best:
        return quotes.quote(found.account, basket, terms, found.beside)
    candidates, _ = store.page(basket.member_id, Shelf.OPEN, quotes.MOST_CANDIDATES, None, terms.today)
    return quotes.best_of(found.account, basket, terms, candidates, found.beside)


def terms_now(purchase: Purchase, tenant: TenantTerms, now: datetime, campaigns: tuple[Campaign, ...]) -> Terms:
    """Return the terms a purchase is decided under at an instant."""
    return Terms(
        tenant=tenant,
        programme=programme_store.current(now),
        bought_on=local_date(purchase.purchased_at, time_zone()),
        today=local_day(now, time_zone()),
        now=now,
        campaigns=campaigns,
        return_window_days=programme_store.return_window_days(now),
    )


def _campaigns(purchase: Purchase, now: datetime) -> tuple[Campaign, ...]:
    """Return the campaigns that may have made the till's price; who charged the plain one gave no discount.

    With coupons the plain price may be a mistake, and then the right one must be told.
    """
    plain = purchase.gross - programme_store.current(now).redemption.value_of(purchase.points)
    return () if purchase.paid == plain and not purchase.coupons else discounts.running(now)


def _settle(purchase: Purchase, first: Reading, campaigns: tuple[Campaign, ...], now: datetime) -> Outcome:
    tenant = first.tenant
    cause, terms = _cause(purchase, tenant, now), terms_now(purchase, tenant, now, campaigns)

    def load(certain: bool) -> Loaded[Beside]:
        if not certain and first.account:
            return Loaded(first.account, None, first.beside)
        return look_again(purchase, cause.key, first.asked)

    def decided(loaded: Loaded[Beside]) -> Decision:
        assert loaded.account is not None  # noqa: S101 - `settle` refuses unknown members itself
        require_accepted(purchase, terms)
        sale = decide(loaded.account, purchase, terms, early_returns(loaded.standing), loaded.extra)
        return replace(sale.decision, beside=_beside(sale.grants, purchase, day_of(terms.bought_on)))

    return ledger.settle(cause, terms.programme, load, decided)


def _beside(grants: "Grants | None", purchase: Purchase, day: Day) -> tuple[Mapping[str, Any], ...]:
    """Return the parts of the transaction that campaigns add: budgets taken by condition, tallies over those read."""
    if grants is None:
        return ()
    from loyalty.earning.state import takes, tally_puts

    budgets = [part for campaign, parts in grants.parts.items() for part in takes(campaign, parts)]
    return (*budgets, *tally_puts(purchase.member_id, day, grants.changes))


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
