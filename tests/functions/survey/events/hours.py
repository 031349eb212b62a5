"""Running the surveys' schedule and its workers."""

import json
from typing import Any

from functions.survey import hourly, on_page
from loyalty import dynamo
from loyalty.clock import iso
from loyalty.surveys import inviting
from loyalty.surveys.invitation import Invitation
from tests.functions.survey.events.conftest import NOON
from tests.support import Context


def start(as_of: str | None = None) -> dict[str, Any]:
    return hourly.handler({"as_of": as_of} if as_of else {}, Context())  # type: ignore[arg-type]


def sweep(*pages: dict[str, Any]) -> list[str]:
    answer = on_page.handler({"Records": list(pages)}, Context())
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def page(*found: Invitation, as_of: str = iso(NOON)) -> dict[str, Any]:
    ids = [inviting.key(one.invitation_id)["survey_id"] for one in found]
    return {"messageId": "page-1", "body": json.dumps({"as_of": as_of, "invitations": ids})}


def hour(queue: str, as_of: str | None = None) -> int:
    """Run the schedule and its workers; return how many invitations were due."""
    due = int(start(as_of)["invitations"])
    found = dynamo.service("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    for message in found:
        dynamo.service("sqs").delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    assert sweep(*[{"messageId": message["MessageId"], "body": message["Body"]} for message in found]) == []
    return due
