"""Surveys: defined by marketers, offered after a redemption, answered in the app or by a link, understood, acted on."""

from infra.capabilities.offers import offer_routes
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
from loyalty.surveys.occasion import TriggerEvent

JOBS, PAGES = "jobs", "pages"
SEND_JOB = SendGrant(JOBS, "JOBS_QUEUE_URL")
FILES = "exports/surveys/"
ANSWER = (
    on(Table.SURVEYS, "GetItem", "BatchGetItem", "PutItem", "UpdateItem"),
    on(Table.ACCOUNTS, "GetItem", "BatchGetItem", "PutItem"),
    on(Table.LEDGER, "GetItem", "PutItem"),
    on(Table.PROGRAM, *READ),
)
"""Answering: the invitation, the answer and the points it brings, in one transaction."""
OFFER = on(Table.SURVEYS, "GetItem", "Query", "PutItem", "UpdateItem")
"""Offering a survey in the answer of a redemption: other capabilities do that too."""
INVITE = (
    on(Table.SURVEYS, *READ, "PutItem", "UpdateItem"),
    on(Table.ACCOUNTS, "GetItem", "BatchGetItem"),
    on(Table.PROGRAM, *READ),
    Grant.PEPPER,
)
"""Inviting: the invitation and the member's slot, decided on the account."""

SURVEY = CapabilitySpec(
    name="survey",
    queues=(QueueSpec(JOBS), QueueSpec(PAGES)),
    functions=(
        FunctionSpec(
            name="survey-me",
            routes=routes(
                Caller.MEMBER,
                "GET /me/surveys",
                "GET /me/surveys/{invitation_id}",
                "POST /me/surveys/{invitation_id}",
            ),
            grants=(*ANSWER, on_index(Table.SURVEYS, "by_member"), on(Table.MEMBERS, "GetItem")),
        ),
        FunctionSpec(
            name="survey-links",
            routes=routes(Caller.LINK, "GET /surveys/invitations/{token}", "POST /surveys/invitations/{token}"),
            grants=(*ANSWER, Grant.PEPPER),
        ),
        FunctionSpec(
            name="survey-page",
            routes=routes(Caller.LINK, "GET /s/{token}", "POST /s/{token}"),
            grants=(*ANSWER, Grant.PEPPER),
        ),
        FunctionSpec(
            name="survey-staff",
            routes=(
                *offer_routes("/surveys", "survey_id"),
                *routes(Caller.STAFF, "POST /surveys/{survey_id}/versions", "GET /surveys/{survey_id}/preview"),
            ),
            grants=(on(Table.SURVEYS, *READ, "PutItem"),),
        ),
        FunctionSpec(
            name="survey-jobs-desk",
            routes=routes(
                Caller.STAFF,
                "POST /surveys/{survey_id}/invitations",
                "POST /surveys/{survey_id}/dry-runs",
                "POST /surveys/{survey_id}/exports",
                "GET /surveys/{survey_id}/jobs/{job_id}",
            ),
            grants=(on(Table.SURVEYS, "GetItem", "PutItem"), BucketGrant("GetObject", FILES), SEND_JOB),
        ),
        FunctionSpec(
            name="survey-answers-desk",
            routes=routes(
                Caller.STAFF,
                "POST /surveys/{survey_id}/answers",
                "GET /surveys/{survey_id}/answers",
                "POST /surveys/{survey_id}/comments",
            ),
            grants=(*ANSWER, on_index(Table.SURVEYS, "by_shelf"), Grant.PEPPER),
        ),
        FunctionSpec(
            name="survey-analyses-desk",
            routes=routes(Caller.STAFF, "POST /surveys/analyses"),
        ),
        FunctionSpec(
            name="survey-reports",
            routes=routes(Caller.STAFF, "GET /surveys/{survey_id}/report"),
            grants=(on(Table.SURVEYS, "GetItem", "Query"),),
        ),
        FunctionSpec(
            name="survey-findings-desk",
            routes=routes(
                Caller.STAFF,
                "GET /findings",
                "POST /findings",
                "GET /findings/{finding_id}",
                "PATCH /findings/{finding_id}",
                "POST /findings/{finding_id}/notes",
                "POST /findings/{finding_id}/resolutions",
                "POST /findings/{finding_id}/reopenings",
                "GET /survey-settings",
                "PUT /survey-settings",
            ),
            grants=(
                on(Table.SURVEYS, *READ, "PutItem", "UpdateItem", "DeleteItem"),
                on_index(Table.SURVEYS, "by_shelf"),
                on(Table.ACCOUNTS, "GetItem"),
                SEND_JOB,
            ),
        ),
        FunctionSpec(
            name="survey-improvements",
            routes=routes(Caller.ANYONE, "GET /improvements"),
            grants=(on_index(Table.SURVEYS, "by_shelf"),),
        ),
        FunctionSpec(
            name="survey-on-event",
            trigger=FromEvents((*(event.value for event in TriggerEvent), "MemberErased")),
            grants=(*INVITE, on(Table.SURVEYS, "BatchWriteItem"), on_index(Table.SURVEYS, "by_member")),
        ),
        FunctionSpec(
            name="survey-on-campaign",
            trigger=FromEvents(("CampaignAwarded", "CampaignTakenBack")),
            grants=(on(Table.SURVEYS, "BatchGetItem", "BatchWriteItem"),),
        ),
        FunctionSpec(
            name="survey-on-count",
            trigger=FromEvents(("SurveyOffered", "SurveyExpired", "SurveyAnswered")),
            grants=(on(Table.SURVEYS, "GetItem", "PutItem", "UpdateItem"),),
        ),
        FunctionSpec(
            name="survey-on-answer",
            trigger=FromEvents(("SurveyAnswered",)),
            grants=(on(Table.SURVEYS, *READ, "PutItem", "UpdateItem", "DeleteItem"),),
        ),
        FunctionSpec(
            name="survey-on-job",
            trigger=FromQueue(JOBS),
            grants=(*INVITE, on_index(Table.SURVEYS, "by_shelf"), BucketGrant("PutObject", FILES), SEND_JOB),
        ),
        FunctionSpec(
            name="survey-hourly",
            trigger=FromSchedule("surveys", hourly=True),
            grants=(
                on_index(Table.SURVEYS, "due"),
                on(Table.SURVEYS, *READ, "PutItem", "UpdateItem"),
                SendGrant(PAGES, "SURVEYS_PAGES_QUEUE_URL"),
                SEND_JOB,
            ),
        ),
        FunctionSpec(
            name="survey-on-page",
            trigger=FromQueue(PAGES),
            # The query lists the surveys: plans of one that has ended are cancelled.
            grants=(on(Table.SURVEYS, "GetItem", "Query", "PutItem"),),
        ),
    ),
)
