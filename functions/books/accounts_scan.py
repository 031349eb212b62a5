"""Reading every account, page by page: one of the product's few scans, run by a schedule only (ADR 0824).

What members hold on a day is the sum over all of them, and nothing less than reading them proves the flows right. It
is a batch job at night; no request scans.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from functions.books.cut import GapInStatementError, Held, held_of, may_have_moved, taken_back
from loyalty import account_store, dynamo, ledger
from loyalty.attempts import pause
from loyalty.clock import iso
from loyalty.dynamo import Item
from loyalty.errors import BusyError
from loyalty.types import Day

ACCOUNTS_A_PAGE = 1000
"""About what one read of 1 MB holds, too."""
SKEW = timedelta(hours=1)
"""No request takes so long from its `recorded_at` to its write: an entry this much older than the cut ends the look."""
LOOKS = 8
ENTRIES_A_PAGE = 10


def page(segment: int, segments: int, after: str | None) -> tuple[list[Item], str | None]:
    """Return the next accounts of a segment, and the id after which it goes on; None at its end."""
    start = {"ExclusiveStartKey": dynamo.to_item({"member_id": after})} if after else {}
    answer = dynamo.client().scan(
        TableName=account_store.table(),
        Segment=segment,
        TotalSegments=segments,
        Limit=ACCOUNTS_A_PAGE,
        ProjectionExpression="member_id, #version, tier, buckets, debt, moved_on",
        ExpressionAttributeNames={"#version": "version"},
        **start,
    )
    last = answer.get("LastEvaluatedKey")
    return list(map(dynamo.from_item, answer["Items"])), dynamo.from_item(last)["member_id"] if last else None


def at(rows: Sequence[Mapping[str, Any]], day: Day, end: str) -> list[Held]:
    """Return what accounts held at the end of a day.

    Args:
        end: the instant the day is over.

    Raises:
        BusyError: if an account's newest entries do not show in the statement yet.
    """
    accounts = map(held_of, rows)
    return [_at(held, end) if may_have_moved(held, day) else held for held in accounts]


def _at(held: Held, end: str) -> Held:
    for attempt in range(LOOKS):
        try:
            return taken_back(held, _statement(held, iso(datetime.fromisoformat(end) - SKEW)), end)
        except GapInStatementError:
            pause(attempt)
    raise BusyError(retry_after=1)


def _statement(held: Held, until: str) -> list[Item]:
    """Return a member's entries, newest first, down to the first one recorded before an instant."""
    rows = dynamo.query(
        ledger.table(),
        IndexName="by_member",
        KeyConditionExpression="member_id = :member AND account_version <= :version",
        ExpressionAttributeValues=dynamo.to_item({":member": held.member_id, ":version": held.version}),
        ScanIndexForward=False,
        Limit=ENTRIES_A_PAGE,
    )
    found: list[Item] = []
    for row in rows:
        found.append(row)
        if row["recorded_at"] < until:
            break
    return found
