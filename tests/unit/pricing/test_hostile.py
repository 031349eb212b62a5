"""Baskets made to break the price: huge quantities, lines of nothing, many of everything; and what a receipt stores."""

import json
import time
from typing import Any

import pytest

from loyalty.fields import MAX_FEN
from loyalty.pricing.basket import Offered, spread
from loyalty.pricing.best import best
from loyalty.pricing.kept import withdrawn
from loyalty.pricing.price import price
from loyalty.pricing.records import from_plain, to_plain
from tests.unit.pricing.builders import TIER_15, basket, coupon, line, offs, refusals

RULES: list[dict[str, Any]] = [
    {"kind": "amount_off", "off_fen": 700},
    {"kind": "percent_off", "percent": 7},
    {"kind": "buy_get", "buy": 100, "get": 100, "sets": 100},
    {"kind": "special_price", "price_fen": 1, "pieces": 100},
]


def many(count: int) -> list[Offered]:
    return [coupon(f"K{n:02}", template=f"t{n:02}", **RULES[n % 4]) for n in range(count)]


def test_a_million_pieces_are_not_counted_one_by_one() -> None:
    lines = [line(MAX_FEN // 400 + n, quantity=1_000_000, sku=str(n)) for n in range(300)]
    wish = basket(lines, *many(20), discounts=(TIER_15,))

    began = time.process_time()
    priced = price(wish)
    lost = withdrawn(wish.lines, priced.reductions, [one.amount // 3 for one in lines])

    assert time.process_time() - began < 2
    assert priced.refused == ()
    assert len(lost) == len(priced.reductions) == 21


def test_three_hundred_lines_with_twenty_coupons_find_their_best() -> None:
    wish = basket([line(1_000 + n, quantity=1 + n % 3) for n in range(300)], discounts=(TIER_15,))
    began = time.process_time()
    assert best(wish, many(20))
    assert time.process_time() - began < 5


def test_equal_lines_share_the_odd_fen_quickly() -> None:
    shares = spread(150, [1] * 300)
    assert (sum(shares), shares[:150], shares[150:]) == (150, [1] * 150, [0] * 150)


@pytest.mark.parametrize("amounts", [[0], [0, 0], [1], [1, 1, 1], [0, 1]])
@pytest.mark.parametrize("rule", RULES)
def test_lines_of_nothing_and_of_one_fen_are_priced(amounts: list[int], rule: dict[str, Any]) -> None:
    wish = basket([line(amount, quantity=300) for amount in amounts], coupon("K", **rule), discounts=(TIER_15,))
    assert 0 <= price(wish).payable <= sum(amounts)


def test_goods_that_cost_nothing_take_nothing_off() -> None:
    assert refusals(price(basket([line(0)], coupon("K", "amount_off", off_fen=5)))) == {"K": "coupon_without_effect"}


def test_pieces_below_a_fen_never_make_a_line_negative() -> None:
    wish = basket([line(2, quantity=3)], *many(20))
    assert price(wish).payable == 0


def test_ten_million_yuan_and_all_of_it_off() -> None:
    priced = price(basket([line(MAX_FEN)], coupon("K", "percent_off", percent=100)))
    assert (priced.payable, offs(priced)) == (0, {"K": MAX_FEN})


def test_two_coupons_of_a_usual_receipt_are_stored_in_a_third_of_a_kilobyte() -> None:
    pair = [
        coupon("ABCDEFGH23456789", "amount_off", off_fen=5_000, threshold_fen=50_000),
        coupon("JKLMNPQR23456789", "buy_get", buy=1, get=1, sets=1),
    ]
    lines = [line(29_900, quantity=2), line(19_900), line(9_900)]
    plain = [to_plain(reduction) for reduction in price(basket(lines, *pair, discounts=(TIER_15,))).reductions]

    assert len(json.dumps(plain, separators=(",", ":"))) < 340
    assert [to_plain(from_plain(one, 3)) for one in json.loads(json.dumps(plain))] == plain


def test_what_is_stored_leaves_out_lines_that_nothing_came_off() -> None:
    own = coupon("K", "percent_off", percent=10, scope={"skus": ("a",)})
    priced = price(basket([line(1_000), line(2_000, sku="a")], own))
    assert to_plain(priced.reductions[0]) == ["K", "of-K", "percent_off", [[1, 200]], None]
