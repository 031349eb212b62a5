"""The shops of the mall, their till credentials, and the authorizer that knows them."""

from infra.specs import READ, Caller, CapabilitySpec, FunctionSpec, Grant, Special, Table, UserPoolGrant, on, routes

TENANTS = CapabilitySpec(
    name="tenants",
    functions=(
        FunctionSpec(
            name="tenants-authorizer",
            trigger=Special.AUTHORIZER,
            grants=(on(Table.TENANTS, "GetItem"), Grant.TOKENS),
        ),
        FunctionSpec(
            name="tenants-api",
            routes=routes(
                Caller.STAFF,
                "GET /tenants",
                "POST /tenants",
                "GET /tenants/{tenant_id}",
                "PATCH /tenants/{tenant_id}",
                "POST /tenants/{tenant_id}/keys",
                "DELETE /tenants/{tenant_id}/keys/{client_id}",
                "POST /tenants/{tenant_id}/releases",
            ),
            grants=(
                on(Table.TENANTS, *READ, "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"),
                # Who released a tenant stands in the alarm that held it.
                on(Table.CONTROL, "UpdateItem"),
                UserPoolGrant(("CreateUserPoolClient", "DescribeUserPoolClient", "DeleteUserPoolClient")),
                Grant.TOKENS,
            ),
        ),
    ),
)
