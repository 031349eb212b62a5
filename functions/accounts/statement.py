"""The statement: every movement of an account, newest first, read from the ledger's index by member.

Each account version is made by exactly one entry, so the index sorts as things happened and an entry is never
missing between two others for longer than the index takes to follow.
"""

from typing import Any

from loyalty import dynamo
from loyalty.entries import Entry, from_row
from loyalty.ledger import table
from loyalty.types import MemberId

INDEX = "by_member"


def page(member_id: MemberId, limit: int, before_version: int | None) -> tuple[list[Entry], int | None]:
    """Return up to `limit` entries below an account version, newest first, and where the next page starts."""
    values: dict[str, Any] = {":member": member_id}
    condition = "member_id = :member"
    if before_version is not None:
        condition += " AND account_version < :before"
        values[":before"] = before_version
    answer = dynamo.client().query(
        TableName=table(),
        IndexName=INDEX,
        KeyConditionExpression=condition,
        ExpressionAttributeValues=dynamo.to_item(values),
        ScanIndexForward=False,
        Limit=limit,
    )
    entries = [from_row(dynamo.from_item(item)) for item in answer["Items"]]
    following = entries[-1].account_version if entries and "LastEvaluatedKey" in answer else None
    return entries, following
