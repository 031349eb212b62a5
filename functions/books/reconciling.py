"""Reconciliation of a tenant's day: the till's statement against what we hold (requirement F2, first half).

A statement replaces the one before it. Where it is not what we hold, the day stands in the list of open differences
until a new statement, or a late receipt, makes both equal; the nightly schedule compares the open ones again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched

from functions.books import counted, statements
from functions.books.statement import Comparison, DayState, Statement, Whereabouts, compared
from loyalty import attempts, dynamo, ledger, tenants
from loyalty.attempts import CONFLICTS, Plan, is_conflict
from loyalty.clock import date_of, local_date, local_day
from loyalty.dynamo import Item
from loyalty.entries import EntryKey
from loyalty.errors import NotFoundError, RuleError
from loyalty.settings import time_zone
from loyalty.tenants import TenantTerms
from loyalty.types import Day, Kind, ReceiptNo, TenantId

STATED_FOR = 60
"""Days for which a day may be stated: our list of its receipts is kept a little longer."""
MOST_KEYS = 100


class StatementDayError(RuleError):
    """A day is stated from itself on, for `days` days."""

    code = "statement_day"
    zh = "只能提交当日至 {days} 天内的对账数据。"
    en = "A day may be stated from itself on, for {days} days."


@dataclass(frozen=True, slots=True)
class TenantDay:
    """A tenant's day: what we hold, what its till states, and what came of comparing them."""

    tenant_id: TenantId
    day: Day
    held: Mapping[str, int]
    stated: Statement | None
    comparison: Comparison


def state(tenant_id: TenantId, day: Day, stated: Statement, now: datetime) -> TenantDay:
    """Keep what a till says of its day, and compare it.

    Raises:
        NotFoundError: if there is no such tenant.
        StatementDayError: if the day lies in the future, or too far back.
    """
    terms = _tenant(tenant_id)
    age = (local_date(now, time_zone()) - date_of(day)).days
    if not 0 <= age <= STATED_FOR:
        raise StatementDayError(days=STATED_FOR)
    found = _compared(terms, day, stated)
    rows = (*statements.put(tenant_id, day, stated), statements.listed_as(found.comparison, tenant_id, day, stated.at))
    attempts.settle(lambda _certain: None, lambda _nothing: Plan(None, rows))
    return found


def read(tenant_id: TenantId, day: Day) -> TenantDay:
    """Return a tenant's day, compared as things are now.

    Raises:
        NotFoundError: if there is no such tenant.
    """
    terms = _tenant(tenant_id)
    stated = statements.read(tenant_id, day)
    if stated is None:
        held = counted.read_tenant_day(tenant_id, day)
        return TenantDay(tenant_id, day, held, None, Comparison(DayState.UNSTATED))
    return _compared(terms, day, stated)


def look_again(now: datetime) -> int:
    """Compare the open differences again and return how many of them are none any more."""
    oldest = local_date(now, time_zone()) - timedelta(days=STATED_FOR)
    return sum(_looked_again(row) for row in list(statements.differences()) if date_of(row["day"]) >= oldest)


def _looked_again(row: Item) -> bool:
    tenant_id, day = TenantId(row["tenant_id"]), Day(row["day"])
    stated = statements.read(tenant_id, day)
    if stated is None or stated.at != row["stated_at"]:
        return False  # another statement has just been made
    comparison = _compared(_tenant(tenant_id), day, stated).comparison
    try:
        attempts.write((statements.listed_as(comparison, tenant_id, day, stated.at, unless_restated=True),))
    except CONFLICTS as error:
        if not is_conflict(error):
            raise
        return False
    return comparison.state is DayState.EQUAL


def _compared(terms: TenantTerms, day: Day, stated: Statement) -> TenantDay:
    held = counted.read_tenant_day(terms.tenant_id, day)
    ours = set(counted.receipts_of(terms.tenant_id, day)) if stated.listed is not None else set()
    elsewhere = dict(_looked_up(terms, day, sorted({*(stated.listed or ())} - ours)))
    comparison = compared(stated.figures, held, stated.listed, ours, elsewhere)
    return TenantDay(terms.tenant_id, day, held, stated, comparison)


def _looked_up(terms: TenantTerms, day: Day, numbers: Sequence[str]) -> Iterator[tuple[str, Whereabouts]]:
    """Yield where receipts are that a till lists and we have not counted on that day: the ledger knows every one."""
    for part in batched(numbers, MOST_KEYS, strict=False):
        sources = (terms.receipt_source(ReceiptNo(number), date_of(day)) for number in part)
        keys = [(ledger.table(), EntryKey(source, Kind.PURCHASE).item()) for source in sources]
        for number, row in zip(part, dynamo.batch_get(*keys), strict=True):
            yield number, _whereabouts(row, day)


def _whereabouts(row: Item | None, day: Day) -> Whereabouts:
    if row is None or not ledger.is_entry(row):
        return Whereabouts.UNKNOWN
    bought_on = local_day(datetime.fromisoformat(row["at"]), time_zone())
    return Whereabouts.BEING_COUNTED if bought_on == day else Whereabouts.OTHER_DAY


def _tenant(tenant_id: TenantId) -> TenantTerms:
    terms = tenants.read(tenant_id)
    if terms is None:
        raise NotFoundError
    return terms
