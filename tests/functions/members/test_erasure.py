"""Leaving: the person is forgotten, the books stay whole."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.members import api, registry
from functions.members.applicants import Applicant, Channel
from functions.members.errors import PhoneNeedsVerificationError
from loyalty import account_store, dynamo
from loyalty.buckets import BucketKey
from loyalty.types import MemberId, Origin, Purse, Status
from tests.functions.members.conftest import NOON, Mall, account_of, rows_of
from tests.support import PROGRAMME, call, http_event, staff_caller

PHONE = "+8613800000001"
BUCKETS = {
    Purse.POINTS: {BucketKey("271130"): 300, BucketKey("271231/270101"): 50},
    Purse.COURTESY: {BucketKey("261231"): 20},
}


@pytest.fixture
def ada(mall: Mall) -> str:
    """A member with points, a card and an e-mail address."""
    member_id = mall.enrol("ada", PHONE, email="ada@example.com").body["member_id"]
    mall.desk(mall.staff, f"POST /members/{member_id}/cards", {"card_no": "C-0001"})
    account = replace(account_of(member_id), buckets=BUCKETS, version=3)
    dynamo.client().put_item(TableName="accounts", Item=dynamo.to_item(account_store.to_row(account, PROGRAMME)))
    return str(member_id)


class Provider:
    """An identity provider that remembers whom it deleted."""

    def __init__(self) -> None:
        self.deleted: list[str] = []
        self.error: str | None = None

    def __call__(self, operation: str, arguments: dict[str, str]) -> dict[str, Any]:
        assert (operation, arguments["UserPoolId"]) == ("AdminDeleteUser", "pool")
        if self.error:
            raise ClientError({"Error": {"Code": self.error, "Message": "injected"}}, operation)
        self.deleted.append(arguments["Username"])
        return {}


@pytest.fixture
def provider(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> Provider:
    """The stack's own user pool."""
    monkeypatch.setenv("USER_POOL_ID", "pool")
    provider = Provider()
    monkeypatch.setattr(dynamo.service("cognito-idp"), "_make_api_call", provider)
    return provider


def test_nothing_of_the_person_is_left(mall: Mall, ada: str) -> None:
    answer = mall.member("ada", "DELETE /me")
    assert (answer.status, answer.body) == (204, None)
    left = "".join(str(rows_of(table)) for table in ("members", "accounts", "ledger"))
    for known in ("王小明", PHONE, "13800000001", "ada@example.com", "1990-05-01", "C-0001", "login/ada"):
        assert known not in left, known
    assert {row["kind"] for row in rows_of("members")} <= {"erased", "limit"}


def test_points_are_forfeited_in_one_entry_and_the_books_balance(mall: Mall, ada: str) -> None:
    mall.member("ada", "DELETE /me")
    account = account_of(ada)
    assert (account.status, account.version, account.buckets) == (Status.ERASED, 4, {})
    (entry,) = rows_of("ledger")
    assert (entry["source"], entry["movement"], entry["account_version"]) == (f"erase/{ada}", "erase", 4)
    assert sorted(entry["legs"]) == [
        ["courtesy", "261231", -20],
        ["points", "271130", -300],
        ["points", "271231/270101", -50],
    ]
    assert sorted(entry["reasons"]) == [["erased", "courtesy", -20], ["erased", "points", -350]]
    assert "due_on" not in rows_of("accounts")[0]


def test_leaving_twice_is_leaving_once(mall: Mall, ada: str) -> None:
    mall.member("ada", "DELETE /me")
    before = rows_of("members"), rows_of("accounts"), rows_of("ledger")
    assert mall.member("ada", "DELETE /me").status == 204
    assert (rows_of("members"), rows_of("accounts"), rows_of("ledger")) == before


def test_afterwards_there_is_no_membership(mall: Mall, ada: str) -> None:
    mall.member("ada", "DELETE /me")
    assert mall.member("ada", "GET /me").code == "not_a_member"
    assert mall.desk(mall.staff, "POST /members/searches", {"phone": PHONE}).body["items"] == []
    assert mall.desk(mall.staff, f"GET /members/{ada}").status == 404


def test_an_erased_phone_is_not_imported_or_enrolled_by_others_again(mall: Mall, ada: str) -> None:
    mall.member("ada", "DELETE /me")
    row = Applicant("王", PHONE, False, date(1990, 5, 1), None, None, Channel.IMPORT)
    with pytest.raises(PhoneNeedsVerificationError):
        registry.enrol(row, Status.UNCLAIMED, PROGRAMME, NOON, Origin.IMPORT, "import-1")
    answer = mall.enrol_at_till(PHONE)
    assert (answer.status, answer.code) == (409, "phone_needs_verification")


def test_the_owner_of_an_erased_phone_may_come_back_as_a_new_member(mall: Mall, ada: str) -> None:
    mall.member("ada", "DELETE /me")
    back = mall.enrol("ada", PHONE)
    assert back.status == 201
    assert back.body["member_id"] != ada
    assert account_of(back.body["member_id"]).buckets == {}
    (profile,) = (row for row in rows_of("members") if row["kind"] == "profile")
    assert profile["returning"] is True


def test_a_first_enrolment_is_not_a_return(mall: Mall, ada: str) -> None:
    (profile,) = (row for row in rows_of("members") if row["kind"] == "profile")
    assert "returning" not in profile


def test_the_login_goes_too(mall: Mall, ada: str, provider: Provider) -> None:
    assert mall.member("ada", "DELETE /me").status == 204
    assert provider.deleted == ["ada"]


def test_a_login_that_never_enrolled_may_go_as_well(mall: Mall, provider: Provider) -> None:
    assert mall.member("passer-by", "DELETE /me").status == 204
    assert provider.deleted == ["passer-by"]


def test_a_login_already_gone_is_gone(mall: Mall, ada: str, provider: Provider) -> None:
    provider.error = "UserNotFoundException"
    assert mall.member("ada", "DELETE /me").status == 204


def test_a_provider_that_fails_is_asked_again_by_repeating(mall: Mall, ada: str, provider: Provider) -> None:
    provider.error = "InternalErrorException"
    answer = mall.member("ada", "DELETE /me")
    assert (answer.status, answer.code, answer.headers["retry-after"]) == (503, "busy", "5")
    provider.error = None
    assert mall.member("ada", "DELETE /me").status == 204
    assert provider.deleted == ["ada"]


def test_staff_who_leave_the_programme_keep_their_login(mall: Mall, provider: Provider) -> None:
    event = http_event("DELETE /me", caller=staff_caller("operator", login="staff-1"))
    assert call(api.handler, event).status == 204
    assert provider.deleted == []


def test_a_movement_decided_before_the_erasure_cannot_undo_it(mall: Mall, ada: str) -> None:
    stale = account_of(ada)
    mall.member("ada", "DELETE /me")
    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        dynamo.client().transact_write_items(
            TransactItems=[account_store.put_if_unchanged(replace(stale, version=4), stale.version, PROGRAMME)]
        )
    assert account_of(ada).status is Status.ERASED


def test_an_erasure_that_broke_off_is_finished_by_enrolling_anew(mall: Mall, ada: str) -> None:
    account = replace(account_of(ada), status=Status.ERASED, buckets={})
    dynamo.client().put_item(TableName="accounts", Item=dynamo.to_item(account_store.to_row(account, PROGRAMME)))
    assert mall.member("ada", "GET /me").code == "not_a_member"
    anew = mall.enrol("ada", PHONE).body["member_id"]
    assert MemberId(anew) != ada
    assert [row["member_id"] for row in rows_of("members") if row["kind"] == "profile"] == [anew]
