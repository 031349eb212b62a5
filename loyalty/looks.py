"""Where the looks and clicks of a member lie, for whoever may read them beside insight (requirements M11, M6).

`functions.insight.activity` writes them, while the member agrees to profiling, and deletes them with that agreement.
"""

from collections.abc import Iterator
from typing import Any

from loyalty import dynamo
from loyalty.dynamo import Item, to_item
from loyalty.settings import setting
from loyalty.types import MemberId


def table() -> str:
    """Return the name of the table that holds them."""
    return setting("INSIGHT_TABLE")


def partition(member_id: MemberId) -> str:
    """Return the partition of a member: a row for each batch that was sent, in the order of its newest action."""
    return f"activity/{member_id}"


def everything(member_id: MemberId) -> Iterator[Item]:
    """Yield all that is kept of a member, through every page."""
    return dynamo.query(table(), **_of(member_id))


def newest(member_id: MemberId, most: int) -> list[Item]:
    """Return the newest batches of a member, in one read."""
    answer = dynamo.client().query(TableName=table(), ScanIndexForward=False, Limit=most, **_of(member_id))
    return [dynamo.from_item(item) for item in answer["Items"]]


def _of(member_id: MemberId) -> dict[str, Any]:
    return {
        "KeyConditionExpression": "insight_id = :own",
        "ExpressionAttributeValues": to_item({":own": partition(member_id)}),
    }
