"""What is written becomes an event on the mall's bus, once per fact, and can be published again."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import jsonschema
import pytest

from local.checkout import ROOT
from tests.e2e.bus import Consumer, listening
from tests.e2e.mall import Mall, new_key, wait_until


@pytest.fixture(scope="module")
def queue(mall: Mall) -> Iterator[str]:
    with listening(mall, "e2e-events") as url:
        yield url


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
