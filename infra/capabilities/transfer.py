"""Members give points to each other: both accounts and both entries in one transaction."""

from infra.specs import READ, Caller, CapabilitySpec, FunctionSpec, Grant, Table, on, routes

TRANSFER = CapabilitySpec(
    name="transfer",
    functions=(
        FunctionSpec(
            name="transfer-api",
            routes=routes(Caller.MEMBER, "POST /me/transfers", "GET /me/transfers/limits"),
            grants=(
                on(Table.ACCOUNTS, "GetItem", "BatchGetItem", "PutItem"),
                on(Table.LEDGER, "GetItem", "PutItem"),
                # The update counts phones that led nowhere.
                on(Table.MEMBERS, "GetItem", "BatchGetItem", "UpdateItem"),
                on(Table.PROGRAM, *READ),
                Grant.PEPPER,
            ),
        ),
    ),
)
