"""From rows to events: the streams feed the bus; a period can be published again."""

from infra.specs import (
    CapabilitySpec,
    FromStreams,
    FunctionSpec,
    Grant,
    QueueSpec,
    SendGrant,
    Special,
    Table,
    on,
)

PARK = SendGrant("parked", "PARKED_QUEUE_URL")

STREAMS = (
    Table.LEDGER,
    Table.MEMBERS,
    Table.COUPONS,
    Table.REWARDS,
    Table.SURVEYS,
    Table.CAMPAIGNS,
    Table.CONTROL,
    Table.PROGRAM,
    Table.INSIGHT,
    Table.SEGMENTS,
    Table.NOTICES,
    Table.OFFERS,
)
"""The tables whose rows say what happened."""

OUTBOX = CapabilitySpec(
    name="outbox",
    queues=(QueueSpec("parked", parked=True),),
    functions=(
        FunctionSpec(
            name="outbox-on-change",
            trigger=FromStreams(STREAMS),
            grants=(Grant.PUBLISH, PARK),
        ),
        FunctionSpec(
            name="outbox-republish",
            trigger=Special.HAND,
            # A person starts these scans, no request path leads to them.
            grants=(on(Table.LEDGER, "Scan"), on(Table.MEMBERS, "Scan"), Grant.PUBLISH, Grant.INVOKE_ITSELF),
        ),
    ),
)
