"""The books: counted from events, closed by reading every account at night, read by those who answer for them."""

from infra.specs import (
    READ,
    Caller,
    CapabilitySpec,
    FromEvents,
    FromQueue,
    FromSchedule,
    FunctionSpec,
    QueueSpec,
    SendGrant,
    Table,
    on,
    on_index,
    routes,
)

JOBS = "jobs"
SEND_JOB = SendGrant(JOBS, "JOBS_QUEUE_URL")
MOVING = (
    "PointsEarned",
    "PointsRedeemed",
    "PointsRefunded",
    "PointsExpired",
    "PointsTransferred",
    "PointsAdjusted",
    "PointsVoided",
    "DrawsMoved",
)
"""The events that move points."""
COMPARE = (
    on(Table.BOOKS, *READ, "PutItem", "DeleteItem"),
    on(Table.LEDGER, "BatchGetItem"),
    on(Table.TENANTS, "GetItem"),
)
"""Comparing a tenant's day: its sums and its list, and the ledger for receipts that are not in it."""

BOOKS = CapabilitySpec(
    name="books",
    queues=(QueueSpec(JOBS),),
    functions=(
        FunctionSpec(
            name="books-reports",
            routes=routes(
                Caller.STAFF,
                "GET /books/roll-forward",
                "GET /books/liability",
                "GET /books/experience",
            ),
            grants=(on(Table.BOOKS, *READ), on(Table.PROGRAM, *READ)),
        ),
        FunctionSpec(
            name="books-estimates-desk",
            routes=routes(
                Caller.STAFF,
                "POST /books/estimates",
                "GET /books/estimates",
                "GET /books/estimates/{estimate_id}",
                "PATCH /books/estimates/{estimate_id}",
                "POST /books/estimates/{estimate_id}/approvals",
                "POST /books/estimates/{estimate_id}/endings",
            ),
            grants=(on(Table.BOOKS, "GetItem", "Query", "PutItem"),),
        ),
        FunctionSpec(
            name="books-till",
            routes=routes(Caller.TILL, "PUT /days/{day}/statement"),
            grants=COMPARE,
        ),
        FunctionSpec(
            name="books-tenants-desk",
            routes=routes(
                Caller.STAFF,
                "GET /tenants/{tenant_id}/days/{day}",
                "PUT /tenants/{tenant_id}/days/{day}/statement",
                "GET /reconciliations",
            ),
            grants=COMPARE,
        ),
        FunctionSpec(
            name="books-on-count",
            trigger=FromEvents(MOVING),
            grants=(on(Table.BOOKS, "BatchGetItem", "PutItem", "UpdateItem"),),
        ),
        FunctionSpec(
            name="books-daily",
            trigger=FromSchedule("books"),
            grants=(*COMPARE, SEND_JOB),
        ),
        FunctionSpec(
            name="books-on-job",
            trigger=FromQueue(JOBS),
            grants=(
                on(Table.BOOKS, "GetItem", "PutItem", "UpdateItem"),
                # The product's one nightly scan: the sum over all accounts (ADR 0824).
                on(Table.ACCOUNTS, "Scan"),
                on_index(Table.LEDGER, "by_member"),
                SEND_JOB,
            ),
        ),
    ),
)
