"""Control: requests that two people decide, appeals, and limits on how fast tenants give points."""

from infra.specs import READ, Caller, CapabilitySpec, FromEvents, FunctionSpec, Table, on, on_index, routes

LISTS = (on_index(Table.CONTROL, "by_member"), on_index(Table.CONTROL, "by_shelf"))
STILL_A_MEMBER = on(Table.ACCOUNTS, "ConditionCheckItem")
"""Nothing is written about a membership that was erased in the same instant."""

CONTROL = CapabilitySpec(
    name="control",
    functions=(
        FunctionSpec(
            name="control-desk",
            routes=routes(
                Caller.STAFF,
                "POST /members/{member_id}/freezes",
                "POST /members/{member_id}/unfreezes",
                "POST /members/{member_id}/voids",
                "POST /members/{member_id}/adjustments",
                "GET /control-requests",
                "GET /control-requests/{request_id}",
            ),
            grants=(
                on(Table.CONTROL, "GetItem", "PutItem"),
                *LISTS,
                on(Table.ACCOUNTS, "GetItem"),
                STILL_A_MEMBER,
            ),
        ),
        FunctionSpec(
            name="control-decisions-desk",
            routes=routes(
                Caller.STAFF,
                "POST /control-requests/{request_id}/approvals",
                "POST /control-requests/{request_id}/refusals",
                "POST /control-requests/{request_id}/appeal-decisions",
            ),
            grants=(
                on(Table.CONTROL, "GetItem", "BatchGetItem", "PutItem", "DeleteItem"),
                on(Table.ACCOUNTS, "GetItem", "PutItem"),
                on(Table.LEDGER, "GetItem", "PutItem"),
                on(Table.PROGRAM, *READ),
            ),
        ),
        FunctionSpec(
            name="control-me",
            routes=routes(
                Caller.MEMBER, "GET /me/control-decisions", "POST /me/control-decisions/{decision_id}/appeals"
            ),
            grants=(
                on(Table.CONTROL, "GetItem", "PutItem"),
                on_index(Table.CONTROL, "by_member"),
                on(Table.MEMBERS, "GetItem"),
                on(Table.ACCOUNTS, "GetItem"),
                STILL_A_MEMBER,
            ),
        ),
        FunctionSpec(
            name="control-alarms-desk",
            routes=routes(Caller.STAFF, "GET /velocity-alarms"),
            grants=(on_index(Table.CONTROL, "by_shelf"),),
        ),
        FunctionSpec(
            name="control-on-event",
            trigger=FromEvents(("MemberErased",)),
            grants=(
                on(Table.CONTROL, "GetItem", "UpdateItem", "DeleteItem"),
                on_index(Table.CONTROL, "by_member"),
            ),
        ),
        FunctionSpec(
            name="control-on-receipt",
            trigger=FromEvents(("PointsEarned",)),
            grants=(
                on(Table.CONTROL, "GetItem", "BatchGetItem", "PutItem", "UpdateItem"),
                on(Table.TENANTS, "GetItem", "UpdateItem"),
            ),
            alarms=("VelocityAlarms",),
        ),
    ),
)
