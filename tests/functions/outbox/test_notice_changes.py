"""The notices table between stream and bus: what became of a message is an event, what is known of a member is none."""

from events.notice_examples import NOTICE_ROWS
from functions.outbox.on_change import handler
from tests.functions.outbox.conftest import Bus, Clock, batch, record

PLANNED = {**NOTICE_ROWS["reminder_sent"], "version": 1, "happened": []}
MEMBER = {"notice_id": "member/m", "kind": "member", "version": 1, "opted_out": ["sms/marketing"]}


def test_messages_arrive_on_the_bus_and_nothing_else_does(bus: Bus) -> None:
    rows = (PLANNED, MEMBER, *NOTICE_ROWS.values())
    assert handler(batch(*(record(row, n) for n, row in enumerate(rows, 1))), Clock()) == {"batchItemFailures": []}
    details = bus.details()
    told = [(detail["type"], detail["data"].get("why")) for detail in details]
    assert told == [
        ("NoticeSent", None),
        ("NoticeDelivered", None),
        ("NoticeFailed", "bounced"),
        ("NoticeFailed", "no_answer"),
        ("NoticeSkipped", "no_consent"),
    ]
    assert {detail["source"] for detail in details} == {"/malls/aurora/notices"}
    assert len({detail["id"] for detail in details}) == 5
