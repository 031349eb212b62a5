"""HTTPS routes of the tenant register (requirements F1 without settlement, F4); for operators, auditors may look."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.tenants import keys, registry, releases
from functions.tenants.errors import (
    ClientTakenError,
    KeyDeletedError,
    TenantClosedError,
    TenantExistsError,
    TenantNotHeldError,
    TooManyKeysError,
)
from functions.tenants.models import (
    ClientIdField,
    IssuedKeyAnswer,
    KeyAnswer,
    KeyRequest,
    ReleaseRequest,
    TenantAnswer,
    TenantDetailAnswer,
    TenantPatch,
    TenantRequest,
    TenantsAnswer,
)
from loyalty import tenant_list
from loyalty.auth import Group, require_group
from loyalty.clock import utc_now
from loyalty.errors import (
    BusyError,
    ForbiddenError,
    IdempotencyKeyRequiredError,
    IdempotencyKeyReusedError,
    NotFoundError,
)
from loyalty.fields import TenantIdField
from loyalty.http import IdempotencyKey, answers, api, created, entry_point, logger, no_content, trace_id
from loyalty.paging import (
    DEFAULT_LIMIT,
    CursorParameter,
    InvalidCursorError,
    LimitParameter,
    cursor,
    listed,
    position,
)
from loyalty.types import TenantId

LIST = "tenants"
TAGS = ["tenants"]
TenantIdPath = Annotated[TenantIdField, Path(description="The tenant's id.")]
ClientIdPath = Annotated[ClientIdField, Path(description="The key's client.")]

app = api()


@app.post(
    "/tenants",
    operation_id="registerTenant",
    summary="Register a tenant",
    description="The id is yours, so repeating the request is safe: the same terms get the same answer.",
    tags=TAGS,
    responses=answers(201, TenantAnswer, "The tenant as registered", ForbiddenError, TenantExistsError, BusyError),
)
def register(body: TenantRequest) -> Response[TenantAnswer]:
    """Register a tenant."""
    _operator()
    row, replayed = registry.register(body.terms(), utc_now())
    logger.info("tenant registered", tenant_id=body.tenant_id, replayed=replayed)
    return created(TenantAnswer.model_validate(row), f"/tenants/{body.tenant_id}", replayed=replayed)


@app.get(
    "/tenants",
    operation_id="listTenants",
    summary="List the tenants",
    tags=TAGS,
    responses=answers(200, TenantsAnswer, "A page of tenants", ForbiddenError, InvalidCursorError),
)
def tenants_page(limit: LimitParameter = DEFAULT_LIMIT, after: CursorParameter = None) -> Response[TenantsAnswer]:
    """List the tenants."""
    _reader()
    rows, last = tenant_list.page(position(LIST, after), limit)
    following = cursor(LIST, last) if last else None
    items = tuple(TenantAnswer.model_validate(row) for row in rows)
    return listed(TenantsAnswer(items=items, next=following), following, limit=limit)


@app.get(
    "/tenants/<tenant_id>",
    operation_id="getTenant",
    summary="Read a tenant and its keys",
    tags=TAGS,
    responses=answers(200, TenantDetailAnswer, "The tenant", ForbiddenError, NotFoundError),
)
def tenant(tenant_id: TenantIdPath) -> TenantDetailAnswer:
    """Read a tenant and its keys."""
    _reader()
    row = registry.read(TenantId(tenant_id))
    held = tuple(KeyAnswer.model_validate(key) for key in keys.of_tenant(TenantId(tenant_id)))
    return TenantDetailAnswer.model_validate({**row, "keys": held})


@app.patch(
    "/tenants/<tenant_id>",
    operation_id="changeTenant",
    summary="Change a tenant's terms, or close it",
    description="Closing refuses its tills within a minute; opening it again lets them in with the keys they have.",
    tags=TAGS,
    responses=answers(200, TenantAnswer, "The tenant as it is now", ForbiddenError, NotFoundError, BusyError),
)
def change(tenant_id: TenantIdPath, body: TenantPatch) -> TenantAnswer:
    """Change a tenant's terms, or close it."""
    _operator()
    row = registry.change(TenantId(tenant_id), body.changes())
    logger.info("tenant changed", tenant_id=tenant_id, fields=sorted(body.model_fields_set))
    return TenantAnswer.model_validate(row)


@app.post(
    "/tenants/<tenant_id>/releases",
    operation_id="releaseTenant",
    summary="Let a tenant trade again that passed a limit",
    description="It stays released for the hour or day whose limit it passed. Repeating it is safe.",
    tags=TAGS,
    responses=answers(
        201, TenantAnswer, "The tenant, not held any more", ForbiddenError, NotFoundError, TenantNotHeldError, BusyError
    ),
)
def release(tenant_id: TenantIdPath, body: ReleaseRequest) -> Response[TenantAnswer]:
    """Let a held tenant trade again."""
    login, trace = _operator(), trace_id(app.current_event.raw_event)
    plan = releases.release(TenantId(tenant_id), body.text, login, trace, utc_now())
    logger.info("tenant released", tenant_id=tenant_id, replayed=plan.replayed)
    return created(TenantAnswer.model_validate(plan.answer), f"/tenants/{tenant_id}", replayed=plan.replayed)


@app.post(
    "/tenants/<tenant_id>/keys",
    operation_id="issueTenantKey",
    summary="Give a tenant's tills a key",
    description="To rotate: issue the second key, move the tills over, delete the first. A tenant holds two at most.",
    tags=TAGS,
    responses=answers(
        201, IssuedKeyAnswer, "The key and its secret, which is told only here",
        ForbiddenError, NotFoundError, TenantClosedError, TooManyKeysError, ClientTakenError, KeyDeletedError,
        IdempotencyKeyRequiredError, IdempotencyKeyReusedError, BusyError,
    ),
)  # fmt: skip
def issue_key(
    tenant_id: TenantIdPath, idempotency_key: IdempotencyKey, body: KeyRequest | None = None
) -> Response[IssuedKeyAnswer]:
    """Give a tenant's tills a key."""
    _operator()
    client_id = body.client_id if body else None
    issued = keys.issue(TenantId(tenant_id), idempotency_key, client_id, utc_now())
    made = issued.credentials
    logger.info("key issued", tenant_id=tenant_id, client_id=made.client_id, replayed=issued.replayed)
    answer = IssuedKeyAnswer(client_id=made.client_id, client_secret=made.client_secret, created_at=issued.created_at)
    return created(answer, f"/tenants/{tenant_id}/keys/{made.client_id}", replayed=issued.replayed)


@app.delete(
    "/tenants/<tenant_id>/keys/<client_id>",
    operation_id="deleteTenantKey",
    summary="Take a key away",
    tags=TAGS,
    responses=answers(204, None, "The key opens nothing any more", ForbiddenError, NotFoundError, BusyError),
)
def delete_key(tenant_id: TenantIdPath, client_id: ClientIdPath) -> Response[Any]:
    """Take a key away."""
    _operator()
    keys.delete(TenantId(tenant_id), client_id)
    logger.info("key deleted", tenant_id=tenant_id, client_id=client_id)
    return no_content()


def _operator() -> str:
    return require_group(app.current_event.raw_event, Group.OPERATOR)


def _reader() -> None:
    require_group(app.current_event.raw_event, Group.OPERATOR, Group.AUDITOR)


handler = entry_point(app)
