"""Claiming by a code: an exchange code once, a festival word by many; guessing is slow and tells nothing."""

import pytest

from loyalty.coupons import codes
from loyalty.types import Status
from tests.functions.coupons.conftest import ANNA, BEN, Mall, broken, everything, had, left, rows, stored
from tests.functions.members.faults import Fault, first

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")

CODE = codes.of_batch(b"s" * 32, 7)
WORD = "LOVEDAD26"


def test_an_exchange_code_is_the_coupon_it_becomes(mall: Mall) -> None:
    mall.offer(claimable=False, quantity=10)
    mall.unclaimed(CODE, batch="B1")
    answer = mall.enter(codes.shown(CODE).lower())
    assert (answer.status, answer.body["code"]) == (201, codes.shown(CODE))
    assert (stored(CODE).member_id, stored(CODE).way, stored(CODE).did) == (ANNA, "code", "claimed")
    assert (left(), had()) == (9, 1)


def test_an_exchange_code_is_for_one_who_comes_first(mall: Mall) -> None:
    mall.offer()
    mall.unclaimed(CODE)
    first_answer = mall.enter(CODE)
    again, other = mall.enter(CODE), mall.enter(CODE, BEN)
    assert (again.body, again.headers["idempotent-replayed"]) == (first_answer.body, "true")
    assert (other.status, other.code) == (422, "unknown_coupon")
    assert len(rows("coupon")) == 1


def test_of_two_who_enter_a_code_at_once_one_gets_it(mall: Mall) -> None:
    mall.offer(quantity=10)
    mall.unclaimed(CODE)
    with first(lambda: mall.enter(CODE, BEN)):
        answer = mall.enter(CODE)
    assert (answer.code, stored(CODE).member_id, left(), had(ANNA)) == ("unknown_coupon", BEN, 9, 0)


def test_a_code_nobody_made_is_answered_like_somebody_elses(mall: Mall) -> None:
    mall.offer()
    mall.unclaimed(CODE)
    mall.enter(CODE, BEN)
    taken, unknown, gibberish = mall.enter(CODE), mall.enter(codes.of_batch(b"s" * 32, 8)), mall.enter("ABCD")
    assert taken.body == unknown.body == gibberish.body


def test_a_code_of_the_wallet_is_no_code_to_claim(mall: Mall) -> None:
    code = mall.coupon()
    assert mall.enter(code).code == mall.enter(code, BEN).code == "unknown_coupon"


def test_a_festival_word_is_used_by_many_once_each(mall: Mall) -> None:
    mall.offer(claimable=False, word=WORD, quantity=2)
    mall.member("member-carl")
    first_answer = mall.enter(" love-dad 26")
    assert (first_answer.status, mall.enter(WORD).body) == (201, first_answer.body)
    assert [mall.enter(WORD, BEN).status, mall.enter(WORD, "member-carl").code] == [201, "sold_out"]
    assert (left(), len(rows("coupon"))) == (0, 2)


def test_a_word_with_look_alikes_is_found_as_people_type_it(mall: Mall) -> None:
    mall.offer(word="CHILDRENSDAY1")
    assert mall.enter("chiidrensdayl").status == 201


def test_a_words_coupon_keeps_to_tier_and_status(mall: Mall) -> None:
    mall.offer(word=WORD, tiers=["gold"])
    assert mall.enter(WORD).code == "coupon_tier"
    mall.member(BEN, tier="gold", status=Status.FROZEN)
    assert mall.enter(WORD, BEN).code == "membership_status"


def test_trying_codes_is_slowed_for_who_tries(mall: Mall) -> None:
    mall.offer()
    mall.unclaimed(CODE)
    mall.now = mall.now.replace(minute=3)
    assert {mall.enter(f"GUESS{n:02}").status for n in range(10)} == {422}
    answer = mall.enter(CODE)
    assert (answer.status, answer.headers["retry-after"]) == (429, "420")
    assert mall.enter(CODE, BEN).status == 201
    mall.later(minutes=7)
    assert mall.enter(CODE).code == "unknown_coupon"


def test_the_count_of_tries_names_nobody(mall: Mall) -> None:
    mall.enter("GUESS01")
    assert ANNA not in str(rows("limit"))


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("number", range(6))
def test_whichever_call_breaks_a_code_is_claimed_once(mall: Mall, number: int, fault: Fault) -> None:
    mall.offer(quantity=10)
    mall.unclaimed(CODE)
    before = broken(number, fault, lambda: mall.enter(CODE))
    again = mall.enter(CODE)
    assert again.status == 201
    assert before is None or before.status == 503 or before.body == again.body
    assert (left(), had(), len(rows("coupon"))) == (9, 1, 1)


def test_a_refused_code_leaves_nothing_but_the_count(mall: Mall) -> None:
    mall.offer(per_member=1)
    mall.claim()
    mall.unclaimed(CODE)
    before = everything()
    assert mall.enter(CODE).code == "coupon_limit"
    after = everything()
    assert {name for name in before if before[name] != after[name]} == {"coupons"}
    assert len(after["coupons"]) == len(before["coupons"]) + 1
