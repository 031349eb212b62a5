"""The daily sweep: finds who is due, and lets points lapse page by page."""

from infra.specs import (
    READ,
    CapabilitySpec,
    FromQueue,
    FromSchedule,
    FunctionSpec,
    QueueSpec,
    SendGrant,
    Table,
    on,
    on_index,
)

EXPIRY = CapabilitySpec(
    name="expiry",
    queues=(QueueSpec("pages"),),
    functions=(
        FunctionSpec(
            name="expiry-daily",
            trigger=FromSchedule("expiry"),
            grants=(on_index(Table.ACCOUNTS, "due"), SendGrant("pages", "EXPIRY_QUEUE_URL")),
        ),
        FunctionSpec(
            name="expiry-on-page",
            trigger=FromQueue("pages"),
            grants=(
                on(Table.ACCOUNTS, *READ, "PutItem"),
                on(Table.LEDGER, *READ, "PutItem"),
                on(Table.PROGRAM, *READ),
            ),
        ),
    ),
)
