"""Which receipts are taken at all: a sane clock, an open tenant, limits on age and on points (requirements F4). Pure.

Limits hold for tills. What is beyond them comes as a file, which another person approves, so nothing is lost: that is
the review. A repetition of what was recorded is answered all the same, for these questions are asked in the decision.
"""

from datetime import UTC, datetime, timedelta

from functions.earn.errors import (
    PurchasedInFutureError,
    PurchasedTooEarlyError,
    ReceiptAboveLimitError,
    ReceiptTooLateError,
    TenantClosedError,
    TenantHeldError,
)
from functions.earn.terms import AT_THE_TILL, Purchase, Terms
from loyalty.clock import date_of
from loyalty.tenants import TenantTerms

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far a till's clock may be ahead of ours."""
EARLIEST = datetime(2000, 1, 2, tzinfo=UTC)
"""The ledger writes years with two digits."""


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


def require_accepted(purchase: Purchase, terms: Terms) -> None:
    """Refuse what a closed or held tenant sends, and what a till delivers too late.

    Raises:
        TenantClosedError: if the tenant is closed.
        TenantHeldError: if its tills' receipts wait for an operator's look.
        ReceiptTooLateError: if the receipt is older than a till may deliver by itself.
    """
    if not terms.tenant.active:
        raise TenantClosedError
    if purchase.channel != AT_THE_TILL:
        return
    if terms.tenant.held:
        raise TenantHeldError
    most = terms.programme.lateness.most_days
    if most is not None and (date_of(terms.today) - terms.bought_on).days > most:
        raise ReceiptTooLateError(most_days=most)


def require_within_limit(points: int, purchase: Purchase, tenant: TenantTerms) -> None:
    """Refuse a till's receipt that would earn more than one receipt of its tenant may.

    Raises:
        ReceiptAboveLimitError: with the most points that it may earn.
    """
    most = tenant.points_a_receipt
    if most is not None and points > most and purchase.channel == AT_THE_TILL:
        raise ReceiptAboveLimitError(most_points=most)
