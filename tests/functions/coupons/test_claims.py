"""Claiming a coupon on offer: for whom it is, as often as it may be, never more than there are."""

from datetime import timedelta

import pytest

from functions.coupons import issuing
from loyalty.catalogue import OfferState
from loyalty.coupons import codes
from loyalty.types import Status
from tests.functions.coupons.conftest import ANNA, BEN, Mall, broken, everything, had, left, operations, rows, stored
from tests.functions.members.faults import Fault, first

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")


def test_a_claimed_coupon_carries_its_terms_and_counts_days_in_the_malls_time(mall: Mall) -> None:
    mall.now = mall.now.replace(hour=17)  # one in the morning of the 22nd in Shanghai
    mall.offer(quantity=100)
    answer = mall.claim(headers={"accept-language": "en"})
    assert (answer.status, answer.headers["location"]) == (201, "/me/coupons")
    assert (answer.body["name"], answer.body["terms"]["off_fen"]) == ("50 off 500", 5000)
    assert (answer.body["valid_from"], answer.body["valid_until"]) == ("2026-11-22", "2026-12-22")
    coupon = stored(codes.normalized(answer.body["code"]))
    assert (coupon.member_id, coupon.way, coupon.did, coupon.tier, coupon.channel) == (
        ANNA, "claim", "claimed", "regular", "app",
    )  # fmt: skip
    assert (left(), had()) == (99, 1)


def test_a_repeated_claim_finds_its_coupon_also_when_it_took_the_last_one(mall: Mall) -> None:
    mall.offer(quantity=1)
    first_answer, before = mall.claim(), everything()
    again = mall.claim()
    assert (again.status, again.body, again.headers["idempotent-replayed"]) == (201, first_answer.body, "true")
    assert everything() == before


def test_a_repetition_is_answered_alike_after_the_coupon_was_seen_and_held(mall: Mall) -> None:
    mall.offer()
    body = mall.claim().body
    mall.send(f"POST /me/coupons/{body['code']}/views")
    mall.lock(body["code"])
    mall.step(OfferState.ENDED)
    assert mall.claim().body == body


def test_the_same_key_for_another_template_is_refused(mall: Mall) -> None:
    mall.offer("T1")
    mall.offer("T2")
    mall.claim(template_id="T1")
    before = everything()
    assert mall.claim(template_id="T2").code == "idempotency_key_reused"
    assert everything() == before


def test_the_same_key_with_another_channel_is_refused(mall: Mall) -> None:
    mall.offer()
    mall.claim()
    before = everything()
    again = mall.send("POST /me/coupons", {"template_id": "T1", "channel": "counter"}, key="key-1")
    assert (again.code, everything()) == ("idempotency_key_reused", before)


def test_two_members_with_the_same_key_get_a_coupon_each(mall: Mall) -> None:
    mall.offer()
    assert mall.claim(ANNA).body["code"] != mall.claim(BEN).body["code"]


def test_one_member_gets_no_more_than_one_may_have(mall: Mall) -> None:
    mall.offer(per_member=2)
    assert [mall.claim(key=f"k{n}").status for n in range(3)] == [201, 201, 422]
    assert mall.claim(key="k9").body["per_member"] == 2
    assert (had(), len(rows("coupon"))) == (2, 2)


def test_who_comes_after_the_last_one_is_told_at_once_and_nothing_is_written(mall: Mall) -> None:
    mall.offer(quantity=1)
    mall.claim(ANNA)
    before = everything()
    with operations() as made:
        answer = mall.claim(BEN)
    assert (answer.status, answer.code, answer.body["left"]) == (422, "sold_out", 0)
    assert [name for name in made if "Write" in name or "Put" in name or "Update" in name] == []
    assert everything() == before


def test_a_rush_sells_exactly_what_there_is(mall: Mall) -> None:
    mall.offer(quantity=60)
    members = [f"member-{n:03}" for n in range(70)]
    for name in members:
        mall.member(name)
    answers = [mall.claim(name).status for name in members]
    assert (answers.count(201), left(), len(rows("coupon"))) == (60, 0, 60)


@pytest.mark.parametrize("state", [state for state in OfferState if state is not OfferState.PUBLISHED])
def test_what_is_not_published_is_not_to_be_had(mall: Mall, state: OfferState) -> None:
    mall.offer(state=state)
    before = everything()
    assert mall.claim().code == "coupon_not_offered"
    assert everything() == before


def test_a_pause_counts_at_once(mall: Mall) -> None:
    mall.offer()
    assert mall.claim(ANNA).status == 201
    mall.step(OfferState.PAUSED)
    assert mall.claim(BEN).code == "coupon_not_offered"
    mall.step(OfferState.PUBLISHED)
    assert mall.claim(BEN).status == 201


def test_a_template_nobody_made_and_one_that_is_only_pushed_are_answered_alike(mall: Mall) -> None:
    mall.offer(claimable=False)
    wrong = [mall.claim(), mall.claim(template_id="nobody", key="k2")]
    assert [answer.code for answer in wrong] == ["coupon_not_offered"] * 2
    assert wrong[0].body["detail"] == wrong[1].body["detail"]


def test_a_coupon_is_for_the_tiers_it_names(mall: Mall) -> None:
    mall.offer(tiers=["silver", "gold"])
    answer = mall.claim()
    assert (answer.code, answer.body["tiers"]) == ("coupon_tier", ["silver", "gold"])
    mall.member(BEN, tier="gold")
    assert mall.claim(BEN).status == 201


def test_a_tier_whose_review_is_due_is_reviewed_first(mall: Mall) -> None:
    mall.member(tier="gold")
    mall.offer(tiers=["gold"])
    mall.now += timedelta(days=600)
    assert mall.claim().code == "coupon_tier"


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.ACTIVE])
def test_only_an_active_member_claims(mall: Mall, status: Status) -> None:
    mall.offer()
    mall.member(status=status)
    answer = mall.claim()
    assert (answer.code, answer.body["status"], rows("coupon")) == ("membership_status", status.value, [])


def test_a_coupon_past_its_validity_is_never_issued(mall: Mall) -> None:
    mall.offer("T1", validity={"from": "2026-11-01", "until": "2026-11-21"})
    assert mall.claim(ANNA).body["valid_until"] == "2026-11-21"
    mall.later(hours=12)
    answer = mall.claim(BEN)
    assert (answer.status, answer.code, answer.body["valid_until"]) == (410, "coupon_expired", "2026-11-21")


@pytest.mark.parametrize(
    ("body", "key", "code"),
    [
        ({}, "k", "invalid_request"),
        ({"template_id": "T1", "code": "ABCD"}, "k", "invalid_request"),
        ({"template_id": "T1"}, "", "idempotency_key_required"),
        ({"template_id": "T1"}, "a b", "idempotency_key_required"),
        ({"template_id": "T1"}, "k" * 256, "idempotency_key_required"),
        ({"template_id": "T 1"}, "k", "invalid_request"),
        ({"template_id": 1}, "k", "invalid_request"),
        ({"template_id": "T1", "member_id": BEN}, "k", "invalid_request"),
        ({"code": "'; --"}, "", "invalid_request"),
        ({"code": "A" * 41}, "", "invalid_request"),
        ({"code": "- - -"}, "", "invalid_request"),
        ("{", "k", "invalid_request"),
    ],
)
def test_a_malformed_claim_changes_nothing(mall: Mall, body: object, key: str, code: str) -> None:
    mall.offer()
    before = everything()
    answer = mall.send("POST /me/coupons", body, key=key)
    assert (answer.status, answer.code) == (400, code)
    assert everything() == before


def test_a_login_without_membership_claims_nothing(mall: Mall) -> None:
    mall.offer()
    assert mall.claim("stranger").code == "not_enrolled"
    assert mall.claim("").status == 401


def test_the_last_one_goes_to_one_of_two(mall: Mall) -> None:
    mall.offer(quantity=1)
    with first(lambda: mall.claim(BEN)):
        answer = mall.claim(ANNA)
    assert (answer.code, left(), had(ANNA), had(BEN)) == ("sold_out", 0, 0, 1)


def test_two_claims_of_one_member_at_once_stay_within_the_limit(mall: Mall) -> None:
    mall.offer()
    with first(lambda: mall.claim(key="other")):
        answer = mall.claim()
    assert (answer.code, had(), len(rows("coupon"))) == ("coupon_limit", 1, 1)


def test_an_empty_shard_is_passed_over_for_the_fullest(mall: Mall) -> None:
    mall.offer(quantity=50)  # two shards of twenty-five
    members = [f"member-{n:03}" for n in range(50)]
    for name in members:
        mall.member(name)
        assert mall.claim(name).status == 201
    assert [row["left"] for row in rows("stock")] == [0, 0]


def test_how_the_stock_was_dealt_is_read_again_where_it_was_not_known(mall: Mall) -> None:
    issuing._dealt["T1"] = 16
    mall.offer(quantity=30)
    assert mall.claim().status == 201
    assert (left(), issuing._dealt["T1"]) == (29, 1)


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("number", range(5))
def test_whichever_call_breaks_a_claim_is_made_once(mall: Mall, number: int, fault: Fault) -> None:
    mall.offer(quantity=10)
    answer, again = broken(number, fault, mall.claim), mall.claim()
    assert again.status == 201
    assert answer is None or answer.status == 503 or answer.body == again.body
    assert (left(), had(), len(rows("coupon"))) == (9, 1, 1)
