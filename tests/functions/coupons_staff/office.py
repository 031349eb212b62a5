"""The marketing office: who works there, how they send requests, and the queue of their jobs."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from functions.coupons import care_desk, discounts_desk, jobs_desk, on_job, staff
from loyalty import dynamo
from loyalty.dynamo import Item
from loyalty.imports import files
from tests.support import Context, HttpAnswer, call, http_event, staff_caller

BUCKET = "imports"
MARKETER = staff_caller("marketer", login="mei")
APPROVER = staff_caller("approver", login="an")
OPERATOR = staff_caller("operator", login="olga")
AUDITOR = staff_caller("auditor", login="ada")
MOST_MESSAGES = 60

DEFINITION: dict[str, Any] = {
    "name_zh": "满500减50",
    "name_en": "50 off 500",
    "terms": {"kind": "amount_off", "threshold_fen": 50_000, "off_fen": 5_000},
    "validity": {"until": "2098-12-31"},
}
CAMPAIGN: dict[str, Any] = {
    "name_zh": "八折",
    "name_en": "20% off",
    "percent": 20,
    "from": "2026-01-01T00:00:00+08:00",
    "until": "2098-01-01T00:00:00+08:00",
}


class KilledError(BaseException):
    """The process is gone: no handler of errors sees it."""


@dataclass
class Run(Context):
    """An invocation with plenty of time, unless told otherwise."""

    seconds: Callable[[], float] = lambda: 300.0

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds() * 1000)


def _serving(path: str) -> Any:
    if path.startswith("/discount-campaigns"):
        return discounts_desk.handler
    if path.startswith(("/coupons/", "/members/")):
        return care_desk.handler
    if path.split("/")[-1] in {"codes", "pushes", "exports"} or "/jobs/" in path:
        return jobs_desk.handler
    return staff.handler


def send(
    route: str,
    body: object = None,
    caller: Mapping[str, Any] = MARKETER,
    key: str = "",
    query: Mapping[str, str] | None = None,
) -> HttpAnswer:
    """Send a request to the function that serves it."""
    headers = {"idempotency-key": key} if key else {}
    event = http_event(route, body=body, caller=caller, headers=headers, query=query)
    return call(_serving(route.split(" ")[1]), event)


def draft(key: str = "key-1", **changes: Any) -> str:
    """Draft a template and return its id."""
    answer = send("POST /coupon-templates", DEFINITION | changes, key=key)
    assert answer.status == 201, answer.body
    return str(answer.body["template_id"])


def step(template_id: str, name: str, caller: Mapping[str, Any] = MARKETER) -> HttpAnswer:
    """Take a step in a template's life."""
    return send(f"POST /coupon-templates/{template_id}/{name}", caller=caller)


def published(key: str = "key-1", **changes: Any) -> str:
    """Draft, approve and publish a template; return its id."""
    template_id = draft(key, **changes)
    assert step(template_id, "approvals", APPROVER).status == 201
    assert step(template_id, "publications").status == 201
    return template_id


def begin(template_id: str, task: str, body: object = None, key: str = "job-1") -> str:
    """Begin a job and return its id."""
    answer = send(f"POST /coupon-templates/{template_id}/{task}", body, key=key)
    assert answer.status == 202, answer.body
    return str(answer.body["job_id"])


def job(template_id: str, job_id: str) -> Any:
    """Return what the status route says of a job."""
    return send(f"GET /coupon-templates/{template_id}/jobs/{job_id}", caller=MARKETER).body


def pump(run: Run | None = None) -> int:
    """Handle the queue's messages until none is left; failed ones come again. Returns how many were handled."""
    sqs, url = dynamo.service("sqs"), queue_url()
    for handled in range(MOST_MESSAGES):
        found = sqs.receive_message(QueueUrl=url, VisibilityTimeout=0).get("Messages", [])
        if not found:
            return handled
        record = {"messageId": found[0]["MessageId"], "body": found[0]["Body"]}
        if not on_job.handler({"Records": [record]}, run or Run())["batchItemFailures"]:  # type: ignore[arg-type]
            sqs.delete_message(QueueUrl=url, ReceiptHandle=found[0]["ReceiptHandle"])
    raise AssertionError("the queue never runs empty")


def queue_url() -> str:
    """Return the address of the jobs' queue."""
    return str(dynamo.service("sqs").get_queue_url(QueueName="jobs")["QueueUrl"])


def file_of(job_id: str) -> list[str]:
    """Return the lines of a job's file."""
    return files.read(f"exports/coupons/{job_id}.csv").decode().splitlines()


def rows(kind: str) -> list[Item]:
    """Return every row of a kind in the coupons table."""
    pages = dynamo.client().get_paginator("scan").paginate(TableName="coupons")
    found = [dynamo.from_item(item) for page in pages for item in page["Items"]]
    return [row for row in found if row["kind"] == kind]


def everything() -> list[str]:
    """Return every row of the coupons table as text."""
    return sorted(json.dumps(item, sort_keys=True) for item in dynamo.client().scan(TableName="coupons")["Items"])
