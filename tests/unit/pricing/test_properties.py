"""What holds for every basket: exact sums, nothing negative, no order, nothing for excluded goods (pitfalls 4, 9)."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty.pricing.basket import Basket
from loyalty.pricing.price import price
from loyalty.pricing.records import from_plain, to_plain
from loyalty.pricing.stacking import permitted
from tests.proof.scale import SCALE
from tests.unit.pricing.builders import EXCLUDED, baskets

MANY = settings(max_examples=100 * SCALE, deadline=None)


@MANY
@given(basket=baskets())
def test_every_line_adds_up_to_the_fen_and_nothing_is_negative(basket: Basket) -> None:
    priced = price(basket)

    assert priced.gross == sum(line.amount for line in basket.lines)
    for n, line in enumerate(basket.lines):
        off = [reduction.parts[n] for reduction in priced.reductions]
        assert min([*off, priced.points[n], priced.nets[n]]) >= 0
        assert line.amount == sum(off) + priced.points[n] + priced.nets[n]
    taken = sum(reduction.off for reduction in priced.reductions) + sum(priced.points)
    assert priced.payable == priced.gross - taken


@MANY
@given(basket=baskets(), data=st.data())
def test_pitfall_9_the_order_of_coupons_and_discounts_changes_nothing(basket: Basket, data: st.DataObject) -> None:
    shuffled = replace(
        basket,
        coupons=tuple(data.draw(st.permutations(basket.coupons))),
        discounts=tuple(data.draw(st.permutations(basket.discounts))),
    )

    one, other = price(basket), price(shuffled)

    assert replace(one, refused=()) == replace(other, refused=())
    assert [(r.code, r.refusal.code, r.refusal.params) for r in one.refused] == [
        (r.code, r.refusal.code, r.refusal.params) for r in other.refused
    ]


@MANY
@given(basket=baskets())
def test_every_coupon_named_is_applied_or_refused_and_what_is_applied_may_stand_together(basket: Basket) -> None:
    priced = price(basket)

    applied = [reduction.source for reduction in priced.reductions if reduction.template_id]
    refused = [one.code for one in priced.refused]
    assert sorted(applied + refused) == sorted(coupon.code for coupon in basket.coupons)
    assert permitted([coupon for coupon in basket.coupons if coupon.code in applied])


@MANY
@given(basket=baskets())
def test_excluded_goods_get_nothing_and_points_do_not_pay_for_them(basket: Basket) -> None:
    priced = price(basket)

    for line, net in zip(basket.lines, priced.nets, strict=True):
        if line.category in EXCLUDED:
            assert net == line.amount


@MANY
@given(basket=baskets())
def test_excluded_goods_count_for_nothing(basket: Basket) -> None:
    goods = [n for n, line in enumerate(basket.lines) if line.category not in EXCLUDED]
    alone = price(replace(basket, lines=tuple(basket.lines[n] for n in goods)))
    priced = price(basket)

    assert [priced.nets[n] for n in goods] == list(alone.nets)
    assert [(one.code, one.refusal.code) for one in priced.refused] == [
        (one.code, one.refusal.code) for one in alone.refused
    ]


@MANY
@given(basket=baskets(gifts=False))
def test_coupons_never_make_a_basket_dearer(basket: Basket) -> None:
    assert price(basket).payable <= price(replace(basket, coupons=())).payable


@MANY
@given(basket=baskets())
def test_points_pay_what_was_asked_up_to_the_room_there_is(basket: Basket) -> None:
    priced = price(basket)

    assert sum(priced.points) == min(basket.points_value, priced.points_room)
    left = [net + paid for net, paid in zip(priced.nets, priced.points, strict=True)]
    payable = [fen for fen, line in zip(left, basket.lines, strict=True) if line.category not in EXCLUDED]
    assert priced.points_room in {0, sum(payable)}


@MANY
@given(basket=baskets())
def test_a_reduction_survives_being_stored(basket: Basket) -> None:
    for reduction in price(basket).reductions:
        assert from_plain(to_plain(reduction), len(basket.lines)) == reduction


@MANY
@given(basket=baskets(), data=st.data())
def test_whether_a_coupon_applies_does_not_depend_on_the_others(basket: Basket, data: st.DataObject) -> None:
    among = {one.code: one.refusal.code for one in price(basket).refused}
    by_others = {"coupon_not_combinable", "coupon_per_receipt", "coupon_without_effect"}

    for coupon in basket.coupons:
        alone = {one.code: one.refusal.code for one in price(replace(basket, coupons=(coupon,))).refused}
        reason = alone.get(coupon.code)
        if reason not in {None, "coupon_without_effect"}:
            assert among[coupon.code] == reason
        else:
            assert among.get(coupon.code) in {None, *by_others}
