"""Enrolling in the app: age, terms, the phone's proof, and whose membership it turns out to be."""

from typing import Any

import pytest

from loyalty.programme import Approval, FormField
from tests.conftest import put_programme
from tests.functions.members.conftest import Mall, account_of, application, rows_of
from tests.support import PROGRAMME

PHONE = "+8613800000001"
OTHER = "+8613800000002"


def by_hand() -> None:
    rules = PROGRAMME.enrolment.model_copy(update={"approval": Approval.MANUAL})
    put_programme(PROGRAMME.model_copy(update={"enrolment": rules}))


def test_whoever_proves_their_phone_and_age_is_a_member(mall: Mall) -> None:
    answer = mall.enrol("ada", "138 0000 0001", email="ada@example.com", consents={"marketing": True}, interests=["茶"])
    assert answer.status == 201
    assert answer.headers["location"] == "/me"
    assert "idempotent-replayed" not in answer.headers
    assert answer.body == {
        "member_id": answer.body["member_id"],
        "name": "王小明",
        "phone": PHONE,
        "phone_verified": True,
        "email": "ada@example.com",
        "birthday": "1990-05-01",
        "kind": "person",
        "company": None,
        "interests": ["茶"],
        "preferred_categories": [],
        "preferred_brands": [],
        "channel": "app",
        "enrolled_at": "2026-11-21T04:00:00.000Z",
        "card_no": None,
        "card_lost_at": None,
        "leaderboard_name": None,
        "status": "active",
        "tier": "regular",
        "consents": {
            "terms": {"version": "2026-01", "at": "2026-11-21T04:00:00.000Z"},
            "marketing": {"granted": True, "at": "2026-11-21T04:00:00.000Z"},
            "profiling": {"granted": False, "at": None},
            "sharing": {"granted": False, "at": None},
        },
    }
    assert mall.member("ada", "GET /me").body == answer.body


def test_a_company_enrols_with_its_data(mall: Mall) -> None:
    made = mall.enrol("acme", PHONE, kind="company", company={"name": "极光贸易", "registration_no": "91310000"})
    assert made.body["company"] == {"name": "极光贸易", "registration_no": "91310000"}
    assert made.body["kind"] == "company"


@pytest.mark.parametrize(
    ("birthday", "status"),
    [("2008-11-21", 201), ("2008-11-22", 422), ("2026-11-21", 422), ("2027-01-01", 422), ("1896-11-21", 422)],
)
def test_members_are_of_age_by_the_malls_calendar(mall: Mall, birthday: str, status: int) -> None:
    assert mall.enrol("ada", PHONE, birthday=birthday).status == status


def test_the_malls_midnight_counts_not_utcs(mall: Mall) -> None:
    mall.later(hours=12, minutes=1)  # 00:01 on the 22nd in Shanghai, 16:01 on the 21st in UTC
    assert mall.enrol("ada", PHONE, birthday="2008-11-22").status == 201


def test_a_refusal_for_age_says_the_age_and_leaves_the_code_usable(mall: Mall) -> None:
    code = mall.code_for("ada", PHONE)
    young = mall.enrol("ada", PHONE, phone_code=code, birthday="2010-01-01")
    assert (young.status, young.code, young.body["minimum_age"]) == (422, "under_age", 18)
    assert "2010" not in str(young.body)
    assert rows_of("accounts") == []
    assert mall.enrol("ada", PHONE, phone_code=code).status == 201


def test_only_the_terms_in_force_count(mall: Mall) -> None:
    answer = mall.enrol("ada", PHONE, terms_version="2019-07")
    assert (answer.status, answer.code, answer.body["terms_version"]) == (422, "terms_not_accepted", "2026-01")


def test_a_repeated_enrolment_finds_the_same_membership(mall: Mall) -> None:
    code = mall.code_for("ada", PHONE)
    first = mall.enrol("ada", PHONE, phone_code=code)
    before = rows_of("members")
    again = mall.enrol("ada", PHONE, phone_code=code)
    assert again.status == 201
    assert again.headers["idempotent-replayed"] == "true"
    assert again.body == first.body
    assert rows_of("members") == before


def test_a_login_has_one_membership(mall: Mall) -> None:
    mall.enrol("ada", PHONE)
    second = mall.enrol("ada", OTHER)
    assert (second.status, second.code) == (409, "already_enrolled")


def test_a_phone_has_one_membership(mall: Mall) -> None:
    mall.enrol("ada", PHONE)
    before = rows_of("accounts")
    thief = mall.enrol("bob", PHONE)
    assert (thief.status, thief.code) == (409, "phone_taken")
    assert "member_id" not in thief.body
    assert rows_of("accounts") == before
    assert mall.member("bob", "GET /me").status == 404


def test_a_member_of_the_counter_signs_in_and_becomes_active(mall: Mall) -> None:
    at_till = mall.enrol_at_till(PHONE, name="小明", card_no="C-0001")
    assert at_till.body["status"] == "unclaimed"
    mall.later(days=1)
    claimed = mall.enrol("ada", PHONE)
    assert claimed.status == 201
    assert claimed.body["member_id"] == at_till.body["member_id"]
    assert claimed.body["status"] == "active"
    assert claimed.body["name"] == "王小明"
    assert claimed.body["channel"] == "counter"
    assert claimed.body["card_no"] == "C-0001"
    assert claimed.body["enrolled_at"] == "2026-11-21T04:00:00.000Z"
    account = account_of(claimed.body["member_id"])
    (entry,) = rows_of("ledger")
    assert account.version == entry["account_version"] == 1
    assert (entry["kind"], entry["movement"], entry["legs"]) == ("status", "claim", [])
    assert entry["facts"] == {"status_before": "unclaimed", "status_after": "active"}


def test_a_claim_repeated_writes_nothing_more(mall: Mall) -> None:
    mall.enrol_at_till(PHONE)
    code = mall.code_for("ada", PHONE)
    first = mall.enrol("ada", PHONE, phone_code=code)
    before = rows_of("members"), rows_of("accounts"), rows_of("ledger")
    assert mall.enrol("ada", PHONE, phone_code=code).body == first.body
    assert (rows_of("members"), rows_of("accounts"), rows_of("ledger")) == before


def test_where_the_mall_approves_by_hand_an_applicant_waits(mall: Mall) -> None:
    by_hand()
    assert mall.enrol("ada", PHONE).body["status"] == "awaiting_approval"
    shown = mall.member("ada", "GET /me/code")
    assert (shown.status, shown.code, shown.body["status"]) == (422, "membership_status", "awaiting_approval")


def entry_asks(**rules: object) -> None:
    enrolment = PROGRAMME.enrolment.model_copy(update=rules)
    put_programme(PROGRAMME.model_copy(update={"enrolment": enrolment}))


def test_where_entry_asks_for_a_spend_an_applicant_qualifies_first(mall: Mall) -> None:
    entry_asks(minimum_spend_yuan=500)
    assert mall.enrol("ada", PHONE).body["status"] == "qualifying"
    assert mall.enrol_at_till(OTHER).body["status"] == "unclaimed"
    assert mall.enrol("ben", OTHER).body["status"] == "qualifying"


def test_the_form_names_what_the_mall_insists_on(mall: Mall) -> None:
    entry_asks(required_fields=(FormField.EMAIL, FormField.INTERESTS))
    code = mall.code_for("ada", PHONE)
    refused = mall.enrol("ada", PHONE, phone_code=code, email="ada@example.com")
    assert (refused.status, refused.code, refused.body["missing"]) == (422, "enrolment_form_incomplete", ["interests"])
    assert rows_of("accounts") == []
    assert mall.enrol("ada", PHONE, phone_code=code, email="ada@example.com", interests=["茶"]).status == 201


def test_an_applicant_of_the_counter_who_signs_in_still_waits(mall: Mall) -> None:
    by_hand()
    mall.enrol_at_till(PHONE)
    assert mall.enrol("ada", PHONE).body["status"] == "awaiting_approval"
    assert rows_of("ledger") == []


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"name": ""}, "#/name"),
        ({"name": "   "}, "#/name"),
        ({"name": "a\u0000b"}, "#/name"),
        ({"name": 5}, "#/name"),
        ({"name": ...}, "#/name"),
        ({"birthday": 631152000}, "#/birthday"),
        ({"birthday": "1990-02-30"}, "#/birthday"),
        ({"birthday": "1990-05-01T00:00:00Z"}, "#/birthday"),
        ({"phone_code": "12345"}, "#/phone_code"),
        ({"phone_code": "１２３４５６"}, "#/phone_code"),
        ({"channel": "counter"}, "#/channel"),
        ({"email": "nobody"}, "#/email"),
        ({"kind": "company"}, "#"),
        ({"company": {"name": "x"}}, "#"),
        ({"interests": ["x"] * 31}, "#/interests"),
        ({"is_admin": True}, "#/is_admin"),
        ({"consents": {"marketing": "maybe"}}, "#/consents/marketing"),
    ],
)
def test_a_malformed_application_is_told_where(mall: Mall, changes: dict[str, Any], pointer: str) -> None:
    answer = mall.member("ada", "POST /me", application(PHONE, **{"phone_code": "123456", **changes}))
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["pointer"] for error in answer.body["errors"]] == [pointer]
    assert rows_of("members") == []


@pytest.mark.parametrize("body", ["{", "[]", "null", '"text"', "1", '{"name": NaN}', "[" * 5000])
def test_a_body_that_is_no_application_changes_nothing(mall: Mall, body: str) -> None:
    answer = mall.member("ada", "POST /me", body)
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert rows_of("members") == []


@pytest.mark.parametrize("phone", ["12345", "not a phone", "+86 138", "+999123456789", "13800000001" * 2])
def test_a_phone_that_cannot_exist_is_refused_without_repeating_it(mall: Mall, phone: str) -> None:
    answer = mall.member("ada", "POST /me", application(phone, phone_code="123456"))
    assert (answer.status, answer.code) == (400, "invalid_phone")
    assert phone not in str(answer.body)
