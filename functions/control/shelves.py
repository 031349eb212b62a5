"""Lists of the control table, newest first: through its indexes, a bounded number of rows a call.

What a list leaves out (another state, another tenant) is left out after reading; who asks for something rare may get
a short page with a `next`, and never waits for the whole table.
"""

from collections.abc import Callable
from typing import Any

from loyalty import dynamo
from loyalty.dynamo import Item
from loyalty.settings import setting

PAGE = 100
MOST_READ = 1000
"""How many rows one call reads at most."""
BY_MEMBER, BY_SHELF = ("by_member", "member_id"), ("by_shelf", "shelf")


def table() -> str:
    """Return the control table's name."""
    return setting("CONTROL_TABLE")


def newest(
    index: tuple[str, str], value: str, before: str | None, limit: int, keep: Callable[[Item], bool]
) -> tuple[list[Item], str | None]:
    """Return up to `limit` rows below a place, newest first, and the place after which the next page starts.

    Args:
        index: its name and its partition key, whose value is `value`.
        keep: whether a row belongs in the list.
    """
    found, read = list[Item](), 0
    while read < MOST_READ:
        rows, more = _read(index, value, before)
        read += len(rows)
        for row in rows:
            if not keep(row):
                continue
            if len(found) == limit:
                return found, str(found[-1]["placed"])
            found.append(row)
        if not more:
            return found, None
        before = rows[-1]["placed"]
    return found, before


def _read(index: tuple[str, str], value: str, before: str | None) -> tuple[list[Item], bool]:
    name, partition = index
    condition, values = "#partition = :value", {":value": value}
    if before:
        condition, values = f"{condition} AND placed < :before", {**values, ":before": before}
    request: dict[str, Any] = {
        "KeyConditionExpression": condition,
        "ExpressionAttributeNames": {"#partition": partition},
        "ExpressionAttributeValues": dynamo.to_item(values),
    }
    answer = dynamo.client().query(TableName=table(), IndexName=name, ScanIndexForward=False, Limit=PAGE, **request)
    return [dynamo.from_item(item) for item in answer["Items"]], "LastEvaluatedKey" in answer
