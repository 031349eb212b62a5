"""Giving a coupon to a friend by a code: one owner at every moment, whoever comes first."""

from datetime import timedelta

import pytest

from loyalty.clock import iso
from loyalty.coupons import codes
from loyalty.types import Status
from tests.functions.coupons.conftest import ANNA, BEN, FIFTY_OFF, Mall, broken, everything, rows, stored
from tests.functions.members.faults import Fault, first
from tests.support import HttpAnswer

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")


@pytest.fixture
def code(mall: Mall) -> str:
    return mall.coupon(**FIFTY_OFF, giftable=True)


def give(mall: Mall, code: str, who: str = ANNA) -> HttpAnswer:
    return mall.send(f"POST /me/coupons/{code}/gifts", who=who)


def take_back(mall: Mall, code: str, who: str = ANNA) -> HttpAnswer:
    return mall.send(f"DELETE /me/coupons/{code}/gifts", who=who)


def test_a_friend_takes_a_coupon_with_the_gifts_code(mall: Mall, code: str) -> None:
    gift = give(mall, code)
    assert (gift.status, gift.body["until"]) == (201, iso(mall.now + timedelta(days=3)))
    taken = mall.enter(gift.body["gift_code"], BEN)
    assert (taken.status, codes.normalized(taken.body["code"])) == (201, code)
    coupon = stored(code)
    assert (coupon.member_id, coupon.way, coupon.did, coupon.hold, coupon.act.tier) == (
        BEN, "gift", "taken", None, "regular",
    )  # fmt: skip


def test_asked_again_a_gift_has_the_same_code_and_its_taker_the_same_answer(mall: Mall, code: str) -> None:
    gift, before = give(mall, code), everything()
    again = give(mall, code)
    assert (again.body, again.headers["idempotent-replayed"], everything()) == (gift.body, "true", before)
    taken = mall.enter(gift.body["gift_code"], BEN)
    again = mall.enter(gift.body["gift_code"], BEN)
    assert (again.body, again.headers["idempotent-replayed"]) == (taken.body, "true")
    assert stored(code).version == 3


def test_the_coupon_does_not_know_the_gifts_code(mall: Mall, code: str) -> None:
    gift = codes.normalized(give(mall, code).body["gift_code"])
    assert gift not in str(rows("coupon"))


def test_a_gift_goes_to_one_friend(mall: Mall, code: str) -> None:
    mall.member("member-carl")
    gift = give(mall, code).body["gift_code"]
    with first(lambda: mall.enter(gift, "member-carl"), "PutItem"):
        answer = mall.enter(gift, BEN)
    assert (answer.code, stored(code).member_id, stored(code).version) == ("unknown_coupon", "member-carl", 3)


def test_a_gift_taken_back_opens_nothing_and_may_be_given_anew(mall: Mall, code: str) -> None:
    gift = give(mall, code).body["gift_code"]
    assert [take_back(mall, code).status, take_back(mall, code).status] == [204, 204]
    assert (stored(code).did, stored(code).version, mall.enter(gift, BEN).code) == ("released", 3, "unknown_coupon")
    mall.later(seconds=1)
    another = give(mall, code).body["gift_code"]
    assert (another != gift, mall.enter(gift, BEN).status, mall.enter(another, BEN).status) == (True, 422, 201)


def test_who_takes_back_too_late_is_told(mall: Mall, code: str) -> None:
    gift = give(mall, code).body["gift_code"]
    with first(lambda: mall.enter(gift, BEN), "PutItem"):
        answer = take_back(mall, code)
    assert (answer.status, answer.code, stored(code).member_id) == (404, "coupon_not_found", BEN)


def test_after_three_days_the_coupon_is_the_givers_again(mall: Mall, code: str) -> None:
    gift = give(mall, code).body["gift_code"]
    assert mall.lock(code).code == "coupon_held"
    mall.later(days=3)
    assert mall.enter(gift, BEN).code == "unknown_coupon"
    assert (mall.lock(code).status, stored(code).member_id) == (201, ANNA)


def test_nobody_takes_their_own_gift(mall: Mall, code: str) -> None:
    gift = give(mall, code).body["gift_code"]
    assert (mall.enter(gift).code, stored(code).version) == ("own_gift", 2)
    mall.enter(gift, BEN)
    assert mall.enter(gift).code == "unknown_coupon"


def test_a_coupon_that_may_not_be_given_or_is_held_or_over_stays(mall: Mall, code: str) -> None:
    plain = mall.coupon()
    assert give(mall, plain).code == "coupon_not_giftable"
    mall.lock(code)
    answer = give(mall, code)
    assert (answer.code, answer.body["held_for"]) == ("coupon_held", "till")
    assert take_back(mall, code).status == 204
    assert stored(code).hold is not None
    mall.later(days=31)
    assert give(mall, code).code == "coupon_expired"


def test_only_the_owner_gives_and_takes_back(mall: Mall, code: str) -> None:
    before = everything()
    wrong = [give(mall, code, BEN), take_back(mall, code, BEN), give(mall, "0" * 16), take_back(mall, "0" * 16)]
    assert {(answer.status, answer.code) for answer in wrong} == {(404, "coupon_not_found")}
    assert everything() == before


def test_a_frozen_member_neither_gives_nor_takes(mall: Mall, code: str) -> None:
    gift = give(mall, code).body["gift_code"]
    mall.member(BEN, status=Status.FROZEN)
    assert mall.enter(gift, BEN).code == "membership_status"
    take_back(mall, code)
    mall.member(ANNA, status=Status.FROZEN)
    assert give(mall, code).code == "membership_status"


def test_a_gift_past_the_coupons_last_day_gives_nothing(mall: Mall, code: str) -> None:
    mall.later(days=29)
    gift = give(mall, code).body["gift_code"]
    mall.later(days=2)
    assert mall.enter(gift, BEN).code == "coupon_expired"


def test_the_row_of_a_gift_goes_away_by_itself(mall: Mall, code: str) -> None:
    give(mall, code)
    (row,) = rows("gift")
    assert row["ttl"] == int((mall.now + timedelta(days=4)).timestamp())


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("number", range(5))
def test_whichever_call_breaks_a_gift_is_given_and_taken_once(mall: Mall, code: str, number: int, fault: Fault) -> None:
    broken(number, fault, lambda: give(mall, code))
    gift = give(mall, code).body["gift_code"]
    broken(number, fault, lambda: mall.enter(gift, BEN))
    assert mall.enter(gift, BEN).status == 201
    assert (stored(code).member_id, stored(code).version, len(rows("gift"))) == (BEN, 3, 1)
