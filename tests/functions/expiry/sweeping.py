"""Starting the sweep and settling its pages, as the schedule and the queue do."""

from typing import Any

from functions.expiry import daily, on_page
from loyalty import dynamo
from tests.support import Context


def start(as_of: str | None = None) -> dict[str, Any]:
    """Start the sweep for a day."""
    return daily.handler({"as_of": as_of} if as_of else {}, Context())  # type: ignore[arg-type]


def records(url: str) -> list[dict[str, Any]]:
    """Take the pages that wait in the queue."""
    found = dynamo.service("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    for message in found:
        dynamo.service("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [{"messageId": message["MessageId"], "body": message["Body"]} for message in found]


def settle(pages: list[dict[str, Any]]) -> list[Any]:
    """Settle pages; return those that come back."""
    answer = on_page.handler({"Records": pages}, Context())
    return list(answer["batchItemFailures"])


def run(url: str, as_of: str | None = None) -> int:
    """Sweep a day; return how many members were due."""
    found = start(as_of)
    assert settle(records(url)) == []
    return int(found["members"])
