"""Members register spouse, children and parents; a minor by its guardian's consent (M4)."""

from typing import Any

import pytest

from functions.members.family_terms import VERSION
from loyalty.dynamo import Item
from tests.functions.members.conftest import Mall, rows_of

PHONE = "+8613800000001"
CHILD = {"relation": "child", "call_name": "小宝", "birthday": "2019-06-01", "guardian_terms_version": VERSION}
SPOUSE = {"relation": "spouse", "birthday": "1991-02-28"}
PARENT = {"relation": "parent", "birthday": "1960-02-29"}


def relatives() -> list[Item]:
    return [row for row in rows_of("members") if row["kind"].startswith("relative/")]


def register(mall: Mall, body: dict[str, Any], key: str) -> Any:
    answer = mall.family("ada", "POST /me/family", body, key)
    assert answer.status == 201, answer.body
    return answer.body


@pytest.fixture
def ada(mall: Mall) -> str:
    return str(mall.enrol("ada", PHONE).body["member_id"])


def test_a_child_is_in_use_at_once_by_the_guardians_consent(mall: Mall, ada: str) -> None:
    child = register(mall, CHILD, "k-1")
    assert (child["state"], child["relation"], child["call_name"]) == ("in_use", "child", "小宝")
    assert child["consent"] == {"by": "guardian", "version": VERSION, "at": "2026-11-21T04:00:00Z"}
    listed = mall.family("ada", "GET /me/family")
    assert listed.body["items"] == [child]
    assert listed.body["guardian_terms"]["version"] == VERSION


@pytest.mark.parametrize("version", [None, "2020-01"])
def test_without_the_guardians_consent_to_the_text_in_force_nothing_is_kept(
    mall: Mall, ada: str, version: str | None
) -> None:
    answer = mall.family("ada", "POST /me/family", {**CHILD, "guardian_terms_version": version}, "k-1")
    assert (answer.status, answer.code) == (422, "guardian_consent_required")
    assert answer.body["terms_version"] == VERSION
    assert relatives() == []


def test_the_guardians_consent_is_recorded_apart_from_the_members_own(mall: Mall, ada: str) -> None:
    child = register(mall, CHILD, "k-1")
    mall.later(days=1)
    assert mall.family("ada", f"DELETE /me/family/{child['relative_id']}").status == 204
    (consent,) = (row for row in rows_of("members") if row["kind"] == "consent")
    given, ended = consent["family"]
    assert (given["granted"], given["by"], given["version"]) == (True, "guardian", VERSION)
    assert (ended["granted"], ended["at"]) == (False, "2026-11-22T04:00:00.000Z")
    assert given["relative_id"] == ended["relative_id"] == child["relative_id"]
    assert not {"小宝", "2019-06-01"} & {str(value) for value in given.values()}
    assert relatives() == []


def test_a_guardians_entry_lapses_ninety_days_after_the_child_grew_up(mall: Mall, ada: str) -> None:
    child = register(mall, {**CHILD, "birthday": "2008-11-25"}, "k-1")
    assert (child["state"], child["lapses_at"]) == ("in_use", "2027-02-22T16:00:00Z")
    mall.later(days=4)
    (grown,) = mall.family("ada", "GET /me/family").body["items"]
    assert grown["state"] == "awaiting_consent"
    mall.later(days=90)
    assert mall.family("ada", "GET /me/family").body["items"] == []


def test_an_adult_waits_a_week_and_is_forgotten(mall: Mall, ada: str) -> None:
    spouse = register(mall, SPOUSE, "k-1")
    assert (spouse["state"], spouse["lapses_at"]) == ("awaiting_consent", "2026-11-28T04:00:00Z")
    mall.later(days=3)
    changed = mall.family("ada", f"PATCH /me/family/{spouse['relative_id']}", {"call_name": "阿静"})
    assert changed.body["lapses_at"] == "2026-11-28T04:00:00Z"
    mall.later(days=4)
    assert mall.family("ada", "GET /me/family").body["items"] == []
    assert mall.family("ada", f"PATCH /me/family/{spouse['relative_id']}", {"call_name": "x"}).status == 404
    assert register(mall, SPOUSE, "k-2")["state"] == "awaiting_consent"


def test_a_request_that_comes_again_registers_once(mall: Mall, ada: str) -> None:
    first = register(mall, CHILD, "k-1")
    again = mall.family("ada", "POST /me/family", CHILD, "k-1")
    assert (again.body, again.headers["idempotent-replayed"]) == (first, "true")
    other = mall.family("ada", "POST /me/family", SPOUSE, "k-1")
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    assert len(relatives()) == 1


def test_a_repeated_request_brings_nobody_back(mall: Mall, ada: str) -> None:
    child = register(mall, CHILD, "k-1")
    for _ in range(2):
        assert mall.family("ada", f"DELETE /me/family/{child['relative_id']}").status == 204
    assert mall.family("ada", "POST /me/family", CHILD, "k-1").code == "relative_not_found"
    assert relatives() == []


def test_there_is_one_spouse_and_there_are_four_parents_and_ten_in_all(mall: Mall, ada: str) -> None:
    register(mall, SPOUSE, "s-1")
    assert mall.family("ada", "POST /me/family", SPOUSE, "s-2").body["most"] == 1
    for number in range(4):
        register(mall, PARENT, f"p-{number}")
    assert mall.family("ada", "POST /me/family", PARENT, "p-5").body["relation"] == "parent"
    for number in range(5):
        register(mall, CHILD, f"c-{number}")
    full = mall.family("ada", "POST /me/family", CHILD, "c-6")
    assert (full.code, full.body["relation"], full.body["most"]) == ("family_full", "any", 10)
    assert len(relatives()) == 10


def test_nobody_registers_a_relative_for_every_day(mall: Mall, ada: str) -> None:
    for number in range(20):
        child = register(mall, CHILD, f"k-{number}")
        mall.family("ada", f"DELETE /me/family/{child['relative_id']}")
    answer = mall.family("ada", "POST /me/family", CHILD, "k-20")
    assert (answer.code, answer.body["most"]) == ("family_changed_too_often", 20)
    mall.later(days=60)
    register(mall, CHILD, "k-21")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({**CHILD, "birthday": "2026-11-22"}, "implausible_birthday"),
        ({**PARENT, "birthday": "1890-01-01"}, "implausible_birthday"),
        ({**SPOUSE, "birthday": "2008-11-22"}, "relative_too_young"),
        ({**SPOUSE, "relation": "cousin"}, "invalid_request"),
        ({**SPOUSE, "name": "王静"}, "invalid_request"),
        ({**CHILD, "call_name": "小" * 21}, "invalid_request"),
    ],
)
def test_what_cannot_be_a_relative_is_refused(mall: Mall, ada: str, body: dict[str, Any], code: str) -> None:
    assert mall.family("ada", "POST /me/family", body, "k-1").code == code
    assert relatives() == []


def test_a_birthday_is_corrected_and_gifts_follow_one_correction(mall: Mall, ada: str) -> None:
    path = f"PATCH /me/family/{register(mall, CHILD, 'k-1')['relative_id']}"
    assert mall.family("ada", path, {"birthday": "2019-06-02"}).body["birthday"] == "2019-06-02"
    assert mall.family("ada", path, {"birthday": "2019-07-03"}).body["birthday"] == "2019-07-03"
    (row,) = relatives()
    assert (row["born"], row["born_on"][:4], row["corrections"]) == ("0602", "0602", 1)
    cleared = mall.family("ada", path, {"call_name": None}).body
    assert (cleared["call_name"], cleared["birthday"]) == (None, "2019-07-03")
    assert mall.family("ada", path, {"birthday": None}).code == "invalid_request"


def test_a_birthday_that_makes_a_child_an_adult_needs_a_new_entry(mall: Mall, ada: str) -> None:
    path = f"PATCH /me/family/{register(mall, CHILD, 'k-1')['relative_id']}"
    assert mall.family("ada", path, {"birthday": "2008-06-01"}).code == "other_consent_needed"
    assert relatives()[0]["birthday"] == "2019-06-01"


def test_a_family_is_its_members_own(mall: Mall, ada: str) -> None:
    child = register(mall, CHILD, "k-1")
    mall.enrol("bob", "+8613800000002")
    assert mall.family("bob", "GET /me/family").body["items"] == []
    path = f"/me/family/{child['relative_id']}"
    assert mall.family("bob", f"PATCH {path}", {"call_name": "x"}).code == "relative_not_found"
    assert mall.family("bob", f"DELETE {path}").status == 204
    assert len(relatives()) == 1
    assert mall.family("eve", "GET /me/family").code == "not_a_member"
