"""The books table: where every row of the books lies, and the days they are kept by.

(day/<yymmdd>/<shard>, <purse>)             what events of a day moved in a purse: sums by flow, reason and expiry month
(flows/<purse>, <yymmdd>)                   the same sums of a day that takes no more events, as one row
(seen/<event id>, "seen")                   an event that was counted
(receipts/<tenant>/<yymmdd>/<shard>, <receipt no>/<event id>)   the same for a purchase: a tenant's list of a day
(tenant/<tenant>/<yymmdd>, "sums/<shard>")  a tenant's day: receipts, money, points, refunds
(tenant/<tenant>/<yymmdd>, "statement")     what the tenant's till says of it; "numbers": the receipts it lists
(differences, <yymmdd>/<tenant>)            statements that are not what we hold
(job/<id>, "job")                           a segment of a closing at work (`loyalty.jobs`)
(closings, <yymmdd>/<run>)                  a day's closing: by purse, what members hold and owe, by expiry month
(closing/<yymmdd>, <run>/<purse>)           the same by tier and expiry month
(estimate/<id>, "definition") + list        how much of what is held will be redeemed (`loyalty.catalogue`)
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from loyalty.catalogue import Catalogue
from loyalty.clock import date_of, day_of, iso, zone
from loyalty.jobs import Jobs
from loyalty.settings import setting
from loyalty.types import Day

FLOW_SHARDS, TENANT_SHARDS, RECEIPT_SHARDS = 16, 4, 4
"""A thousand receipts a second come in some 110 batches: over sixteen rows, each is written seven times a second."""


def table() -> str:
    """Return the books table's name."""
    return setting("BOOKS_TABLE")


def key(book_id: str, kind: str) -> dict[str, str]:
    """Return a row's key."""
    return {"book_id": book_id, "kind": kind}


def estimates() -> Catalogue:
    """Return where the redemption estimates are kept."""
    return Catalogue(table(), "book_id", "estimate")


def jobs() -> Jobs:
    """Return where the closings at work are kept."""
    return Jobs(table(), "book_id", "exports/books")


def end_of(day: Day, time_zone: str) -> str:
    """Return the instant a mall-local day is over, as `recorded_at` is written: what is not before it came later."""
    return iso(_midnight_after(day, time_zone))


def _midnight_after(day: Day, time_zone: str) -> datetime:
    return datetime.combine(date_of(day) + timedelta(days=1), time.min, zone(time_zone))


def days(first: date, last: date) -> Iterator[Day]:
    """Yield the days of a period, both ends included."""
    for number in range((last - first).days + 1):
        yield day_of(first + timedelta(days=number))
