"""The audit trail: one line for each event, no words and no names, read and taken away by auditors only (M7)."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.audit import api, on_event
from functions.audit.trail import AuditedEvent, entry_of
from infra.capabilities.audit import AUDITED
from loyalty import dynamo
from loyalty.clock import iso
from tests.functions.members.faults import Fault, broken_call, calls_through
from tests.support import Context, HttpAnswer, call, http_event, staff_caller

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
HANDLER: Any = on_event.handler
NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
"""Noon in Shanghai."""


def event(number: int = 1, at: datetime = NOON, **changes: Any) -> dict[str, Any]:
    """A decided request, as the bus brings it."""
    data = {"request_id": f"r{number}", "task": "void", "state": "approved", "points": -500, "actor": "ada"}
    return {
        "id": f"event-{number}",
        "type": "ControlDecided",
        "subject": "member-anna",
        "time": iso(at - timedelta(seconds=1)),
        "recordedat": iso(at),
        "origin": "staff",
        "correlationid": f"trace-{number}",
        "data": {**data, **changes.pop("data", {})},
        **changes,
    }


def hear(*details: dict[str, Any]) -> list[str]:
    """Write events down; return the messages that must come again."""
    records = [{"messageId": f"m{n}", "body": json.dumps({"detail": one})} for n, one in enumerate(details)]
    answer = HANDLER({"Records": records}, Context())
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def rows() -> list[dict[str, Any]]:
    return [dynamo.from_item(item) for item in dynamo.client().scan(TableName="audit")["Items"]]


def look(group: str = "auditor", accept: str = "application/json", **query: str) -> HttpAnswer:
    caller, headers = staff_caller(group), {"accept": accept}
    return call(api.handler, http_event("GET /audit-entries", caller=caller, headers=headers, query=query))


def ids(answer: HttpAnswer) -> list[str]:
    assert answer.status == 200, answer.body
    return [one["event_id"] for one in answer.body["items"]]


def lines(**query: str) -> tuple[list[dict[str, str]], dict[str, str]]:
    """The trail as a file, and its headers."""
    caller, headers = staff_caller("auditor"), {"accept": "text/csv"}
    handler: Any = api.handler
    answer = handler(http_event("GET /audit-entries", caller=caller, headers=headers, query=query), Context())
    assert answer["statusCode"] == 200
    return list(csv.DictReader(io.StringIO(answer["body"]))), answer["headers"]


@pytest.fixture(autouse=True)
def _mall(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "utc_now", lambda: NOON)


def test_a_line_says_who_did_what_about_whom_when_and_under_which_trace() -> None:
    assert hear(event()) == []
    (line,) = look().body["items"]
    assert line == {
        "event_id": "event-1",
        "action": "ControlDecided",
        "actor": "ada",
        "about": "member/member-anna",
        "at": "2026-11-21T03:59:59.000Z",
        "recorded_at": "2026-11-21T04:00:00.000Z",
        "origin": "staff",
        "trace": "trace-1",
        "facts": {"request_id": "r1", "task": "void", "state": "approved", "points": -500},
    }


def test_pitfall_13_an_event_that_comes_twice_is_one_line_and_never_replaced() -> None:
    hear(event())
    before = rows()
    assert hear(event(), event(data={"points": -1}), event(data={"actor": "eve"})) == []
    assert rows() == before


def test_no_word_that_anybody_wrote_is_taken_over() -> None:
    hear(event(data={"text": "Frau Schmidt", "name": "Schmidt", "legs": [{"points": 1}], "why": "goodwill"}))
    assert "Schmidt" not in str(rows())
    assert rows()[0]["facts"] == {
        "request_id": "r1", "task": "void", "state": "approved", "points": -500, "why": "goodwill",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "subject", "data", "about", "actor"),
    [
        ("OfferChanged", "T1", {"offer_kind": "template", "offer_id": "T1", "actor": "mia"}, "template/T1", "mia"),
        ("ProgrammeAnnounced", "3", {"version": 3, "effective_from": "2027-01-01"}, "programme/3", "staff"),
        ("VelocityAlarmRaised", "a1", {"alarm_id": "a1", "tenant_id": "shoes", "held": True}, "tenant/shoes", "staff"),
        ("TenantReleased", "a1", {"alarm_id": "a1", "tenant_id": "shoes", "actor": "olga"}, "tenant/shoes", "olga"),
        ("MemberErased", "m-1", {"entry_id": "e1"}, "member/m-1", "staff"),
        ("PointsAdjusted", "m-1", {"points": 5, "actor": "staff:ada"}, "member/m-1", "ada"),
        ("ControlAppealed", "m-1", {"request_id": "r1", "actor": "member"}, "member/m-1", "member"),
    ],
)
def test_every_kind_of_event_says_what_it_is_about(
    kind: str, subject: str, data: dict[str, Any], about: str, actor: str
) -> None:
    line = entry_of(AuditedEvent.model_validate({**event(), "type": kind, "subject": subject, "data": data}))
    assert (line.about, line.actor, line.action) == (about, actor, kind)
    assert kind in AUDITED


def test_lines_are_read_newest_first_over_months_page_by_page() -> None:
    days = [event(n, NOON - timedelta(days=9 * n)) for n in range(6)]
    assert hear(*days) == []
    assert {row["shelf"] for row in rows()} == {"2611", "2610"}
    everything = {"from": "2026-09-01", "to": "2026-11-21"}
    assert ids(look(**everything)) == [f"event-{n}" for n in range(6)]
    pages, query = [], {**everything, "limit": "4"}
    for _ in range(5):
        answer = look(**query)
        pages.append(ids(answer))
        if answer.body["next"] is None:
            break
        assert "from=2026-09-01" in answer.headers["link"]
        query["cursor"] = answer.body["next"]
    assert pages == [[f"event-{n}" for n in range(4)], ["event-4", "event-5"]]


def test_without_days_the_last_month_is_read() -> None:
    hear(event(1, NOON - timedelta(days=31)), event(2, NOON - timedelta(days=33)), event(3))
    assert ids(look()) == ["event-3", "event-1"]


def test_days_are_the_malls_own() -> None:
    midnight = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)  # of the 21st, in Shanghai
    hear(event(1, midnight - timedelta(milliseconds=1)), event(2, midnight))
    assert ids(look(**{"from": "2026-11-20", "to": "2026-11-20"})) == ["event-1"]
    assert ids(look(**{"from": "2026-11-21", "to": "2026-11-21"})) == ["event-2"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"actor": "eve"}, ["event-2"]),
        ({"action": "MemberErased"}, ["event-3"]),
        ({"about": "member/member-anna"}, ["event-2", "event-1"]),
        ({"actor": "ada", "about": "member/member-ben"}, []),
    ],
)
def test_lines_are_found_by_who_what_and_about_whom(query: dict[str, str], found: list[str]) -> None:
    later = [NOON + timedelta(minutes=n) for n in range(3)]
    hear(event(1, later[0]), event(2, later[1], data={"actor": "eve"}))
    hear(event(3, later[2], type="MemberErased", subject="member-ben", data={"actor": "staff:zoe"}))
    assert ids(look(**query)) == found


def test_a_rare_line_is_found_without_reading_everything_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "MOST_READ", 3)
    hear(*(event(n, NOON - timedelta(minutes=n)) for n in range(8)))
    answer = look(about="member/member-anna", action="Nothing")
    assert ids(answer) == []
    assert answer.body["next"]
    read, query = 1, {"action": "Nothing"}
    while (following := answer.body["next"]) and read < 5:
        answer = look(**query, cursor=following)
        read += 1
    assert (ids(answer), read) == ([], 3)


def test_the_trail_is_taken_away_as_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "MOST_LINES", 2)
    hear(event(1), event(2, NOON + timedelta(minutes=1), correlationid="=cmd()"), event(3, NOON - timedelta(days=3)))
    found, headers = lines()
    assert [one["event_id"] for one in found] == ["event-2", "event-1"]
    assert (found[0]["actor"], found[0]["points"], found[0]["trace"]) == ("ada", "-500", "'=cmd()")
    assert headers["Content-Type"].startswith("text/csv")
    assert "attachment" in headers["Content-Disposition"]
    cursor = headers["Link"].split("cursor=")[1].split(">")[0]
    assert [one["event_id"] for one in lines(cursor=cursor)[0]] == ["event-3"]
    assert [one["event_id"] for one in lines(actor="nobody")[0]] == []


@pytest.mark.parametrize("group", ["marketer", "operator", "approver"])
def test_only_auditors_read(group: str) -> None:
    assert [look(group).status, look(group, "text/csv").status] == [403, 403]


def test_days_in_the_wrong_order_are_refused() -> None:
    assert look(**{"from": "2026-11-22", "to": "2026-11-21"}).code == "days_out_of_order"


def test_a_cursor_may_lie_outside_the_days_asked_for() -> None:
    hear(*(event(n, NOON - timedelta(minutes=n)) for n in range(3)))
    following = look(limit="1").body["next"]

    def nothing_is_read(_n: int, _operation: str, _read: Callable[[], Any]) -> Any:
        raise AssertionError("DynamoDB refuses a range that ends before it begins")

    with calls_through(nothing_is_read):
        assert ids(look(**{"from": "2026-11-22", "to": "2026-11-22", "cursor": following})) == []


@pytest.mark.parametrize("wrong", [{"id": ""}, {"recordedat": "yesterday"}, {"data": None}, {"type": None}])
def test_what_cannot_be_read_comes_back_alone(wrong: dict[str, Any]) -> None:
    broken = {**event(), **wrong}
    assert hear(broken, event(2)) == ["m0"]
    assert [row["event_id"] for row in rows()] == ["event-2"]


@pytest.mark.parametrize("fault", [Fault.REFUSED, Fault.LOST])
def test_what_failed_comes_again(fault: Fault) -> None:
    with broken_call(0, fault):
        assert hear(event()) == ["m0"]
    assert hear(event()) == []
    assert len(rows()) == 1
