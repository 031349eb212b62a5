"""Everybody who may be written to, page by page, without a look at anything that says who they are (K5; ADR 1045).

Accounts know a random id and a status, and every member has one, imported or not. No index lists them all, so this is
a scan: of a job that marketers approved and that runs a few times a year, never of a request.
"""

from typing import NamedTuple

from functions.notices.messages.deciding import WRITTEN_TO
from functions.notices.templates.template import Purpose
from loyalty import account_store, dynamo
from loyalty.types import Status


class Members(NamedTuple):
    """Some members, and the one after whom more may follow; None at the end."""

    ids: list[str]
    following: str | None


def page(purpose: Purpose, after: str | None, limit: int) -> Members:
    """Read so many accounts and return the members among them whose membership hears from us to this end."""
    start = {"ExclusiveStartKey": dynamo.to_item({"member_id": after})} if after else {}
    answer = dynamo.client().scan(
        TableName=account_store.table(),
        Limit=limit,
        ProjectionExpression="member_id, #status",
        ExpressionAttributeNames={"#status": "status"},
        **start,
    )
    rows = map(dynamo.from_item, answer["Items"])
    last = answer.get("LastEvaluatedKey")
    hearing = [row["member_id"] for row in rows if Status(row["status"]) in WRITTEN_TO[purpose]]
    return Members(hearing, dynamo.from_item(last)["member_id"] if last else None)
