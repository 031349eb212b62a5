"""The gateway asks who calls the routes of tills and of the desk (HTTP API, payload 2.0, simple response).

A till's token names its client, and the register names the client's tenant: a key that is not in the register, or
whose tenant is closed, opens nothing. Staff are let through with their groups; the handler decides what these may do.
A refusal is `False` and nothing else. Only when the issuer or the register cannot be reached does the function fail:
the gateway then answers 500 and caches nothing, while a false refusal would lock a till out for a minute (ADR 0302).
"""

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.tenants import keys
from functions.tenants.signing_keys import SigningKeys, fetched_from
from functions.tenants.tokens import Bearer, Expected, RefusedTokenError, bearer, from_header
from loyalty import dynamo, tenants
from loyalty.auth import STAFF
from loyalty.tenants import TenantTerms

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Answer whether the caller may pass, and as whom."""
    try:
        caller = _caller(event)
    except RefusedTokenError as refusal:
        logger.info("refused", reason=str(refusal))
        return {"isAuthorized": False}
    return {"isAuthorized": True, "context": caller}


def _caller(event: dict[str, Any]) -> dict[str, str]:
    expected = Expected.from_settings()
    token = from_header(_authorization(event))
    holder = bearer(token, expected, _keys(expected.issuer).find)
    if expected.till_scope in holder.scopes:
        tenant = _tenant(holder)
        scope = str(tenant.receipt_scope)
        return {"tenant_id": tenant.tenant_id, "client_id": holder.client_id, "receipt_scope": scope}
    if expected.staff_scope in holder.scopes and holder.for_this_api:
        return {"login": holder.login, "groups": _staff_groups(holder)}
    raise RefusedTokenError("scope")


def _authorization(event: dict[str, Any]) -> str:
    headers = event.get("headers") or {}
    found = [str(value) for name, value in headers.items() if name.lower() == "authorization"]
    if len(found) != 1:
        raise RefusedTokenError("no_token")
    return found[0]


def _tenant(holder: Bearer) -> TenantTerms:
    lookup = dynamo.get(tenants.table(), keys.lookup_key(holder.client_id), consistent=True)
    if lookup is None:
        raise RefusedTokenError("unknown_client")
    row = dynamo.get(tenants.table(), tenants.key(lookup["target"]), consistent=True)
    if row is None or not (terms := tenants.from_row(row)).active:
        raise RefusedTokenError("tenant_closed")
    return terms


def _staff_groups(holder: Bearer) -> str:
    groups = sorted(holder.groups & STAFF)
    if not groups:
        raise RefusedTokenError("no_staff")
    return " ".join(groups)


@cache
def _keys(issuer: str) -> SigningKeys:
    return SigningKeys(fetched_from(issuer))
