"""The insight table between stream and bus: looks become an event, sums and marks become none."""

from events.insight_examples import BROWSED
from functions.outbox.on_change import handler
from tests.functions.outbox.conftest import Bus, Clock, batch, record

SUMS = {"insight_id": "funnel/tier/261121/0", "kind": "sums", "issued@gold": 3}
MARK = {"insight_id": "seen/e", "kind": "seen", "ttl": 1}


def test_looks_arrive_on_the_bus_and_sums_do_not(bus: Bus) -> None:
    told = handler(batch(*(record(row, n) for n, row in enumerate((SUMS, BROWSED, MARK), 1))), Clock())

    assert told == {"batchItemFailures": []}
    (detail,) = bus.details()
    assert (detail["type"], detail["source"]) == ("MemberBrowsed", "/malls/aurora/insight")
    assert [action["what"] for action in detail["data"]["actions"]] == ["seen", "clicked", "seen"]


def test_a_look_that_cannot_be_an_event_stops_nothing(bus: Bus) -> None:
    broken = {**BROWSED, "actions": [{"what": "seen"}]}

    assert handler(batch(record(broken, 1), record(BROWSED, 2)), Clock()) == {"batchItemFailures": []}

    assert len(bus.details()) == 1
