"""Who is calling, as the gateway's authorizers established it.

Members and staff come through the gateway's JWT authorizer, tills (and the routes tills share with staff) through
`functions.tenants.authorizer`. Handlers ask here for the login, the group or the tenant; nothing is read from a body.
"""

import os
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from loyalty.errors import ForbiddenError, UnauthorizedError
from loyalty.tenants import ReceiptScope
from loyalty.types import TenantId

Event = Mapping[str, Any]


class Group(StrEnum):
    """What staff may be (requirements O2)."""

    MARKETER = "marketer"
    APPROVER = "approver"
    OPERATOR = "operator"
    AUDITOR = "auditor"


STAFF = frozenset(Group)


def _authorizer(event: Event, kind: str) -> Mapping[str, Any]:
    found = event.get("requestContext", {}).get("authorizer", {}).get(kind) or {}
    return found.get("claims", {}) if kind == "jwt" else found


def login(event: Event) -> str:
    """Return the login of the signed-in person.

    Raises:
        UnauthorizedError: if the gateway let somebody through without one.
    """
    subject = _authorizer(event, "jwt").get("sub") or _authorizer(event, "lambda").get("login")
    if not subject:
        raise UnauthorizedError
    return str(subject)


def groups(event: Event) -> frozenset[str]:
    """Return the groups of the signed-in person; the gateway writes a list claim as `[a b]`."""
    claim = _authorizer(event, "jwt").get(os.environ.get("GROUPS_CLAIM", "cognito:groups"))
    found = claim or _authorizer(event, "lambda").get("groups") or ""
    if isinstance(found, str):
        found = found.strip("[]").replace(",", " ").split()
    return frozenset(str(group) for group in found)


def require_group(event: Event, *allowed: Group) -> str:
    """Return the login of a member of staff in one of the groups.

    Raises:
        ForbiddenError: for everybody else.
    """
    if groups(event).isdisjoint(allowed or STAFF):
        raise ForbiddenError
    return login(event)


def tenant(event: Event) -> TenantId:
    """Return the tenant whose till is calling.

    Raises:
        ForbiddenError: if the caller is no till.
    """
    tenant_id = _authorizer(event, "lambda").get("tenant_id")
    if not tenant_id:
        raise ForbiddenError
    return TenantId(tenant_id)


def till(event: Event) -> str | None:
    """Return the client id of the calling till, where its credentials tell."""
    found = _authorizer(event, "lambda").get("client_id")
    return str(found) if found else None


def receipt_scope(event: Event) -> ReceiptScope:
    """Return how far the calling tenant's receipt numbers are unique: part of its credentials, so no read is needed."""
    return ReceiptScope(_authorizer(event, "lambda").get("receipt_scope", ReceiptScope.FOREVER))
