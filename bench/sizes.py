"""How many bytes the two rows of a movement take; each should fit the 1 KB that one write unit pays for."""

from dataclasses import replace
from datetime import UTC, date, datetime

from bench.baskets import purchase
from bench.mall import enrol, register_tenant
from bench.meter import item_size
from functions.earn import checkout
from loyalty import account_store, dynamo, ledger
from loyalty.accounts import Account
from loyalty.buckets import NEVER, BucketKey
from loyalty.clock import add_months, day_of, month_before, month_end
from loyalty.tiers import Record, Rung
from loyalty.types import Day, MemberId, Month, Purse, Status
from tests.support import PROGRAMME

TARGET = 1024
BUCKETS = 24
MONTHS = 24
NEXT_YEAR = BucketKey("271130")
RICH_TARGET = 2 * TARGET
"""What everything at once may take: two write units, for the few who have it all."""


def largest_account() -> Account:
    """Return an account with 24 buckets of six-digit points, 24 months of seven-digit spend, and debt besides."""
    last = Month("2611")
    lapses = (day_of(month_end(add_months(date(2026, 11, 1), n))) for n in range(BUCKETS))
    return Account(
        member_id=MemberId("01K9Z3YJ8M5TQ2X7R4V6W1B0C9"),
        status=Status.AWAITING_APPROVAL,
        rung=Rung("diamond", Day("260131"), Day("270131")),
        version=123_456,
        buckets={Purse.POINTS: {BucketKey(key): 123_456 for key in lapses}},
        debt={Purse.POINTS: 123_456},
        record=Record(spend={month_before(last, n): 1_234_567 for n in range(MONTHS)}),
        reminded_on=Day("261101"),
    )


def usual_account() -> Account:
    """Return one that shops every month: a year of buckets, two of spend, growth, what tiers and transfers keep."""
    full = largest_account()
    lapses = dict(list(full.held(Purse.POINTS).items())[: BUCKETS // 2])
    return replace(
        full,
        status=Status.ACTIVE,
        buckets={Purse.POINTS: lapses, Purse.COURTESY: {NEXT_YEAR: 500}, Purse.GROWTH: {NEVER: 123_456}},
        debt={},
        first_on=Day("230714"),
        moved_on=Day("261121"),
        welcomed={"silver": 100, "gold": 500},
        uses={"free_parking": ("2611", 3)},
        recent={Day("261118"): 1_234},
    )


def rich_account() -> Account:
    """Return the largest account of a ladder by every measure, with every entitlement used and many returnable days."""
    usual, months = usual_account(), largest_account().record.spend
    return replace(
        usual,
        buckets={**usual.buckets, **largest_account().buckets, Purse.DRAWS: {NEXT_YEAR: 12}},
        debt={Purse.POINTS: 123_456},
        record=Record(months, dict.fromkeys(months, 123_456), dict.fromkeys(months, 12)),
        welcomed={"silver": 100, "gold": 500, "diamond": 2000},
        uses=dict.fromkeys(("free_parking", "lounge", "tasting", "queue_skip", "health_check"), ("2611", 3)),
        recent={Day(f"2611{day:02d}"): 1_234 for day in range(7, 22)},
        given=(Day("261121"), 10_000, "26", 100_000),
        warned_on=Day("261001"),
    )


def account_bytes(account: Account) -> int:
    """Return the size of an account's item."""
    return item_size(dynamo.to_item(account_store.to_row(account, PROGRAMME)))


def five_line_entry_bytes() -> int:
    """Record a purchase with five lines and return the size of its entry as it stands in the ledger."""
    now = datetime.now(UTC)
    tenant, member = register_tenant("shop-sizes"), enrol(f"01K{'SIZES':0>23}")
    entry = checkout.record(purchase(tenant, member, "A-20261121-0042", now), now).entry
    row = ledger.read(entry.cause.key)
    assert row
    return item_size(dynamo.to_item(row))
