"""Who has a birthday on a day is found by the day, members and relatives, and forgotten with them (B2, B3, M4)."""

from datetime import date

import pytest

from functions.members import profiles
from functions.members.family_terms import VERSION
from functions.members.profiles import Change
from loyalty import dynamo
from loyalty.birthday_index import Born, born_that_day
from loyalty.birthdays import SHARDS
from loyalty.types import MemberId
from tests.functions.members.conftest import NOON, Mall
from tests.functions.members.faults import calls_through
from tests.functions.members.test_family_adults import PHONE, THEIRS, agreed, registered

CHILD = {"relation": "child", "birthday": "2020-02-29", "guardian_terms_version": VERSION}


def born(day: date) -> list[Born]:
    return sorted((one for shard in range(SHARDS) for one in born_that_day(day, shard)), key=repr)


@pytest.fixture
def ada(mall: Mall) -> MemberId:
    return MemberId(mall.enrol("ada", PHONE, birthday="1990-05-01").body["member_id"])


def test_a_member_is_found_on_the_birthday_and_on_no_other_day(mall: Mall, ada: MemberId) -> None:
    assert born(date(2027, 5, 1)) == [Born(ada, None)]
    assert born(date(2027, 5, 2)) == []


def test_a_member_from_a_till_is_found_once_the_birthday_is_known(mall: Mall) -> None:
    member_id = mall.enrol_at_till(PHONE).body["member_id"]
    assert born(date(2027, 5, 1)) == []
    mall.enrol("ada", PHONE)
    assert born(date(2027, 5, 1)) == [Born(member_id, None)]


def test_a_corrected_birthday_moves_and_a_second_correction_does_not(mall: Mall, ada: MemberId) -> None:
    for birthday in ("1990-06-02", "1990-07-03"):
        assert mall.member("ada", "PATCH /me", {"birthday": birthday}).status == 200
    assert [born(date(2027, month, day)) for month, day in ((5, 1), (6, 2), (7, 3))] == [[], [Born(ada, None)], []]


def test_a_child_of_the_leap_day_is_found_on_the_28th_and_in_leap_years_on_the_29th(mall: Mall, ada: MemberId) -> None:
    child = Born(ada, mall.family("ada", "POST /me/family", CHILD, "k-1").body["relative_id"])
    assert (born(date(2027, 2, 28)), born(date(2028, 2, 28)), born(date(2028, 2, 29))) == ([child], [], [child])


def test_an_adult_is_found_from_the_consent_to_the_withdrawal(mall: Mall, ada: MemberId) -> None:
    registered(mall, "ada", "k-1", relation="parent")
    assert born(date(2027, 2, 28)) == []
    path = agreed(mall, "ada", "k-2")
    (found,) = born(date(2027, 2, 28))
    assert found == Born(ada, path.rsplit("/", 1)[1])
    body = {"phone": THEIRS, "phone_code": mall.code_for("eve", THEIRS)}
    mall.family("eve", "POST /me/family-withdrawals", body)
    assert born(date(2027, 2, 28)) == []


def test_an_erased_member_and_their_family_are_not_found(mall: Mall, ada: MemberId) -> None:
    mall.family("ada", "POST /me/family", CHILD, "k-1")
    mall.member("ada", "DELETE /me")
    assert (born(date(2027, 5, 1)), born(date(2028, 2, 29))) == ([], [])


def test_a_member_from_before_the_index_is_listed_by_any_change(mall: Mall, ada: MemberId) -> None:
    key = dynamo.to_item({"member_id": ada, "kind": "dates"})
    dynamo.client().update_item(TableName="members", Key=key, UpdateExpression="REMOVE born_on")
    assert born(date(2027, 5, 1)) == []
    profiles.change(ada, Change, NOON)
    assert born(date(2027, 5, 1)) == [Born(ada, None)]


def test_a_day_costs_its_shards_and_nobody_else_is_read(mall: Mall, ada: MemberId) -> None:
    for number in range(40):
        mall.enrol_at_till(f"+861390000{number:04d}", birthday="1980-01-01")
    called: list[str] = []

    def note(_n: int, operation: str, call: object) -> object:
        called.append(operation)
        return call()  # type: ignore[operator]

    with calls_through(note):
        assert born(date(2027, 5, 1)) == [Born(ada, None)]
    assert called == ["Query"] * SHARDS
