"""The service desk: find, see masked, decide, cards."""

from typing import Any

import pytest

from loyalty import identity
from loyalty.programme import Approval
from tests.conftest import put_programme
from tests.functions.members.conftest import Mall, account_of, rows_of
from tests.support import PROGRAMME, member_caller, staff_caller, till_caller

PHONE = "+8613800000001"
OTHER = "+8613800000002"
NOBODY = "0123456789abcdef0123"


@pytest.fixture
def by_hand(mall: Mall) -> Mall:
    """A mall that approves every enrolment itself."""
    rules = PROGRAMME.enrolment.model_copy(update={"approval": Approval.MANUAL})
    put_programme(PROGRAMME.model_copy(update={"enrolment": rules}))
    return mall


@pytest.fixture
def ada(mall: Mall) -> str:
    """The id of a member with a card."""
    return str(mall.enrol_at_till(PHONE, card_no="C-0001").body["member_id"])


def test_a_member_is_found_by_what_they_carry_and_shown_masked(mall: Mall, ada: str) -> None:
    for search in ({"phone": "138 0000 0001"}, {"card_no": "C-0001"}, {"member_id": ada}):
        answer = mall.desk(mall.staff, "POST /members/searches", search)
        assert answer.status == 200
        (found,) = answer.body["items"]
        assert found["member_id"] == ada
        assert (found["name_masked"], found["phone_masked"]) == ("李*", "*0001")
        assert PHONE not in str(answer.body)
        assert "李雷" not in str(answer.body)
    assert mall.desk(mall.staff, f"GET /members/{ada}").body == found


def test_who_is_not_there_is_an_empty_list_or_404(mall: Mall, ada: str) -> None:
    for search in ({"phone": OTHER}, {"card_no": "C-9999"}, {"member_id": NOBODY}):
        assert mall.desk(mall.staff, "POST /members/searches", search).body == {"items": [], "next": None}
    for route in ("GET /members/{}", "POST /members/{}/approvals", "POST /members/{}/cards/losses"):
        assert mall.desk(mall.staff, route.format(NOBODY)).code == "not_found"
    assert mall.desk(mall.staff, f"POST /members/{NOBODY}/cards", {"card_no": "C-0002"}).code == "not_found"
    assert mall.desk(mall.staff, f"POST /members/{NOBODY}/refusals", {"reason": "x"}).code == "not_found"


@pytest.mark.parametrize("search", [{}, {"phone": PHONE, "card_no": "C-0001"}, {"name": "李雷"}, {"phone": "1"}])
def test_a_search_names_exactly_one_thing(mall: Mall, search: dict[str, str]) -> None:
    assert mall.desk(mall.staff, "POST /members/searches", search).status == 400


READS = {"operator", "marketer", "approver", "auditor"}
ROUTES: list[tuple[str, object, set[str]]] = [
    ("POST /members/searches", {"phone": PHONE}, READS),
    ("GET /members/{}", None, READS),
    ("POST /members/{}/approvals", None, {"approver", "operator"}),
    ("POST /members/{}/refusals", {"reason": "x"}, {"approver", "operator"}),
    ("POST /members/{}/cards", {"card_no": "C-0002"}, {"operator"}),
    ("POST /members/{}/cards/losses", None, {"operator"}),
]


@pytest.mark.parametrize(("route", "body", "allowed"), ROUTES)
def test_each_route_has_its_groups(mall: Mall, ada: str, route: str, body: object, allowed: set[str]) -> None:
    callers = {group: staff_caller(group) for group in READS}
    others = {
        "nobody": {},
        "member": member_caller("ada"),
        "stranger": staff_caller("cleaner"),
        "till": till_caller("shoes"),
    }
    for name, caller in (others | callers).items():
        refused = mall.desk(caller, route.format(ada), body).status == 403
        assert refused == (name not in allowed), name


def test_an_applicant_is_approved_once_and_for_all(by_hand: Mall) -> None:
    applicant = by_hand.enrol("ada", PHONE).body["member_id"]
    answer = by_hand.desk(by_hand.staff, f"POST /members/{applicant}/approvals")
    assert (answer.status, answer.body["status"]) == (201, "active")
    entries = rows_of("ledger")
    assert by_hand.desk(by_hand.staff, f"POST /members/{applicant}/approvals").body == answer.body
    assert rows_of("ledger") == entries
    (entry,) = entries
    assert (entry["actor"], entry["account_version"]) == ("staff:staff-1", 1)
    assert account_of(applicant).version == 1
    refused = by_hand.desk(by_hand.staff, f"POST /members/{applicant}/refusals", {"reason": "x"})
    assert (refused.status, refused.code, refused.body["status"]) == (409, "not_awaiting_approval", "active")


def test_an_approved_applicant_without_age_and_terms_still_has_to_claim(by_hand: Mall) -> None:
    applicant = by_hand.enrol_at_till(PHONE).body["member_id"]
    assert by_hand.desk(by_hand.staff, f"POST /members/{applicant}/approvals").body["status"] == "unclaimed"
    assert by_hand.enrol("ada", PHONE).body["status"] == "active"


def test_a_refused_applicant_reads_why_and_may_apply_again(by_hand: Mall) -> None:
    applicant = by_hand.enrol("ada", PHONE).body["member_id"]
    answer = by_hand.desk(by_hand.staff, f"POST /members/{applicant}/refusals", {"reason": "资料不全"})
    assert answer.status == 204
    assert account_of(applicant).status == "erased"
    told = by_hand.member("ada", "GET /me")
    assert (told.status, told.code, told.body["reason"]) == (404, "enrolment_refused", "资料不全")
    assert by_hand.desk(by_hand.staff, f"GET /members/{applicant}").status == 404
    assert PHONE not in str(rows_of("members"))
    assert "资料不全" not in str(rows_of("ledger"))
    anew = by_hand.enrol("ada", PHONE).body
    assert anew["status"] == "awaiting_approval"
    assert anew["member_id"] != applicant
    assert by_hand.member("ada", "GET /me").status == 200
    by_hand.member("ada", "DELETE /me")
    assert "资料不全" not in str(rows_of("members"))


def test_a_refusal_repeated_is_answered_alike_and_forgotten_after_ninety_days(by_hand: Mall) -> None:
    applicant = by_hand.enrol("ada", PHONE).body["member_id"]
    route = f"POST /members/{applicant}/refusals"
    assert [by_hand.desk(by_hand.staff, route, {"reason": "x"}).status for _ in range(2)] == [204, 204]
    by_hand.later(days=90)
    assert by_hand.member("ada", "GET /me").code == "not_a_member"


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201, None])
def test_a_refusal_gives_a_reason(by_hand: Mall, reason: str | None) -> None:
    applicant = by_hand.enrol("ada", PHONE).body["member_id"]
    answer = by_hand.desk(by_hand.staff, f"POST /members/{applicant}/refusals", {"reason": reason})
    assert answer.status == 400
    assert account_of(applicant).status == "awaiting_approval"


def test_a_member_is_not_approved_twice_over(mall: Mall, ada: str) -> None:
    answer = mall.desk(mall.staff, f"POST /members/{ada}/approvals")
    assert (answer.status, answer.code, answer.body["status"]) == (409, "not_awaiting_approval", "unclaimed")


def test_a_lost_card_finds_nobody_and_never_comes_back(mall: Mall, ada: str) -> None:
    answer = mall.desk(mall.staff, f"POST /members/{ada}/cards/losses")
    assert (answer.status, answer.body["has_card"]) == (201, False)
    assert mall.desk(mall.staff, f"POST /members/{ada}/cards/losses").body == answer.body
    assert identity.find(identity.card_key("C-0001")) is None
    for holder in (ada, mall.enrol_at_till(OTHER).body["member_id"]):
        again = mall.desk(mall.staff, f"POST /members/{holder}/cards", {"card_no": "C-0001"})
        assert (again.status, again.code) == (409, "card_taken")
    new = mall.desk(mall.staff, f"POST /members/{ada}/cards", {"card_no": "C-0002"})
    assert (new.status, new.body["has_card"]) == (201, True)
    assert identity.find(identity.card_key("C-0002")) == ada


def test_a_new_card_replaces_the_old_one(mall: Mall, ada: str) -> None:
    route, body = f"POST /members/{ada}/cards", {"card_no": "C-0002"}
    first = mall.desk(mall.staff, route, body)
    before = rows_of("members")
    assert mall.desk(mall.staff, route, body).body == first.body
    assert rows_of("members") == before
    assert identity.find(identity.card_key("C-0001")) is None
    assert identity.find(identity.card_key("C-0002")) == ada


def test_a_card_of_another_member_is_not_given_away(mall: Mall, ada: str) -> None:
    other = mall.enrol_at_till(OTHER).body["member_id"]
    answer = mall.desk(mall.staff, f"POST /members/{other}/cards", {"card_no": "C-0001"})
    assert answer.code == "card_taken"
    assert identity.find(identity.card_key("C-0001")) == ada


def test_who_never_had_a_card_cannot_lose_it(mall: Mall) -> None:
    member_id = mall.enrol_at_till(PHONE).body["member_id"]
    assert mall.desk(mall.staff, f"POST /members/{member_id}/cards/losses").code == "no_card"


@pytest.mark.parametrize("card_no", ["", "abc", "x" * 33, "C 0001", "C/0001", None, 12345])
def test_a_card_number_is_plain(mall: Mall, ada: str, card_no: Any) -> None:
    assert mall.desk(mall.staff, f"POST /members/{ada}/cards", {"card_no": card_no}).status == 400
