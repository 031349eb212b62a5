"""The table of the trail: written by one function, once for each event, and never changed (ADR 0822).

(<yymm>, <recorded_at>/<event id>)   a line; months and instants in UTC, so that the trail has one order
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from functions.audit.trail import AuditEntry
from loyalty import dynamo
from loyalty.clock import iso
from loyalty.dynamo import Item, to_item
from loyalty.settings import setting

PAGE = 500


class Span(NamedTuple):
    """A stretch of the trail: from an instant (its own lines included) to another (without)."""

    start: datetime
    end: datetime


def table() -> str:
    """Return the trail's table."""
    return setting("AUDIT_TABLE")


def write(entry: AuditEntry) -> bool:
    """Write a line if it is not there, and return whether it was new."""
    placed = f"{entry.recorded_at}/{entry.event_id}"
    item = to_item(
        {"shelf": _shelf(entry.recorded_at), "placed": placed, **asdict(entry), "facts": entry.facts or None}
    )
    try:
        dynamo.client().put_item(TableName=table(), Item=item, ConditionExpression="attribute_not_exists(placed)")
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True


def newest(
    span: Span, before: str | None, limit: int, most_read: int, keep: Callable[[AuditEntry], bool]
) -> tuple[list[AuditEntry], str | None]:
    """Return up to `limit` lines of a span, newest first, and the place after which the next page starts.

    Args:
        before: the place after which this page starts; None for the span's end.
        most_read: how many lines one call reads at most; a page may therefore be short and still have a next one.
    """
    found: list[tuple[str, AuditEntry]] = []
    place = before
    for number, (place, entry) in enumerate(_backwards(span, before), start=1):
        if keep(entry):
            if len(found) == limit:
                return [one for _, one in found], found[-1][0]
            found.append((place, entry))
        if number == most_read:
            return [one for _, one in found], place
    return [one for _, one in found], None


def _backwards(span: Span, before: str | None) -> Iterator[tuple[str, AuditEntry]]:
    """Yield the lines of a span with their places, newest first, month by month, no further than they are taken."""
    start, upper = iso(span.start), before or iso(span.end)
    shelf = _shelf(upper)
    while upper > start and shelf >= _shelf(start):
        for row in _month(shelf, start, upper):
            if row["placed"] < upper:
                yield row["placed"], _entry(row)
        shelf = _month_before(shelf)


def _month(shelf: str, start: str, upper: str) -> Iterator[Item]:
    request: dict[str, Any] = {
        "KeyConditionExpression": "shelf = :shelf AND placed BETWEEN :start AND :upper",
        "ExpressionAttributeValues": to_item({":shelf": shelf, ":start": start, ":upper": upper}),
        "ScanIndexForward": False,
        "Limit": PAGE,
    }
    return dynamo.query(table(), **request)


def _entry(row: Item) -> AuditEntry:
    kept = {name: value for name, value in row.items() if name not in {"shelf", "placed"}}
    return AuditEntry(**kept)


def _shelf(instant: str) -> str:
    return instant[2:4] + instant[5:7]


def _month_before(shelf: str) -> str:
    year, month = int(shelf[:2]), int(shelf[2:])
    return f"{year:02d}{month - 1:02d}" if month > 1 else f"{year - 1:02d}12"
