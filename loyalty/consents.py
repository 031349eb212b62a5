"""What a member agreed to, as capabilities beside the members' own may ask for it (requirements K1).

`functions.members.consent` writes the row; silence is no consent.
"""

from collections.abc import Mapping
from typing import Any

from loyalty.dynamo import Item, to_item
from loyalty.identity import table
from loyalty.types import MemberId

PROFILING = "profiling"


def key(member_id: MemberId) -> dict[str, object]:
    """Return the key of the row that holds what a member agreed to."""
    return {"member_id": member_id, "kind": "consent"}


def agreed(row: Item | None, purpose: str) -> bool:
    """Tell whether a member agrees to a purpose, by that row."""
    return bool((row or {}).get(purpose, {}).get("granted", False))


def still_agreed(member_id: MemberId, purpose: str) -> Mapping[str, Any]:
    """Return the part of a transaction that insists the member agrees at the moment it is written."""
    return {
        "ConditionCheck": {
            "TableName": table(),
            "Key": to_item(key(member_id)),
            "ConditionExpression": "#purpose.granted = :yes",
            "ExpressionAttributeNames": {"#purpose": purpose},
            "ExpressionAttributeValues": to_item({":yes": True}),
        }
    }
