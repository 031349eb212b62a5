"""Enrol, earn, spend, return, as members and tills do it, through the gateway with IAM enforced."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tests.e2e.mall import Mall, new_key, receipt


@pytest.fixture(scope="module")
def till(mall: Mall) -> str:
    return mall.tenant("e2e-shoes", ratios={"food": "0.5"})


def test_a_member_enrols_earns_spends_and_returns(mall: Mall, till: str) -> None:
    who, _ = mall.member()
    session = mall.session(who, till)
    first = mall.buy(till, 100_000, member_session=session)
    assert (first.status, first.body["points_earned"], first.body["balance"]) == (201, 1000, 1000)
    body = receipt(50_000, points=400, member_session=session)
    second = mall.api.call(till, "POST", "/purchases", body)
    assert (second.body["points_spent"], second.body["points_earned"], second.body["balance"]) == (400, 496, 1096)
    back = {"refund_no": "R1", "amount": 50_000}
    refund = mall.api.call(till, "POST", f"/purchases/{body['receipt_no']}/refunds", back)
    assert (refund.body["points_taken_back"], refund.body["points_given_back"]) == (496, 400)
    assert refund.body["money_back"] == 49_600
    assert mall.points(who)["balance"] == 1000
    assert sum(entry["points"] for entry in mall.entries(who)) == 1000


def test_the_tier_rises_at_once_and_multiplies_the_next_receipt(mall: Mall, till: str) -> None:
    who, _ = mall.member()
    session = mall.session(who, till)
    assert mall.buy(till, 10_000_00, member_session=session).body["tier"] == "gold"
    assert mall.buy(till, 100_00, member_session=session).body["points_earned"] == 120
    assert mall.points(who)["tier"]["code"] == "gold"


def test_the_same_receipt_sent_by_six_tills_at_once_earns_once(mall: Mall, till: str) -> None:
    who, member_id = mall.member()
    body = receipt(10_000, member_id=member_id)
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: mall.api.call(till, "POST", "/purchases", body), range(6)))
    assert {answer.status for answer in answers} == {201}
    assert len({str(answer.body) for answer in answers}) == 1
    assert mall.points(who)["balance"] == 100


def test_the_last_points_are_spent_once(mall: Mall, till: str) -> None:
    who, _ = mall.member()
    session = mall.session(who, till)
    mall.buy(till, 10_000, member_session=session)
    bodies = [{"points": 100, "member_session": session} for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda b: mall.api.call(till, "POST", "/redemptions", b, key=new_key()), bodies))
    assert sorted(answer.status for answer in answers) == [201, *[422] * 7]
    refused = next(answer for answer in answers if answer.status == 422)
    assert (refused.body["code"], refused.body["missing_points"]) == ("insufficient_points", 100)
    assert mall.points(who)["balance"] == 0


def test_a_return_that_arrives_first_leaves_only_the_remainder_to_earn(mall: Mall, till: str) -> None:
    who, member_id = mall.member()
    body = receipt(10_000, member_id=member_id)
    path = f"/purchases/{body['receipt_no']}/refunds"
    early = mall.api.call(till, "POST", path, {"refund_no": "E1", "amount": 4_000})
    assert (early.status, early.body["state"]) == (202, "awaiting_purchase")
    assert mall.api.call(till, "POST", "/purchases", body).body["points_earned"] == 60
    again = mall.api.call(till, "POST", path, {"refund_no": "E1", "amount": 4_000})
    assert again == replace(early, replayed=True)
    assert mall.points(who)["balance"] == 60


def test_a_quote_equals_the_checkout_and_writes_nothing(mall: Mall, till: str) -> None:
    who, _ = mall.member()
    session = mall.session(who, till)
    lines = [{"sku": "F", "category": "food", "quantity": 1, "amount": 9_999}]
    quote = mall.api.expect(200, till, "POST", "/quotes", {"member_session": session, "lines": lines, "points": 50})
    assert [part["code"] for part in quote["missing"]] == ["insufficient_points"]
    assert quote["missing"][0]["missing_points"] == 50
    body = receipt(9_999, member_session=session, lines=lines)
    assert mall.api.call(till, "POST", "/purchases", body).body["points_earned"] == quote["points_earned"] == 49
    assert len(mall.entries(who)) == 1


def test_a_member_code_opens_one_session_only(mall: Mall, till: str) -> None:
    who, _ = mall.member()
    code = mall.api.expect(200, who, "GET", "/me/code")["code"]
    key = new_key()
    first = mall.api.call(till, "POST", "/member-sessions", {"member_code": code}, key=key)
    again = mall.api.call(till, "POST", "/member-sessions", {"member_code": code}, key=key)
    other = mall.api.call(till, "POST", "/member-sessions", {"member_code": code}, key=new_key())
    assert (first.status, first.body) == (again.status, again.body) == (201, first.body)
    assert other.status == 410


def test_an_erased_member_leaves_a_whole_ledger_and_no_person(mall: Mall, till: str) -> None:
    who, member_id = mall.member(name="抹除测试")
    mall.buy(till, 10_000, member_id=member_id)
    assert mall.api.call(who, "DELETE", "/me").status == 204
    assert mall.buy(till, 10_000, member_id=member_id).body["code"] == "membership_status"
    points = mall.api.expect(200, "operator", "GET", f"/members/{member_id}/points")
    entries = mall.api.expect(200, "operator", "GET", f"/members/{member_id}/points/entries")["items"]
    assert (points["status"], points["balance"]) == ("erased", 0)
    assert sum(entry["points"] for entry in entries) == 0
    assert "抹除测试" not in str((points, entries))
