"""Two at once about one family: limits hold, nobody comes back, a consent that ended is not used (M4, K1)."""

from typing import Any

import pytest

from functions.members.family_terms import VERSION
from loyalty.dynamo import Item
from tests.functions.members.conftest import Mall, rows_of
from tests.functions.members.faults import Fault, broken_call, conflicts, first
from tests.functions.members.test_family_adults import PHONE, THEIRS, agreed, asked, confirm, registered
from tests.support import HttpAnswer

CHILD = {"relation": "child", "birthday": "2019-06-01", "guardian_terms_version": VERSION}
SPOUSE = {"relation": "spouse", "birthday": "1991-02-28"}


def of_person() -> list[Item]:
    """Everything that belongs to a member or to an adult who agreed."""
    return [row for row in rows_of("members") if row["kind"] not in {"limit", "erased", "request", "code"}]


def relatives() -> list[Item]:
    return [row for row in of_person() if row["kind"].startswith("relative/")]


def post(mall: Mall, body: dict[str, Any], key: str) -> HttpAnswer:
    return mall.family("ada", "POST /me/family", body, key)


@pytest.fixture
def ada(mall: Mall) -> str:
    return str(mall.enrol("ada", PHONE, consents={"profiling": True}).body["member_id"])


def test_of_two_spouses_at_once_one_is_registered(mall: Mall, ada: str) -> None:
    with first(lambda: post(mall, SPOUSE, "k-1")):
        assert post(mall, SPOUSE, "k-2").code == "family_full"
    assert len(relatives()) == 1


def test_of_two_equal_requests_at_once_both_find_the_one_relative(mall: Mall, ada: str) -> None:
    found = []
    with first(lambda: found.append(post(mall, CHILD, "k-1"))):
        found.append(post(mall, CHILD, "k-1"))
    assert [answer.status for answer in found] == [201, 201]
    assert found[0].body == found[1].body
    assert [answer.headers.get("idempotent-replayed") for answer in found] == [None, "true"]
    assert len(relatives()) == 1


def test_a_spouse_registered_at_the_limit_by_a_request_whose_answer_was_lost_is_no_refusal(
    mall: Mall, ada: str
) -> None:
    with broken_call(3, Fault.LOST):  # login, request and identity are read, then all is written
        answer = post(mall, SPOUSE, "k-1")
    assert answer.status == 201, answer.body
    assert len(relatives()) == 1


@pytest.mark.parametrize("number", range(5))
@pytest.mark.parametrize("fault", [Fault.REFUSED, Fault.LOST])
def test_whatever_breaks_the_same_request_again_registers_once(mall: Mall, ada: str, number: int, fault: Fault) -> None:
    with broken_call(number, fault):
        post(mall, SPOUSE, "k-1")
    assert post(mall, SPOUSE, "k-1").status == 201
    assert len(relatives()) == 1


def test_a_relative_of_someone_who_is_leaving_is_not_left_behind(mall: Mall, ada: str) -> None:
    with first(lambda: mall.member("ada", "DELETE /me")):
        assert post(mall, CHILD, "k-1").code == "not_a_member"
    assert of_person() == []


def test_an_erasure_beside_a_registration_says_so_and_repeated_forgets_both(mall: Mall, ada: str) -> None:
    with first(lambda: post(mall, CHILD, "k-1"), nth=1):  # the account is closed, then the person forgotten
        assert mall.member("ada", "DELETE /me").status == 503
    assert mall.member("ada", "DELETE /me").status == 204
    assert of_person() == []


def test_an_erasure_takes_adults_and_what_they_are_found_by_along(mall: Mall, ada: str) -> None:
    agreed(mall, "ada")
    post(mall, CHILD, "k-2")
    assert mall.member("ada", "DELETE /me").status == 204
    assert of_person() == []


def test_a_consent_for_an_entry_taken_away_meanwhile_brings_nothing_back(mall: Mall, ada: str) -> None:
    path = registered(mall, "ada")
    code = asked(mall, "ada", path)
    with first(lambda: mall.family("ada", f"DELETE {path}")):
        assert confirm(mall, "ada", path, code).code == "relative_not_found"
    assert (relatives(), [row for row in of_person() if row["member_id"].startswith("adult/")]) == ([], [])


def test_an_entry_changed_while_its_adult_withdraws_stays_away(mall: Mall, ada: str) -> None:
    path = agreed(mall, "ada")
    code = mall.code_for("eve", THEIRS)
    body = {"phone": THEIRS, "phone_code": code}
    with first(lambda: mall.family("eve", "POST /me/family-withdrawals", body)):
        assert mall.family("ada", f"PATCH {path}", {"call_name": "阿静"}).code == "relative_not_found"
    assert relatives() == []


def test_a_withdrawal_during_a_change_of_the_profile_is_not_undone_in_what_segments_know(mall: Mall, ada: str) -> None:
    path = agreed(mall, "ada")
    with first(lambda: mall.family("ada", f"DELETE {path}")):
        assert mall.member("ada", "PATCH /me", {"interests": ["tea"]}).status == 200
    (facts,) = (row for row in of_person() if row["kind"] == "facts")
    assert (facts["interests"], "family" in facts) == (["tea"], False)


def test_two_equal_confirmations_at_once_agree_once(mall: Mall, ada: str) -> None:
    path = registered(mall, "ada")
    code = asked(mall, "ada", path)
    with first(lambda: confirm(mall, "ada", path, code)):
        assert confirm(mall, "ada", path, code).status == 200
    (consent,) = (row for row in of_person() if row["kind"] == "consent")
    assert len(consent["family"]) == 1


def test_a_withdrawal_that_broke_off_is_finished_by_the_same_code(mall: Mall, ada: str) -> None:
    mall.enrol("bob", "+8613800000003")
    agreed(mall, "ada")
    agreed(mall, "bob")
    body = {"phone": THEIRS, "phone_code": mall.code_for("eve", THEIRS)}
    with broken_call(4, Fault.REFUSED):
        assert mall.family("eve", "POST /me/family-withdrawals", body).status >= 500
    assert mall.family("eve", "POST /me/family-withdrawals", body).status == 200
    assert relatives() == []


def test_a_family_that_stays_busy_says_so(mall: Mall, ada: str) -> None:
    with conflicts(1000):
        assert post(mall, CHILD, "k-1").status == 503
    assert post(mall, CHILD, "k-1").status == 201
