"""The best combination: found exactly within its bound, and never worse than any single coupon (requirements C4)."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty.coupons.terms import Discount
from loyalty.pricing.basket import Basket, Offered
from loyalty.pricing.best import best
from loyalty.pricing.price import price
from tests.proof.scale import SCALE
from tests.unit.pricing.builders import (
    DISCOUNTS,
    LINES,
    TIER_15,
    basket,
    baskets,
    coupon,
    coupons,
    line,
    permitted_sets,
)

MANY = settings(max_examples=100 * SCALE, deadline=None)


def payable(wish: Basket, *chosen: Offered) -> int:
    return price(replace(wish, coupons=chosen)).payable


@MANY
@given(wish=baskets(gifts=False))
def test_no_permitted_set_leaves_less_to_pay(wish: Basket) -> None:
    chosen = best(wish, wish.coupons)

    priced = price(replace(wish, coupons=chosen))
    assert priced.refused == ()
    assert priced.payable == min(payable(wish, *some) for some in permitted_sets(wish.coupons))


@MANY
@given(wish=baskets(points=False, gifts=False), data=st.data())
def test_the_best_does_not_depend_on_the_order_and_spares_coupons_that_add_nothing(
    wish: Basket, data: st.DataObject
) -> None:
    chosen = best(wish, wish.coupons)

    assert best(wish, data.draw(st.permutations(wish.coupons))) == chosen
    for one in chosen:
        assert payable(wish, *(other for other in chosen if other is not one)) > payable(wish, *chosen)


@settings(max_examples=40 * SCALE, deadline=None)
@given(lines=LINES, many=coupons(most=9), discounts=DISCOUNTS, most=st.integers(1, 4))
def test_beyond_its_bound_it_is_as_good_as_any_single_coupon(
    lines: list[object], many: tuple[Offered, ...], discounts: tuple[Discount, ...], most: int
) -> None:
    wish = basket(lines, discounts=discounts)  # type: ignore[arg-type]

    chosen = best(wish, many, most)

    assert len(chosen) <= most
    assert payable(wish, *chosen) <= min(payable(wish, *some) for some in [(), *((one,) for one in many)])


def test_two_that_combine_beat_the_largest_alone() -> None:
    alone = coupon("ALONE", "amount_off", off_fen=5_000, stacking={"combines": "none"})
    pair = [coupon(code, "amount_off", off_fen=3_000) for code in ("A", "B")]
    wish = basket([line(60_000)])

    assert best(wish, [alone, *pair]) == tuple(pair)
    assert best(wish, [alone, pair[0]]) == (alone,)


def test_a_coupon_that_costs_the_member_more_than_it_gives_is_left_in_the_wallet() -> None:
    small = coupon("SMALL", "percent_off", percent=10, stacking={"with_discounts": False})
    assert best(basket([line(10_000)], discounts=(TIER_15,)), [small]) == ()
    assert best(basket([line(10_000)]), [small]) == (small,)


def test_two_that_are_worth_it_only_together_are_found() -> None:
    pair = [
        coupon(code, "percent_off", percent=10, stacking={"combines": "all", "with_discounts": False}) for code in "AB"
    ]
    wish = basket([line(10_000)], discounts=(TIER_15,))

    assert best(wish, pair) == tuple(pair)
    assert payable(wish, *pair) == 8_100


def test_of_equal_sets_the_fewest_coupons_and_then_the_smallest_codes_are_taken() -> None:
    wish = basket([line(1_000)])
    big = [coupon(code, "amount_off", off_fen=2_000) for code in ("B", "A")]
    assert best(wish, big) == (big[1],)


def test_coupons_that_are_all_alike_do_not_crowd_out_another() -> None:
    alike = [coupon(f"A{n:02}", "amount_off", template="t", off_fen=2_000) for n in range(12)]
    other = coupon("B", "amount_off", off_fen=1_000)
    assert best(basket([line(9_000)]), [*alike, other]) == (alike[0], other)


def test_benefits_are_not_chosen_for_anybody() -> None:
    gift = coupon("GIFT", "gift", benefit_zh="丝巾")
    assert best(basket([line(9_000)]), [gift]) == ()


@pytest.mark.parametrize("with_points", [True, False])
def test_a_coupon_that_does_not_go_with_points_is_not_chosen_where_points_pay(with_points: bool) -> None:
    one = coupon("A", "amount_off", off_fen=100, stacking={"with_points": with_points})
    assert best(basket([line(9_000)], points_value=10), [one]) == ((one,) if with_points else ())
