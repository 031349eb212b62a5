"""Spending points without a purchase: on money off, on vouchers, on rewards whose stock this capability keeps."""

from infra.capabilities.offers import offer_routes
from infra.capabilities.survey import OFFER
from infra.specs import (
    READ,
    BucketGrant,
    Caller,
    CapabilitySpec,
    FromQueue,
    FunctionSpec,
    Grant,
    QueueSpec,
    SendGrant,
    Table,
    on,
    on_index,
    routes,
)

JOBS = "jobs"
SEND_JOB = SendGrant(JOBS, "JOBS_QUEUE_URL")
FILES = "exports/rewards/"
SPEND = (
    on(Table.ACCOUNTS, *READ, "PutItem"),
    on(Table.LEDGER, *READ, "PutItem"),
    on(Table.TENANTS, *READ),
    on(Table.PROGRAM, *READ),
    on(Table.MEMBERS, "GetItem"),
    Grant.PEPPER,
)
ORDER = (
    on(Table.REWARDS, *READ, "PutItem", "UpdateItem"),
    # A voucher's coupon is issued in the same transaction.
    on(Table.COUPONS, "GetItem", "BatchGetItem", "PutItem", "UpdateItem"),
)

REDEEM = CapabilitySpec(
    name="redeem",
    queues=(QueueSpec(JOBS),),
    functions=(
        FunctionSpec(
            name="redeem-api",
            routes=routes(Caller.TILL, "POST /redemptions", "POST /redemptions/{redemption_id}/refunds"),
            grants=(*SPEND, *ORDER, OFFER),
        ),
        FunctionSpec(
            name="redeem-me",
            routes=routes(
                Caller.MEMBER,
                "GET /me/rewards",
                "GET /me/redemptions",
                "POST /me/redemptions",
                "POST /me/redemptions/{redemption_id}/cancellations",
            ),
            grants=(*SPEND, *ORDER, OFFER, on_index(Table.REWARDS, "by_member")),
        ),
        FunctionSpec(
            name="redeem-handovers",
            routes=routes(Caller.DESK, "POST /redemptions/{redemption_id}/handovers"),
            grants=(on(Table.REWARDS, "GetItem", "PutItem", "UpdateItem"), Grant.PEPPER),
        ),
        FunctionSpec(
            name="redeem-rewards",
            routes=offer_routes("/rewards", "reward_id"),
            grants=(
                on(Table.REWARDS, *READ, "PutItem"),
                # A voucher is published only with a template that is.
                on(Table.COUPONS, "GetItem"),
            ),
        ),
        FunctionSpec(
            name="redeem-stock-desk",
            routes=routes(
                Caller.STAFF,
                "GET /rewards/{reward_id}/stock",
                "GET /rewards/{reward_id}/stock/movements",
                "POST /rewards/{reward_id}/stock/movements",
                "GET /rewards/{reward_id}/figures",
                "POST /rewards/{reward_id}/exports",
                "GET /rewards/{reward_id}/jobs/{job_id}",
            ),
            grants=(
                on(Table.REWARDS, "GetItem", "BatchGetItem", "PutItem", "UpdateItem"),
                on_index(Table.REWARDS, "by_reward"),
                BucketGrant("GetObject", FILES),
                SEND_JOB,
                Grant.PEPPER,
            ),
        ),
        FunctionSpec(
            name="redeem-on-job",
            trigger=FromQueue(JOBS),
            grants=(
                on(Table.REWARDS, "GetItem", "UpdateItem"),
                on_index(Table.REWARDS, "by_reward"),
                BucketGrant("PutObject", FILES),
                SEND_JOB,
            ),
        ),
    ),
)
