"""POST /quotes: the checkout's own rule, and nothing is written."""

from typing import Any

import pytest

from tests.functions.till import ANNA, bucket, everything, member, post, receipt, session

UNASKED = {"receipt_no", "gross", "paid", "purchased_at"}


def basket(**changes: Any) -> dict[str, Any]:
    return {name: value for name, value in receipt(**changes).items() if name not in UNASKED}


def test_a_quote_promises_what_the_purchase_then_does(mall: Any) -> None:
    member(ANNA, (bucket(), 1_000))
    before = everything()
    quoted = post("/quotes", basket(points=1_000, member_session=session())).body
    assert everything() == before
    done = post("/purchases", receipt(points=1_000, member_session=session())).body
    shared = {"points_earned", "points_spent", "balance", "tier", "awards", "gross"}
    assert {name: quoted[name] for name in shared} == {name: done[name] for name in shared}
    assert (quoted["payable"], quoted["points_value"], quoted["missing"]) == (58_900, 1_000, [])


def test_what_cannot_be_had_is_named_with_what_is_missing(mall: Any) -> None:
    member(ANNA, (bucket(), 650))
    before = everything()
    quoted = post("/quotes", basket(points=1_000, member_session=session(), coupons=["C"]), accept_language="en").body
    assert [(part["code"], part["missing_points"]) for part in quoted["missing"]] == [
        ("insufficient_points", 350),
        ("unknown_coupon", None),
    ]
    assert quoted["missing"][0]["detail"] == "Not enough points: 350 more are needed."
    assert (quoted["points_spent"], quoted["payable"]) == (0, 59_900)
    assert everything() == before


def test_points_worth_more_than_the_basket_say_how_many_can_be_used(mall: Any) -> None:
    quoted = post("/quotes", basket(points=99_999, member_session=session())).body
    assert [(part["code"], part["most_points"]) for part in quoted["missing"]] == [("points_exceed_basket", 59_900)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"member_id": "nobody-1"}, "unknown_member"),
        ({"member_session": "junk"}, "member_session_expired"),
        ({"points": 5}, "member_session_required"),
    ],
)
def test_a_quote_for_nobody_is_refused(mall: Any, changes: dict[str, Any], code: str) -> None:
    assert post("/quotes", basket(**changes)).code == code


def test_a_quote_with_a_session_that_is_over_is_refused(mall: Any) -> None:
    assert post("/quotes", basket(member_session=session(minutes=-1))).status == 410


@pytest.mark.parametrize(
    ("at", "code"),
    [
        ("9999-12-31T23:59:59-12:00", "purchased_in_future"),
        ("1970-01-01T00:00:00Z", "purchased_too_early"),
        ("0001-01-01T00:00:00+08:00", "purchased_too_early"),
    ],
)
def test_a_quote_for_a_time_that_cannot_be_is_refused(mall: Any, at: str, code: str) -> None:
    assert post("/quotes", {**basket(), "purchased_at": at}).code == code
