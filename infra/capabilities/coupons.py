"""Coupons: templates and campaigns of the marketers, members' wallets, the till, and what follows from events."""

from infra.capabilities.offers import offer_routes
from infra.capabilities.survey import OFFER
from infra.specs import (
    READ,
    BucketGrant,
    Caller,
    CapabilitySpec,
    FromEvents,
    FromQueue,
    FromSchedule,
    FunctionSpec,
    Grant,
    QueueSpec,
    SendGrant,
    Table,
    on,
    on_index,
    routes,
)
from loyalty.events.coupons import COUPON_EVENTS

JOBS, PAGES = "jobs", "pages"
SEND_JOB = SendGrant(JOBS, "JOBS_QUEUE_URL")
FILES = "exports/coupons/"
ISSUE = (
    on(Table.COUPONS, *READ, "PutItem", "UpdateItem"),
    on(Table.ACCOUNTS, "GetItem", "BatchGetItem"),
    on(Table.PROGRAM, *READ),
    Grant.PEPPER,
)
"""Issuing a coupon: the coupon, the member's count and the stock in one transaction, decided on the account."""

COUPONS = CapabilitySpec(
    name="coupons",
    queues=(QueueSpec(JOBS), QueueSpec(PAGES)),
    functions=(
        FunctionSpec(
            name="coupons-me",
            routes=routes(
                Caller.MEMBER,
                "GET /me/coupons",
                "POST /me/coupons",
                "POST /me/coupons/{code}/views",
                "POST /me/coupons/{code}/gifts",
                "DELETE /me/coupons/{code}/gifts",
                "GET /me/coupon-offers",
            ),
            grants=(*ISSUE, on_index(Table.COUPONS, "by_member"), on(Table.MEMBERS, "GetItem")),
        ),
        FunctionSpec(
            name="coupons-till",
            routes=routes(
                Caller.TILL,
                "POST /coupons/{code}/locks",
                "POST /coupons/{code}/rollbacks",
                "POST /coupons/{code}/redemptions",
            ),
            grants=(
                # The update counts a tenant's tries with codes that lead nowhere.
                on(Table.COUPONS, "GetItem", "BatchGetItem", "PutItem", "UpdateItem"),
                on(Table.ACCOUNTS, "GetItem", "BatchGetItem"),
                on(Table.PROGRAM, *READ),
                Grant.PEPPER,
                OFFER,
            ),
        ),
        FunctionSpec(
            name="coupons-staff",
            routes=(
                *offer_routes("/coupon-templates", "template_id"),
                *routes(
                    Caller.STAFF,
                    "POST /coupon-templates/{template_id}/previews",
                    "GET /coupon-templates/{template_id}/figures",
                ),
            ),
            grants=(on(Table.COUPONS, *READ, "PutItem", "DeleteItem"), on(Table.PROGRAM, *READ)),
        ),
        FunctionSpec(
            name="coupons-discounts-desk",
            routes=offer_routes("/discount-campaigns", "campaign_id"),
            grants=(on(Table.COUPONS, "GetItem", "Query", "PutItem"),),
        ),
        FunctionSpec(
            name="coupons-jobs-desk",
            routes=routes(
                Caller.STAFF,
                "POST /coupon-templates/{template_id}/codes",
                "POST /coupon-templates/{template_id}/pushes",
                "POST /coupon-templates/{template_id}/exports",
                "GET /coupon-templates/{template_id}/jobs/{job_id}",
            ),
            grants=(on(Table.COUPONS, "GetItem", "PutItem"), BucketGrant("GetObject", FILES), SEND_JOB),
        ),
        FunctionSpec(
            name="coupons-care-desk",
            routes=routes(Caller.STAFF, "POST /coupons/{code}/voids", "GET /members/{member_id}/coupons"),
            grants=(
                on(Table.COUPONS, "GetItem", "PutItem"),
                on_index(Table.COUPONS, "by_member"),
                on(Table.ACCOUNTS, "GetItem"),
            ),
        ),
        FunctionSpec(
            name="coupons-on-event",
            trigger=FromEvents(
                ("MemberEnrolled", "TierChanged", "CampaignAwarded", "CampaignTakenBack", "OccasionGiven")
            ),
            # An award is issued on condition that it was not taken back before.
            grants=(*ISSUE, on(Table.COUPONS, "ConditionCheckItem")),
        ),
        FunctionSpec(
            name="coupons-on-count",
            trigger=FromEvents(tuple(event.__name__ for event in COUPON_EVENTS)),
            grants=(on(Table.COUPONS, "BatchGetItem", "PutItem", "UpdateItem"),),
        ),
        FunctionSpec(
            name="coupons-on-job",
            trigger=FromQueue(JOBS),
            grants=(
                *ISSUE,
                on(Table.COUPONS, "BatchWriteItem"),
                on_index(Table.COUPONS, "by_template"),
                BucketGrant("PutObject", FILES),
                SEND_JOB,
            ),
        ),
        FunctionSpec(
            name="coupons-daily",
            trigger=FromSchedule("coupons"),
            grants=(on_index(Table.COUPONS, "due"), SendGrant(PAGES, "COUPONS_PAGES_QUEUE_URL")),
        ),
        FunctionSpec(
            name="coupons-on-page",
            trigger=FromQueue(PAGES),
            grants=(on(Table.COUPONS, "GetItem", "PutItem"),),
        ),
    ),
)
