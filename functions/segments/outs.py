"""Of whom the result of a refresh is not true: members who were taken out of a segment, or not let in, by law.

A row `outs`, `<member>` says: look at the member's own rows instead. It is written in the very transaction that takes
the member out, or finds that they may not enter, so there are as many as members whom that befell since a refresh.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from loyalty import dynamo, segment_names
from loyalty.clock import iso
from loyalty.dynamo import to_item

OUTS = "outs"


def noted(member_id: str, now: datetime) -> dict[str, Any]:
    """Return the transaction part that says it of a member."""
    row = {"segment_id": OUTS, "kind": member_id, "at": iso(now)}
    return {"Put": {"TableName": segment_names.table(), "Item": to_item(row)}}


def known() -> dict[str, str]:
    """Return of whom it was said since the last refresh that knew of it, and when."""
    rows = dynamo.query(
        segment_names.table(),
        ConsistentRead=True,
        KeyConditionExpression="segment_id = :outs",
        ExpressionAttributeValues=to_item({":outs": OUTS}),
    )
    return {row["kind"]: row["at"] for row in rows}


def clear(before: Mapping[str, str]) -> None:
    """Delete the rows of those a refresh knew of; one of whom it was said again meanwhile stays."""
    for member_id, at in before.items():
        try:
            dynamo.client().delete_item(
                TableName=segment_names.table(),
                Key=to_item({"segment_id": OUTS, "kind": member_id}),
                ConditionExpression="attribute_not_exists(kind) OR #at = :at",
                ExpressionAttributeNames={"#at": "at"},
                ExpressionAttributeValues=to_item({":at": at}),
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
