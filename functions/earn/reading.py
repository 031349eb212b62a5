"""What a checkout or a quote reads: account, tenant, coupons, and what running campaigns ask for, in one call.

                first                                   certain (see `loyalty.ledger`)
campaigns ask   one BatchGetItem                        dates, lists and budgets consistently, then one
                                                        TransactGetItems
nothing to ask  one BatchGetItem, or GetItem (files)    one TransactGetItems
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from functions.earn.charge import Wallet, visit_of
from functions.earn.purchase import Beside
from functions.earn.terms import Purchase
from loyalty import account_store, dynamo, identity, ledger, programme_store, tenants
from loyalty.accounts import Account
from loyalty.clock import local_date, local_day, zone
from loyalty.coupons import store
from loyalty.coupons.codes import is_code
from loyalty.coupons.coupon import from_row
from loyalty.dynamo import Item
from loyalty.earning import running
from loyalty.earning.lines import PricedLine
from loyalty.entries import EntryKey
from loyalty.ledger import Loaded
from loyalty.parts import THOUSANDTHS
from loyalty.pricing.campaigns import Campaign, asking_birthday
from loyalty.settings import time_zone
from loyalty.tenants import TenantTerms
from loyalty.types import TenantId

if TYPE_CHECKING:
    from loyalty.earning.state import Lookup

Key = tuple[str, Mapping[str, object]]

MOST_KEYS = 100
"""How many rows one call reads."""


class Asked(NamedTuple):
    """What campaigns ask for beside the receipt and the account.

    Attributes:
        lookup: what those that award ask for; None: nothing.
        dates: the key of the member's birthday, where a discount asks for it; a rule that awards may ask for it too.
    """

    lookup: "Lookup | None"
    dates: tuple[Key, ...] = ()

    def facts(self) -> list[Key]:
        """Return the keys of what is only looked at, the birthday's first."""
        return [*self.dates, *(self.lookup.facts() if self.lookup else ())]

    def tallies(self) -> list[Key]:
        """Return the keys of the rows that the receipt may change."""
        return self.lookup.tallies() if self.lookup else []

    def beside(self, wallet: Wallet, facts: Sequence[Item | None], counted: Sequence[Item | None]) -> Beside:
        """Return what the rows of `facts` and `tallies` say, in their order."""
        first = len(self.dates)
        born = next((row.get("born") for row in facts[:first] if row), None)
        return Beside(wallet, self.lookup.state(facts[first:], counted) if self.lookup else None, born)


class Reading(NamedTuple):
    """What is read at first; `account`: None where there is no such member, or where only a certain reading counts."""

    account: Account | None
    tenant: TenantTerms
    beside: Beside
    asked: Asked


def read(
    purchase: Purchase, now: datetime, discounts: Sequence[Campaign], tenant: TenantTerms | None = None
) -> Reading:
    """Read what a purchase needs.

    Args:
        discounts: the discount campaigns that may have made its price.
        tenant: the tenant's terms where the caller holds them already (bulk files).
    """
    asked = Asked(_lookup(purchase, now), _dates(purchase, now, discounts))
    if tenant and not purchase.coupons and not asked.lookup and not asked.dates:
        return Reading(account_store.read(purchase.member_id), tenant, Beside({}), asked)
    register = [] if tenant else [(tenants.table(), tenants.key(purchase.tenant_id))]
    coupons, facts, tallies = _coupon_keys(purchase), asked.facts(), asked.tallies()
    account: Key = (account_store.table(), {"member_id": purchase.member_id})
    rows = iter(_rows([account, *register, *coupons, *facts, *tallies]))
    found = next(rows)
    terms = tenant or terms_of(purchase.tenant_id, next(rows))
    wallet = _wallet([next(rows) for _ in coupons])
    beside = asked.beside(wallet, [next(rows) for _ in facts], list(rows))
    return Reading(account_store.from_row(found) if found else None, terms, beside, asked)


def look_again(purchase: Purchase, key: EntryKey, asked: Asked) -> Loaded[Beside]:
    """Read everything again, so that a refusal, or a lost answer, is certain.

    What is only looked at comes before account and entry: units that an earlier try of ours took are then found as
    its entry. Budgets are no part of the transaction, for reading sixteen rows of one instant would fail whenever
    somebody takes from one of them.
    """
    looked_at = _rows(asked.facts(), consistent=True)
    coupons = _coupon_keys(purchase)
    account, row, others = ledger.look_again(purchase.member_id, key, *coupons, *asked.tallies())
    wallet, counted = _wallet(others[: len(coupons)]), others[len(coupons) :]
    return Loaded(account, row, asked.beside(wallet, looked_at, counted))


def terms_of(tenant_id: TenantId, row: Item | None) -> TenantTerms:
    """Return the terms of a tenant's row; a tenant nobody registered is a closed one."""
    return tenants.from_row(row) if row else TenantTerms(tenant_id, active=False)


def _lookup(purchase: Purchase, now: datetime) -> "Lookup | None":
    """Return what running campaigns ask for; None where none may apply to this receipt."""
    rules = running.rules()
    if not rules:
        return None
    from loyalty.earning.evaluation import Bought, needs  # a cold start must not wait for what is not running
    from loyalty.earning.state import Lookup

    excluded = programme_store.current(now).excluded
    bought = Bought(
        key="",
        tenant_id=purchase.tenant_id,
        at=purchase.purchased_at.astimezone(zone(time_zone())),
        channel=purchase.channel,
        lines=tuple(
            PricedLine(
                line.sku,
                line.category,
                line.quantity,
                line.amount,
                line.amount,
                0,
                line.category not in excluded,
                0,
                line.brand,
            )
            for line in purchase.lines
        ),
        multiplier=THOUSANDTHS,
    )
    found = needs(bought, rules)
    if not found.rules:
        return None
    return Lookup(bought, found, purchase.member_id, local_day(purchase.purchased_at, time_zone()))


def _dates(purchase: Purchase, now: datetime, discounts: Sequence[Campaign]) -> tuple[Key, ...]:
    """Return the key of the member's birthday; none where no discount on these goods asks for it."""
    if not discounts:
        return ()
    excluded = programme_store.current(now).excluded
    lines = [line for line in purchase.lines if line.category not in excluded]
    visit = visit_of(purchase, local_date(purchase.purchased_at, time_zone()))
    asking = asking_birthday(discounts, visit, lines)
    return ((identity.table(), identity.dates_key(purchase.member_id)),) if asking else ()


def _rows(keys: Sequence[Key], *, consistent: bool = False) -> list[Item | None]:
    """Read rows, a hundred a call; nothing is asked where there are none."""
    found = list[Item | None]()
    for first in range(0, len(keys), MOST_KEYS):
        found += dynamo.batch_get(*keys[first : first + MOST_KEYS], consistent=consistent)
    return found


def _coupon_keys(purchase: Purchase) -> list[Key]:
    """Return the keys of the coupons a basket names; what is no code of ours cannot exist."""
    codes = dict.fromkeys(code for code in purchase.coupons if is_code(code))
    return [(store.table(), store.key(code)) for code in codes]


def _wallet(rows: Sequence[Item | None]) -> Wallet:
    return {coupon.code: coupon for coupon in map(from_row, filter(None, rows))}
