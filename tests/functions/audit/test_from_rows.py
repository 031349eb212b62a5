"""From what people do to their line in the trail: rows of control, made events by the outbox, written down."""

import json
from typing import Any

import pytest

from events.examples import ENTRIES
from functions.audit import on_event
from functions.audit.entries import Span, newest
from functions.audit.trail import AuditEntry
from functions.outbox import control as outbox
from functions.outbox import conversion
from loyalty.events.envelope import Event
from tests.functions.control.conftest import ADA, ALAN, OLGA, WORDS, mall, request_row, rows
from tests.functions.control.conftest import Mall as Desk
from tests.functions.velocity.conftest import Mall as Street
from tests.functions.velocity.conftest import mall as street
from tests.support import Context

__all__ = ["mall", "street"]
HANDLER: Any = on_event.handler


def told(*events: Event) -> list[AuditEntry]:
    """Send events over the bus; return the trail, oldest first."""
    bodies = [json.dumps({"detail": event.model_dump(mode="json", exclude_none=True)}) for event in events]
    records = [{"messageId": f"m{n}", "body": body} for n, body in enumerate(bodies)]
    assert HANDLER({"Records": records}, Context()) == {"batchItemFailures": []}
    latest = max(event.recordedat for event in events)
    earliest = min(event.recordedat for event in events)
    found, _ = newest(Span(earliest, latest.replace(year=latest.year + 1)), None, 100, 1000, lambda _entry: True)
    return found[::-1]


def test_a_request_its_decision_and_its_appeal_leave_their_lines_and_no_word(mall: Desk) -> None:
    mall.holds()
    events = []
    request_id = mall.asked("voids", points=80)
    events += outbox.of_control_row(request_row(request_id), "aurora")
    mall.later(minutes=1)
    mall.decide(request_id)
    events += outbox.of_control_row(request_row(request_id), "aurora")
    mall.later(minutes=1)
    mall.appeal(request_id, WORDS)
    events += outbox.of_control_row(request_row(request_id), "aurora")
    mall.later(minutes=1)
    mall.decide(request_id, "appeal-decisions", ALAN, version=3, upheld=False)
    events += outbox.of_control_row(request_row(request_id), "aurora")
    trail = told(*events)
    assert [(line.action, line.actor, line.facts["state"]) for line in trail] == [
        ("ControlRequested", OLGA, "open"),
        ("ControlDecided", ADA, "approved"),
        ("ControlAppealed", "member", "approved"),
        ("ControlDecided", ALAN, "approved"),
    ]
    assert [line.facts.get("appeal_state") for line in trail] == [None, None, "open", "rejected"]
    assert {(line.about, line.facts["request_id"]) for line in trail} == {("member/member-anna", request_id)}
    assert WORDS not in str(rows("audit"))


@pytest.mark.parametrize(
    ("what", "body", "action"),
    [
        ("voids", {"points": 80}, "PointsVoided"),
        ("adjustments", {"points": -80}, "PointsAdjusted"),
        ("adjustments", {"points": 80, "purse": "growth"}, "PointsAdjusted"),
        ("freezes", {}, "MembershipStatusChanged"),
    ],
)
def test_what_was_done_to_the_account_leaves_its_line(mall: Desk, what: str, body: dict[str, Any], action: str) -> None:
    mall.holds()
    request_id = mall.done(what, **body)
    (entry,) = rows("ledger")
    lines = {line.action: line for line in told(*conversion.of_ledger(entry, "aurora"))}
    assert (lines[action].about, lines[action].actor) == ("member/member-anna", ADA)
    assert (lines[action].facts["request_id"], lines[action].facts["why"]) == (request_id, "false_receipts")
    assert lines[action].facts.get("status_after") == ("frozen" if what == "freezes" else None)


def test_an_alarm_leaves_its_line(street: Street) -> None:
    street.tenant(receipts_an_hour=1)
    street.ring(2)
    (alarm,) = (row for row in rows("control") if row["kind"] == "alarm")
    (line,) = told(*outbox.of_control_row(alarm, "aurora"))
    assert (line.action, line.about, line.actor) == ("VelocityAlarmRaised", "tenant/noodle-bar", "schedule")
    assert line.facts["period"] == "261121T12"


def test_a_release_leaves_a_line_of_its_own_with_who_did_it_and_no_word(street: Street) -> None:
    street.tenant(receipts_an_hour=1)
    street.ring(2)
    (raised,) = (row for row in rows("control") if row["kind"] == "alarm")
    street.later(minutes=5)
    for _ in range(2):
        assert street.tenants("POST /tenants/noodle-bar/releases", {"text": WORDS}).status == 201
    (released,) = (row for row in rows("control") if row["kind"] == "alarm")
    trail = told(*outbox.of_control_row(raised, "aurora"), *outbox.of_control_row(released, "aurora"))
    assert [(line.action, line.about, line.actor, line.origin, line.at) for line in trail] == [
        ("VelocityAlarmRaised", "tenant/noodle-bar", "schedule", "schedule", "2026-11-21T04:00:00.000Z"),
        ("TenantReleased", "tenant/noodle-bar", "olga", "staff", "2026-11-21T04:05:00.000Z"),
    ]
    assert (trail[1].trace, trail[1].facts["raised_at"]) == ("request-1", "2026-11-21T04:00:00.000Z")
    assert (trail[1].recorded_at, raised["version"], released["version"]) == (trail[1].at, 1, 2)
    shared = ("alarm_id", "tenant_id", "limit", "allowed", "found", "period")
    assert [trail[1].facts[name] for name in shared] == [trail[0].facts[name] for name in shared]
    assert WORDS not in str(rows("audit"))


@pytest.mark.parametrize(
    ("actor", "origin", "shown"),
    [
        ("member", "member", "member"),
        ("staff:otto", "staff", "otto"),
        ("till:shoes", "till", "till"),
        ("schedule", "schedule", "schedule"),
    ],
)
def test_an_erasure_shows_the_login_of_staff_and_of_nobody_else(
    cloud: Any, actor: str, origin: str, shown: str
) -> None:
    erased = {**ENTRIES["erased"], "actor": actor, "origin": origin}
    lines = {line.action: line.actor for line in told(*conversion.of_ledger(erased, "aurora"))}
    assert lines["MemberErased"] == shown
