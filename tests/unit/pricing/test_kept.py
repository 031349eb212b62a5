"""What a return takes back: conditions re-checked on goods kept, never more than was enjoyed (pitfalls 4, 8, 9)."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty.pricing.basket import Basket, Line
from loyalty.pricing.kept import withdrawn
from loyalty.pricing.price import price
from loyalty.pricing.records import Reduction
from tests.proof.scale import SCALE
from tests.unit.pricing.builders import TIER_15, basket, baskets, by_source, coupon, line

MANY = settings(max_examples=100 * SCALE, deadline=None)


def enjoyed(lines: tuple[Line, ...], reduction: Reduction, returned: list[int]) -> list[int]:
    """The share of a reduction that goods kept carry, by the published formula."""
    return [
        part - (part * back // line.amount if line.amount else 0)
        for part, line, back in zip(reduction.parts, lines, returned, strict=True)
    ]


def drawn(data: st.DataObject, lines: tuple[Line, ...], before: list[int] | None = None) -> list[int]:
    least = before or [0] * len(lines)
    return [
        data.draw(st.one_of(st.just(low), st.integers(low, line.amount), st.just(line.amount)))
        for low, line in zip(least, lines, strict=True)
    ]


@MANY
@given(wish=baskets())
def test_who_returns_nothing_loses_nothing(wish: Basket) -> None:
    found = withdrawn(wish.lines, price(wish).reductions, [0] * len(wish.lines))
    assert not any(map(any, found))


@MANY
@given(wish=baskets(), data=st.data())
def test_no_more_is_withdrawn_than_goods_kept_enjoy_and_only_where_there_is_a_condition(
    wish: Basket, data: st.DataObject
) -> None:
    reductions = price(wish).reductions
    returned = drawn(data, wish.lines)

    for reduction, lost in zip(reductions, withdrawn(wish.lines, reductions, returned), strict=True):
        for most, fen in zip(enjoyed(wish.lines, reduction, returned), lost, strict=True):
            assert 0 <= fen <= (most if reduction.condition else 0)


@MANY
@given(wish=baskets(), data=st.data())
def test_returning_more_never_brings_a_reduction_back(wish: Basket, data: st.DataObject) -> None:
    reductions = price(wish).reductions
    first = drawn(data, wish.lines)
    more = drawn(data, wish.lines, first)

    before, after = (withdrawn(wish.lines, reductions, returned) for returned in (first, more))
    left = [
        [sum(enjoyed(wish.lines, reduction, back)) - sum(fen) for reduction, fen in zip(reductions, lost, strict=True)]
        for back, lost in ((first, before), (more, after))
    ]
    assert sum(left[1]) <= sum(left[0])
    for reduction, had, has in zip(reductions, *left, strict=True):
        assert has <= had or reduction.kind == "buy_get"


@MANY
@given(wish=baskets())
def test_returning_everything_leaves_nothing_to_withdraw(wish: Basket) -> None:
    returned = [line.amount for line in wish.lines]
    assert not any(map(any, withdrawn(wish.lines, price(wish).reductions, returned)))


@MANY
@given(wish=baskets(gifts=False), data=st.data())
def test_a_threshold_is_re_checked_under_the_measure_of_the_purchase(wish: Basket, data: st.DataObject) -> None:
    """Lines go back whole; what is left must still be enough for the coupon, priced as a basket of its own."""
    priced = price(wish)
    goes = [data.draw(st.booleans()) for _ in wish.lines]
    returned = [line.amount if gone else 0 for line, gone in zip(wish.lines, goes, strict=True)]
    left = tuple(line for line, gone in zip(wish.lines, goes, strict=True) if not gone)

    for reduction, lost in zip(priced.reductions, withdrawn(wish.lines, priced.reductions, returned), strict=True):
        if reduction.condition and reduction.kind in {"amount_off", "percent_off"}:
            one = next(coupon for coupon in wish.coupons if coupon.code == reduction.source)
            again = {refused.refusal.code for refused in price(replace(wish, lines=left, coupons=(one,))).refused}
            misses = bool(again & {"coupon_threshold", "no_goods_for_coupon"})
            kept = enjoyed(wish.lines, reduction, returned)
            assert list(lost) == (kept if misses else [0] * len(kept))


FIFTY = coupon("K", "amount_off", off_fen=5_000, threshold_fen=50_000)


@pytest.mark.parametrize(
    ("returned", "lost"),
    [
        ((0, 10_000), (0, 0)),  # 500 are kept: exactly enough
        ((0, 10_001), (3_333, 834)),  # one fen less: all that goods kept enjoy
        ((0, 20_000), (3_333, 0)),
        ((40_000, 0), (0, 1_667)),
        ((40_000, 20_000), (0, 0)),
    ],
)
def test_fifty_off_five_hundred_is_lost_below_the_threshold(returned: tuple[int, int], lost: tuple[int, int]) -> None:
    lines = (line(40_000), line(20_000))
    reductions = price(basket(lines, FIFTY)).reductions

    assert reductions[0].parts == (3_333, 1_667)
    assert withdrawn(lines, reductions, returned) == (lost,)


def test_goods_count_for_what_they_cost_after_the_discount() -> None:
    lines = (line(50_000), line(10_000))
    reductions = price(basket(lines, FIFTY, discounts=(TIER_15,))).reductions

    # 85% of 600 is 510; without 11.76 yuan of gross it would be 499.99 or 500.01.
    assert not any(withdrawn(lines, reductions, [0, 1_176])[-1])
    assert any(withdrawn(lines, reductions, [0, 1_178])[-1])


def test_the_bought_piece_goes_back_and_the_free_one_is_to_be_paid() -> None:
    lines = (line(20_000), line(15_000))
    reductions = price(basket(lines, coupon("K", "buy_get", buy=1, get=1, sets=1))).reductions

    assert withdrawn(lines, reductions, [20_000, 0]) == ((0, 15_000),)
    assert withdrawn(lines, reductions, [0, 15_000]) == ((0, 0),)


def test_a_piece_that_was_not_needed_takes_the_place_of_one_that_went_back() -> None:
    lines = (line(20_000), line(15_000), line(9_000))
    reductions = price(basket(lines, coupon("K", "buy_get", buy=1, get=1, sets=1))).reductions

    # 150 was free; what is kept, 150 and 90, makes one free piece of 90.
    assert withdrawn(lines, reductions, [20_000, 0, 0]) == ((0, 6_000, 0),)


@pytest.mark.parametrize(
    ("returned", "stands"), [(3_333, True), (3_334, True), (3_335, False), (6_666, False), (6_667, False)]
)
def test_a_piece_of_a_line_that_does_not_divide_is_still_a_piece(returned: int, stands: bool) -> None:
    lines = (line(10_000, quantity=3),)
    reductions = price(basket(lines, coupon("K", "buy_get", buy=1, get=1, sets=1))).reductions

    assert reductions[0].off == 3_333
    lost = 0 if stands else sum(enjoyed(lines, reductions[0], [returned]))
    assert withdrawn(lines, reductions, [returned]) == ((lost,),)


def test_no_piece_supports_two_free_ones() -> None:
    lines = (line(20_000), line(20_000), line(15_000), line(15_000), line(1_000))
    pair = [
        coupon(code, "buy_get", template="bogo", buy=1, get=1, sets=1, stacking={"per_receipt": 2})
        for code in ("K1", "K2")
    ]
    priced = price(basket(lines, *pair))

    assert [by_source(priced, code).off for code in ("K1", "K2")] == [20_000, 15_000]
    lost = withdrawn(lines, priced.reductions, [20_000, 0, 15_000, 0, 0])
    # Kept are 200, 150 and 10: the first set makes do with the 10, the second has one piece only.
    assert [sum(fen) for fen in lost] == [19_000, 15_000]


def test_who_returns_a_free_piece_of_a_line_that_two_coupons_share_pays_nothing_for_it() -> None:
    lines = (line(40_000, sku="a", quantity=2), line(30_000, sku="b"), line(30_000, sku="c"))
    pair = [
        coupon("K1", "buy_get", buy=1, get=1, sets=1, scope={"skus": ("a", "b")}),
        coupon("K2", "buy_get", buy=1, get=1, sets=1, scope={"skus": ("a", "c")}),
    ]
    reductions = price(basket(lines, *pair)).reductions

    assert [reduction.parts for reduction in reductions] == [(20_000, 0, 0), (20_000, 0, 0)]
    assert not any(map(any, withdrawn(lines, reductions, [20_000, 0, 0])))


def test_the_add_on_goes_with_the_goods_it_was_added_to() -> None:
    lines = (line(20_000), line(3_900, sku="mug"))
    add_on = coupon("K", "special_price", price_fen=100, pieces=1, threshold_fen=20_000, scope={"skus": ("mug",)})
    reductions = price(basket(lines, add_on)).reductions

    assert withdrawn(lines, reductions, [1, 0]) == ((0, 3_800),)
    assert withdrawn(lines, reductions, [0, 3_900]) == ((0, 0),)


def test_discounts_that_need_no_coupon_stay_with_the_goods_kept() -> None:
    lines = (line(20_000), line(10_000))
    reductions = price(basket(lines, coupon("K", "percent_off", percent=10), discounts=(TIER_15,))).reductions
    assert withdrawn(lines, reductions, [20_000, 0]) == ((0, 0), (0, 0))


def test_who_splits_returned_goods_otherwise_says_what_is_still_enjoyed() -> None:
    lines = (line(40_000), line(20_000))
    reductions = price(basket(lines, FIFTY)).reductions
    assert withdrawn(lines, reductions, [0, 10_001], [[3_333, 800]]) == ((3_333, 800),)
