"""The mall's tenants as one list, so that neither the register's pages nor the published rules ever scan.

Every tenant has a second row in one partition of the tenants table, written in the same transaction as its own
(`functions.tenants.registry`). A mall has hundreds of tenants, written rarely: one partition carries thousands.
"""

from collections.abc import Iterator

from loyalty import dynamo, tenants
from loyalty.dynamo import Item

PARTITION = "list/tenants"
"""No tenant's id holds a slash, so no tenant is ever mistaken for the list."""


def key(tenant_id: str) -> dict[str, str]:
    """Return the key of a tenant's row in the list."""
    return {"tenant_id": PARTITION, "kind": tenant_id}


def page(after: str | None, limit: int) -> tuple[list[Item], str | None]:
    """Return up to `limit` rows in order of tenant id, and the id after which the next page starts, if any."""
    request = _request() | ({"ExclusiveStartKey": dynamo.to_item(key(after))} if after else {})
    answer = dynamo.client().query(TableName=tenants.table(), Limit=limit, **request)
    rows = [_own(dynamo.from_item(item)) for item in answer["Items"]]
    return rows, rows[-1]["tenant_id"] if rows and "LastEvaluatedKey" in answer else None


def everyone() -> Iterator[Item]:
    """Yield the row of every tenant."""
    return map(_own, dynamo.query(tenants.table(), **_request()))


def _request() -> dict[str, object]:
    return {
        "KeyConditionExpression": "tenant_id = :list",
        "ExpressionAttributeValues": dynamo.to_item({":list": PARTITION}),
    }


def _own(row: Item) -> Item:
    """Return a row of the list under the tenant's own id."""
    return {**row, "tenant_id": row["kind"]}
