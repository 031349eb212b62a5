"""A bus whose events can be read, a parked queue, and a wire on which calls can be made to fail."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from moto import mock_aws

from functions.outbox import bus as bus_module
from functions.outbox.clients import impatient
from loyalty.dynamo import Item, to_item
from tests.support import Context

KEYS = (
    ("insight_id", "kind"),
    ("survey_id", "kind"),
    ("source", "movement"),
    ("coupon_id", "kind"),
    ("reward_id", "kind"),
    ("campaign_id", "kind"),
    ("control_id", "kind"),
    ("segment_id", "kind"),
    ("notice_id", "kind"),
    ("name", "version"),
    ("member_id", "kind"),
)
"""The keys of the tables whose streams are consumed; a row of coupons, rewards or insight names others too."""

Answer = Callable[[dict[str, Any]], dict[str, Any] | Exception | None]


@dataclass
class Wire:
    """What the outbox sends to a service; `answers` are used up one a call, None lets the call through."""

    answers: list[Answer] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)

    def before_call(self, params: dict[str, Any], **_more: Any) -> tuple[Any, dict[str, Any]] | None:
        """Botocore's hook: an answer given here replaces the call."""
        request = json.loads(params["body"])
        self.calls.append(request)
        answer = self.answers.pop(0)(request) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        return None if answer is None else (Status(answer.pop("status", 200)), answer)


@dataclass
class Status:
    """The part of an HTTP answer that botocore looks at."""

    status_code: int


@dataclass
class Bus:
    """The mall's bus and parked queue as a test sees them."""

    wire: Wire
    parking: Wire
    sqs: Any
    seen_url: str
    parked_url: str
    pauses: list[float]

    def events(self) -> list[dict[str, Any]]:
        """Everything that arrived on the bus, in order."""
        return self._messages(self.seen_url)

    def details(self) -> list[dict[str, Any]]:
        """The details of everything that arrived on the bus."""
        return [event["detail"] for event in self.events()]

    def parked(self) -> list[dict[str, Any]]:
        """Everything that was parked."""
        return self._messages(self.parked_url)

    def _messages(self, url: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while batch := self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            found += [json.loads(message["Body"]) for message in batch]
        return found


@pytest.fixture
def bus(environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bus]:
    """The bus, with a rule that copies every event to a queue the test reads."""
    with mock_aws():
        yield from _bus(impatient("events"), impatient("sqs"), monkeypatch)


def _bus(events: Any, sqs: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bus]:
    seen, parked = (sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("seen", "parked"))
    arn = sqs.get_queue_attributes(QueueUrl=seen, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.create_event_bus(Name="mall")
    events.put_rule(Name="all", EventBusName="mall", EventPattern=json.dumps({"source": ["loyalty"]}))
    events.put_targets(Rule="all", EventBusName="mall", Targets=[{"Id": "seen", "Arn": arn}])
    monkeypatch.setenv("EVENT_BUS", "mall")
    monkeypatch.setenv("PARKED_QUEUE_URL", parked)
    pauses: list[float] = []
    monkeypatch.setattr(bus_module, "time", SimpleNamespace(sleep=pauses.append))
    wire, parking = Wire(), Wire()
    events.meta.events.register("before-call.events.PutEvents", wire.before_call)
    sqs.meta.events.register("before-call.sqs.SendMessage", parking.before_call)
    yield Bus(wire, parking, sqs, seen, parked, pauses)
    events.meta.events.unregister("before-call.events.PutEvents", wire.before_call)
    sqs.meta.events.unregister("before-call.sqs.SendMessage", parking.before_call)


class Clock(Context):
    """An invocation with so much time left, less at every look."""

    def __init__(self, seconds: float = 60.0, per_look: float = 0.0) -> None:
        super().__init__()
        self._left, self._per_look = seconds, per_look

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds left."""
        self._left -= self._per_look
        return int(self._left * 1000)


def record(row: Item, number: int = 1, *, name: str = "INSERT") -> dict[str, Any]:
    """A change of a row as the stream delivers it."""
    keys = next(keys for keys in KEYS if set(keys) <= set(row))
    change = {"Keys": to_item({key: row[key] for key in keys}), "SequenceNumber": f"{number:021d}"}
    if name != "REMOVE":
        change["NewImage"] = to_item(row)
    return {"eventID": f"e{number}", "eventName": name, "eventSource": "aws:dynamodb", "dynamodb": change}


def batch(*records: dict[str, Any]) -> dict[str, Any]:
    """A batch of the stream."""
    return {"Records": list(records)}
