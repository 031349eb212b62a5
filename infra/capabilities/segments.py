"""Segments: whom a mall speaks of by one name, found anew every night in the lake, kept where campaigns look."""

from infra.specs import (
    READ,
    BucketGrant,
    Caller,
    CapabilitySpec,
    FromEvents,
    FromQueue,
    FromSchedule,
    FunctionSpec,
    LakeGrant,
    QueueSpec,
    SendGrant,
    Table,
    on,
    routes,
)

JOBS = "jobs"
SEND_JOB = SendGrant(JOBS, "JOBS_QUEUE_URL")
FILES = "exports/segments/"

SEGMENTS = CapabilitySpec(
    name="segments",
    queues=(QueueSpec(JOBS),),
    functions=(
        FunctionSpec(
            name="segments-staff",
            routes=routes(
                Caller.STAFF,
                "POST /segments",
                "GET /segments",
                "GET /segments/{segment_id}",
                "PATCH /segments/{segment_id}",
                "POST /segments/{segment_id}/archivals",
            ),
            grants=(
                on(Table.SEGMENTS, "GetItem", "Query", "PutItem"),
                # A segment may be a list of members, which must be there.
                on(Table.CAMPAIGNS, "GetItem", "Query"),
                # What names a segment keeps it from being archived.
                on(Table.SURVEYS, "Query"),
            ),
        ),
        FunctionSpec(
            name="segments-work-desk",
            routes=routes(
                Caller.STAFF,
                "POST /segments/refreshes",
                "GET /segments/refreshes/{refresh_id}",
                "POST /segments/previews",
                "GET /segments/previews/{preview_id}",
                "POST /segments/{segment_id}/previews",
            ),
            grants=(on(Table.SEGMENTS, "GetItem", "PutItem"), SEND_JOB),
        ),
        FunctionSpec(
            name="segments-rfm-desk",
            routes=routes(Caller.STAFF, "GET /segments/rfm"),
            grants=(on(Table.PROGRAM, *READ), LakeGrant.QUERY),
        ),
        FunctionSpec(
            name="segments-members-desk",
            routes=routes(Caller.STAFF, "GET /segments/{segment_id}/members", "GET /members/{member_id}/segments"),
            grants=(
                on(Table.SEGMENTS, "GetItem", "Query"),
                on(Table.CAMPAIGNS, "Query"),
                on(Table.ACCOUNTS, "GetItem"),
            ),
        ),
        FunctionSpec(
            name="segments-nightly",
            trigger=FromSchedule("segments"),
            grants=(on(Table.SEGMENTS, "GetItem", "PutItem"), SEND_JOB),
        ),
        FunctionSpec(
            name="segments-on-job",
            trigger=FromQueue(JOBS),
            grants=(
                on(Table.SEGMENTS, *READ, "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"),
                # Who is in a segment lies where campaigns look for lists.
                on(Table.CAMPAIGNS, "BatchGetItem", "Query", "PutItem", "DeleteItem"),
                # The models that foretell purchases, of insight's newest night.
                on(Table.INSIGHT, "GetItem"),
                # Whoever enters is still a member; whoever is on a list may be profiled.
                on(Table.ACCOUNTS, "BatchGetItem"),
                on(Table.MEMBERS, "BatchGetItem"),
                on(Table.PROGRAM, *READ),
                BucketGrant("GetObject", FILES),
                BucketGrant("PutObject", FILES),
                LakeGrant.QUERY,
                SEND_JOB,
            ),
            alarms=("SegmentRefreshesFailed",),
        ),
        FunctionSpec(
            name="segments-on-alert",
            trigger=FromEvents(("AverageReceiptFell",)),
            grants=(on(Table.SEGMENTS, "GetItem", "Query", "PutItem"),),
        ),
        FunctionSpec(
            name="segments-on-event",
            trigger=FromEvents(("MemberErased", "MemberProfiled")),
            grants=(
                on(Table.CAMPAIGNS, "GetItem", "Query", "PutItem", "DeleteItem"),
                on(Table.SEGMENTS, "PutItem"),
                on(Table.MEMBERS, "GetItem"),
            ),
        ),
    ),
)
