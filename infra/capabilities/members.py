"""Who belongs to the programme: enrolment, profile, till code, desk, bulk import."""

from infra.capabilities.imports import APPLY, import_functions
from infra.specs import (
    READ,
    Caller,
    CapabilitySpec,
    FunctionSpec,
    Grant,
    QueueSpec,
    Special,
    Table,
    UserPoolGrant,
    on,
    on_index,
    routes,
)

WRITE_MEMBERS = on(Table.MEMBERS, *READ, "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem")
WRITE_ACCOUNTS = on(Table.ACCOUNTS, *READ, "PutItem", "UpdateItem", "ConditionCheckItem")

MEMBERS = CapabilitySpec(
    name="members",
    queues=(QueueSpec(APPLY),),
    functions=(
        FunctionSpec(
            name="members-api",
            routes=routes(
                Caller.MEMBER,
                "POST /me",
                "GET /me",
                "PATCH /me",
                "DELETE /me",
                "POST /me/phone-codes",
                "GET /me/code",
                "GET /me/export",
            ),
            grants=(
                WRITE_MEMBERS,
                WRITE_ACCOUNTS,
                on(Table.LEDGER, "GetItem", "BatchGetItem", "PutItem"),
                on_index(Table.LEDGER, "by_member"),
                on_index(Table.COUPONS, "by_member"),
                on_index(Table.REWARDS, "by_member"),
                on_index(Table.SURVEYS, "by_member"),
                on_index(Table.CONTROL, "by_member"),
                on(Table.INSIGHT, "Query"),
                on(Table.NOTICES, "GetItem", "BatchGetItem"),
                on_index(Table.NOTICES, "by_member"),
                on(Table.OFFERS, "Query"),
                on(Table.CAMPAIGNS, "BatchGetItem", "Query"),
                on(Table.PROGRAM, *READ),
                UserPoolGrant(("AdminDeleteUser",)),
                Grant.PEPPER,
                Grant.SMS,
            ),
        ),
        FunctionSpec(
            name="members-family-api",
            routes=(
                *routes(
                    Caller.MEMBER,
                    "GET /me/family",
                    "POST /me/family",
                    "PATCH /me/family/{relative_id}",
                    "DELETE /me/family/{relative_id}",
                    "POST /me/family/{relative_id}/codes",
                    "POST /me/family/{relative_id}/confirmations",
                    "POST /me/family-withdrawals",
                ),
                *routes(Caller.STAFF, "POST /members/family-withdrawals"),
            ),
            grants=(WRITE_MEMBERS, Grant.PEPPER, Grant.SMS),
        ),
        FunctionSpec(
            name="members-wechat-api",
            routes=routes(Caller.MEMBER, "PUT /me/wechat", "DELETE /me/wechat/{channel}"),
            grants=(WRITE_MEMBERS, Grant.PEPPER, Grant.WECHAT),
        ),
        FunctionSpec(
            name="members-desk",
            routes=(
                *routes(Caller.DESK, "POST /members"),
                *routes(Caller.TILL, "POST /member-sessions"),
                *routes(
                    Caller.STAFF,
                    "POST /members/searches",
                    "GET /members/{member_id}",
                    "POST /members/{member_id}/approvals",
                    "POST /members/{member_id}/refusals",
                    "POST /members/{member_id}/cards",
                    "POST /members/{member_id}/cards/losses",
                ),
            ),
            grants=(
                WRITE_MEMBERS,
                WRITE_ACCOUNTS,
                on(Table.LEDGER, "GetItem", "PutItem"),
                on(Table.PROGRAM, *READ),
                Grant.PEPPER,
            ),
        ),
        FunctionSpec(
            name="members-birthdays",
            trigger=Special.HAND,
            # A person starts this scan, no request path leads to it.
            grants=(WRITE_MEMBERS, on(Table.MEMBERS, "Scan")),
        ),
        *import_functions(
            "members",
            "members",
            WRITE_MEMBERS,
            WRITE_ACCOUNTS,
            on(Table.LEDGER, *READ, "PutItem"),
            on(Table.PROGRAM, *READ),
            Grant.PEPPER,
        ),
    ),
)
