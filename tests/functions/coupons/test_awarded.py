"""Coupons that campaigns award and take back: once each, in whatever order the events come."""

import json
from typing import Any

import pytest

from functions.coupons import awarded, on_event, revoking
from loyalty.catalogue import OfferState
from loyalty.coupons import issue, store
from loyalty.coupons.coupon import CouponState
from loyalty.types import Status
from tests.functions.coupons.conftest import ANNA, BEN, PARKING, Mall, everything, had, left, rows, stored
from tests.functions.members.faults import Fault, KilledError, broken_call, calls_through
from tests.support import Context

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")

REF = "cmVjZWlwdC9zaG9lcy9SLTEKcHVyY2hhc2U/C1/1"


def message(kind: str, *coupons: tuple[str, str], message_id: str = "m1", **changes: Any) -> dict[str, Any]:
    """An event about a campaign as the bus's rule puts it into the queue."""
    detail = {
        "id": f"{kind}-1",
        "type": kind,
        "subject": ANNA,
        "origin": "till",
        "data": {
            "campaign_id": "C1",
            "coupons": [{"template_id": template_id, "ref": ref} for template_id, ref in coupons or [("T1", REF)]],
        },
        **changes,
    }
    return {"messageId": message_id, "body": json.dumps({"detail-type": kind, "detail": detail})}


def given(*coupons: tuple[str, str], **changes: Any) -> dict[str, Any]:
    return message(awarded.AWARDED, *coupons, **changes)


def back(*coupons: tuple[str, str], **changes: Any) -> dict[str, Any]:
    return message(awarded.TAKEN_BACK, *coupons, **changes)


def hear(*messages: dict[str, Any]) -> list[str]:
    """Apply messages; return those that must come again."""
    answer = on_event.handler({"Records": list(messages)}, Context())
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def state(ref: str = REF) -> CouponState:
    return stored(issue.code_named(ref)).state


def test_an_award_brings_its_coupon_once_however_often_the_event_comes(mall: Mall) -> None:
    mall.offer(claimable=False, quantity=10)
    assert hear(given()) == []
    before = everything()
    assert hear(given(), given(message_id="m2")) == []
    assert everything() == before
    (row,) = rows("coupon")
    assert (row["coupon_id"], row["member_id"], row["template_id"]) == (issue.code_named(REF), ANNA, "T1")
    assert (row["way"], row["did"], left(), had()) == ("event", "sent", 9, 1)


def test_the_coupon_of_a_gift_for_an_occasion_says_so_and_also_waits_for_who_cannot_use_it_yet(mall: Mall) -> None:
    mall.offer()
    mall.member(BEN, status=Status.UNCLAIMED)
    gift = {"offer_id": "O1", "coupons": [{"template_id": "T1", "ref": "occasion/O1/ben/1/0"}]}
    assert hear(message(awarded.GIVEN, subject=BEN, data=gift)) == []
    assert [(row["way"], row["did"]) for row in rows("coupon")] == [("occasion", "sent")]


def test_a_coupon_that_was_issued_before_its_way_had_a_name_is_found_again(mall: Mall) -> None:
    mall.offer(per_member=2)
    hear(given())
    assert hear(message(awarded.GIVEN)) == []
    assert [row["way"] for row in rows("coupon")] == ["event"]


def test_every_coupon_of_an_award_is_issued(mall: Mall) -> None:
    mall.offer("T1", per_member=2)
    mall.offer("T2")
    hear(given(("T1", f"{REF}1"), ("T1", f"{REF}2"), ("T2", f"{REF}3")))
    assert sorted(row["template_id"] for row in rows("coupon")) == ["T1", "T1", "T2"]


def test_a_receipt_of_a_file_brings_the_coupon_its_entry_names(mall: Mall) -> None:
    mall.offer()
    assert hear(given(origin="import")) == []
    assert len(rows("coupon")) == 1


def test_an_award_without_coupons_makes_no_call(mall: Mall) -> None:
    message_ = given()
    body = json.loads(message_["body"])
    body["detail"]["data"]["coupons"] = []
    with calls_through(lambda n, operation, call: pytest.fail(operation)):
        assert hear({**message_, "body": json.dumps(body)}) == []


def test_what_cannot_be_issued_is_counted_and_does_not_come_again(
    mall: Mall, capsys: pytest.CaptureFixture[str]
) -> None:
    mall.offer("gone", quantity=1)
    mall.claim(BEN, template_id="gone")
    mall.offer("paused", state=OfferState.PAUSED)
    mall.offer("fine")
    capsys.readouterr()
    assert hear(given(("gone", "r/C1/1"), ("paused", "r/C1/2"), ("never", "r/C1/3"), ("fine", "r/C1/4"))) == []
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    assert [line[awarded.REFUSED] for line in told if awarded.REFUSED in line] == [[3.0]]
    assert [line[awarded.ISSUED] for line in told if awarded.ISSUED in line] == [[1.0]]
    assert [row["member_id"] for row in rows("coupon") if row["template_id"] == "fine"] == [ANNA]


def test_an_erased_member_gets_nothing(mall: Mall) -> None:
    mall.offer()
    mall.member(status=Status.ERASED)
    assert hear(given()) == []
    assert rows("coupon") == []


def test_an_award_taken_back_voids_what_is_unused(mall: Mall) -> None:
    mall.offer()
    hear(given())
    assert hear(back()) == []
    assert state() is CouponState.VOIDED
    before = everything()
    assert hear(back(), given()) == []
    assert everything() == before


def test_the_award_heard_after_it_was_taken_back_brings_nothing(mall: Mall) -> None:
    mall.offer(quantity=10)
    assert hear(back()) == []
    assert hear(given(), given()) == []
    assert (rows("coupon"), left(), had()) == ([], 10, 0)
    assert [row["coupon_id"] for row in rows("revoked")] == [f"revoked/{issue.code_named(REF)}"]


def test_only_the_coupon_that_is_taken_back_is_lost(mall: Mall) -> None:
    mall.offer(per_member=9)
    first, second = ("T1", f"{REF}1"), ("T1", f"{REF}2")
    hear(back(first))
    hear(given(first, second))
    assert [row["coupon_id"] for row in rows("coupon")] == [issue.code_named(second[1])]


def test_a_coupon_that_was_used_is_kept(mall: Mall) -> None:
    mall.offer(terms=PARKING)
    hear(given())
    assert mall.redeem(issue.code_named(REF)).status == 201
    before = everything()
    assert hear(back()) == []
    assert everything() == before
    assert state() is CouponState.REDEEMED


def test_a_coupon_past_its_day_is_left_to_the_sweep(mall: Mall) -> None:
    mall.offer()
    hear(given())
    mall.later(days=40)
    assert hear(back()) == []
    assert state() is CouponState.ISSUED


def test_a_coupon_given_to_a_friend_is_not_issued_again_and_is_taken_back_unused(mall: Mall) -> None:
    mall.offer(terms={"kind": "amount_off", "off_fen": 5000, "giftable": True})
    hear(given())
    code = issue.code_named(REF)
    gift = mall.send(f"POST /me/coupons/{code}/gifts", key="g1").body["gift_code"]
    assert mall.enter(gift, BEN).status == 201
    before = everything()
    assert hear(given()) == []
    assert everything() == before
    hear(back())
    assert state() is CouponState.VOIDED


def test_an_award_that_is_taken_back_while_it_is_issued_brings_nothing(mall: Mall) -> None:
    mall.offer(quantity=10)
    calls: list[str] = []

    def between(_n: int, operation: str, call: Any) -> Any:
        calls.append(operation)
        if operation == "TransactWriteItems" and calls.count(operation) == 1:
            revoking.revoke(issue.code_named(REF), on_event._caller({"id": "x", "origin": "till"}))
        return call()

    with calls_through(between):
        assert hear(given()) == []
    assert (rows("coupon"), left(), len(rows("revoked"))) == ([], 10, 1)


def test_an_award_that_is_issued_while_it_is_taken_back_is_voided(mall: Mall) -> None:
    mall.offer()
    calls: list[str] = []

    def between(_n: int, operation: str, call: Any) -> Any:
        calls.append(operation)
        if operation == "TransactWriteItems" and calls.count(operation) == 1:
            hear(given())
        return call()

    with calls_through(between):
        assert hear(back()) == []
    assert (state(), rows("revoked")) == (CouponState.VOIDED, [])


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("number", range(8))
@pytest.mark.parametrize("order", [(given, back), (back, given), (given, given)], ids=["in order", "turned", "twice"])
def test_whichever_call_breaks_the_end_is_the_same(mall: Mall, number: int, fault: Fault, order: Any) -> None:
    mall.offer(quantity=10, per_member=9)
    first, second = (make(("T1", f"{REF}1"), ("T1", f"{REF}2")) for make in order)
    with broken_call(number, fault):
        try:
            hear(first)
            hear(second)
        except KilledError:
            assert fault is Fault.KILLED
    assert hear(first, second) == []
    usable = [row for row in rows("coupon") if row["state"] == "issued"]
    assert len(usable) == (2 if order == (given, given) else 0)
    assert left() == 10 - len(rows("coupon"))


@pytest.mark.parametrize("data", [{}, {"campaign_id": "C1", "coupons": [{"template_id": "T1"}]}, {"campaign_id": "/"}])
def test_an_event_nobody_can_read_comes_back_alone(mall: Mall, data: dict[str, Any]) -> None:
    mall.offer()
    assert hear(given(message_id="bad", data=data), given(message_id="good")) == ["bad"]
    assert len(rows("coupon")) == 1


def test_the_ref_does_not_open_the_coupon(mall: Mall) -> None:
    assert store.key(REF)["coupon_id"] not in issue.code_named(REF)
    assert len(issue.code_named(REF)) == 16
