"""Offers by occasion: their life, and what gives them: events and a daily sweep (requirements C5, B2, B3, B4, L2)."""

from infra.capabilities.offers import offer_routes
from infra.specs import (
    READ,
    Caller,
    CapabilitySpec,
    FromEvents,
    FromQueue,
    FromSchedule,
    FunctionSpec,
    Grant,
    LakeGrant,
    QueueSpec,
    SendGrant,
    Table,
    on,
    on_index,
    routes,
)

PAGES, JOBS = "pages", "jobs"
SEND_JOB = SendGrant(JOBS, "JOBS_QUEUE_URL")
ONE_OFFER = "/occasion-offers/{offer_id}"
COUNTED = ("CouponRedeemed", "CouponReturned", "OccasionGiven", "PointsEarned")

GIVE = (
    on(Table.OFFERS, *READ, "PutItem", "UpdateItem"),
    on(Table.ACCOUNTS, "GetItem", "BatchGetItem", "PutItem"),
    on(Table.LEDGER, "GetItem", "PutItem"),
    # Days and interests of a member, who is in which segment.
    on(Table.MEMBERS, "GetItem", "BatchGetItem"),
    on(Table.CAMPAIGNS, "GetItem", "BatchGetItem"),
    on(Table.PROGRAM, *READ),
    # The codes of its coupons, by which a report finds them again.
    Grant.PEPPER,
)
"""Giving an offer: what a member had, the budget and the points in one transaction."""

LIFECYCLE = CapabilitySpec(
    name="lifecycle",
    queues=(QueueSpec(PAGES), QueueSpec(JOBS)),
    functions=(
        FunctionSpec(
            name="lifecycle-staff",
            routes=offer_routes("/occasion-offers", "offer_id"),
            grants=(
                on(Table.OFFERS, *READ, "PutItem"),
                # What an offer names must exist when it is published.
                on(Table.COUPONS, "BatchGetItem"),
                on(Table.SEGMENTS, "BatchGetItem"),
                on(Table.PROGRAM, *READ),
            ),
        ),
        FunctionSpec(
            name="lifecycle-on-event",
            trigger=FromEvents(("MemberEnrolled", "MembershipStatusChanged", "SegmentEntered", "MemberErased")),
            grants=(*GIVE, on(Table.OFFERS, "DeleteItem")),
        ),
        FunctionSpec(
            name="lifecycle-daily",
            trigger=FromSchedule("lifecycle"),
            grants=(
                on(Table.OFFERS, "GetItem", "Query", "PutItem"),
                on_index(Table.OFFERS, "by_day"),
                on_index(Table.MEMBERS, "by_birthday"),
                # Who is in the segment that a festival is for.
                on(Table.CAMPAIGNS, "Query"),
                SendGrant(PAGES, "LIFECYCLE_PAGES_QUEUE_URL"),
            ),
        ),
        FunctionSpec(name="lifecycle-on-page", trigger=FromQueue(PAGES), grants=GIVE),
        FunctionSpec(
            name="lifecycle-on-count",
            trigger=FromEvents(COUNTED, batch_size=100, window_s=5),
            grants=(on(Table.OFFERS, "BatchGetItem", "PutItem", "UpdateItem"),),
        ),
        FunctionSpec(
            name="lifecycle-reports",
            routes=routes(Caller.STAFF, f"GET {ONE_OFFER}/report", f"GET {ONE_OFFER}/revenue"),
            grants=(on(Table.OFFERS, "GetItem", "BatchGetItem"), LakeGrant.QUERY),
        ),
        FunctionSpec(
            name="lifecycle-simulations-desk",
            routes=routes(
                Caller.STAFF, f"POST {ONE_OFFER}/simulations", f"GET {ONE_OFFER}/simulations/{{simulation_id}}"
            ),
            grants=(on(Table.OFFERS, "GetItem", "PutItem"), on(Table.COUPONS, "BatchGetItem"), SEND_JOB),
        ),
        FunctionSpec(
            name="lifecycle-on-job",
            trigger=FromQueue(JOBS),
            # Everything is looked at as it would be when it is given; nothing but the job is written.
            grants=(
                on(Table.OFFERS, "GetItem", "BatchGetItem", "UpdateItem"),
                on_index(Table.OFFERS, "by_day"),
                on(Table.ACCOUNTS, "BatchGetItem"),
                on(Table.MEMBERS, "BatchGetItem"),
                on_index(Table.MEMBERS, "by_birthday"),
                on(Table.CAMPAIGNS, "BatchGetItem", "Query"),
                on(Table.PROGRAM, *READ),
                SEND_JOB,
            ),
        ),
    ),
)
