"""Forgetting what a member looked at: when they left, or agree no more (requirements M6, K1)."""

from functions.insight import store
from loyalty import dynamo, looks
from loyalty.dynamo import to_item
from loyalty.types import MemberId


def forget(member_id: MemberId) -> int:
    """Delete everything kept of what a member looked at; return how many rows there were."""
    rows = dynamo.query(
        store.table(),
        KeyConditionExpression="insight_id = :member",
        ExpressionAttributeValues=to_item({":member": looks.partition(member_id)}),
        ProjectionExpression="insight_id, kind",
        ConsistentRead=True,
    )
    gone = 0
    for row in rows:
        dynamo.client().delete_item(TableName=store.table(), Key=to_item(row))
        gone += 1
    return gone
