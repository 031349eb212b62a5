"""Who is on a list, or in a segment: rows of the campaigns table, so that either is one read (ADR 0808, ADR 0909).

row                                        key (`campaign_id`, `kind`)
a list and how many are on it              `memberlist/<id>`, `definition`
a member on a list or in a segment         `members/<list or segment>`, `<member id>`
a list or segment a member is on           `onlists/<member id>`, `<list or segment>`
a member who left a segment lately         `left/<segment>`, `<member id>`

A campaign asks for the first and does not know which of the two it names. What a refresh of segments wrote names the
refresh (`refresh_id`, `refresh_no`); what people put on a list by hand does not.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from loyalty import dynamo
from loyalty.dynamo import Item, to_item
from loyalty.settings import setting

LIST, MEMBERS, ON, LEFT = "memberlist", "members", "onlists", "left"
REFRESH = "refresh_id"
"""The attribute that tells a segment's row from a list's."""


def table() -> str:
    """Return the table's name."""
    return setting("CAMPAIGNS_TABLE")


def list_key(list_id: str) -> dict[str, str]:
    """Return the key of a list's own row."""
    return {"campaign_id": f"{LIST}/{list_id}", "kind": "definition"}


def member_key(list_id: str, member_id: str) -> dict[str, str]:
    """Return the key of the row that says that a member is on a list or in a segment."""
    return {"campaign_id": f"{MEMBERS}/{list_id}", "kind": member_id}


def reverse_key(list_id: str, member_id: str) -> dict[str, str]:
    """Return the key of the row by which a member's lists and segments are found."""
    return {"campaign_id": f"{ON}/{member_id}", "kind": list_id}


def left_key(segment_id: str, member_id: str) -> dict[str, str]:
    """Return the key of the row that says that a member left a segment."""
    return {"campaign_id": f"{LEFT}/{segment_id}", "kind": member_id}


def of_member(member_id: str) -> Iterator[Item]:
    """Yield the rows of the lists and segments a member is on, as they are now."""
    return dynamo.query(table(), ConsistentRead=True, **in_partition(f"{ON}/{member_id}"))


def members_of(list_id: str, **more: Any) -> Iterator[Item]:
    """Yield the rows of the members on a list or in a segment, in order of their ids."""
    return dynamo.query(table(), **in_partition(f"{MEMBERS}/{list_id}"), **more)


def page_of(list_id: str, after: str | None, limit: int) -> tuple[list[Item], str | None]:
    """Return up to `limit` rows of the members on a list or in a segment, and the id after which the next page starts.

    The id is None where there is no next page.
    """
    start = {"ExclusiveStartKey": to_item(member_key(list_id, after))} if after else {}
    found = dynamo.client().query(TableName=table(), Limit=limit, **in_partition(f"{MEMBERS}/{list_id}"), **start)
    rows = [dynamo.from_item(item) for item in found["Items"]]
    return rows, rows[-1]["kind"] if rows and "LastEvaluatedKey" in found else None


def put_new(where: Mapping[str, str], row: Mapping[str, object]) -> dict[str, Any]:
    """Return the transaction part that writes a row which must not be there."""
    absent = "attribute_not_exists(kind)"
    return {"Put": {"TableName": table(), "Item": to_item({**where, **row}), "ConditionExpression": absent}}


def put(where: Mapping[str, str], row: Mapping[str, object]) -> dict[str, Any]:
    """Return the transaction part that writes a row over whatever is there."""
    return {"Put": {"TableName": table(), "Item": to_item({**where, **row})}}


def delete(where: Mapping[str, str]) -> dict[str, Any]:
    """Return the transaction part that deletes a row, be it there or not."""
    return {"Delete": {"TableName": table(), "Key": to_item(where)}}


def delete_standing(where: Mapping[str, str]) -> dict[str, Any]:
    """Return the transaction part that deletes a row which must be there."""
    part = delete(where)
    return {"Delete": {**part["Delete"], "ConditionExpression": "attribute_exists(kind)"}}


def in_partition(partition: str) -> dict[str, Any]:
    """Return what a query for a whole partition asks for."""
    return {
        "KeyConditionExpression": "campaign_id = :partition",
        "ExpressionAttributeValues": to_item({":partition": partition}),
    }
