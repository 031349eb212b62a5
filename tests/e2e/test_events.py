"""What is written becomes an event on the mall's bus, once per fact, and can be published again."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import jsonschema
import pytest

from local.checkout import ROOT
from tests.e2e.mall import Mall, new_key, wait_until

SEEN = "e2e-events"


@pytest.fixture(scope="module")
def queue(mall: Mall) -> Iterator[str]:
    """A queue that gets everything on the bus, as a consumer's would."""
    sqs, events = mall.aws("sqs"), mall.aws("events")
    bus = mall.stack.resources["event_bus_name"]
    url = sqs.create_queue(QueueName=SEEN)["QueueUrl"]
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
    events.put_rule(Name=SEEN, EventBusName=bus, EventPattern=json.dumps({"source": ["loyalty"]}))
    events.put_targets(Rule=SEEN, EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])
    yield url
    events.remove_targets(Rule=SEEN, EventBusName=bus, Ids=["queue"])
    events.delete_rule(Name=SEEN, EventBusName=bus)
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


def test_facts_become_events_once_and_again_with_the_same_ids(mall: Mall, queue: str) -> None:
    started = datetime.now(UTC)
    till = mall.tenant("e2e-events")
    who, member_id = mall.member()
    session = mall.session(who, till)
    bought = mall.buy(till, 10_000_00, member_session=session).body
    mall.api.expect(201, till, "POST", "/redemptions", {"points": 100, "member_session": session}, key=new_key())
    path = f"/purchases/{bought['receipt_no']}/refunds"
    mall.api.expect(201, till, "POST", path, {"refund_no": "R1", "amount": 10_000_00})
    consumer = Consumer(mall, queue)
    expected = {"MemberEnrolled", "PointsEarned", "PointsRedeemed", "PointsRefunded", "TierChanged"}
    wait_until(lambda: consumer.of(member_id).keys() >= expected, "all events")
    for name, event in consumer.of(member_id).items():
        schema = json.loads((ROOT / "events" / "schemas" / f"{name}.v1.json").read_text())
        jsonschema.validate(event["detail"], schema)
    ids, delivered = set(consumer.seen), consumer.deliveries
    republish(mall, started, datetime.now(UTC) + timedelta(minutes=1))
    wait_until(lambda: consumer.of(member_id) and consumer.deliveries >= delivered + 5, "the events again")
    assert {event_id for event_id in set(consumer.seen) - ids if is_of(consumer, event_id, member_id)} == set()


def is_of(consumer: Consumer, event_id: str, member_id: str) -> bool:
    return bool(consumer.seen[event_id]["detail"]["subject"] == member_id)


def republish(mall: Mall, start: datetime, end: datetime) -> None:
    """Do what `make republish` does."""
    payload = {"from": start.isoformat(), "to": end.isoformat()}
    answer = mall.aws("lambda").invoke(
        FunctionName=mall.stack.function("outbox-republish"), Payload=json.dumps(payload)
    )
    assert "FunctionError" not in answer, answer["Payload"].read()
