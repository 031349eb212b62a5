"""The published rules, and the first version of the programme, written at deployment."""

from infra.specs import READ, Caller, CapabilitySpec, FunctionSpec, Special, Table, on, routes

PROGRAM = CapabilitySpec(
    name="program",
    functions=(
        FunctionSpec(
            name="program-api",
            routes=routes(Caller.ANYONE, "GET /program", "GET /health", "GET /openapi.json"),
            grants=(on(Table.PROGRAM, *READ), on(Table.TENANTS, "Query")),
        ),
        FunctionSpec(
            name="program-on-deploy",
            trigger=Special.DEPLOYMENT,
            grants=(on(Table.PROGRAM, "GetItem", "PutItem"),),
        ),
    ),
)
