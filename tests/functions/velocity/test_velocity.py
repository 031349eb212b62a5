"""Velocity: receipts and points of a tenant and its tills, counted once; an alarm and a hold past the limit (F4)."""

import json
from contextlib import suppress
from typing import Any

import pytest

from loyalty import dynamo
from tests.functions.members.faults import Fault, KilledError, broken_call, first
from tests.functions.velocity.conftest import NOODLES, SHOES, Mall, figures

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
TILL, OTHER_TILL = "client-1", "client-2"


def seen(mall: Mall) -> list[tuple[str, str | None, str, int, int, str, bool]]:
    names = ("tenant_id", "till", "limit", "allowed", "found", "period", "held")
    return [tuple(one[name] for name in names) for one in mall.alarms()]


def test_a_tenant_at_its_limit_trades_on_and_one_past_it_is_held(mall: Mall) -> None:
    mall.tenant(receipts_an_hour=3)
    mall.ring(3)
    assert (mall.is_held(), seen(mall)) == (False, [])
    mall.ring()
    assert mall.is_held()
    assert seen(mall) == [(NOODLES, None, "receipts_an_hour", 3, 4, "261121T12", True)]


def test_points_of_a_day_are_added_up_in_mall_time(mall: Mall) -> None:
    mall.tenant(points_a_day=100)
    mall.ring(points=60)
    mall.later(hours=12)  # midnight in Shanghai, still the 21st in London
    mall.ring(points=60)
    assert (mall.is_held(), seen(mall)) == (False, [])
    mall.ring(points=41)
    assert seen(mall) == [(NOODLES, None, "points_a_day", 100, 101, "261122", True)]


def test_an_hour_begins_anew(mall: Mall) -> None:
    mall.tenant(receipts_an_hour=2)
    mall.ring(2)
    mall.later(hours=1)
    mall.ring(2)
    assert not mall.is_held()
    mall.later(minutes=59)
    mall.ring()
    assert mall.is_held()


def test_who_has_no_limits_is_not_counted(mall: Mall) -> None:
    mall.tenant()
    mall.tenant(SHOES, points_a_receipt=50)
    mall.ring(5, points=10_000)
    mall.ring(5, points=10_000, tenant_id=SHOES)
    mall.ring(tenant_id="unknown")
    assert dynamo.client().scan(TableName="control")["Items"] == []


def test_one_tenants_receipts_are_not_anothers(mall: Mall) -> None:
    mall.tenant(receipts_an_hour=1)
    mall.tenant(SHOES, receipts_an_hour=1)
    batch = [mall.message(), mall.message(tenant_id=SHOES), mall.message()]
    assert mall.hear(*batch) == []
    assert (mall.is_held(), mall.is_held(SHOES)) == (True, False)
    assert [one["tenant_id"] for one in mall.alarms(tenant=SHOES)] == []
    assert [one["tenant_id"] for one in mall.alarms(tenant=NOODLES)] == [NOODLES]


def test_a_till_past_its_limit_raises_an_alarm_and_holds_nobody(mall: Mall) -> None:
    mall.tenant(till_receipts_an_hour=2, till_points_a_day=100)
    mall.ring(2, till=TILL)
    mall.ring(2, till=OTHER_TILL)
    mall.ring(9)
    assert seen(mall) == []
    mall.ring(till=TILL, points=90)
    assert sorted(seen(mall), key=str) == [
        (NOODLES, TILL, "points_a_day", 100, 110, "261121", False),
        (NOODLES, TILL, "receipts_an_hour", 2, 3, "261121T12", False),
    ]
    assert not mall.is_held()


def test_a_limit_raises_one_alarm_in_its_window(mall: Mall) -> None:
    mall.tenant(receipts_an_hour=1)
    mall.ring(6)
    assert [(one["found"], one["allowed"]) for one in mall.alarms()] == [(2, 1)]


def test_pitfall_13_an_event_that_comes_twice_counts_once(mall: Mall) -> None:
    mall.tenant(receipts_an_hour=3, points_a_day=1000)
    ids = mall.ring(3, points=7, till=TILL)
    assert mall.hear(*ids, ids[0]) == []
    assert mall.hear(ids[0], mall.message(tenant_id=SHOES), ids[2]) == []
    assert not mall.is_held()
    assert figures() == {"h12@": 3, "points@": 21, f"h12@{TILL}": 3, f"points@{TILL}": 21}


def test_credits_without_a_receipt_and_files_are_not_counted(mall: Mall) -> None:
    mall.tenant(receipts_an_hour=1, points_a_day=1)
    opening = mall.message(data={"points": 10_000})
    file = mall.message(points=10_000, origin="import")
    assert mall.hear(opening, file) == []
    assert (figures(), mall.is_held()) == ({}, False)


def test_what_is_a_month_old_is_not_counted(mall: Mall) -> None:
    mall.tenant(receipts_an_hour=1)
    old = [mall.message(), mall.message()]
    mall.later(days=30)
    assert mall.hear(*old) == []
    assert figures() == {}


def test_counts_and_marks_vanish_by_themselves(mall: Mall) -> None:
    mall.tenant(receipts_an_hour=1)
    mall.ring(2)
    kept = [dynamo.from_item(item) for item in dynamo.client().scan(TableName="control")["Items"]]
    month_on = mall.now.timestamp() + 35 * 86_400
    assert {row["kind"]: row.get("ttl") for row in kept} == {"seen": month_on, "figures": month_on, "alarm": None}


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.KILLED, Fault.REFUSED])
def test_whatever_call_fails_each_receipt_counts_once_and_the_alarm_is_raised(mall: Mall, fault: Fault) -> None:
    for n in range(9):
        mall.tenant(tenant_id := f"tenant-{n}", receipts_an_hour=1)
        batch = [mall.message(tenant_id=tenant_id), mall.message(tenant_id=tenant_id)]
        again = batch
        with suppress(KilledError), broken_call(n, fault):
            again = []
            again = mall.hear(*batch) or batch[:1]
        assert mall.hear(*(again or batch)) == []
        assert mall.is_held(tenant_id), n
        assert [one["found"] for one in mall.alarms(tenant=tenant_id)] == [2]
    assert figures()["h12@"] == 18


def test_rivals_count_beside_each_other(mall: Mall) -> None:
    mall.tenant(receipts_an_hour=3)
    mine, theirs = [mall.message(), mall.message()], [mall.message(), mall.message()]
    with first(lambda: mall.hear(*theirs)):
        assert mall.hear(*mine) == []
    assert figures()["h12@"] == 4
    assert [one["found"] for one in mall.alarms()] == [4]


def test_what_cannot_be_read_comes_back_alone(mall: Mall) -> None:
    mall.tenant(receipts_an_hour=5)
    good, strange = mall.message(), mall.message(data={"points": -1, "receipt": {"tenant_id": NOODLES}})
    mall.messages["bad"] = {"messageId": "bad", "body": "{"}
    assert sorted(mall.hear(strange, good, "bad")) == ["bad", strange]
    assert figures()["h12@"] == 1


def test_the_alarm_means_an_event_and_counts_in_a_metric(mall: Mall, capsys: pytest.CaptureFixture[str]) -> None:
    mall.tenant(receipts_an_hour=1)
    mall.ring(2, till=TILL)
    (row,) = (
        one for item in dynamo.client().scan(TableName="control")["Items"]
        if (one := dynamo.from_item(item))["kind"] == "alarm"
    )  # fmt: skip
    told = ("happened", "tenant_id", "limit", "allowed", "found", "period", "held", "version", "origin")
    assert [row[name] for name in told] == [
        ["VelocityAlarmRaised"], NOODLES, "receipts_an_hour", 1, 2, "261121T12", True, 1, "schedule",
    ]  # fmt: skip
    assert (row["correlation_id"], row["at"]) == ("trace-2", "2026-11-21T04:00:00.000Z")
    counted = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    assert [one["VelocityAlarms"] for one in counted if "VelocityAlarms" in one] == [[0.0], [1.0]]


def test_alarms_are_for_those_who_run_the_desk_decide_and_look(mall: Mall) -> None:
    mall.tenant(receipts_an_hour=1)
    mall.ring(2)
    assert [len(mall.alarms(group)) for group in ("operator", "approver", "auditor")] == [1, 1, 1]
    with pytest.raises(AssertionError, match="forbidden"):
        mall.alarms("marketer")


def test_alarms_are_listed_newest_first_page_by_page(mall: Mall) -> None:
    mall.tenant(receipts_an_hour=1)
    for _ in range(3):
        mall.ring(2)
        mall.later(hours=1)
    assert [one["period"] for one in mall.alarms()] == ["261121T14", "261121T13", "261121T12"]
    assert [one["period"] for one in mall.alarms(limit="2")] == ["261121T14", "261121T13"]


def release(mall: Mall, login: str = "olga", tenant_id: str = NOODLES, **more: Any) -> Any:
    return mall.tenants(f"POST /tenants/{tenant_id}/releases", {"text": "Was offline"}, login, **more)


def test_a_released_tenant_trades_on_for_that_window_and_is_held_in_the_next(mall: Mall) -> None:
    mall.tenant(receipts_an_hour=1)
    mall.ring(2)
    shown = mall.tenants(f"GET /tenants/{NOODLES}").body
    assert (shown["held"], shown["held_since"]) == (True, "2026-11-21T04:00:00.000Z")
    assert mall.tenants("GET /tenants").body["items"][0]["held"] is True
    answer = release(mall)
    assert (answer.status, answer.body["held"], answer.body["held_since"]) == (201, False, None)
    mall.ring(3)
    assert not mall.is_held()
    assert mall.tenants("GET /tenants").body["items"][0]["held"] is False
    mall.later(hours=1)
    mall.ring(2)
    assert mall.is_held()


def test_the_alarm_keeps_who_released_the_tenant_and_why(mall: Mall) -> None:
    mall.tenant(receipts_an_hour=1)
    mall.ring(2)
    mall.later(minutes=5)
    release(mall)
    (alarm,) = mall.alarms()
    assert (alarm["released_by"], alarm["release_text"]) == ("olga", "Was offline")
    assert (alarm["raised_at"], alarm["released_at"]) == ("2026-11-21T04:00:00.000Z", "2026-11-21T04:05:00.000Z")


def test_a_release_repeated_is_answered_alike_and_nobody_else_has_anything_to_release(mall: Mall) -> None:
    mall.tenant(receipts_an_hour=1)
    assert release(mall).code == "tenant_not_held"
    mall.ring(2)
    assert release(mall, group="auditor").status == 403
    done = release(mall)
    again = release(mall)
    assert (again.status, again.body, again.headers["idempotent-replayed"]) == (201, done.body, "true")
    assert release(mall, "otto").code == "tenant_not_held"
    assert release(mall, tenant_id="nobody").status == 404


def test_of_two_releases_one_is_told_that_it_is_done(mall: Mall) -> None:
    mall.tenant(receipts_an_hour=1)
    mall.ring(2)
    with first(lambda: release(mall, "otto")):
        assert release(mall).code == "tenant_not_held"
    assert [one["released_by"] for one in mall.alarms()] == ["otto"]


def test_a_second_limit_passed_keeps_the_first_hold(mall: Mall) -> None:
    mall.tenant(receipts_an_hour=1, points_a_day=30)
    mall.ring(2)
    mall.later(minutes=5)
    mall.ring(2)
    assert [one["limit"] for one in mall.alarms()] == ["points_a_day", "receipts_an_hour"]
    assert mall.tenants(f"GET /tenants/{NOODLES}").body["held_since"] == "2026-11-21T04:00:00.000Z"
    release(mall)
    assert not mall.is_held()
    assert [one["released_by"] for one in mall.alarms()] == [None, "olga"]
