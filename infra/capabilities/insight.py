"""Insight: live figures counted from events, the panels that read them, and what members look at.

Predictions, baskets, alerts and reports add their functions to groups of their own below.
"""

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

JOBS = "jobs"
SEND_JOB = SendGrant(JOBS, "JOBS_QUEUE_URL")

COUNTED = (
    "CampaignAwarded",
    "CouponClaimed",
    "CouponExpired",
    "CouponRedeemed",
    "CouponReturned",
    "CouponSeen",
    "CouponSent",
    "CouponVoided",
    "MemberBrowsed",
    "MemberEnrolled",
    "MemberErased",
    "PointsEarned",
    "PointsExpired",
    "PointsRedeemed",
    "PointsRefunded",
    "RewardCancelled",
    "RewardHandedOver",
    "RewardReserved",
)
"""The events that live figures are made of."""
FRESH_S = 5
"""How long events may be gathered: a panel is some ten seconds behind the mall."""

LIVE = (
    FunctionSpec(
        name="insight-panels",
        routes=routes(
            Caller.STAFF,
            "GET /insight/funnel",
            "GET /insight/traffic",
            "GET /insight/today",
            "GET /insight/attention",
        ),
        grants=(on(Table.INSIGHT, "BatchGetItem", "Query"),),
    ),
    FunctionSpec(
        name="insight-on-count",
        trigger=FromEvents(COUNTED, batch_size=100, window_s=FRESH_S),
        grants=(on(Table.INSIGHT, "BatchGetItem", "PutItem", "UpdateItem"),),
    ),
)
ACTIVITY = (
    FunctionSpec(
        name="insight-me",
        routes=routes(Caller.MEMBER, "POST /me/activity"),
        grants=(
            on(Table.INSIGHT, "BatchGetItem", "PutItem", "UpdateItem"),
            # What is kept is written on condition that the member agrees at that moment.
            on(Table.MEMBERS, "GetItem", "BatchGetItem", "ConditionCheckItem"),
            on(Table.ACCOUNTS, "BatchGetItem"),
            on(Table.PROGRAM, *READ),
            Grant.PEPPER,
        ),
    ),
    FunctionSpec(
        name="insight-on-event",
        trigger=FromEvents(("MemberErased", "MemberProfiled")),
        grants=(on(Table.INSIGHT, "Query", "DeleteItem"),),
    ),
)
NIGHTS = (
    FunctionSpec(
        name="insight-nightly",
        trigger=FromSchedule("insight"),
        grants=(on(Table.INSIGHT, "GetItem", "PutItem"), SEND_JOB),
    ),
    FunctionSpec(
        name="insight-work-desk",
        routes=routes(Caller.STAFF, "POST /insight/refreshes", "GET /insight/refreshes/{refresh_id}"),
        grants=(on(Table.INSIGHT, "GetItem", "PutItem"), SEND_JOB),
    ),
    FunctionSpec(
        name="insight-on-job",
        trigger=FromQueue(JOBS),
        # An alert of a night is one with those that stand.
        grants=(on(Table.INSIGHT, "GetItem", "Query", "PutItem", "UpdateItem"), LakeGrant.QUERY, SEND_JOB),
        alarms=("InsightRefreshesFailed",),
    ),
)
BASKETS = (
    FunctionSpec(
        name="insight-baskets-desk",
        routes=routes(Caller.STAFF, "GET /insight/baskets", "GET /insight/bundles"),
        # Rules are found when they are asked for; bundles lie ready.
        grants=(on(Table.INSIGHT, "GetItem"), LakeGrant.QUERY),
    ),
)
PREDICTIONS = (
    FunctionSpec(
        name="insight-predictions-desk",
        routes=routes(
            Caller.STAFF,
            "GET /insight/predictions",
            "POST /insight/predictions/fits",
            "GET /insight/predictions/fits/{fit_id}",
            "GET /insight/risk-list",
            "GET /members/{member_id}/predictions",
        ),
        grants=(
            on(Table.INSIGHT, "GetItem", "PutItem"),
            # Who left, or agrees to profiling no more, is spoken of no more.
            on(Table.ACCOUNTS, "BatchGetItem"),
            on(Table.MEMBERS, "BatchGetItem"),
            LakeGrant.QUERY,
            SEND_JOB,
        ),
    ),
    FunctionSpec(
        name="insight-recommendations-me",
        routes=routes(Caller.MEMBER, "GET /me/recommendations"),
        grants=(
            # A night's document; what a member looked at lately, where they let us look.
            on(Table.INSIGHT, "GetItem", "Query"),
            on(Table.ACCOUNTS, "BatchGetItem"),
            on(Table.MEMBERS, "GetItem", "BatchGetItem"),
            # What they bought lately, likewise.
            on(Table.LEDGER, "BatchGetItem"),
            on_index(Table.LEDGER, "by_member"),
            Grant.PEPPER,
        ),
    ),
)
REPORTS = (
    FunctionSpec(
        name="insight-reports-desk",
        routes=routes(Caller.STAFF, "GET /insight/months/{month}", "GET /insight/campaigns/{campaign_id}"),
        # Months lie ready; what a campaign changed is found when it is asked for.
        grants=(on(Table.INSIGHT, "GetItem"), on(Table.CAMPAIGNS, "GetItem"), LakeGrant.QUERY),
    ),
)
ALERTS = (
    FunctionSpec(
        name="insight-alerts-desk",
        routes=routes(Caller.STAFF, "GET /insight/alerts"),
        grants=(on(Table.INSIGHT, "GetItem", "Query"),),
    ),
)
INSIGHT = CapabilitySpec(
    name="insight",
    functions=(*LIVE, *ACTIVITY, *NIGHTS, *BASKETS, *PREDICTIONS, *REPORTS, *ALERTS),
    queues=(QueueSpec(JOBS),),
)
