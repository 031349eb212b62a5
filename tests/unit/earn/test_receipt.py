"""A receipt's returns: many small ones are exactly one big one, and points never become money (pitfalls 3 and 7)."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.earn.errors import ReturnExceedsPurchaseError, UnknownLineError
from functions.earn.receipt import Receipt, Return
from loyalty.buckets import BucketKey
from loyalty.earning.lines import PricedLine
from loyalty.pricing.basket import spread
from loyalty.types import Day
from tests.unit.earn.builders import after, back, back_lines

RATES = st.sampled_from([(1, 1), (100, 1000), (1000, 100), (3, 2), (7, 5)])


@st.composite
def receipts(draw: st.DrawFn) -> Receipt:
    """Receipts of up to five lines, partly paid with points at some rate."""
    amounts = draw(st.lists(st.integers(1, 5_000), min_size=1, max_size=5))
    ratios = [draw(st.sampled_from([0, 500, 1000, 2500])) for _ in amounts]
    points_rate, fen_rate = draw(RATES)
    steps = draw(st.integers(0, sum(amounts) // fen_rate))
    shares = spread(steps * fen_rate, amounts)
    return receipt(
        [
            (f"s{n}", amount, amount - share, ratio)
            for n, (amount, share, ratio) in enumerate(zip(amounts, shares, ratios, strict=True))
        ],
        spent=steps * points_rate,
        value=steps * fen_rate,
        multiplier=draw(st.sampled_from([1000, 1200, 1500])),
    )


def receipt(lines: list[tuple[str, int, int, int]], spent: int = 0, value: int = 0, multiplier: int = 1000) -> Receipt:
    """A receipt of (sku, amount, net, ratio) lines."""
    nothing = (0,) * len(lines)
    return Receipt(
        lines=tuple(PricedLine(sku, "shoes", 1, amount, net, ratio, True) for sku, amount, net, ratio in lines),
        multiplier=multiplier,
        bucket=BucketKey("271130"),
        bought_on=Day("261121"),
        spent=((BucketKey("261231"), spent),) if spent else (),
        value=value,
        returned=nothing,
        settled=nothing,
    )


def cut(draw: Any, total: int, most: int = 12) -> list[int]:
    """Cut a total into parts above zero."""
    cuts = sorted({draw(st.integers(0, total)) for _ in range(most)} | {0, total})
    return [b - a for a, b in pairwise(cuts)]


def state(one: Receipt) -> tuple[object, ...]:
    return one.returned, one.earned_now, one.spend_now, one.given_back, one.money_back, one.taken_back


@given(bought=receipts(), data=st.data())
def test_pitfall_7_many_small_returns_by_amount_equal_one_big_one(bought: Receipt, data: st.DataObject) -> None:
    total = data.draw(st.integers(1, bought.returnable))
    parts = cut(data.draw, total)
    assert state(after(bought, [back(part) for part in parts])) == state(bought.with_return(back(total)))


def test_pitfall_7_returning_fen_by_fen_takes_from_no_line_more_than_its_proportion() -> None:
    bought = receipt([("cheap", 1000, 1000, 1000), ("excluded", 900, 900, 0)])
    small, big = after(bought, [back(1)] * 950), bought.with_return(back(950))
    assert small.returned == big.returned == (500, 450)
    assert small.taken_back == big.taken_back == 5


@given(bought=receipts(), data=st.data())
def test_pitfall_7_many_small_returns_by_line_equal_one_big_one(bought: Receipt, data: st.DataObject) -> None:
    goods = [(line.sku, data.draw(st.integers(1, line.amount))) for line in bought.lines]
    parts = [back_lines((sku, part)) for sku, amount in goods for part in cut(data.draw, amount, 4)]
    shuffled = data.draw(st.permutations(parts))
    assert state(after(bought, shuffled)) == state(bought.with_return(back_lines(*goods)))


@given(bought=receipts(), wishes=st.lists(st.tuples(st.booleans(), st.integers(0, 4), st.integers(1, 100)), max_size=6))
def test_every_return_moves_forward_and_the_last_one_undoes_the_purchase(
    bought: Receipt, wishes: list[tuple[bool, int, int]]
) -> None:
    now = bought
    for by_line, number, percent in wishes:
        n = number % len(bought.lines)
        of_line = (bought.lines[n].amount - now.returned[n]) * percent // 100
        wish = back_lines((bought.lines[n].sku, of_line)) if by_line else back(now.returnable * percent // 100)
        now = assert_forward(now, now.with_return(wish))
    now = assert_forward(now, now.with_return(back(now.returnable)))
    assert now.earned_now == now.spend_now == now.returnable == 0
    assert now.given_back == sum(points for _, points in bought.spent)
    assert now.money_back == sum(line.net for line in bought.lines)


def assert_forward(now: Receipt, later: Receipt) -> Receipt:
    assert all(a <= b for a, b in zip(now.returned, later.returned, strict=True))
    assert later.money_back >= now.money_back
    assert later.given_back >= now.given_back
    assert later.taken_back >= now.taken_back
    return later


@given(bought=receipts(), data=st.data())
def test_pitfall_3_points_never_come_back_as_money(bought: Receipt, data: st.DataObject) -> None:
    now = bought.with_return(back(data.draw(st.integers(1, bought.returnable))))
    points = sum(part for _, part in bought.spent)
    paid_with_points = sum(now.returned) - now.money_back
    exact = paid_with_points * points
    assert now.given_back * bought.value <= exact < (now.given_back + 1) * max(bought.value, 1)
    assert now.money_back <= sum(line.net for line in bought.lines)


def test_a_return_of_less_than_a_point_is_worth_neither_money_nor_a_point_until_it_adds_up() -> None:
    bought = receipt([("a", 100, 0, 1000)], spent=10, value=100)
    nine, ten = bought.with_return(back(9)), bought.with_return(back(10))
    assert (nine.money_back, nine.given_back) == (0, 0)
    assert (ten.money_back, ten.given_back) == (0, 1)
    assert state(nine.with_return(back(1))) == state(ten)


def test_more_than_is_left_is_refused_and_says_how_much_is_left() -> None:
    bought = receipt([("a", 100, 100, 1000), ("b", 50, 50, 1000)]).with_return(back_lines(("a", 60)))
    for wish, left in ((back(91), 90), (back_lines(("a", 41)), 50), (back_lines(("b", 51)), 40)):
        with pytest.raises(ReturnExceedsPurchaseError) as refusal:
            bought.with_return(wish)
        assert refusal.value.params["returnable"] in (left, 90)


def test_a_line_that_is_not_on_the_receipt_is_refused_by_name() -> None:
    with pytest.raises(UnknownLineError) as refusal:
        receipt([("a", 100, 100, 1000)]).with_return(back_lines(("a", 1), ("z", 1)))
    assert refusal.value.params == {"sku": "z"}


def test_several_lines_of_one_item_are_returned_together() -> None:
    bought = receipt([("a", 100, 100, 1000), ("b", 5, 5, 1000), ("a", 30, 30, 1000)])
    assert bought.with_return(back_lines(("a", 110))).returned == (100, 0, 10)


def test_an_early_return_by_line_stays_one_where_the_purchase_has_the_line() -> None:
    bought = receipt([("cheap", 1000, 1000, 1000), ("excluded", 1000, 1000, 0)])
    wish = back_lines(("excluded", 400))
    assert bought.capped(wish) is wish
    assert bought.capped(back_lines(("gone", 400))) == Return("B", 400)
    assert bought.capped(back(5000)) == Return("B", 2000)
    assert bought.with_return(back(2000)).capped(back(1)) == Return("B", 0)
