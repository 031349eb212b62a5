"""Coupons, rewards and answers against the ledger: the demo's own arithmetic must be able to say no to either side."""

import base64
from typing import Any

import pytest

from local.demo.accounted import unaccounted
from local.demo.books import figures

Row = dict[str, Any]


def coupon(code: str, state: str = "issued", *, off: int = 0, receipt_no: str = "R-1", alone: bool = False) -> Row:
    use = {"use": ["shop", receipt_no, "2026-11-21T10:00:00.000Z", off, alone]} if state == "redeemed" else {}
    return {"coupon_id": code, "kind": "coupon", "state": state, **use}


def purchase(receipt_no: str, **off: int) -> Row:
    reductions = [[code, "template", "amount_off", [[0, fen]], None] for code, fen in off.items() if fen]
    facts = {"tenant_id": "shop", "receipt_no": receipt_no, "coupons": list(off), "reductions": reductions}
    return {"source": f"shop/{receipt_no}", "movement": "purchase", "kind": "purchase", "facts": facts}


def came_back(receipt_no: str, *shown: str) -> Row:
    answer = {"coupons_returned": list(shown)}
    return {"source": f"shop/{receipt_no}", "movement": "refund/1", "kind": "refund", "answer": answer}


def redeemed(source: str, points: int = 1200) -> Row:
    legs = [["points", "271130", -points]]
    facts = {"reward_id": "umbrella"}
    return {"source": source, "movement": "redeem", "kind": "redeem", "member_id": "m1", "legs": legs, "facts": facts}


def undone(source: str) -> Row:
    return {"source": source, "movement": "refund", "kind": "refund", "legs": [["points", "271130", 1200]]}


def order(source: str, state: str, **more: Any) -> Row:
    entry_id = base64.urlsafe_b64encode(f"{source}\nredeem".encode()).rstrip(b"=").decode()
    row = {"reward_id": f"order/{entry_id}", "kind": "order", "member_id": "m1", "reward": "umbrella"}
    return {**row, "state": state, "points": 1200, "purse": "points", **more}


def answer(answer_id: str, points: int = 0, **more: Any) -> Row:
    brought = {"points": points, "purse": "courtesy"} if points else {}
    row = {"survey_id": f"answer/{answer_id}", "kind": "answer", "answer_id": answer_id, "member_id": "m1"}
    return {**row, **brought, **more}


def awarded(answer_id: str, points: int = 20) -> Row:
    row = {"source": f"survey/{answer_id}", "movement": "answer", "kind": "award", "member_id": "m1"}
    legs, reasons = [["courtesy", "271130", points]], [["survey", "courtesy", points]]
    return {**row, "account_version": 1, "legs": legs, "reasons": reasons}


def test_what_both_sides_tell_alike_is_accounted_for() -> None:
    entries = [purchase("R-1", AAAA=50_00, BBBB=0), redeemed("m1/1"), redeemed("m1/2"), undone("m1/2")]
    coupons = [
        coupon("AAAA", "redeemed", off=50_00),
        coupon("BBBB", "redeemed"),
        coupon("CCCC"),
        coupon("DDDD", "redeemed", alone=True),
        coupon("EEEE", "voided"),
    ]
    orders = [order("m1/1", "handed_over"), order("m1/2", "cancelled")]
    assert unaccounted(entries, coupons, orders) == []


def test_a_coupon_may_come_back_and_be_used_again() -> None:
    entries = [purchase("R-1", AAAABBBB=50_00), came_back("R-1", "AAAA-BBBB")]
    assert unaccounted(entries, [coupon("AAAABBBB")], []) == []
    again = [*entries, purchase("R-2", AAAABBBB=40_00)]
    assert unaccounted(again, [coupon("AAAABBBB", "redeemed", off=40_00, receipt_no="R-2")], []) == []


@pytest.mark.parametrize(
    ("entries", "coupons", "orders"),
    [
        pytest.param([], [coupon("AAAA", "redeemed", off=1)], [], id="redeemed at no purchase"),
        pytest.param([purchase("R-1", AAAA=1)], [coupon("AAAA")], [], id="used, and still open"),
        pytest.param([purchase("R-1", AAAA=1)], [], [], id="used, and nowhere"),
        pytest.param(
            [purchase("R-1", AAAA=1), purchase("R-2", AAAA=1)],
            [coupon("AAAA", "redeemed", off=1)],
            [],
            id="used twice",
        ),
        pytest.param([purchase("R-1", AAAA=2)], [coupon("AAAA", "redeemed", off=1)], [], id="another amount"),
        pytest.param([redeemed("m1/1")], [], [], id="points spent, and no reward"),
        pytest.param([], [], [order("m1/1", "reserved")], id="a reward, and no points spent"),
        pytest.param([redeemed("m1/1", 900)], [], [order("m1/1", "reserved")], id="another price"),
        pytest.param([redeemed("m1/1")], [], [order("m1/1", "cancelled")], id="cancelled, and no points back"),
        pytest.param(
            [redeemed("m1/1"), undone("m1/1")], [], [order("m1/1", "handed_over")], id="handed over, and back"
        ),
        pytest.param([redeemed("m1/1")], [], [order("m1/1", "done", code="AAAA")], id="a voucher, and no coupon"),
    ],
)
def test_what_only_one_side_tells_is_found(entries: list[Row], coupons: list[Row], orders: list[Row]) -> None:
    assert len(unaccounted(entries, coupons, orders)) == 1


def test_answers_and_what_they_brought_are_accounted_for() -> None:
    erased = answer("A-2", 20)
    del erased["member_id"]
    entries = [awarded("A-1"), awarded("A-2")]
    assert unaccounted(entries, [], [], [answer("A-1", 20), erased, answer("A-3")]) == []


@pytest.mark.parametrize(
    ("entries", "answers"),
    [
        pytest.param([], [answer("A-1", 20)], id="promised, and not credited"),
        pytest.param([awarded("A-1")], [answer("A-1")], id="credited, and not promised"),
        pytest.param([awarded("A-1", 30)], [answer("A-1", 20)], id="another number"),
        pytest.param([awarded("A-1")], [answer("A-1", 20, purse="growth")], id="another purse"),
        pytest.param([awarded("A-1")], [answer("A-1", 20, member_id="m2")], id="another member"),
        pytest.param([awarded("A-1")], [], id="credited, and nowhere answered"),
    ],
)
def test_points_for_an_answer_that_only_one_side_tells_are_found(entries: list[Row], answers: list[Row]) -> None:
    assert len(unaccounted(entries, [], [], answers)) == 1


def test_answers_their_points_and_what_was_improved_are_counted() -> None:
    finding = {"survey_id": "finding/f1", "kind": "finding", "state": "resolved"}
    others = [{**finding, "state": "open"}, {"survey_id": "open/queue.too_long", "kind": "finding"}]
    account = {"member_id": "m1", "version": 1, "buckets": {"courtesy": {"271130": 20}}}
    found = figures([account], [awarded("A-1")], said=[answer("A-1", 20), answer("A-2"), finding, *others])
    assert (found.surveys_answered, found.survey_points, found.findings_resolved) == (2, 20, 1)
    assert found.sound


def test_coupons_and_rewards_are_counted_by_what_became_of_them() -> None:
    coupons = [coupon("AAAA"), coupon("BBBB", "redeemed", alone=True), coupon("CCCC", "expired"), coupon("DDDD")]
    orders = [
        order("m1/1", "handed_over"),
        order("m1/2", "done"),
        order("m1/3", "reserved"),
        order("m1/4", "cancelled"),
    ]
    found = figures([], [], coupons, orders)
    assert (found.coupons_issued, found.coupons_redeemed, found.coupons_open) == (4, 1, 2)
    assert found.rewards_handed_over == 2
    assert found.unaccounted == 4
    assert not found.sound
