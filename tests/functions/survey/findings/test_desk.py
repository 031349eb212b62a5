"""Staff work on findings: filed, taken on, noted, dismissed, resolved, reopened (S4, D4)."""

import json
from typing import Any

import pytest

from functions.survey.findings.finding_subject import OTHER
from tests.functions.members.faults import first
from tests.functions.survey.findings.office import (
    ANNA,
    APPROVER,
    AUDITOR,
    BEN,
    IMPROVED,
    MARKETER,
    OPERATOR,
    Office,
    concerns,
    findings,
    rows,
)
from tests.support import member_caller

HOSTILE = ["😀" * 5000, "<script>alert(1)</script>", '=HYPERLINK("x")', "\x00\u202e'; DROP TABLE", "长" * 10_000]


def test_a_complaint_is_filed_once_per_key(office: Office) -> None:
    answer = office.complain(member_id=ANNA, owner="ling", due_on="2026-12-01")
    assert (answer.status, answer.body["joined"], answer.body["subject"]) == (201, False, "排队太久")
    assert (answer.body["owner"], answer.body["due_on"], answer.body["department"]) == (
        "ling", "2026-12-01", "operations",
    )  # fmt: skip
    assert answer.headers["location"] == f"/findings/{answer.body['finding_id']}"
    again = office.complain(member_id=ANNA, owner="ling", due_on="2026-12-01")
    assert (again.body, again.headers["idempotent-replayed"]) == (answer.body, "true")
    assert office.complain(text="别的").code == "idempotency_key_reused"
    assert office.complain(key="").code == "idempotency_key_required"
    assert len(concerns()) == 1


def test_a_complaint_joins_the_open_finding_of_its_subject_and_those_who_waited_join_it(office: Office) -> None:
    office.hear(office.words("a1", BEN))
    opened = office.complain()
    joined = office.complain("key-2", source="telephone")
    assert (joined.body["finding_id"], joined.body["joined"]) == (opened.body["finding_id"], True)
    assert (joined.body["answers"], joined.body["members"]) == (3, 1)
    assert [row.get("taken_by") for row in concerns()] == [None, "olga", "olga"]


def test_words_propose_the_subject_and_what_nobody_can_name_stays_a_case_of_its_own(office: Office) -> None:
    named = office.complain(text="等了四十分钟还没轮到", subject_code=None).body
    assert (named["subject_code"], named["department"]) == ("queue.too_long", "operations")
    cases = [office.complain(key, text="请给我回电话", subject_code=None).body for key in ("key-2", "key-3")]
    assert [case["subject_code"] for case in cases] == [OTHER, OTHER]
    assert cases[0]["finding_id"] != cases[1]["finding_id"]


def test_members_and_departments_that_are_not_there_are_refused(office: Office) -> None:
    office.member("member-gone", "erased")
    assert office.complain(member_id="member-none").code == "unknown_member"
    assert office.complain(member_id="member-gone").code == "unknown_member"
    assert office.complain(department="nowhere").code == "unknown_department"
    assert findings() == []


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_kept_as_they_are_and_shown_to_operators_only(office: Office, text: str, capsys: Any) -> None:
    finding_id = office.complain(text=text, member_id=ANNA).body["finding_id"]
    assert office.send(f"POST /findings/{finding_id}/notes", {"text": text}, key="n1").status == 201
    shown = office.read(finding_id)
    assert (shown["concerns"][0]["texts"], shown["concerns"][0]["member_id"]) == ([text], ANNA)
    assert shown["history"][-1]["note"]["text"] == text
    for caller in (MARKETER, AUDITOR, APPROVER):
        answer = office.send(f"GET /findings/{finding_id}", caller=caller)
        assert answer.body["concerns"][0] | {"texts": [], "member_id": None} == answer.body["concerns"][0]
        assert answer.body["history"][-1]["note"] is None
    assert text not in str(findings())
    assert text not in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", " \n", "长" * 10_001, "\ud800"])
def test_no_words_too_many_and_broken_ones_are_refused(office: Office, text: str) -> None:
    answer = office.complain(text=text)
    assert (answer.status, answer.code) == (400, "invalid_request")


def test_operators_write_and_other_staff_read(office: Office) -> None:
    finding_id = office.opened()
    one = f"/findings/{finding_id}"
    writes = [
        ("POST /findings", {"source": "email", "text": "x"}),
        (f"PATCH {one}", {"version": 1, "state": "in_progress"}),
        (f"POST {one}/notes", {"text": "x"}),
        (f"POST {one}/resolutions", IMPROVED),
        (f"POST {one}/reopenings", {"reason": "x"}),
        ("PUT /survey-settings", {"version": 0}),
    ]
    for caller in (MARKETER, AUDITOR, APPROVER, member_caller("anna")):
        for route, body in writes:
            assert office.send(route, body, caller, key="k").code == "forbidden", route
    for route in ("GET /findings", f"GET {one}", "GET /survey-settings"):
        assert [office.send(route, caller=caller).status for caller in (OPERATOR, MARKETER, AUDITOR, APPROVER)] == [
            200
        ] * 4
        assert office.send(route, caller=member_caller("anna")).status == 403
    assert findings()[0]["version"] == 1


def test_a_finding_is_taken_on_over_the_version_that_was_looked_at(office: Office) -> None:
    route = f"PATCH /findings/{office.opened()}"
    taken = office.send(route, {"version": 1, "state": "in_progress", "owner": "ling", "due_on": "2026-11-30"})
    assert (taken.body["state"], taken.body["owner"], taken.body["version"]) == ("in_progress", "ling", 2)
    again = office.send(route, {"version": 1, "state": "in_progress", "owner": "ling", "due_on": "2026-11-30"})
    assert again.body == taken.body
    stale = office.send(route, {"version": 1, "owner": "other"})
    assert (stale.status, stale.code, stale.body["version"]) == (409, "changed_meanwhile", 2)
    assert office.send(route, {"version": 2, "owner": None}).body["owner"] is None
    assert office.send(route, {"version": 3, "department": "nowhere"}).code == "unknown_department"
    assert findings()[0]["placed"].startswith("2026-11-30/")
    history = findings()[0]["history"]
    assert history[1]["to"] == {"state": "in_progress", "owner": "ling", "due_on": "2026-11-30"}


@pytest.mark.parametrize(
    "body",
    [{}, {"state": "dismissed"}, {"owner": "x", "reason": "x"}, {"state": "resolved"}, {"due_on": None}, {"x": 1}],
)
def test_a_change_that_says_nothing_or_too_much_is_refused(office: Office, body: dict[str, Any]) -> None:
    finding_id = office.opened()
    assert office.send(f"PATCH /findings/{finding_id}", {"version": 1, **body}).status == 400


def test_a_dismissed_finding_is_over_until_it_is_reopened(office: Office) -> None:
    finding_id = office.opened()
    dismissed = office.send(f"PATCH /findings/{finding_id}", {"version": 1, "state": "dismissed", "reason": "误报"})
    assert dismissed.body["state"] == "dismissed"
    assert office.resolve(finding_id).code == "finding_state"
    assert office.send(f"PATCH /findings/{finding_id}", {"version": 2, "owner": "x"}).code == "finding_state"
    assert office.read(finding_id)["history"][-1]["note"]["text"] == "误报"
    again = office.send(f"POST /findings/{finding_id}/reopenings", {"reason": "又来了"})
    assert (again.status, again.body["state"], again.body["version"]) == (201, "open", 3)
    repeated = office.send(f"POST /findings/{finding_id}/reopenings", {"reason": "又来了"})
    assert (repeated.body["version"], repeated.headers["idempotent-replayed"]) == (3, "true")
    office.hear(office.low("a2", BEN))
    assert findings()[0]["answers"] == 2


def test_a_finding_that_was_followed_stays_closed(office: Office) -> None:
    earlier = office.opened("a1")
    office.later(hours=1)
    office.resolve(earlier)
    office.later(hours=1)
    newer = office.opened("a2", BEN)
    refused = office.send(f"POST /findings/{earlier}/reopenings", {"reason": "x"})
    assert (refused.code, refused.body["finding_id"]) == ("finding_followed", newer)


def test_a_note_is_kept_once_per_key(office: Office) -> None:
    finding_id = office.opened()
    route, body = f"POST /findings/{finding_id}/notes", {"text": "已回电", "member_id": ANNA, "outcome": "satisfied"}
    assert office.send(route, body, key="n1").body["version"] == 2
    assert office.send(route, body, key="n1").headers["idempotent-replayed"] == "true"
    assert office.send(route, {"text": "另"}, key="n1").code == "idempotency_key_reused"
    assert office.send(route, {"text": "另"}, key="n2").body["version"] == 3
    (first_note, _) = [step["note"] for step in office.read(finding_id)["history"] if step["what"] == "noted"]
    assert first_note == body
    assert len(rows("finding/", "note/")) == 2


def test_a_resolution_is_repeated_safely_and_refused_from_others(office: Office) -> None:
    finding_id = office.opened()
    made = office.resolve(finding_id, note="内部")
    assert (made.status, made.body["state"], made.body["resolved_on"]) == (201, "resolved", "2026-11-22")
    assert office.resolve(finding_id, note="内部").headers["idempotent-replayed"] == "true"
    assert office.resolve(finding_id, note="别的").code == "finding_state"
    assert office.resolve(finding_id, public_zh=None).status == 400
    assert findings()[0]["resolutions"] == 1


def test_a_note_in_between_does_not_make_a_repeated_resolution_another_one(office: Office) -> None:
    finding_id = office.opened()
    office.resolve(finding_id)
    office.send(f"POST /findings/{finding_id}/notes", {"text": "已回电"}, key="n1")
    again = office.resolve(finding_id)
    assert (again.status, again.headers["idempotent-replayed"]) == (201, "true")


def test_the_longest_words_of_many_fit_an_answer(office: Office) -> None:
    finding_id = office.complain("k0", text="😀" * 10_000).body["finding_id"]
    for n in range(1, 40):
        office.complain(f"k{n}", text="😀" * 10_000)
        office.send(f"POST /findings/{finding_id}/notes", {"text": "😀" * 10_000}, key=f"n{n}")
    assert len(json.dumps(office.read(finding_id, query={"limit": "40"}))) < 6_000_000
    whole = office.read(finding_id, query={"limit": "1"})
    assert whole["concerns"][0]["texts"] == ["😀" * 10_000]


def test_of_two_who_work_at_once_one_decides_on_what_the_other_made(office: Office) -> None:
    finding_id = office.opened()
    with first(lambda: office.hear(office.low("a2", BEN))):
        assert office.resolve(finding_id).status == 201
    (found,) = findings()
    assert (found["answers"], found["members"], found["version"]) == (2, 2, 3)
    assert office.tell() == 1
    assert [row["version"] for row in concerns()] == [2, 2]


def test_lists_come_by_due_day_and_page_by_page(office: Office) -> None:
    days = ["2026-11-20", "2026-11-25", "2026-11-23", "2026-11-21"]
    for n, due_on in enumerate(days):
        office.complain(f"k{n}", subject_code=f"subject_{n}", due_on=due_on, owner="ling" if n % 2 else "wu")
    seen, query = [], {"limit": "1"}
    for _ in range(6):
        answer = office.send("GET /findings", query=query)
        seen += [item["due_on"] for item in answer.body["items"]]
        if answer.body["next"] is None:
            break
        query = {"limit": "1", "cursor": answer.body["next"]}
    assert seen == sorted(days)
    listed = office.send("GET /findings", query={"overdue": "true", "owner": "ling"})
    assert [item["due_on"] for item in listed.body["items"]] == ["2026-11-21"]
    assert office.send("GET /findings", query={"department": "security"}).body["items"] == []


def test_what_is_over_is_listed_apart_newest_first(office: Office) -> None:
    ids = [office.complain(f"k{n}", subject_code=f"subject_{n}").body["finding_id"] for n in range(3)]
    for finding_id in ids[:2]:
        office.later(hours=1)
        office.resolve(finding_id)
    resolved = office.send("GET /findings", query={"state": "resolved"}).body["items"]
    assert [item["finding_id"] for item in resolved] == [ids[1], ids[0]]
    assert [item["finding_id"] for item in office.send("GET /findings").body["items"]] == [ids[2]]
    mixed = office.send("GET /findings", query={"state": "resolved", "cursor": "q3sD0bY4NDI"})
    assert mixed.code == "invalid_cursor"


def test_concerns_come_page_by_page(office: Office) -> None:
    finding_id = office.opened("a0")
    office.hear(*(office.low(f"a{n}", BEN) for n in range(1, 5)))
    page = office.read(finding_id, query={"limit": "3"})
    rest = office.read(finding_id, query={"limit": "3", "cursor": page["next"]})
    ids = [one["concern_id"] for one in (*page["concerns"], *rest["concerns"])]
    assert (ids, rest["next"]) == ([f"a{n}" for n in range(5)], None)
    assert page["concerns"][0]["texts"] == ["words of a0"]


def test_what_is_not_there_is_not_found(office: Office) -> None:
    none = "0" * 24
    assert office.send(f"GET /findings/{none}").status == 404
    assert office.resolve(none).status == 404
    assert office.send("GET /findings/other").status == 400
