"""Where notices keep what they know of a member, for whoever may read it beside them (requirements N2, M6)."""

from collections.abc import Iterator
from itertools import batched

from loyalty import dynamo
from loyalty.dynamo import Item
from loyalty.settings import setting

MEMBER = "member"
BY_MEMBER = "by_member"
A_READING = 100


def table() -> str:
    """Return the table's name."""
    return setting("NOTICES_TABLE")


def member_key(member_id: str) -> dict[str, str]:
    """Return the key of what notices know of a member."""
    return {"notice_id": f"{MEMBER}/{member_id}", "kind": MEMBER}


def messages_of(member_id: str) -> Iterator[Item]:
    """Yield the messages to a member that are kept, oldest first (ADR 1043).

    Raises:
        BusyError: if the table stays throttled; asking again is safe.
    """
    listed = dynamo.query(
        table(),
        IndexName=BY_MEMBER,
        KeyConditionExpression="member_id = :member",
        ExpressionAttributeValues=dynamo.to_item({":member": member_id}),
    )
    for some in batched(listed, A_READING, strict=False):
        keys = ((table(), {"notice_id": row["notice_id"], "kind": row["kind"]}) for row in some)
        yield from (row for row in dynamo.batch_get(*keys) if row)
