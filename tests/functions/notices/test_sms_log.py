"""SNS's delivery log reaches those who apply receipts, line by line; a batch that cannot be queued comes again."""

import base64
import gzip
import json
from typing import Any

import pytest

from functions.notices import on_sms_log
from functions.notices.channels import receipt_queue
from loyalty import dynamo
from tests.functions.notices.office import NEWS, Mall, fates, messages
from tests.functions.notices.test_receipts import of_sms
from tests.support import Context


@pytest.fixture
def queue(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> str:
    url = str(dynamo.service("sqs").create_queue(QueueName="receipts")["QueueUrl"])
    monkeypatch.setenv("NOTICES_RECEIPTS_QUEUE_URL", url)
    return url


def log(*lines: Any, kind: str = "DATA_MESSAGE") -> dict[str, Any]:
    """A batch as CloudWatch hands it over."""
    batch = {"messageType": kind, "logEvents": [{"id": "1", "message": json.dumps(line)} for line in lines]}
    return {"awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(batch).encode())).decode()}}


def handed(event: dict[str, Any]) -> int:
    context: Any = Context()
    return int(on_sms_log.handler(event, context)["lines"])


def received(queue: str) -> list[Any]:
    found: list[Any] = []
    while some := dynamo.service("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
        found += [json.loads(one["Body"]) for one in some]
    return found


@pytest.mark.filterwarnings("ignore:No application metrics")
def test_a_line_of_the_log_settles_its_message(mall: Mall, queue: str) -> None:
    mall.publish(NEWS)
    mall.happens("CouponSent")
    (message,) = messages()
    assert handed(log(of_sms(message, arrived=False, answer="Invalid phone number"))) == 1
    assert mall.receive(*received(queue)) == []
    assert fates() == [("failed", "bounced")]


def test_every_line_of_a_long_log_is_handed_on_and_a_trial_is_none(queue: str) -> None:
    assert handed(log(*({"n": n} for n in range(25)))) == 25
    assert sorted(one["n"] for one in received(queue)) == list(range(25))
    assert handed(log({"n": 1}, kind="CONTROL_MESSAGE")) == 0
    assert received(queue) == []


def test_what_the_queue_does_not_take_brings_the_batch_back(queue: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def send_message_batch(self, **_request: Any) -> dict[str, Any]:
            """Take nothing."""
            return {"Failed": [{"Id": "0"}]}

    monkeypatch.setattr(receipt_queue, "service", lambda _name: Full())
    with pytest.raises(RuntimeError, match="could not be queued"):
        handed(log({"n": 1}))
