"""The register: a tenant's own row and its row in the mall's list, always written together.

(tenant_id, "tenant")           the tenant: terms, status, how many keys it holds
("list/tenants", tenant_id)     the same terms, for pages and for the published rules
(tenant_id, "key/<client_id>")  a till's key           } `functions.tenants.keys`
("client/<client_id>", "lookup")  the key's tenant     }
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError

from functions.tenants.errors import TenantExistsError
from loyalty import dynamo, tenant_list, tenants
from loyalty.clock import iso
from loyalty.dynamo import Item
from loyalty.entries import fingerprint
from loyalty.errors import BusyError, NotFoundError
from loyalty.types import TenantId

CANCELLED = "TransactionCanceledException"
CONFLICTS = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})


class Status(StrEnum):
    """Whether a tenant trades; a closed one's tills are refused and its key stays in the ledger."""

    ACTIVE = "active"
    CLOSED = "closed"


def register(terms: Mapping[str, Any], now: datetime) -> tuple[Item, bool]:
    """Register a tenant, once.

    Args:
        terms: what the request says, `tenant_id` among it.

    Returns:
        The tenant as it was registered, and whether an earlier request had done it.

    Raises:
        TenantExistsError: if the id is taken by a tenant registered with other terms.
    """
    tenant_id = terms["tenant_id"]
    row = {**terms, "status": Status.ACTIVE, "created_at": iso(now)}
    own = {**row, "kind": tenants.TENANT, "key_count": 0, "fingerprint": fingerprint(terms)}
    if write([put(own), put(row | tenant_list.key(tenant_id))]) is None:
        return row, False
    standing = read(tenant_id)
    if standing["fingerprint"] != own["fingerprint"]:
        raise TenantExistsError
    return {**row, "created_at": standing["created_at"]}, True


def change(tenant_id: TenantId, changes: Mapping[str, Any]) -> Item:
    """Change some of a tenant's terms, in both of its rows; None takes a term away.

    Raises:
        NotFoundError: if there is no such tenant.
    """
    names = {f"#{name}": name for name in changes}
    kept = {name: value for name, value in changes.items() if value is not None}
    update: dict[str, Any] = {
        "TableName": tenants.table(),
        "UpdateExpression": _expression(changes),
        "ConditionExpression": "attribute_exists(tenant_id)",
        "ExpressionAttributeNames": names,
        **({"ExpressionAttributeValues": dynamo.to_item({f":{k}": v for k, v in kept.items()})} if kept else {}),
    }
    keys = (tenants.key(tenant_id), tenant_list.key(tenant_id))
    if write([{"Update": {**update, "Key": dynamo.to_item(key)}} for key in keys]) is not None:
        raise NotFoundError
    return read(tenant_id)


def read(tenant_id: TenantId) -> Item:
    """Read a tenant's own row, consistently.

    Raises:
        NotFoundError: if there is no such tenant.
    """
    row = dynamo.get(tenants.table(), tenants.key(tenant_id), consistent=True)
    if row is None:
        raise NotFoundError
    return row


def write(parts: list[dict[str, Any]]) -> list[str] | None:
    """Write all parts or none; return what became of each part when a condition failed, None when all is written.

    Raises:
        BusyError: if others write the same rows just now, or the answer was lost; repeating is safe.
    """
    try:
        dynamo.client().transact_write_items(TransactItems=parts)
    except (NoConnectionError, HTTPClientError) as error:
        raise BusyError(retry_after=1) from error
    except ClientError as error:
        if dynamo.is_transient(error):
            raise BusyError(retry_after=1) from error
        if error.response["Error"]["Code"] != CANCELLED:
            raise
        codes = [reason.get("Code", "None") for reason in error.response["CancellationReasons"]]
        if not CONFLICTS.isdisjoint(codes):
            raise BusyError(retry_after=1) from error
        return codes
    return None


def put(row: Item) -> dict[str, Any]:
    """Return the transaction part that writes a row if its key is free."""
    condition = "attribute_not_exists(tenant_id)"
    return {"Put": {"TableName": tenants.table(), "Item": dynamo.to_item(row), "ConditionExpression": condition}}


def _expression(changes: Mapping[str, Any]) -> str:
    kept = ", ".join(f"#{name} = :{name}" for name, value in changes.items() if value is not None)
    dropped = ", ".join(f"#{name}" for name, value in changes.items() if value is None)
    return " ".join(([f"SET {kept}"] if kept else []) + ([f"REMOVE {dropped}"] if dropped else []))
