"""Which coupons stand side by side, and which one stays where they do not (requirements C4)."""

from typing import Any

import pytest

from loyalty.pricing.price import price
from tests.unit.pricing.builders import TIER_15, basket, coupon, line, offs, refusals

GOODS = [line(100_000)]


def off(code: str, fen: int, **stacking: Any) -> Any:
    return coupon(code, "amount_off", off_fen=fen, stacking=stacking)


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ({}, {}, False),  # one group, and neither allows others of it
        ({}, {"group": "tea"}, True),
        ({"combines": "all"}, {"combines": "all"}, True),
        ({"combines": "all"}, {}, False),
        ({"combines": "all", "group": "tea"}, {}, True),
        ({"combines": "none"}, {"group": "tea", "combines": "all"}, False),
        ({"combines": "none"}, {"combines": "none", "group": "tea"}, False),
    ],
)
def test_two_coupons_go_together_only_if_both_allow_it(
    one: dict[str, str], other: dict[str, str], together: bool
) -> None:
    priced = price(basket(GOODS, off("A", 500, **one), off("B", 700, **other)))

    assert offs(priced) == ({"A": 500, "B": 700} if together else {"B": 700})
    assert refusals(priced) == ({} if together else {"A": "coupon_not_combinable"})


def test_the_refusal_names_the_coupon_in_the_way() -> None:
    priced = price(basket(GOODS, off("A", 500), off("B", 700)))
    assert priced.refused[0].refusal.params == {"with": "B"}


def test_of_equal_coupons_the_smaller_code_stays() -> None:
    assert offs(price(basket(GOODS, off("B", 500), off("A", 500)))) == {"A": 500}


def test_the_largest_gain_counts_what_a_coupon_displaces() -> None:
    large = off("A", 16_000, with_discounts=False)  # 15,000 fen of discount are lost for it
    small = off("B", 2_000)
    assert offs(price(basket(GOODS, large, small, discounts=(TIER_15,)))) == {"tier": 15_000, "B": 2_000}


@pytest.mark.parametrize("stacking", [{}, {"combines": "none"}, {"combines": "all"}])
def test_how_many_of_one_template_a_receipt_takes_is_the_templates_own_word(stacking: dict[str, str]) -> None:
    three = [
        coupon(f"A{n}", "amount_off", template="t", off_fen=500, stacking={**stacking, "per_receipt": 2})
        for n in range(3)
    ]
    priced = price(basket(GOODS, *three))

    assert offs(priced) == {"A0": 500, "A1": 500}
    assert refusals(priced) == {"A2": "coupon_per_receipt"}
    assert priced.refused[0].refusal.params == {"per_receipt": 2}


def test_of_two_versions_of_a_template_the_stricter_counts() -> None:
    lax = coupon("A", "amount_off", template="t", off_fen=500, stacking={"per_receipt": 3})
    strict = coupon("B", "amount_off", template="t", off_fen=400, stacking={"per_receipt": 1})
    assert refusals(price(basket(GOODS, lax, strict))) == {"B": "coupon_per_receipt"}


def test_a_gift_gives_way_to_money_it_does_not_combine_with() -> None:
    gift = coupon("A", "gift", benefit_zh="丝巾", stacking={"combines": "none"})
    assert refusals(price(basket(GOODS, gift, off("B", 1)))) == {"A": "coupon_not_combinable"}


def test_a_coupon_named_twice_is_used_once_and_told() -> None:
    once = off("A", 500)
    priced = price(basket(GOODS, once, once))

    assert offs(priced) == {"A": 500}
    assert refusals(priced) == {"A": "coupon_repeated"}


def test_what_others_left_nothing_for_is_refused_and_stays_in_the_wallet() -> None:
    all_of_it = coupon("A", "percent_off", percent=100)
    assert refusals(price(basket(GOODS, all_of_it, coupon("B", "amount_off", off_fen=5)))) == {
        "B": "coupon_without_effect"
    }


def test_percentages_come_before_amounts_and_special_prices_before_both() -> None:
    priced = price(
        basket(
            [line(20_000, sku="a"), line(10_000, sku="b")],
            coupon("AMOUNT", "amount_off", off_fen=1_000),
            coupon("PERCENT", "percent_off", percent=10),
            coupon("FREE", "buy_get", buy=1, get=1, sets=1, scope={"skus": ("none",)}),
            coupon("PRICE", "special_price", price_fen=10_000, pieces=1),
        )
    )
    assert [reduction.source for reduction in priced.reductions] == ["PRICE", "PERCENT", "AMOUNT"]
    assert offs(priced) == {"PRICE": 10_000, "PERCENT": 2_000, "AMOUNT": 1_000}


def test_within_a_kind_the_template_and_then_the_code_decide() -> None:
    pair = [
        coupon("A", "percent_off", template="z", percent=10),
        coupon("B", "percent_off", template="y", percent=20),
    ]
    assert offs(price(basket(GOODS, *pair))) == {"B": 20_000, "A": 8_000}


def test_a_coupon_worth_no_more_than_the_discount_it_displaces_stays_in_the_wallet() -> None:
    equal = coupon("A", "percent_off", percent=15, stacking={"with_discounts": False})
    priced = price(basket(GOODS, equal, discounts=(TIER_15,)))

    assert offs(priced) == {"tier": 15_000}
    assert refusals(priced) == {"A": "coupon_without_effect"}
