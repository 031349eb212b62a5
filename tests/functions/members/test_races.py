"""Two at once: one wins, the other finds it or is told clearly, and never is there half a member."""

from dataclasses import replace

import pytest

from loyalty import account_store, dynamo, identity
from loyalty.buckets import BucketKey
from loyalty.types import Purse, Status
from tests.functions.members.conftest import Mall, account_of, rows_of
from tests.functions.members.faults import conflicts, first
from tests.support import PROGRAMME, till_caller

PHONE = "+8613800000001"
OTHER = "+8613800000002"


def members_made() -> tuple[int, int, int]:
    """Count profiles, accounts and phones: a whole member has one of each."""
    kinds = [(row["kind"], row["member_id"].split("/")[0]) for row in rows_of("members")]
    return (
        sum(kind == "profile" for kind, _ in kinds),
        len(rows_of("accounts")),
        sum(kind == ("lookup", "phone") for kind in kinds),
    )


def test_of_two_logins_with_one_phone_the_second_is_refused(mall: Mall) -> None:
    ada, bob = mall.code_for("ada", PHONE), mall.code_for("bob", PHONE)
    with first(lambda: mall.enrol("bob", PHONE, phone_code=bob)):
        answer = mall.enrol("ada", PHONE, phone_code=ada)
    assert (answer.status, answer.code) == (409, "phone_taken")
    assert members_made() == (1, 1, 1)
    assert mall.member("ada", "GET /me").status == 404


def test_of_two_equal_enrolments_both_find_the_one_member(mall: Mall) -> None:
    code = mall.code_for("ada", PHONE)
    with first(lambda: mall.enrol("ada", PHONE, phone_code=code)):
        answer = mall.enrol("ada", PHONE, phone_code=code)
    assert answer.status == 201
    assert answer.headers["idempotent-replayed"] == "true"
    assert members_made() == (1, 1, 1)


def test_a_code_used_up_while_it_was_checked_finds_the_member_it_made(mall: Mall) -> None:
    code = mall.code_for("ada", PHONE)
    with first(lambda: mall.enrol("ada", PHONE, phone_code=code), "UpdateItem"):
        answer = mall.enrol("ada", PHONE, phone_code=code)
    assert answer.headers["idempotent-replayed"] == "true"


def test_of_two_phones_with_one_login_one_is_enrolled(mall: Mall) -> None:
    one, two = mall.code_for("ada", PHONE), mall.code_for("ada", OTHER)
    with first(lambda: mall.enrol("ada", OTHER, phone_code=two)):
        answer = mall.enrol("ada", PHONE, phone_code=one)
    assert (answer.status, answer.code) == (409, "already_enrolled")
    assert members_made() == (1, 1, 1)
    assert identity.find(identity.phone_key(PHONE)) is None


def test_a_counter_that_was_faster_gave_the_member_their_membership(mall: Mall) -> None:
    code = mall.code_for("ada", PHONE)
    with first(lambda: mall.enrol_at_till(PHONE)):
        answer = mall.enrol("ada", PHONE, phone_code=code)
    assert (answer.status, answer.body["status"], answer.body["channel"]) == (201, "active", "counter")
    assert members_made() == (1, 1, 1)


def test_of_two_tills_with_one_phone_both_see_the_same_member(mall: Mall) -> None:
    with first(lambda: mall.desk(till_caller("books"), "POST /members", {"name": "李", "phone": PHONE}, key="b")):
        answer = mall.enrol_at_till(PHONE)
    assert answer.status == 200
    assert members_made() == (1, 1, 1)


def test_of_two_logins_that_claim_one_membership_one_gets_it(mall: Mall) -> None:
    member_id = mall.enrol_at_till(PHONE).body["member_id"]
    ada, bob = mall.code_for("ada", PHONE), mall.code_for("bob", PHONE)

    def bob_claims() -> None:
        assert mall.enrol("bob", PHONE, phone_code=bob).status == 201

    with first(bob_claims):
        answer = mall.enrol("ada", PHONE, phone_code=ada)
    assert (answer.status, answer.code) == (409, "phone_taken")
    assert mall.member("bob", "GET /me").body["member_id"] == member_id
    assert account_of(member_id).version == 1


def test_a_purchase_booked_during_a_claim_survives_it_and_the_claim_survives_the_purchase(mall: Mall) -> None:
    member_id = mall.enrol_at_till(PHONE).body["member_id"]
    points = {Purse.POINTS: {BucketKey("271130"): 12}}

    def purchase() -> None:
        stale = account_of(member_id)
        booked = account_store.put_if_unchanged(replace(stale, version=1, buckets=points), 0, PROGRAMME)
        dynamo.client().transact_write_items(TransactItems=[booked])

    code = mall.code_for("ada", PHONE)
    with first(purchase, nth=2):  # enrolment finds the phone held, the login is linked, then the status is settled
        answer = mall.enrol("ada", PHONE, phone_code=code)
    assert answer.body["status"] == "active"
    account = account_of(member_id)
    assert (account.version, account.status, account.buckets) == (2, Status.ACTIVE, points)


def test_a_profile_changed_twice_at_once_keeps_both_changes(mall: Mall) -> None:
    mall.enrol("ada", PHONE)
    with first(lambda: mall.member("ada", "PATCH /me", {"email": "ada@example.com"})):
        answer = mall.member("ada", "PATCH /me", {"name": "王大明"})
    assert (answer.body["name"], answer.body["email"]) == ("王大明", "ada@example.com")


def test_a_change_of_someone_who_is_leaving_brings_nothing_back(mall: Mall) -> None:
    mall.enrol("ada", PHONE)
    with first(lambda: mall.member("ada", "DELETE /me")):
        answer = mall.member("ada", "PATCH /me", {"name": "王大明"})
    assert answer.status == 404
    assert "王" not in str(rows_of("members"))


def test_a_phone_taken_while_it_was_proved_is_not_taken_over(mall: Mall) -> None:
    mall.enrol("ada", PHONE)
    code = mall.code_for("ada", OTHER)
    with first(lambda: mall.enrol_at_till(OTHER)):
        answer = mall.member("ada", "PATCH /me", {"phone": OTHER, "phone_code": code})
    assert (answer.status, answer.code) == (409, "phone_taken")
    assert identity.find(identity.phone_key(PHONE)) is not None


def test_of_two_tills_that_scan_one_code_one_gets_a_session(mall: Mall) -> None:
    mall.enrol("ada", PHONE)
    scan = {"member_code": mall.member("ada", "GET /me/code").body["code"]}
    with first(lambda: mall.desk(till_caller("books"), "POST /member-sessions", scan, key="b")):
        answer = mall.desk(mall.till, "POST /member-sessions", scan, key="a")
    assert answer.code == "member_code_invalid"


def test_a_till_that_scans_twice_at_once_gets_one_session(mall: Mall) -> None:
    mall.enrol("ada", PHONE)
    scan = {"member_code": mall.member("ada", "GET /me/code").body["code"]}
    answers = []
    with first(lambda: answers.append(mall.desk(mall.till, "POST /member-sessions", scan, key="a"))):
        answers.append(mall.desk(mall.till, "POST /member-sessions", scan, key="a"))
    assert answers[0].body == answers[1].body
    assert [answer.headers.get("idempotent-replayed") for answer in answers] == [None, "true"]


def test_of_two_members_one_gets_the_card(mall: Mall) -> None:
    ada, bob = (mall.enrol_at_till(phone).body["member_id"] for phone in (PHONE, OTHER))
    body = {"card_no": "C-0001"}
    with first(lambda: mall.desk(mall.staff, f"POST /members/{bob}/cards", body)):
        answer = mall.desk(mall.staff, f"POST /members/{ada}/cards", body)
    assert answer.code == "card_taken"
    assert identity.find(identity.card_key("C-0001")) == bob


def test_two_who_decide_at_once_decide_once(mall: Mall) -> None:
    member_id = mall.enrol_at_till(PHONE).body["member_id"]
    waiting = replace(account_of(member_id), status=Status.AWAITING_APPROVAL)
    dynamo.client().put_item(TableName="accounts", Item=dynamo.to_item(account_store.to_row(waiting, PROGRAMME)))
    with first(lambda: mall.desk(mall.staff, f"POST /members/{member_id}/approvals")):
        answer = mall.desk(mall.staff, f"POST /members/{member_id}/refusals", {"reason": "x"})
    assert (answer.status, answer.code) == (409, "not_awaiting_approval")
    assert account_of(member_id).status is Status.UNCLAIMED
    assert members_made() == (1, 1, 1)


@pytest.mark.parametrize(("times", "status"), [(3, 201), (1000, 503)])
def test_conflicts_are_waited_out_and_then_said(mall: Mall, times: int, status: int) -> None:
    code = mall.code_for("ada", PHONE)
    with conflicts(times):
        answer = mall.enrol("ada", PHONE, phone_code=code)
    assert answer.status == status
    made = status == 201
    assert members_made() == ((1, 1, 1) if made else (0, 0, 0))
    assert made or (answer.code, answer.headers["retry-after"]) == ("busy", "1")
    assert mall.enrol("ada", PHONE, phone_code=code).status == 201


def test_a_login_enrolled_elsewhere_during_its_claim_keeps_that_membership(mall: Mall) -> None:
    counter = mall.enrol_at_till(PHONE).body["member_id"]
    one, two = mall.code_for("ada", PHONE), mall.code_for("ada", OTHER)
    with first(lambda: mall.enrol("ada", OTHER, phone_code=two), nth=1):  # after the phone was found held
        answer = mall.enrol("ada", PHONE, phone_code=one)
    assert (answer.status, answer.code) == (409, "already_enrolled")
    assert account_of(counter).status is Status.UNCLAIMED
    assert mall.member("ada", "GET /me").body["phone"] == OTHER
