"""A till holds a coupon, gives it back, and redeems what needs no purchase: keyed by its receipt, once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from functions.coupons import locks, till
from loyalty import dynamo
from loyalty.clock import iso
from loyalty.coupons import codes, store
from loyalty.coupons.coupon import Use
from loyalty.coupons.coupon import redeemed as used
from loyalty.types import Status
from tests.functions.coupons.conftest import ANNA, BEN, PARKING, Mall, broken, everything, operations, rows, stored
from tests.functions.members.faults import Fault, first
from tests.support import HttpAnswer, call, http_event, member_caller

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")

UNKNOWN = codes.of_batch(b"s" * 32, 1)


@pytest.fixture
def code(mall: Mall) -> str:
    return mall.coupon()


@pytest.fixture
def parking(mall: Mall) -> str:
    return mall.coupon(**PARKING)


def test_a_lock_holds_a_coupon_for_a_receipt_for_ten_minutes(mall: Mall, code: str) -> None:
    answer = mall.lock(codes.shown(code))
    until = iso(mall.now + timedelta(minutes=10))
    assert (answer.status, answer.headers["location"]) == (201, f"/coupons/{code}")
    assert (answer.body["code"], answer.body["locked_until"]) == (codes.shown(code), until)
    assert answer.body["terms"]["off_fen"] == 5000
    coupon = stored(code)
    assert (coupon.did, coupon.act.actor, coupon.act.tier) == ("locked", "till:shoes", "regular")
    assert coupon.hold == ("till", "shoes/R-1", until)


def test_a_lock_takes_two_calls_and_three_write_units(mall: Mall, code: str) -> None:
    with operations() as made:
        mall.lock(code)
    assert made == ["BatchGetItem", "PutItem"]
    (row,) = rows("coupon")
    size = sum(len(name) + len(str(value)) for name, value in row.items())
    assert size <= 1024, "the row, and its copy in the wallet's index, cost one unit each; nothing else changes"


def test_the_same_receipt_finds_its_lock_also_when_the_session_is_over(mall: Mall, code: str) -> None:
    locked, before = mall.lock(code), everything()
    mall.later(minutes=4)
    again = mall.lock(code, session=mall.session(minutes=-1))
    assert (again.body, again.headers["idempotent-replayed"], everything()) == (locked.body, "true", before)


def test_a_lock_in_its_second_half_is_made_longer_if_the_member_is_still_there(mall: Mall, code: str) -> None:
    mall.lock(code)
    mall.later(minutes=6)
    assert mall.lock(code, session=mall.session(minutes=-1)).code == "member_session_expired"
    assert mall.lock(code).body["locked_until"] == iso(mall.now + timedelta(minutes=10))


def test_of_two_tills_one_holds_it_and_the_other_is_told_until_when(mall: Mall, code: str) -> None:
    with first(lambda: mall.lock(code, "R-2", "bags"), "PutItem"):
        answer = mall.lock(code)
    assert (answer.status, answer.code, answer.body["held_for"]) == (422, "coupon_held", "till")
    assert answer.body["held_until"] == iso(mall.now + timedelta(minutes=10))
    mall.later(minutes=10)
    assert mall.lock(code).status == 201


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.ACTIVE])
def test_a_member_who_may_not_redeem_is_told(mall: Mall, code: str, parking: str, status: Status) -> None:
    mall.member(status=status)
    before = everything()
    for answer in (mall.lock(code), mall.redeem(parking)):
        assert (answer.code, answer.body["status"]) == ("membership_status", status.value)
    assert everything() == before


def test_a_coupon_of_other_tenants_or_days_is_refused_with_the_reason(mall: Mall) -> None:
    elsewhere = mall.coupon(**PARKING, scope={"tenants": ["bags"]})
    mall.offer("later", validity={"from": "2026-12-24", "until": "2026-12-26"})
    later = mall.claim(template_id="later", key="later").body["code"]
    assert mall.lock(elsewhere).body["tenants"] == ["bags"]
    assert mall.redeem(elsewhere).code == "coupon_not_at_this_tenant"
    assert mall.redeem(elsewhere, tenant_id="bags").status == 201
    assert mall.lock(later).body["valid_from"] == "2026-12-24"
    mall.later(days=40)
    answer = mall.lock(later)
    assert (answer.status, answer.code) == (410, "coupon_expired")


@pytest.mark.parametrize(
    ("body", "status", "code_"),
    [
        ({"member_session": "junk"}, 410, "member_session_expired"),
        ({"member_session": ""}, 400, "invalid_request"),
        ({}, 400, "invalid_request"),
        ({"member_session": "x", "receipt_no": "a/b"}, 400, "invalid_request"),
        ({"member_session": "x", "receipt_no": "r" * 65}, 400, "invalid_request"),
        ({"member_session": "x", "tenant_id": "bags"}, 400, "invalid_request"),
    ],
)
@pytest.mark.parametrize("what", ["locks", "redemptions"])
def test_a_malformed_request_changes_nothing(
    mall: Mall, code: str, what: str, body: dict[str, Any], status: int, code_: str
) -> None:
    before = everything()
    answer = mall.ring(f"/coupons/{code}/{what}", body=body)
    assert (answer.status, answer.code) == (status, code_)
    assert everything() == before


def test_a_session_of_another_tenant_or_one_that_is_over_opens_nothing(mall: Mall, code: str) -> None:
    for session in (mall.session(tenant_id="bags"), mall.session(minutes=-1)):
        assert mall.lock(code, session=session).code == "member_session_expired"
    assert stored(code).version == 1


def test_somebody_elses_coupon_and_none_at_all_are_answered_alike(mall: Mall) -> None:
    theirs = mall.coupon(BEN)
    answers = [mall.at_till(name, what) for name in (theirs, UNKNOWN, "FATHER") for what in ("locks", "redemptions")]
    answers.append(mall.roll_back(UNKNOWN))
    assert {(answer.status, answer.code) for answer in answers} == {(404, "coupon_not_found")}
    assert len({str(answer.body) for answer in answers}) == 1


def test_a_tenant_that_tries_too_many_codes_is_told_to_wait(mall: Mall, code: str) -> None:
    assert {mall.lock(UNKNOWN, f"R-{n}").status for n in range(locks.UNKNOWN_CODES.times)} == {404}
    for answer in (mall.lock(code), mall.redeem(code), mall.roll_back(code)):
        assert (answer.status, answer.code) == (429, "too_many_requests")
        assert 0 < int(answer.headers["retry-after"]) <= 600
    assert mall.lock(code, tenant_id="bags").status == 201
    mall.roll_back(code, tenant_id="bags")
    mall.later(minutes=10)
    assert mall.lock(code).status == 201


def test_what_cannot_be_a_code_is_malformed(mall: Mall) -> None:
    for nothing in ("----", "-0000"):
        answers = (mall.lock(nothing), mall.redeem(nothing), mall.roll_back(nothing))
        assert [answer.status for answer in answers] == [400] * 3


def test_a_rolled_back_coupon_is_free_at_once_and_again_the_answer_is_the_same(mall: Mall, code: str) -> None:
    mall.lock(code)
    rolled = mall.roll_back(code)
    before, again = everything(), mall.roll_back(code)
    assert (rolled.status, rolled.body) == (201, {"code": codes.shown(code), "receipt_no": "R-1"})
    assert (again.status, again.body, again.headers["idempotent-replayed"]) == (201, rolled.body, "true")
    assert (everything(), stored(code).did) == (before, "released")
    assert mall.lock(code, "R-2", "bags").status == 201


def test_a_receipt_rolls_back_nothing_of_another(mall: Mall, code: str, parking: str) -> None:
    mall.lock(code)
    mall.redeem(parking)
    before = everything()
    for receipt_no, tenant_id in (("R-2", "shoes"), ("R-1", "bags")):
        assert mall.roll_back(code, receipt_no, tenant_id).status == 201
        assert mall.roll_back(parking, receipt_no, tenant_id).status == 201
    assert everything() == before


def test_a_roll_back_answers_from_no_reading_that_lags(mall: Mall, code: str) -> None:
    """The first reading comes before the lock, as a lagging replica's would: it must not be believed."""
    with first(lambda: mall.lock(code), "TransactGetItems"):
        assert mall.roll_back(code).status == 201
    assert stored(code).did == "released"


def test_a_benefit_is_redeemed_once_without_a_purchase(mall: Mall, parking: str) -> None:
    redeemed = mall.redeem(parking)
    assert (redeemed.status, redeemed.body["redeemed_at"], redeemed.body["terms"]["units"]) == (201, iso(mall.now), 2)
    before, again = everything(), mall.redeem(parking, session=mall.session(minutes=-1))
    assert (again.body, again.headers["idempotent-replayed"], everything()) == (redeemed.body, "true", before)
    other = mall.redeem(parking, "R-2")
    assert (other.code, other.body["used_at"]) == ("coupon_used", iso(mall.now))
    assert mall.lock(parking).code == "coupon_used"


def test_what_a_receipt_locked_before_midnight_it_redeems_after_it_and_no_other_does(mall: Mall) -> None:
    parking, other = mall.coupon(**PARKING), mall.coupon(**PARKING)
    mall.later(days=30, hours=11, minutes=58)  # two minutes to midnight
    mall.lock(parking)
    mall.later(minutes=9)
    assert mall.redeem(other).body["code"] == "coupon_expired"
    assert mall.lock(parking).body["code"] == "coupon_expired"
    assert mall.redeem(parking, "R-2").body["code"] == "coupon_expired"
    assert mall.redeem(parking).status == 201


def test_the_lock_of_the_same_receipt_does_not_stand_in_its_way(mall: Mall, parking: str) -> None:
    mall.lock(parking)
    assert mall.redeem(parking, "R-2").code == "coupon_held"
    assert mall.redeem(parking).status == 201
    assert stored(parking).hold is None


@pytest.mark.parametrize(
    "terms",
    [
        {"kind": "amount_off", "off_fen": 100},
        {"kind": "percent_off", "percent": 20},
        {"kind": "gift", "benefit_zh": "丝巾", "threshold_fen": 50000},
        {"kind": "sample", "benefit_zh": "小样", "scope": {"categories": ["cosmetics"]}},
    ],
)
def test_what_depends_on_goods_is_redeemed_with_them(mall: Mall, terms: dict[str, Any]) -> None:
    code = mall.coupon(**terms)
    assert mall.redeem(code).code == "coupon_needs_purchase"
    assert stored(code).version == 1


def test_a_redemption_without_purchase_is_undone_by_its_receipt(mall: Mall, parking: str) -> None:
    mall.redeem(parking)
    assert mall.roll_back(parking).status == 201
    assert (stored(parking).state, stored(parking).did) == ("issued", "returned")
    assert mall.redeem(parking, "R-2", "bags").status == 201


def test_what_a_purchase_redeemed_is_not_undone_by_a_roll_back(mall: Mall, code: str) -> None:
    coupon = stored(code)
    dynamo.client().put_item(
        **store.put_if_unchanged(used(coupon, Use("shoes", "R-1", iso(mall.now), 5000), coupon.act))
    )
    assert mall.roll_back(code).status == 201
    assert stored(code).state == "redeemed"


def test_of_two_tills_one_redeems(mall: Mall, parking: str) -> None:
    with first(lambda: mall.redeem(parking, "R-2", "bags"), "PutItem"):
        answer = mall.redeem(parking)
    use = stored(parking).use
    assert (answer.code, use is not None and use.tenant_id) == ("coupon_used", "bags")


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("number", range(4))
def test_whichever_call_breaks_a_till_repeats_and_is_answered_alike(
    mall: Mall, parking: str, number: int, fault: Fault
) -> None:
    steps: list[tuple[Callable[[], HttpAnswer], str, int]] = [
        (lambda: mall.lock(parking), "locked", 2),
        (lambda: mall.redeem(parking), "redeemed", 3),
        (lambda: mall.roll_back(parking), "returned", 4),
    ]
    for request, did, version in steps:
        answer, again = broken(number, fault, request), request()
        assert again.status == 201
        assert answer is None or answer.status == 503 or answer.body == again.body
        assert (stored(parking).did, stored(parking).version) == (did, version)


def test_who_is_no_till_is_turned_away(mall: Mall, code: str) -> None:
    body = {"receipt_no": "R-1", "member_session": mall.session()}
    for what in ("locks", "rollbacks", "redemptions"):
        sent = body if what != "rollbacks" else {"receipt_no": "R-1"}
        event = http_event(f"POST /coupons/{code}/{what}", body=sent, caller=member_caller(ANNA))
        assert call(till.handler, event).status == 403
