"""The lake: every event becomes rows of its tables; at night many small files become few large ones."""

from infra.specs import (
    EVERY_EVENT,
    CapabilitySpec,
    FromEvents,
    FromQueue,
    FromSchedule,
    FunctionSpec,
    LakeGrant,
    Layer,
    QueueSpec,
    SendGrant,
)

COMPACTIONS = "compactions"
SEND = SendGrant(COMPACTIONS, "COMPACTIONS_QUEUE_URL")

LAKE = CapabilitySpec(
    name="lake",
    queues=(QueueSpec(COMPACTIONS),),
    functions=(
        FunctionSpec(
            name="lake-on-event",
            trigger=FromEvents(EVERY_EVENT, batch_size=100, window_s=5),
            grants=(LakeGrant.PUT_ROWS,),
        ),
        FunctionSpec(
            name="lake-daily",
            trigger=FromSchedule("lake"),
            grants=(SEND,),
        ),
        FunctionSpec(
            name="lake-on-compaction",
            trigger=FromQueue(COMPACTIONS),
            grants=(LakeGrant.COMPACT, SEND),
            layers=(Layer.LAKE,),
        ),
    ),
)
