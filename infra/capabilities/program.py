"""The published rules, their first version, written at deployment, and the versions that people announce."""

from infra.specs import READ, Caller, CapabilitySpec, FunctionSpec, Special, Table, on, routes

PROGRAM = CapabilitySpec(
    name="program",
    functions=(
        FunctionSpec(
            name="program-api",
            routes=routes(Caller.ANYONE, "GET /program", "GET /health", "GET /openapi.json"),
            # The list of discount campaigns lies with the coupons.
            grants=(on(Table.PROGRAM, *READ), on(Table.TENANTS, "Query"), on(Table.COUPONS, "Query")),
        ),
        FunctionSpec(
            name="program-versions",
            routes=routes(
                Caller.STAFF,
                "POST /program-versions",
                "GET /program-versions",
                "GET /program-versions/{version_id}",
                "PATCH /program-versions/{version_id}",
                "POST /program-versions/{version_id}/approvals",
                "POST /program-versions/{version_id}/publications",
                "POST /program-versions/{version_id}/endings",
            ),
            grants=(
                on(Table.CONTROL, "GetItem", "Query", "PutItem"),
                # An announcement adds a row, its withdrawal marks it; each on condition that no other came between.
                on(Table.PROGRAM, "Query", "PutItem", "UpdateItem", "ConditionCheckItem"),
            ),
        ),
        FunctionSpec(
            name="program-on-deploy",
            trigger=Special.DEPLOYMENT,
            grants=(on(Table.PROGRAM, "GetItem", "PutItem"),),
        ),
    ),
)
