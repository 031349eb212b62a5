"""What staff and a member wrote goes when the membership is erased; codes, points and logins stay (requirement M6)."""

from typing import Any

from functions.control import request_row, requests_store
from functions.control.request import ControlRequest
from functions.control.shelves import table
from loyalty import attempts, dynamo
from loyalty.attempts import Plan
from loyalty.dynamo import to_item
from loyalty.types import MemberId


def forget(member_id: MemberId) -> int:
    """Take the words out of every request about a member, and return how many held any; repeating it is safe."""
    found = [one.request_id for one in requests_store.everything_about(member_id) if _has_words(one)]
    for request_id in found:
        _forget(request_id)
    key = to_item(request_row.frozen_key(member_id))
    dynamo.client().delete_item(TableName=table(), Key=key)
    return len(found)


def _forget(request_id: str) -> None:
    def decide(request: ControlRequest | None) -> Plan[None]:
        return Plan(None, (_wordless(request),) if request and _has_words(request) else ())

    attempts.settle(lambda _certain: requests_store.find(request_id), decide)


def _has_words(request: ControlRequest) -> bool:
    return bool(request.text or (request.appeal and request.appeal.text))


def _wordless(request: ControlRequest) -> dict[str, Any]:
    """Return the part that takes the words out.

    The version goes up, so a decision that is being made at the same time cannot write them back; and `happened` goes,
    so that the new version means no event.
    """
    return {
        "Update": {
            "TableName": table(),
            "Key": to_item(request_row.key(request.request_id)),
            "UpdateExpression": "SET #version = :after REMOVE #text, appeal_text, happened",
            "ConditionExpression": "#version = :before",
            "ExpressionAttributeNames": {"#version": "version", "#text": "text"},
            "ExpressionAttributeValues": to_item({":before": request.version, ":after": request.version + 1}),
        }
    }
