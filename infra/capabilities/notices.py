"""Notices: templates, the messages that follow events, what became of them (requirements N)."""

from infra.capabilities.offers import offer_routes
from infra.specs import (
    READ,
    Caller,
    CapabilitySpec,
    FromEvents,
    FromProviders,
    FromQueue,
    FromSchedule,
    FunctionSpec,
    Grant,
    QueueSpec,
    SendGrant,
    Special,
    Table,
    on,
    on_index,
    routes,
)
from loyalty.notices.occasions import ERASED, EVENTS

JOBS, PAGES = "jobs", "pages"
SEND_JOB = SendGrant(JOBS, "JOBS_QUEUE_URL")
SEND_PAGE = SendGrant(PAGES, "NOTICES_PAGES_QUEUE_URL")
DECIDE = (
    on(Table.MEMBERS, "BatchGetItem"),
    on(Table.ACCOUNTS, "BatchGetItem"),
    # When a member usually is in the mall, where they let us look.
    on_index(Table.LEDGER, "by_member"),
)
"""Deciding whether and when somebody is written to."""
ONE_TEMPLATE = "/notice-templates/{template_id}"

NOTICES = CapabilitySpec(
    name="notices",
    queues=(QueueSpec(JOBS), QueueSpec(PAGES)),
    functions=(
        FunctionSpec(
            name="notices-me",
            routes=routes(Caller.MEMBER, "GET /me/notices", "PUT /me/notices", "POST /me/notices/grants"),
            grants=(
                on(Table.NOTICES, "BatchGetItem", "PutItem"),
                on(Table.ACCOUNTS, "BatchGetItem"),
                on(Table.MEMBERS, "GetItem"),
            ),
        ),
        FunctionSpec(
            name="notices-staff",
            routes=(
                *offer_routes("/notice-templates", "template_id"),
                *routes(
                    Caller.STAFF,
                    f"GET {ONE_TEMPLATE}/preview",
                    f"POST {ONE_TEMPLATE}/tests",
                    f"GET {ONE_TEMPLATE}/broadcast",
                ),
            ),
            grants=(
                on(Table.NOTICES, *READ, "PutItem", "UpdateItem"),
                # Whether a segment is looked for, and how many are in it.
                on(Table.SEGMENTS, "GetItem", "BatchGetItem"),
                Grant.PEPPER,
                Grant.SMS,
                Grant.EMAIL,
                Grant.WECHAT,
                Grant.PUSH,
                SEND_JOB,
            ),
        ),
        FunctionSpec(
            name="notices-reports",
            routes=routes(Caller.STAFF, "GET /notices/reach", "GET /notices/unreachable"),
            grants=(
                on(Table.NOTICES, "Query"),
                # Whether a member still has the address that did not work.
                on(Table.MEMBERS, "BatchGetItem"),
                Grant.PEPPER,
            ),
        ),
        FunctionSpec(
            name="notices-on-event",
            trigger=FromEvents((*EVENTS, ERASED)),
            grants=(
                on(Table.NOTICES, *READ, "PutItem", "DeleteItem"),
                *DECIDE,
                SEND_PAGE,
                # What concerns everybody is a job.
                SEND_JOB,
            ),
        ),
        FunctionSpec(
            name="notices-on-job",
            trigger=FromQueue(JOBS),
            grants=(
                on(Table.NOTICES, *READ, "PutItem", "UpdateItem"),
                # Who is in the segment.
                on(Table.CAMPAIGNS, "Query"),
                # Everybody there is, where everybody has to be told.
                on(Table.ACCOUNTS, "Scan"),
                *DECIDE,
                SEND_PAGE,
                SEND_JOB,
            ),
        ),
        FunctionSpec(
            name="notices-hourly",
            trigger=FromSchedule("notices", hourly=True),
            grants=(on_index(Table.NOTICES, "due"), SEND_PAGE),
        ),
        FunctionSpec(
            name="notices-on-page",
            trigger=FromQueue(PAGES),
            grants=(
                on(Table.NOTICES, "GetItem", "BatchGetItem", "PutItem"),
                # The address is read to send, and kept nowhere.
                on(Table.MEMBERS, "BatchGetItem"),
                on(Table.ACCOUNTS, "BatchGetItem"),
                Grant.PEPPER,
                Grant.SMS,
                Grant.EMAIL,
                Grant.WECHAT,
                Grant.PUSH,
            ),
        ),
        FunctionSpec(
            name="notices-on-receipt",
            trigger=FromProviders(),
            grants=(on(Table.NOTICES, "GetItem", "PutItem"), on(Table.MEMBERS, "GetItem"), Grant.PEPPER),
        ),
        FunctionSpec(
            name="notices-on-callback",
            routes=routes(
                Caller.PROVIDER,
                "POST /providers/tencent/{token}",
                "GET /providers/wechat/{account}",
                "POST /providers/wechat/{account}",
            ),
            # It reads no table: what is told waits in the queue until it is applied.
            grants=(SendGrant("notices-on-receipt", "NOTICES_RECEIPTS_QUEUE_URL"), Grant.CALLBACKS),
        ),
        FunctionSpec(
            name="notices-on-sms-log",
            trigger=Special.SMS_LOG,
            grants=(SendGrant("notices-on-receipt", "NOTICES_RECEIPTS_QUEUE_URL"),),
        ),
        FunctionSpec(
            name="notices-on-count",
            trigger=FromEvents(
                ("NoticeDelivered", "NoticeFailed", "NoticeSent", "NoticeSkipped"), batch_size=100, window_s=5
            ),
            grants=(on(Table.NOTICES, "BatchGetItem", "PutItem", "UpdateItem"),),
        ),
    ),
)
