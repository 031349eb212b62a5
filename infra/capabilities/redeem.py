"""Spending points without a purchase: by the member, and at the desk."""

from infra.specs import READ, Caller, CapabilitySpec, FunctionSpec, Grant, Table, on, routes

SPEND = (
    on(Table.ACCOUNTS, *READ, "PutItem"),
    on(Table.LEDGER, *READ, "PutItem"),
    on(Table.TENANTS, *READ),
    on(Table.PROGRAM, *READ),
    on(Table.MEMBERS, "GetItem"),
    Grant.PEPPER,
)

REDEEM = CapabilitySpec(
    name="redeem",
    functions=(
        FunctionSpec(
            name="redeem-api",
            routes=routes(Caller.TILL, "POST /redemptions", "POST /redemptions/{redemption_id}/refunds"),
            grants=SPEND,
        ),
        FunctionSpec(
            name="redeem-me",
            routes=routes(Caller.MEMBER, "POST /me/redemptions"),
            grants=SPEND,
        ),
    ),
)
