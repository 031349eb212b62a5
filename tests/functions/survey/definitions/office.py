"""The office where surveys are made: who works there, how they send requests, and the queue of their jobs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from functions.survey import jobs_desk, on_job, staff
from functions.survey.inviting import journal
from functions.survey.inviting.hearing import Heard
from loyalty import dynamo
from loyalty.dynamo import Item
from loyalty.imports import files
from loyalty.remembering import forget_everything
from loyalty.surveys.occasion import of_event
from tests.support import Context, HttpAnswer, call, http_event, staff_caller

BUCKET = "imports"
MARKETER = staff_caller("marketer", login="mei")
APPROVER = staff_caller("approver", login="an")
OPERATOR = staff_caller("operator", login="olga")
AUDITOR = staff_caller("auditor", login="ada")
NOBODY = "0" * 24
MOST_MESSAGES = 60

EASE: dict[str, Any] = {"code": "ease", "kind": "scale", "dimension": "ease", "zh": "方便吗？", "en": "Easy?"}
WHY: dict[str, Any] = {"code": "why", "kind": "text", "zh": "为什么？"}
DEFINITION: dict[str, Any] = {
    "title_zh": "兑换体验",
    "title_en": "Your redemption",
    "questions": [EASE, WHY],
    "on_event": {"events": ["CouponRedeemed", "PointsRedeemed"]},
}


@dataclass
class Run(Context):
    """An invocation with plenty of time, unless told otherwise."""

    seconds: Callable[[], float] = lambda: 300.0

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds() * 1000)


def send(
    route: str,
    body: object = None,
    caller: Mapping[str, Any] = MARKETER,
    key: str = "",
    query: Mapping[str, str] | None = None,
) -> HttpAnswer:
    """Send a request to the function that serves it."""
    path = route.split(" ")[1]
    at_desk = "/jobs/" in path or path.split("/")[-1] in {"invitations", "dry-runs", "exports"}
    headers = {"idempotency-key": key} if key else {}
    event = http_event(route, body=body, caller=caller, headers=headers, query=query)
    return call(jobs_desk.handler if at_desk else staff.handler, event)


def draft(key: str = "key-1", **changes: Any) -> str:
    """Draft a survey and return its id."""
    answer = send("POST /surveys", DEFINITION | changes, key=key)
    assert answer.status == 201, answer.body
    return str(answer.body["survey_id"])


def step(survey_id: str, name: str, caller: Mapping[str, Any] = MARKETER) -> HttpAnswer:
    """Take a step in a survey's life."""
    return send(f"POST /surveys/{survey_id}/{name}", caller=caller)


def put_out(survey_id: str) -> str:
    """Approve and publish a draft; return its id."""
    assert step(survey_id, "approvals", APPROVER).status == 201
    answer = step(survey_id, "publications")
    assert answer.status == 201, answer.body
    forget_everything()
    return survey_id


def published(key: str = "key-1", **changes: Any) -> str:
    """Draft, approve and publish a survey; return its id."""
    return put_out(draft(key, **changes))


def next_version(survey_id: str, key: str = "v-1", **changes: Any) -> HttpAnswer:
    """Draft the next version of a survey."""
    return send(f"POST /surveys/{survey_id}/versions", changes, key=key)


def read(survey_id: str) -> Any:
    """Return a survey as an auditor reads it."""
    return send(f"GET /surveys/{survey_id}", caller=AUDITOR).body


def begin(survey_id: str, task: str, body: object = None, key: str = "job-1") -> str:
    """Begin a job and return its id."""
    answer = send(f"POST /surveys/{survey_id}/{task}", body, key=key)
    assert answer.status == 202, answer.body
    return str(answer.body["job_id"])


def job(survey_id: str, job_id: str, caller: Mapping[str, Any] = OPERATOR) -> Any:
    """Return what the status route says of a job."""
    return send(f"GET /surveys/{survey_id}/jobs/{job_id}", caller=caller).body


def pump(run: Run | None = None) -> int:
    """Handle the queue's messages until none is left; failed ones come again. Returns how many were handled."""
    sqs = dynamo.service("sqs")
    url = sqs.get_queue_url(QueueName="jobs")["QueueUrl"]
    for handled in range(MOST_MESSAGES):
        found = sqs.receive_message(QueueUrl=url, VisibilityTimeout=0).get("Messages", [])
        if not found:
            return handled
        record = {"messageId": found[0]["MessageId"], "body": found[0]["Body"]}
        if not on_job.handler({"Records": [record]}, run or Run())["batchItemFailures"]:  # type: ignore[arg-type]
            sqs.delete_message(QueueUrl=url, ReceiptHandle=found[0]["ReceiptHandle"])
    raise AssertionError("the queue never runs empty")


def file_of(job_id: str) -> str:
    """Return a job's file."""
    return files.read(f"exports/surveys/{job_id}.csv").decode()


def heard(event_id: str, member_id: str, at: datetime, event: str = "CouponRedeemed", **data: Any) -> None:
    """Let the journal keep an event, as if it had been heard; `origin` may be among the data."""
    origin = data.pop("origin", "till")
    journal.write([Heard(event_id, of_event(event, member_id, at, origin, data, event_id), "trace")])


def rows(kind: str) -> list[Item]:
    """Return every row of a kind in the surveys table."""
    return [row for row in _all() if row["kind"] == kind]


def everything() -> list[str]:
    """Return every row of the surveys table as text."""
    return sorted(map(str, _all()))


def _all() -> list[Item]:
    pages = dynamo.client().get_paginator("scan").paginate(TableName="surveys")
    return [dynamo.from_item(item) for page in pages for item in page["Items"]]
