"""The rows of reconciliation: what tills stated, and the list of days that differ."""

from collections.abc import Iterator
from typing import Any

from functions.books import store
from functions.books.statement import Comparison, DayState, Statement
from loyalty import dynamo
from loyalty.dynamo import Item, to_item
from loyalty.types import Day, TenantId

DIFFERENCES, STATEMENT, NUMBERS = "differences", "statement", "numbers"
SEPARATOR = "\n"

Part = dict[str, Any]


def put(tenant_id: TenantId, day: Day, stated: Statement) -> tuple[Part, ...]:
    """Return the transaction parts that keep a statement in place of the one before."""
    kept = {"figures": stated.figures, "lists": stated.listed is not None, "by": stated.by, "at": stated.at}
    numbers = {"numbers": SEPARATOR.join(stated.listed or ())}
    book = _book(tenant_id, day)
    return _put({**store.key(book, STATEMENT), **kept}), _put({**store.key(book, NUMBERS), **numbers})


def read(tenant_id: TenantId, day: Day) -> Statement | None:
    """Read what a till stated of its day; None where it has not yet."""
    keys = [(store.table(), store.key(_book(tenant_id, day), kind)) for kind in (STATEMENT, NUMBERS)]
    row, numbers = dynamo.transact_get(*keys)
    if row is None or numbers is None:
        return None
    listed = tuple(filter(None, numbers["numbers"].split(SEPARATOR))) if row["lists"] else None
    return Statement(row["figures"], listed, row["by"], row["at"])


def listed_as(
    comparison: Comparison, tenant_id: TenantId, day: Day, stated_at: str, *, unless_restated: bool = False
) -> Part:
    """Return the transaction part that puts a day on the list of open differences, or takes it off.

    Args:
        unless_restated: change it only while the list speaks of this very statement.
    """
    key = store.key(DIFFERENCES, f"{day}/{tenant_id}")
    same = {"ConditionExpression": "stated_at = :at", "ExpressionAttributeValues": to_item({":at": stated_at})}
    condition = same if unless_restated else {}
    if comparison.state is DayState.EQUAL:
        return {"Delete": {"TableName": store.table(), "Key": to_item(key), **condition}}
    part = _put({**key, "tenant_id": tenant_id, "day": day, "stated_at": stated_at, **_summary(comparison)})
    return {"Put": {**part["Put"], **condition}}


def differences() -> Iterator[Item]:
    """Yield every open difference."""
    return dynamo.query(store.table(), **_listing())


def page(after: str | None, limit: int) -> tuple[list[Item], str | None]:
    """Return up to `limit` open differences, the youngest day first, and where the next page starts, if any."""
    start = {"ExclusiveStartKey": to_item(store.key(DIFFERENCES, after))} if after else {}
    request = {**_listing(), **start}
    answer = dynamo.client().query(TableName=store.table(), Limit=limit, ScanIndexForward=False, **request)
    rows = list(map(dynamo.from_item, answer["Items"]))
    return rows, rows[-1]["kind"] if rows and "LastEvaluatedKey" in answer else None


def _summary(comparison: Comparison) -> Item:
    return {
        "state": comparison.state,
        "figures": [difference.figure for difference in comparison.figures],
        "unknown": len(comparison.unknown),
        "other_day": len(comparison.other_day),
        "unlisted": len(comparison.unlisted),
    }


def _book(tenant_id: TenantId, day: Day) -> str:
    return f"tenant/{tenant_id}/{day}"


def _put(row: Item) -> Part:
    return {"Put": {"TableName": store.table(), "Item": to_item(row)}}


def _listing() -> dict[str, Any]:
    return {
        "KeyConditionExpression": "book_id = :list",
        "ExpressionAttributeValues": to_item({":list": DIFFERENCES}),
    }
