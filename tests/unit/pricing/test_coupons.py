"""What each coupon takes off, with the malls' own figures (requirements C1, A11, T3, K7)."""

from typing import Any

import pytest

from loyalty.coupons.terms import Discount, Scope
from loyalty.pricing.price import price
from tests.unit.pricing.builders import TIER_15, basket, by_source, coupon, line, offs, refusals

FIVE_HUNDRED_MINUS_FIFTY: dict[str, Any] = {"kind": "amount_off", "off_fen": 5_000, "threshold_fen": 50_000}
BUY_ONE_GET_ONE: dict[str, Any] = {"kind": "buy_get", "buy": 1, "get": 1, "sets": 1}


def test_fifty_off_five_hundred() -> None:
    priced = price(basket([line(30_000), line(20_000)], coupon("K", **FIVE_HUNDRED_MINUS_FIFTY)))

    assert priced.nets == (27_000, 18_000)
    assert by_source(priced, "K").parts == (3_000, 2_000)


def test_one_fen_below_the_threshold_is_told_what_is_missing() -> None:
    priced = price(basket([line(49_999)], coupon("K", **FIVE_HUNDRED_MINUS_FIFTY)))

    assert priced.payable == 49_999
    assert [(one.refusal.code, one.refusal.params) for one in priced.refused] == [
        ("coupon_threshold", {"missing_fen": 1})
    ]


@pytest.mark.parametrize(("with_discounts", "payable"), [(True, 46_750), (False, 50_000)])
def test_a_threshold_is_measured_after_automatic_discounts_or_on_gross(with_discounts: bool, payable: int) -> None:
    stacking = {"combines": "all", "with_discounts": with_discounts}
    near = coupon("K", "amount_off", off_fen=5_000, threshold_fen=47_000, stacking=stacking)
    priced = price(basket([line(55_000)], near, discounts=(TIER_15,)))

    # 15% off 550 is 467.50, short of 470; on gross amounts 500 is reached but dearer than the discount.
    assert priced.payable == 46_750
    assert refusals(priced) == {"K": "coupon_threshold" if with_discounts else "coupon_without_effect"}
    assert price(basket([line(55_000)], near)).payable == 50_000


def test_a_coupon_that_displaces_discounts_does_so_for_its_own_goods_only() -> None:
    own = coupon("K", "percent_off", percent=30, scope={"skus": ("a",)}, stacking={"with_discounts": False})
    priced = price(basket([line(10_000, sku="a"), line(10_000, sku="b")], own, discounts=(TIER_15,)))

    assert priced.nets == (7_000, 8_500)
    assert offs(priced) == {"tier": 1_500, "K": 3_000}


def test_twenty_percent_off_leaves_a_price_rounded_to_the_nearest_fen() -> None:
    eighty = coupon("K", "percent_off", percent=20)
    assert price(basket([line(999)], eighty)).payable == 799  # 799.2
    assert price(basket([line(998)], eighty)).payable == 798  # 798.4
    half = coupon("K", "percent_off", percent=50)
    assert price(basket([line(1)], half)).payable == 1  # half a fen is rounded up
    assert price(basket([line(999)], coupon("K", "percent_off", percent=100))).payable == 0


def test_a_percentage_stops_at_its_cap() -> None:
    capped = coupon("K", "percent_off", percent=20, max_off_fen=1_000)
    assert price(basket([line(4_000), line(6_000)], capped)).nets == (3_600, 5_400)
    assert price(basket([line(4_999)], capped)).payable == 3_999


def test_a_coupon_worth_more_than_the_goods_takes_no_more_than_they_cost() -> None:
    priced = price(basket([line(3_000), line(1_000, category="tobacco")], coupon("K", "amount_off", off_fen=5_000)))

    assert priced.nets == (0, 1_000)
    assert offs(priced) == {"K": 3_000}


def test_buy_one_get_one_frees_the_cheaper() -> None:
    priced = price(basket([line(5_900, sku="tea"), line(4_900, sku="cake")], coupon("K", **BUY_ONE_GET_ONE)))
    assert priced.nets == (5_900, 0)


def test_pieces_are_grouped_from_the_dearest_down_and_no_more_sets_than_the_coupon_has() -> None:
    lines = [line(200, quantity=2), line(900, quantity=3), line(250)]  # 300 300 300 250 100 100
    assert price(basket(lines, coupon("K", **BUY_ONE_GET_ONE))).nets == (200, 600, 250)
    assert price(basket(lines, coupon("K", **BUY_ONE_GET_ONE | {"sets": 2}))).nets == (200, 600, 0)
    assert price(basket(lines, coupon("K", **BUY_ONE_GET_ONE | {"sets": 9}))).nets == (100, 600, 0)
    assert price(basket(lines, coupon("K", "buy_get", buy=2, get=1, sets=9))).nets == (100, 600, 250)
    assert price(basket(lines, coupon("K", "buy_get", buy=1, get=2, sets=1))).nets == (200, 300, 250)


def test_a_group_may_begin_in_one_line_and_end_in_the_next() -> None:
    three_for_two = coupon("K", "buy_get", buy=2, get=1, sets=1)
    assert price(basket([line(600, quantity=2), line(100)], three_for_two)).nets == (600, 0)


def test_pieces_that_differ_by_less_than_a_fen_are_told_apart() -> None:
    lines = [line(10_000, quantity=3), line(6_667, quantity=2)]  # 33.3333 and 33.335 yuan
    assert by_source(price(basket(lines, coupon("K", **BUY_ONE_GET_ONE))), "K").parts == (0, 3_333)


def test_too_few_pieces_are_told_and_a_line_that_costs_nothing_is_no_piece() -> None:
    priced = price(basket([line(900), line(0, quantity=5)], coupon("K", "buy_get", buy=2, get=1, sets=1)))
    assert [(one.refusal.code, one.refusal.params) for one in priced.refused] == [
        ("coupon_pieces", {"missing_pieces": 2})
    ]


def test_two_free_pieces_need_four_pieces() -> None:
    pair = [coupon(code, template="bogo", stacking={"per_receipt": 2}, **BUY_ONE_GET_ONE) for code in ("K1", "K2")]
    lines = [line(20_000, quantity=2), line(20_000, quantity=2)]

    assert offs(price(basket(lines, *pair))) == {"K1": 10_000, "K2": 10_000}
    assert refusals(price(basket(lines[:1], *pair))) == {"K2": "coupon_without_effect"}


def test_goods_of_the_ninety_nine_yuan_zone() -> None:
    zone = coupon("K", "special_price", price_fen=9_900, pieces=2, scope={"categories": ("zone",)})
    lines = [line(38_700, category="zone", quantity=3), line(15_900, category="zone"), line(8_000, category="zone")]

    # The 159 and one of the three at 129 cost 99; what is cheaper stays as it is.
    assert price(basket(lines, zone)).nets == (35_700, 9_900, 8_000)
    assert price(basket([line(9_900, category="zone")], zone)).payable == 9_900


def test_goods_no_dearer_than_the_special_price_are_left_to_other_coupons() -> None:
    lines = [line(15_900, sku="a"), line(5_000, sku="b"), line(5_000, sku="c")]
    zone = coupon("K", "special_price", price_fen=9_900, pieces=3)
    assert price(basket(lines, zone, coupon("L", **BUY_ONE_GET_ONE))).nets == (9_900, 5_000, 0)


def test_a_piece_is_sold_at_a_special_price_once() -> None:
    pair = [
        coupon(code, "special_price", template="zone", price_fen=9_900, pieces=1, stacking={"per_receipt": 2})
        for code in ("K1", "K2")
    ]
    assert price(basket([line(38_700, quantity=3)], *pair)).payable == 9_900 + 9_900 + 12_900


def test_an_add_on_asks_for_other_goods() -> None:
    add_on = coupon("K", "special_price", price_fen=100, pieces=1, threshold_fen=20_000, scope={"skus": ("mug",)})
    mug = line(3_900, sku="mug")

    assert price(basket([line(20_000), mug], add_on)).nets == (20_000, 100)
    assert refusals(price(basket([line(19_999), mug], add_on))) == {"K": "coupon_threshold"}
    assert refusals(price(basket([line(20_000, category="tobacco"), mug], add_on))) == {"K": "coupon_threshold"}
    assert refusals(price(basket([line(20_000)], add_on))) == {"K": "no_goods_for_coupon"}


def test_a_diamond_member_gets_fifteen_percent_off_all_but_excluded_goods() -> None:
    priced = price(basket([line(10_000), line(10_000, category="tobacco")], discounts=(TIER_15,)))

    assert priced.nets == (8_500, 10_000)
    assert offs(priced) == {"tier": 1_500}


def test_every_line_gets_the_best_discount_and_only_that() -> None:
    brands = Discount(code="brands", percent=10, scope=Scope(brands=("x",)))
    sale = Discount(code="sale", percent=20, scope=Scope(categories=("food",)))
    lines = [line(10_000, brand="x"), line(10_000, brand="x", category="food"), line(10_000)]

    priced = price(basket(lines, discounts=(brands, sale)))

    assert priced.nets == (9_000, 8_000, 10_000)
    assert [reduction.source for reduction in priced.reductions] == ["brands", "sale"]


def test_a_campaign_of_other_tenants_gives_nothing_here() -> None:
    there = Discount(code="there", percent=20, scope=Scope(tenants=("elsewhere",)))
    assert price(basket([line(10_000)], discounts=(there,))).payable == 10_000


def test_a_coupon_is_redeemed_at_the_tenants_it_names() -> None:
    there = coupon("K", "amount_off", off_fen=100, scope={"tenants": ("elsewhere",)})
    here = coupon("L", "amount_off", off_fen=100, scope={"tenants": ("elsewhere", "muzuo-home")})
    assert refusals(price(basket([line(1_000)], there, here))) == {"K": "coupon_not_at_this_tenant"}


def test_a_gift_needs_its_goods_and_takes_nothing_off() -> None:
    scarf = coupon("K", "gift", benefit_zh="丝巾", threshold_fen=50_000)

    priced = price(basket([line(50_000)], scarf))

    assert (priced.payable, offs(priced), by_source(priced, "K").condition) == (50_000, {"K": 0}, None)
    assert refusals(price(basket([line(49_999)], scarf))) == {"K": "coupon_threshold"}


def test_a_basket_of_excluded_goods_takes_no_coupon_and_no_points() -> None:
    every = [coupon("K", "amount_off", off_fen=100), coupon("L", "gift", benefit_zh="丝巾")]
    priced = price(basket([line(9_000, category="tobacco")], *every, discounts=(TIER_15,), points_value=100))

    assert (priced.payable, priced.points_room, offs(priced)) == (9_000, 0, {})
    assert refusals(priced) == {"K": "no_goods_for_coupon", "L": "no_goods_for_coupon"}


def test_points_come_last_and_stop_at_what_is_left() -> None:
    priced = price(
        basket(
            [line(10_000), line(500, category="tobacco")], coupon("K", "amount_off", off_fen=9_000), points_value=2_000
        )
    )
    assert (priced.points_room, priced.points, priced.nets) == (1_000, (1_000, 0), (0, 500))


def test_a_coupon_that_does_not_go_with_points_gives_way_to_them_and_leaves_them_no_room() -> None:
    alone = coupon("K", "amount_off", off_fen=1_000, stacking={"with_points": False})
    assert refusals(price(basket([line(10_000)], alone, points_value=100))) == {"K": "coupon_not_with_points"}
    assert price(basket([line(10_000)], alone)).points_room == 0
