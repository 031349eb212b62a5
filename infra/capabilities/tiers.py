"""What tiers bring that has a number: looked at by the member, used at a till or at the service desk."""

from infra.specs import READ, Caller, CapabilitySpec, FunctionSpec, Grant, Table, on, routes

USE = (
    on(Table.ACCOUNTS, "GetItem", "PutItem"),
    on(Table.LEDGER, "GetItem", "PutItem"),
    on(Table.PROGRAM, *READ),
    Grant.PEPPER,
)

TIERS = CapabilitySpec(
    name="tiers",
    functions=(
        FunctionSpec(
            name="tiers-me",
            routes=routes(Caller.MEMBER, "GET /me/entitlements"),
            grants=(on(Table.ACCOUNTS, "GetItem"), on(Table.MEMBERS, "GetItem"), on(Table.PROGRAM, *READ)),
        ),
        FunctionSpec(
            name="tiers-till",
            routes=routes(
                Caller.TILL,
                "POST /entitlements/{code}/uses",
                "POST /entitlements/{code}/uses/{use_id}/refunds",
            ),
            grants=USE,
        ),
        FunctionSpec(
            name="tiers-desk",
            routes=routes(
                Caller.STAFF,
                "GET /members/{member_id}/entitlements",
                "POST /members/{member_id}/entitlements/{code}/uses",
                "POST /members/{member_id}/entitlements/{code}/uses/{use_id}/refunds",
            ),
            grants=USE,
        ),
    ),
)
