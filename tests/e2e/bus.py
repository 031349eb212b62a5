"""The mall's bus as a consumer of its events sees it: a queue of its own, fed by a rule of its own."""

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from tests.e2e.mall import Mall


@contextmanager
def listening(mall: Mall, name: str) -> Iterator[str]:
    """Have a queue that gets everything on the bus; yields its address."""
    sqs, events = mall.aws("sqs"), mall.aws("events")
    bus = mall.stack.resources["event_bus_name"]
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": arn,
            }
        ],
    }
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    events.put_rule(Name=name, EventBusName=bus, EventPattern=json.dumps({"source": ["loyalty"]}))
    events.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])
    yield url
    events.remove_targets(Rule=name, EventBusName=bus, Ids=["queue"])
    events.delete_rule(Name=name, EventBusName=bus)
    sqs.delete_queue(QueueUrl=url)


class Consumer:
    """Reads the queue and keeps what it has seen, by event id."""

    def __init__(self, mall: Mall, url: str) -> None:
        self._sqs, self._url = mall.aws("sqs"), url
        self.seen: dict[str, dict[str, Any]] = {}
        self.deliveries = 0

    def of(self, member_id: str) -> dict[str, dict[str, Any]]:
        """Everything seen of a member so far, by type."""
        answer = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        for message in answer.get("Messages", []):
            event = json.loads(message["Body"])
            self.seen[event["detail"]["id"]] = event
            self.deliveries += event["detail"]["subject"] == member_id
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return {e["detail-type"]: e for e in self.seen.values() if e["detail"]["subject"] == member_id}

    def assert_tells_none_of(self, codes: Collection[str]) -> None:
        """Check that no event seen so far holds one of these codes, in any of the ways they are written."""
        told = json.dumps(list(self.seen.values())).upper()
        assert [code for code in codes if code in told or code.replace("-", "") in told] == []
