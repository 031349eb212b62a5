"""Enrolling by somebody else's hand, at a till or a desk."""

from typing import Any

import pytest

from tests.functions.members.conftest import Mall, rows_of
from tests.support import member_caller, staff_caller, till_caller

PHONE = "+8613800000001"
OTHER = "+8613800000002"


def test_a_cashier_enrols_and_sees_no_more_than_needed(mall: Mall) -> None:
    answer = mall.enrol_at_till("13800000001", card_no="C-0001")
    member_id = answer.body["member_id"]
    assert answer.status == 201
    assert answer.headers["location"] == f"/members/{member_id}"
    assert answer.body == {
        "member_id": member_id,
        "status": "unclaimed",
        "tier": "regular",
        "kind": "person",
        "name_masked": "李*",
        "phone_masked": "*0001",
        "phone_verified": False,
        "signs_in": False,
        "has_card": True,
        "channel": "counter",
        "enrolled_at": "2026-11-21T04:00:00.000Z",
    }


def test_with_age_and_terms_the_membership_is_active_at_once(mall: Mall) -> None:
    answer = mall.enrol_at_till(PHONE, birthday="1990-05-01", terms_version="2026-01")
    assert answer.body["status"] == "active"


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"birthday": "2010-01-01"}, "under_age"), ({"terms_version": "2019-07"}, "terms_not_accepted")],
)
def test_what_is_told_at_the_counter_is_checked(mall: Mall, changes: dict[str, str], code: str) -> None:
    assert mall.enrol_at_till(PHONE, **changes).code == code
    assert rows_of("accounts") == []


def test_the_same_key_and_body_gets_the_same_answer(mall: Mall) -> None:
    first = mall.enrol_at_till(PHONE, key="k1")
    again = mall.enrol_at_till(PHONE, key="k1")
    assert (again.status, again.body) == (201, first.body)
    assert again.headers["idempotent-replayed"] == "true"
    assert len(rows_of("accounts")) == 1


@pytest.mark.parametrize("phones", [(PHONE, OTHER), (OTHER, OTHER)])
def test_the_same_key_with_another_body_is_refused(mall: Mall, phones: tuple[str, str]) -> None:
    mall.enrol_at_till(OTHER, key="k0")
    before, after = phones
    mall.enrol_at_till(before, key="k1")
    accounts = rows_of("accounts")
    answer = mall.enrol_at_till(after, key="k1", name="韩梅梅")
    assert (answer.status, answer.code) == (422, "idempotency_key_reused")
    assert rows_of("accounts") == accounts


def test_one_tills_key_is_not_anothers(mall: Mall) -> None:
    mall.enrol_at_till(PHONE, key="k1")
    body = {"name": "韩梅梅", "phone": OTHER}
    assert mall.desk(till_caller("books"), "POST /members", body, key="k1").status == 201


def test_a_phone_that_has_a_membership_is_found_not_doubled(mall: Mall) -> None:
    first = mall.enrol_at_till(PHONE, key="k1")
    again = mall.enrol_at_till(PHONE, key="k2", name="别人")
    assert again.status == 200
    assert again.body == first.body
    assert len(rows_of("accounts")) == 1


def test_without_a_key_nothing_is_written(mall: Mall) -> None:
    body = {"name": "李雷", "phone": PHONE}
    answer = mall.desk(mall.till, "POST /members", body)
    assert (answer.status, answer.code) == (400, "idempotency_key_required")
    assert mall.desk(mall.till, "POST /members", body, key="k" * 256).code == "idempotency_key_required"
    assert rows_of("members") == []


def test_a_card_is_one_members(mall: Mall) -> None:
    mall.enrol_at_till(PHONE, card_no="C-0001")
    answer = mall.enrol_at_till(OTHER, card_no="C-0001")
    assert (answer.status, answer.code) == (409, "card_taken")
    assert len(rows_of("accounts")) == 1


@pytest.mark.parametrize(
    ("caller", "status"),
    [
        (till_caller("shoes"), 201),
        (staff_caller("operator"), 201),
        (staff_caller("marketer"), 201),
        (staff_caller("auditor"), 403),
        (staff_caller("approver"), 403),
        (member_caller("ada"), 403),
        ({"lambda": {"login": "staff-1", "groups": "operator"}}, 201),
        ({"lambda": {"login": "staff-1", "groups": "auditor"}}, 403),
        ({}, 403),
    ],
)
def test_who_may_enrol_others(mall: Mall, caller: dict[str, Any], status: int) -> None:
    answer = mall.desk(caller, "POST /members", {"name": "李雷", "phone": PHONE}, key="k1")
    assert answer.status == status
    assert len(rows_of("accounts")) == (1 if status == 201 else 0)


def test_the_event_learns_who_enrolled_whom(mall: Mall) -> None:
    mall.enrol_at_till(PHONE)
    (profile,) = (row for row in rows_of("members") if row["kind"] == "profile")
    assert (profile["actor"], profile["origin"], profile["correlation_id"]) == ("till:shoes", "till", "request-1")
    assert (profile["channel"], profile["status"]) == ("counter", "unclaimed")
    assert profile["enrolled_at"] == "2026-11-21T04:00:00.000Z"
