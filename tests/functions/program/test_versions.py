"""Versions of the programme: drafted, approved by another person, announced in time, in force on their day (K5)."""

from datetime import timedelta
from typing import Any

import pytest

from loyalty import dynamo, programme_store
from tests.functions.program.office import (
    ADA,
    AN,
    MAX,
    MEI,
    NOON,
    TEXTS,
    Calendar,
    announced,
    approved,
    draft,
    drafted,
    row,
    rows,
    rules,
    send,
    step,
)
from tests.support import PROGRAMME, staff_caller


def test_a_draft_says_what_it_changes(calendar: Calendar) -> None:
    answer = draft({"redemption": {"fen": 120}, "exclusions": {"categories": ["tobacco"]}})
    assert (answer.status, answer.headers["location"]) == (201, f"/program-versions/{answer.body['version_id']}")
    assert answer.body["differences"] == [
        {"field": "redemption.fen", "from": 100, "to": 120},
        {
            "field": "exclusions.categories",
            "from": ["tobacco", "infant_formula_stage_1", "prescription_drugs", "gift_cards"],
            "to": ["tobacco"],
        },
    ]
    assert (answer.body["state"], answer.body["number"], answer.body["based_on"]) == ("draft", None, 1)
    assert answer.body["programme"]["redemption"]["fen"] == 120
    assert answer.body["programme"]["tiers"] == PROGRAMME.published()["tiers"]
    assert send(f"GET /program-versions/{answer.body['version_id']}", caller=ADA).body == answer.body


def test_a_whole_programme_can_be_drafted_too(calendar: Calendar) -> None:
    whole = {**PROGRAMME.published(), "pending": {"days": 7}}
    answer = draft(changes=None, programme=whole)
    assert answer.code == "invalid_request"  # a patch beside it would be ambiguous
    answer = send("POST /program-versions", {"programme": whole, "effective_from": "2026-11-09", **TEXTS}, key="k")
    assert answer.body["differences"] == [{"field": "pending.days", "from": 0, "to": 7}]


def test_a_version_is_announced_and_takes_effect_on_its_day(calendar: Calendar) -> None:
    version_id = announced({"redemption": {"fen": 120}})

    assert send(f"GET /program-versions/{version_id}").body["number"] == 2
    assert (rules()["version"], rules()["redemption"]["fen"]) == (1, 100)
    assert rules()["announced"] == [
        {
            "version": 2,
            "effective_from": "2026-11-09",
            "announced_at": "2026-11-02T04:00:00.000Z",
            "text": "The rules change",
            "differences": [{"field": "redemption.fen", "from": 100, "to": 120}],
        }
    ]
    assert rules("zh")["announced"][0]["text"] == "规则变更"

    calendar.turn_to(NOON.replace(day=8, hour=15, minute=59))  # a minute before midnight in the mall
    assert rules()["version"] == 1
    calendar.turn_to(NOON.replace(day=8, hour=16))
    assert (rules()["version"], rules()["redemption"]["fen"], rules()["announced"]) == (2, 120, [])


def test_the_row_says_who_announced_what_and_when(calendar: Calendar) -> None:
    version_id = announced()
    found = row(2)
    assert found["correlation_id"] == "request-1"
    assert {name: found[name] for name in ("state", "at", "actor", "effective_from", "based_on")} == {
        "state": "announced",
        "at": "2026-11-02T04:00:00.000Z",
        "actor": "mei",
        "effective_from": "2026-11-09",
        "based_on": 1,
    }
    assert found["draft_id"] == version_id


def test_whoever_wrote_it_does_not_approve_it(calendar: Calendar) -> None:
    both = staff_caller("marketer", "approver", login="bo")
    body = {"changes": {}, "effective_from": "2026-11-09", **TEXTS}
    version_id = send("POST /program-versions", body, both, key="k").body["version_id"]
    assert step(version_id, "approvals", both).code == "own_approval"
    assert step(version_id, "publications").code == "wrong_state"
    assert len(rows()) == 1


def test_changes_are_announced_days_ahead(calendar: Calendar) -> None:
    answer = draft(day="2026-11-08")
    assert (answer.status, answer.code) == (422, "notice_too_short")
    assert (answer.body["earliest"], answer.body["notice_days"]) == ("2026-11-09", 7)
    assert rows("control") == []

    version_id = approved(day="2026-11-09")
    calendar.days_pass(1)
    assert step(version_id, "publications").body["earliest"] == "2026-11-10"
    assert len(rows()) == 1
    assert send(f"PATCH /program-versions/{version_id}", {"effective_from": "2026-11-09"}).status == 422
    assert send(f"PATCH /program-versions/{version_id}", {"effective_from": "2026-11-10"}).body["state"] == "draft"


def test_the_notice_is_the_one_in_force_not_the_one_announced(calendar: Calendar) -> None:
    announced({"notice_days": 30})
    assert drafted({}, "2026-11-09", key="second")
    calendar.days_pass(7)
    assert draft({}, "2026-12-08", key="third").body["earliest"] == "2026-12-09"


def test_versions_do_not_overtake_each_other(calendar: Calendar) -> None:
    announced(day="2026-12-01")
    answer = draft({"pending": {"days": 7}}, "2026-11-20", key="second")
    assert (answer.code, answer.body["earliest"]) == ("notice_too_short", "2026-12-01")
    announced({"pending": {"days": 7}}, "2026-12-01", key="second")
    assert [(one["version"], one["differences"][0]["field"]) for one in rules()["announced"]] == [
        (2, "redemption.fen"),
        (3, "pending.days"),
    ]
    calendar.days_pass(40)
    assert (rules()["version"], rules()["redemption"]["fen"], rules()["earning"]["pending_days"]) == (3, 120, 7)


def test_nobodys_change_is_lost_to_another_draft(calendar: Calendar) -> None:
    second = approved({"pending": {"days": 7}}, key="second")
    announced({"redemption": {"fen": 120}})
    answer = step(second, "publications")
    assert (answer.status, answer.code, answer.body["version"]) == (409, "programme_moved_on", 2)
    assert len(rows()) == 2


def test_of_two_announced_at_once_one_wins(calendar: Calendar) -> None:
    first, second = approved(key="first"), approved({"pending": {"days": 7}}, key="second")
    told: list[Any] = []

    def rival(**_: Any) -> None:
        dynamo.client().meta.events.unregister("before-call.dynamodb.TransactWriteItems", rival)
        told.append(step(second, "publications", MAX))

    dynamo.client().meta.events.register("before-call.dynamodb.TransactWriteItems", rival)
    answer = step(first, "publications")
    assert (told[0].status, answer.code) == (201, "programme_moved_on")
    assert [one["version"] for one in rows()] == [1, 2]
    assert send(f"GET /program-versions/{first}").body["state"] == "approved"


def test_a_draft_changes_until_it_is_announced_and_is_approved_anew(calendar: Calendar) -> None:
    version_id = approved()
    answer = send(f"PATCH /program-versions/{version_id}", {"changes": {"pending": {"days": 3}}}, MAX)
    assert (answer.body["state"], answer.body["made_by"]) == ("draft", "max")
    assert [one["field"] for one in answer.body["differences"]] == ["redemption.fen", "pending.days"]
    assert step(version_id, "publications").code == "wrong_state"
    seen = {"version": answer.body["version"] - 1}
    assert send(f"POST /program-versions/{version_id}/approvals", seen, AN).code == "changed_meanwhile"
    assert step(version_id, "approvals", AN).status == step(version_id, "publications").status == 201
    assert send(f"PATCH /program-versions/{version_id}", {"effective_from": "2026-12-01"}).code == "wrong_state"


def test_null_says_what_goes_without_saying_again(calendar: Calendar) -> None:
    announced({"pending": {"days": 7}, "redemption": {"fen": 120}})
    answer = draft({"pending": None, "redemption": {"fen": None}}, key="second")
    assert answer.body["differences"] == [
        {"field": "redemption.fen", "from": 120, "to": 100},
        {"field": "pending.days", "from": 7, "to": 0},
    ]


def test_a_repeated_request_finds_its_draft_even_after_another_announcement(calendar: Calendar) -> None:
    version_id = drafted(key="k")
    announced({"pending": {"days": 7}}, key="other")
    assert drafted(key="k") == version_id
    assert draft({"pending": {"days": 1}}, key="k").code == "idempotency_key_reused"
    assert draft(key="").code == "idempotency_key_required"


def test_repeated_steps_change_nothing(calendar: Calendar) -> None:
    version_id = announced()
    before = rows(), rows("control")
    again = step(version_id, "publications")
    assert (again.status, again.headers["idempotent-replayed"]) == (201, "true")
    assert (rows(), rows("control")) == before


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"points_per_yuan": 2}, "#/programme/points_per_yuan"),
        ({"redemption": {"fen": 0}}, "#/programme/redemption/fen"),
        ({"tiers": {"ladder": []}}, "#/programme/tiers/ladder"),
        ({"tiers": None}, "#/programme/tiers"),
        ({"surprise": 1}, "#/programme/surprise"),
        ({"notice_days": 0}, "#/programme/notice_days"),
        ({"redemption": 7}, "#/programme/redemption"),
    ],
)
def test_a_wrong_programme_is_refused_with_the_place(calendar: Calendar, changes: Any, pointer: str) -> None:
    answer = draft(changes)
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert [one["pointer"] for one in answer.body["errors"]] == [pointer]
    assert rows("control") == []


def test_json_that_is_nested_too_deeply_is_refused(calendar: Calendar) -> None:
    deep: Any = 1
    for _ in range(200):
        deep = {"a": [deep]}
    assert draft(deep).status == 400


def test_versions_are_listed_for_staff_only(calendar: Calendar) -> None:
    first, second = drafted(), announced({"pending": {"days": 7}}, key="second")
    listed = send("GET /program-versions", caller=ADA).body["items"]
    assert {one["version_id"] for one in listed} == {first, second}
    (only,) = send("GET /program-versions", caller=ADA, query={"state": "published"}).body["items"]
    assert only["version_id"] == second
    page = send("GET /program-versions", caller=ADA, query={"limit": "1"})
    rest = send("GET /program-versions", caller=ADA, query={"limit": "1", "cursor": page.body["next"]})
    assert {one["version_id"] for part in (page, rest) for one in part.body["items"]} == {first, second}
    assert send("GET /program-versions", caller=staff_caller("nobody")).status == 403


@pytest.mark.parametrize(("caller", "allowed"), [(AN, False), (ADA, False), (MEI, True)])
def test_marketers_draft_and_announce(calendar: Calendar, caller: Any, allowed: bool) -> None:
    version_id = approved()
    body = {"changes": {}, "effective_from": "2026-11-09", **TEXTS}
    assert (send("POST /program-versions", body, caller, key="k").status == 201) is allowed
    assert (step(version_id, "publications", caller).status == 201) is allowed
    assert (step(version_id, "endings", caller).status == 201) is allowed


def test_another_process_knows_a_new_version_at_once_where_it_must(calendar: Calendar) -> None:
    assert rules()["version"] == 1  # remembered for half a minute from here
    version_id = approved()
    assert step(version_id, "publications").status == 201
    assert rules()["announced"] == []
    assert programme_store.by_version(2).redemption.fen == 120
    later = draft({"pending": {"days": 7}}, (NOON + timedelta(days=30)).date().isoformat(), key="second")
    assert (later.status, later.body["based_on"]) == (201, 2)
    with pytest.raises(programme_store.NoProgrammeError):
        programme_store.by_version(3)
