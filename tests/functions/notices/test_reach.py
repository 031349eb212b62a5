"""Whom messages reached: counted from events, each once, in whatever order, and reported by template and channel."""

import json
import random
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from functions.notices import reports
from functions.notices.reach.report import reach
from functions.outbox.notices import of_notice_row
from loyalty import dynamo
from tests.functions.notices.office import ANNA, BEN, EMAILS, NEWS, PHONES, Mall, messages
from tests.functions.notices.test_receipts import of_sms
from tests.support import HttpAnswer, call, http_event, staff_caller

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
DAY = {"from": "2026-11-21", "until": "2026-11-21"}


def asked(**query: str) -> HttpAnswer:
    return call(reports.handler, http_event("GET /notices/reach", caller=staff_caller("auditor"), query=query))


def told() -> list[Mapping[str, Any]]:
    """What the outbox makes of the messages' rows as they stand, as JSON."""
    items = dynamo.client().scan(TableName="notices")["Items"]
    rows = [row for row in map(dynamo.from_item, items) if row["kind"] == "message"]
    return [
        json.loads(event.model_dump_json(exclude_none=True)) for row in rows for event in of_notice_row(row, "aurora")
    ]


def a_day(mall: Mall) -> list[Mapping[str, Any]]:
    """Six messages: two arrive, one bounces, one is out of reach, one is refused by its member, one still flies."""
    mall.publish(NEWS, name_zh="甲", sms={"zh": "a"})
    mall.publish(NEWS, name_zh="乙", purpose="service", sms={"zh": "b"})
    mall.member(BEN, marketing=False)
    mall.happens("CouponSent", ANNA, id="e-1")
    mall.happens("CouponSent", BEN, id="e-2")
    mall.profile(BEN, email=EMAILS[BEN])
    mall.happens("CouponSent", BEN, id="e-3")
    mall.profile(BEN, phone=PHONES[BEN])
    mall.happens("CouponSent", ANNA, id="e-4")
    before = told()
    flying = [one for one in messages() if one.state.value == "sent"]
    first, second, third, *_ = sorted(flying, key=lambda one: one.message_id)
    mall.receive(of_sms(first, arrived=True), of_sms(second, arrived=True), of_sms(third, arrived=False))
    return [*before, *told()]


def test_the_report_is_a_recount_of_the_messages_however_often_their_events_come(mall: Mall) -> None:
    events = a_day(mall)
    for _ in range(2):
        random.Random(7).shuffle(events)
        assert mall.count(*events, *events) == []
    report = asked(**DAY).body
    assert {name: report[name] for name in ("sent", "delivered", "failed", "skipped", "meant")} == {
        "sent": 5,
        "delivered": 2,
        "failed": 1,
        "skipped": 3,
        "meant": 6,
    }
    assert (report["reach_per_mille"], report["target_per_mille"]) == (333, 800)
    assert report["why"] == {"bounced": 1, "no_address": 1, "no_consent": 2}
    assert report["by_channel"] == {"sms": {"sent": 5, "delivered": 2, "failed": 1}}


def test_templates_are_told_apart_and_days_too(mall: Mall) -> None:
    events = a_day(mall)
    mall.count(*events)
    ids = {event["data"]["template_id"] for event in events}
    parts = [asked(**DAY, template_id=one).body for one in ids]
    assert sum(part["sent"] for part in parts) == 5
    assert min(part["skipped"] for part in parts) == 1
    empty = asked(**{"from": "2026-11-22", "until": "2026-12-31"}).body
    assert (empty["meant"], empty["reach_per_mille"]) == (0, None)


def test_an_event_that_cannot_be_read_comes_back_alone(mall: Mall) -> None:
    events = a_day(mall)
    assert mall.count({"type": "NoticeSent", "id": "x"}, *events) == ["0"]
    assert asked(**DAY).body["sent"] == 5


def test_neither_rows_nor_events_nor_logs_know_who_somebody_is(mall: Mall, capsys: pytest.CaptureFixture[str]) -> None:
    events = a_day(mall)
    mall.receive({"originationNumber": PHONES[ANNA], "messageBody": "R 王小明"})
    mall.receive({"mail": {"destination": [EMAILS[ANNA]]}})
    rows = dynamo.client().scan(TableName="notices")["Items"]
    everything = json.dumps([rows, events], ensure_ascii=False) + capsys.readouterr().out
    assert "NoticeReceipts" in everything
    for canary in (*PHONES.values(), *EMAILS.values(), "13800138000", "王小明"):
        assert canary not in everything


def test_who_was_meant_is_everybody_who_may_be_written_to_and_was_to_be() -> None:
    sums = Counter(
        {
            "sent": 10,
            "delivered": 8,
            "failed": 6,
            "failed:bounced": 2,
            "failed:refused": 1,
            "failed:no_answer": 1,
            "failed:provider_busy": 2,
            "skipped": 30,
            "skipped:no_address": 3,
            "skipped:unreachable": 4,
            "skipped:no_consent": 20,
            "skipped:too_late": 3,
        }
    )
    day = date(2026, 11, 21)
    report = reach(sums, day, day)
    assert (report.meant, report.reach_per_mille) == (10 + 4 + 7, 8 * 1000 // 21)
    assert report.why["no_answer"] == 1


def test_a_report_needs_a_period_of_days_in_order(mall: Mall) -> None:
    wrong = asked(**{"from": "2026-11-02", "until": "2026-11-01"})
    assert (wrong.status, wrong.code) == (400, "invalid_request")
