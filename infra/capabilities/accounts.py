"""Balance and statement: for the member, and for the service desk."""

from infra.specs import READ, Caller, CapabilitySpec, FunctionSpec, Table, on, on_index, routes

LOOK = (
    on(Table.ACCOUNTS, "GetItem"),
    on_index(Table.LEDGER, "by_member"),
    on(Table.MEMBERS, "GetItem"),
    on(Table.PROGRAM, *READ),
    # The statement names the campaigns that gave something.
    on(Table.CAMPAIGNS, "BatchGetItem", "Query"),
)

ACCOUNTS = CapabilitySpec(
    name="accounts",
    functions=(
        FunctionSpec(
            name="accounts-api",
            routes=routes(Caller.MEMBER, "GET /me/points", "GET /me/points/entries"),
            grants=LOOK,
        ),
        FunctionSpec(
            name="accounts-desk",
            routes=routes(Caller.STAFF, "GET /members/{member_id}/points", "GET /members/{member_id}/points/entries"),
            grants=LOOK,
        ),
    ),
)
