"""Keys of tills. The register decides which client is whose: a client without a row here opens nothing.

    issue:   client at the issuer ──> one transaction: key, look-up, request, tenant's count
             a crash in between leaves a client nobody knows: the authorizer finds no row and refuses it
    delete:  look-up (dead at once) ──> client at the issuer ──> key and count
             a crash in between leaves the key's row, so the same DELETE finishes the rest

Rotation is issue the second, move the tills over, delete the first.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from functions.tenants import clients, registry
from functions.tenants.clients import Credentials
from functions.tenants.errors import (
    ClientIdNotAcceptedError,
    ClientIdRequiredError,
    ClientTakenError,
    KeyDeletedError,
    TenantClosedError,
    TooManyKeysError,
)
from loyalty import dynamo, tenants
from loyalty.clock import iso
from loyalty.dynamo import Item
from loyalty.entries import fingerprint
from loyalty.errors import IdempotencyKeyReusedError, LoyaltyError, NotFoundError
from loyalty.types import TenantId

MAX_KEYS = 2
"""The key in use, and the next one while a tenant rotates."""
KEY = "key/"
REQUEST = "request/"
LOOKUP = "lookup"


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A key as its request is answered; `replayed` where an earlier request made it."""

    credentials: Credentials
    created_at: str
    replayed: bool


def lookup_key(client_id: str) -> dict[str, str]:
    """Return the key of the row that names a client's tenant."""
    return {"tenant_id": f"client/{client_id}", "kind": LOOKUP}


def issue(tenant_id: TenantId, idempotency_key: str, client_id: str | None, now: datetime) -> IssuedKey:
    """Give a tenant's tills a key, once per idempotency key.

    Args:
        client_id: the client to register, where the mall's own issuer made it; else None.

    Raises:
        NotFoundError: if there is no such tenant.
        LoyaltyError: as `functions.tenants.errors` lists them.
    """
    _check_client_id(client_id)
    request = _request_key(tenant_id, idempotency_key)
    refusal = _refusal(registry.read(tenant_id))
    if earlier := _earlier(request, client_id):
        return earlier
    if refusal:
        raise refusal
    credentials = Credentials(client_id) if client_id else clients.create(tenant_id)
    created_at = iso(now)
    outcome = registry.write(_parts(tenant_id, request, credentials.client_id, created_at))
    if outcome is None:
        return IssuedKey(credentials, created_at, replayed=False)
    _discard(credentials)
    if earlier := _earlier(request, client_id):
        return earlier
    raise _refusal(registry.read(tenant_id)) or ClientTakenError()


def delete(tenant_id: TenantId, client_id: str) -> None:
    """Take a key away: at once here, within the gateway's cache of a minute at the gateway.

    Raises:
        NotFoundError: if the tenant has no such key.
    """
    key = {"tenant_id": tenant_id, "kind": KEY + client_id}
    if dynamo.get(tenants.table(), key, consistent=True) is None:
        raise NotFoundError
    dynamo.client().delete_item(TableName=tenants.table(), Key=dynamo.to_item(lookup_key(client_id)))
    if clients.made_here():
        clients.delete(client_id)
    uncounted = _count(tenant_id, "SET key_count = key_count - :one", "attribute_exists(tenant_id)", {":one": 1})
    registry.write([_change("Delete", key, ConditionExpression="attribute_exists(tenant_id)"), uncounted])


def of_tenant(tenant_id: TenantId) -> list[Item]:
    """Return a tenant's keys, oldest first."""
    rows = dynamo.query(
        tenants.table(),
        KeyConditionExpression="tenant_id = :tenant AND begins_with(kind, :key)",
        ExpressionAttributeValues=dynamo.to_item({":tenant": tenant_id, ":key": KEY}),
    )
    return sorted(rows, key=lambda row: str(row["created_at"]))


def _check_client_id(client_id: str | None) -> None:
    if clients.made_here() and client_id:
        raise ClientIdNotAcceptedError
    if not clients.made_here() and not client_id:
        raise ClientIdRequiredError


def _request_key(tenant_id: TenantId, idempotency_key: str) -> dict[str, str]:
    return {"tenant_id": tenant_id, "kind": REQUEST + fingerprint({"idempotency_key": idempotency_key})}


def _refusal(tenant: Item) -> LoyaltyError | None:
    if tenant["status"] != registry.Status.ACTIVE:
        return TenantClosedError()
    if tenant["key_count"] >= MAX_KEYS:
        return TooManyKeysError(maximum=MAX_KEYS)
    return None


def _earlier(request: dict[str, str], client_id: str | None) -> IssuedKey | None:
    """Return the key an earlier request of the same idempotency key made, its secret from the issuer."""
    row = dynamo.get(tenants.table(), request, consistent=True)
    if row is None:
        return None
    if client_id and client_id != row["client_id"]:
        raise IdempotencyKeyReusedError
    if dynamo.get(tenants.table(), lookup_key(row["client_id"]), consistent=True) is None:
        raise KeyDeletedError
    credentials = Credentials(client_id) if client_id else clients.find(row["client_id"])
    return IssuedKey(credentials, row["created_at"], replayed=True)


def _parts(tenant_id: TenantId, request: dict[str, str], client_id: str, created_at: str) -> list[dict[str, Any]]:
    key = {"tenant_id": tenant_id, "kind": KEY + client_id, "client_id": client_id, "created_at": created_at}
    made = {**request, "client_id": client_id, "created_at": created_at}
    rows = (key, {**lookup_key(client_id), "target": tenant_id}, made)
    counted = _count(
        tenant_id,
        "SET key_count = key_count + :one",
        "#status = :active AND key_count < :maximum",
        {":one": 1, ":active": registry.Status.ACTIVE, ":maximum": MAX_KEYS},
        {"#status": "status"},
    )
    return [counted, *(registry.put(row) for row in rows)]


def _count(
    tenant_id: TenantId, update: str, condition: str, values: dict[str, object], names: dict[str, str] | None = None
) -> dict[str, Any]:
    return _change(
        "Update",
        tenants.key(tenant_id),
        UpdateExpression=update,
        ConditionExpression=condition,
        ExpressionAttributeValues=dynamo.to_item(values),
        **({"ExpressionAttributeNames": names} if names else {}),
    )


def _change(action: str, key: dict[str, str], **request: Any) -> dict[str, Any]:
    return {action: {"TableName": tenants.table(), "Key": dynamo.to_item(key), **request}}


def _discard(credentials: Credentials) -> None:
    if clients.made_here():
        clients.delete(credentials.client_id)
