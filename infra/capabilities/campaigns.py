"""Campaigns that award by rule: drafted, run, simulated; lists of members; what members see of them."""

from infra.capabilities.offers import offer_routes
from infra.specs import (
    READ,
    BucketGrant,
    Caller,
    CapabilitySpec,
    FromEvents,
    FromQueue,
    FunctionSpec,
    QueueSpec,
    SendGrant,
    Table,
    on,
    routes,
)

JOBS = "jobs"
SEND_JOB = SendGrant(JOBS, "JOBS_QUEUE_URL")
FILES = "exports/campaigns/"
VALUE = (on(Table.COUPONS, "BatchGetItem"), on(Table.PROGRAM, *READ))
"""What a campaign's points and coupons are worth."""

CAMPAIGNS = CapabilitySpec(
    name="campaigns",
    queues=(QueueSpec(JOBS),),
    functions=(
        FunctionSpec(
            name="campaigns-staff",
            routes=offer_routes("/campaigns", "campaign_id"),
            grants=(
                on(Table.CAMPAIGNS, *READ, "PutItem", "DeleteItem"),
                # What a campaign names must exist when it is published.
                on(Table.COUPONS, "BatchGetItem"),
                on(Table.TENANTS, "BatchGetItem"),
                on(Table.SEGMENTS, "BatchGetItem"),
                on(Table.PROGRAM, *READ),
                # The survey that follows a campaign is looked at, and planned in the same transaction.
                on(Table.SURVEYS, "GetItem", "PutItem"),
            ),
        ),
        FunctionSpec(
            name="campaigns-lists-desk",
            routes=routes(
                Caller.STAFF,
                "POST /member-lists",
                "GET /member-lists",
                "GET /member-lists/{list_id}",
                "POST /member-lists/{list_id}/members",
                "DELETE /member-lists/{list_id}/members/{member_id}",
            ),
            grants=(
                on(Table.CAMPAIGNS, *READ, "PutItem", "UpdateItem", "DeleteItem"),
                on(Table.ACCOUNTS, "BatchGetItem"),
            ),
        ),
        FunctionSpec(
            name="campaigns-list-files-desk",
            routes=routes(
                Caller.STAFF, "POST /member-lists/{list_id}/files", "GET /member-lists/{list_id}/files/{file_id}"
            ),
            grants=(
                on(Table.CAMPAIGNS, "GetItem", "PutItem"),
                BucketGrant("PutObject", FILES),
                # Whoever asks how a file went gets an address of its refused rows.
                BucketGrant("GetObject", FILES),
                SEND_JOB,
            ),
        ),
        FunctionSpec(
            name="campaigns-simulations",
            routes=routes(Caller.STAFF, "POST /campaigns/simulations"),
            grants=(
                on(Table.CAMPAIGNS, *READ),
                # Discount campaigns change what is paid; templates say what a draft's coupons are worth.
                on(Table.COUPONS, "BatchGetItem", "Query"),
                on(Table.TENANTS, "GetItem"),
                on(Table.ACCOUNTS, "GetItem"),
                on(Table.MEMBERS, "BatchGetItem"),
                on(Table.PROGRAM, *READ),
            ),
        ),
        FunctionSpec(
            name="campaigns-me",
            routes=routes(Caller.MEMBER, "GET /me/campaigns"),
            grants=(
                on(Table.CAMPAIGNS, "BatchGetItem", "Query"),
                on(Table.ACCOUNTS, "GetItem"),
                on(Table.MEMBERS, "GetItem"),
                on(Table.PROGRAM, *READ),
            ),
        ),
        FunctionSpec(
            name="campaigns-on-alert",
            trigger=FromEvents(("AverageReceiptFell",)),
            grants=(on(Table.CAMPAIGNS, "GetItem", "PutItem"),),
        ),
        FunctionSpec(
            name="campaigns-on-event",
            trigger=FromEvents(("MemberErased",)),
            grants=(on(Table.CAMPAIGNS, "GetItem", "Query", "UpdateItem", "DeleteItem"),),
        ),
        FunctionSpec(
            name="campaigns-on-receipt",
            trigger=FromEvents(("PointsEarned", "PointsRefunded", "CampaignAwarded", "CampaignTakenBack")),
            grants=(
                on(Table.CAMPAIGNS, "BatchGetItem", "PutItem", "UpdateItem", "BatchWriteItem"),
                # Of a return, what was bought.
                on(Table.LEDGER, "BatchGetItem"),
            ),
        ),
        FunctionSpec(
            name="campaigns-reports",
            routes=routes(Caller.STAFF, "GET /campaigns/{campaign_id}/figures", "GET /campaigns/{campaign_id}/report"),
            grants=(on(Table.CAMPAIGNS, *READ), on(Table.SURVEYS, "BatchGetItem")),
        ),
        FunctionSpec(
            name="campaigns-trials-desk",
            routes=routes(
                Caller.STAFF, "POST /campaigns/{campaign_id}/trials", "GET /campaigns/{campaign_id}/trials/{trial_id}"
            ),
            grants=(on(Table.CAMPAIGNS, "GetItem", "Query", "PutItem"), *VALUE, SEND_JOB),
        ),
        FunctionSpec(
            name="campaigns-on-job",
            trigger=FromQueue(JOBS),
            grants=(
                on(Table.CAMPAIGNS, *READ, "PutItem", "UpdateItem"),
                on(Table.MEMBERS, "BatchGetItem"),
                # Whom a file puts on a list is a member.
                on(Table.ACCOUNTS, "BatchGetItem"),
                *VALUE,
                BucketGrant("GetObject", FILES),
                BucketGrant("PutObject", FILES),
                SEND_JOB,
            ),
        ),
    ),
)
