"""The insight table between stream and bus: looks become an event, sums and marks become none."""

import json

from events.insight_examples import BROWSED, FELL
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


def test_a_fall_arrives_once_and_newer_figures_of_it_do_not(bus: Bus) -> None:
    newer = {**FELL, "last_week": "2026-11-16", "happened": []}

    assert handler(batch(record(FELL, 1), record(newer, 2)), Clock()) == {"batchItemFailures": []}

    (detail,) = bus.details()
    assert (detail["type"], detail["subject"]) == ("AverageReceiptFell", FELL["alert_id"])
    assert detail["data"]["weeks"][-1]["expected_fen"] == 27_900
    assert "member_id" not in json.dumps(detail)
