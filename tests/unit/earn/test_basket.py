"""The basket: money split to the fen, points rounded once, excluded goods neither earn nor are payable."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.earn.kept import keep
from loyalty.earning import lines as basket
from loyalty.earning.lines import PricedLine
from loyalty.pricing.basket import Line, spread
from loyalty.pricing.price import Basket, price
from loyalty.programme import Programme
from loyalty.tenants import TenantTerms
from loyalty.types import Fen, TenantId
from tests.unit.ledger.programmes import MALL_A, PENDING

WEIGHTS = st.lists(st.integers(0, 100_000), min_size=1, max_size=8)
LINES = st.lists(
    st.builds(
        Line,
        sku=st.sampled_from(["a", "b"]),
        category=st.sampled_from(["shoes", "food", "tobacco"]),
        quantity=st.just(1),
        amount=st.integers(0, 200_000).map(Fen),
    ),
    min_size=1,
    max_size=6,
)
TERMS = TenantTerms(TenantId("t"), ratios={"food": 500})


def priced_lines(lines: list[Line], value: int, terms: TenantTerms, programme: Programme) -> tuple[PricedLine, ...]:
    """The lines of a basket that points pay for in part."""
    wish = Basket(terms.tenant_id, tuple(lines), points_value=value, excluded=programme.excluded)
    return basket.recorded_lines(lines, price(wish), terms, programme)


@given(weights=WEIGHTS, share=st.integers(0, 1000))
def test_an_amount_is_split_to_the_fen_and_no_share_exceeds_its_weight(weights: list[int], share: int) -> None:
    amount = sum(weights) * share // 1000
    shares = spread(amount, weights)
    assert sum(shares) == amount
    assert all(0 <= part <= weight for part, weight in zip(shares, weights, strict=True))


@given(weights=st.lists(st.integers(0, 60), min_size=1, max_size=6))
def test_no_share_shrinks_while_the_amount_grows(weights: list[int]) -> None:
    ways = [spread(amount, weights) for amount in range(sum(weights) + 1)]
    assert ways[-1] == weights
    for fewer, more in pairwise(ways):
        assert sum(b - a for a, b in zip(fewer, more, strict=True)) == 1
        assert all(a <= b for a, b in zip(fewer, more, strict=True))


@given(weights=st.lists(st.integers(1, 100_000), min_size=2, max_size=2), share=st.integers(0, 1000))
def test_of_two_lines_each_gets_its_proportion_to_the_nearest_fen(weights: list[int], share: int) -> None:
    amount = sum(weights) * share // 1000
    for part, weight in zip(spread(amount, weights), weights, strict=True):
        assert abs(part * sum(weights) - amount * weight) * 2 <= sum(weights)


def test_an_amount_is_split_in_proportion() -> None:
    assert spread(100, [300, 200, 0, 500]) == [30, 20, 0, 50]
    assert spread(1, [1, 1, 1]) == [1, 0, 0]
    assert spread(0, [1, 2]) == spread(5, [0, 0]) == [0, 0]


@given(lines=LINES, share=st.integers(0, 1000))
def test_points_pay_only_for_what_they_may_pay_for(lines: list[Line], share: int) -> None:
    payable = sum(line.amount for line in lines if line.category != "tobacco")
    value = payable * share // 1000
    priced = priced_lines(lines, value, TERMS, MALL_A)
    assert sum(line.paid_with_points for line in priced) == value
    for line in priced:
        assert 0 <= line.net <= line.amount
        if line.category == "tobacco":
            assert (line.net, line.ratio, line.payable) == (line.amount, 0, False)
    assert basket.counted_spend(priced) == payable - value


@pytest.mark.parametrize("category", MALL_A.exclusions.categories)
def test_excluded_goods_neither_earn_nor_count(category: str) -> None:
    priced = priced_lines([Line("a", category, 1, Fen(100_000))], 0, TERMS, MALL_A)
    assert basket.points_for(priced, 1500) == basket.base_points(priced) == basket.counted_spend(priced) == 0


def test_an_excluded_category_earns_nothing_whatever_ratio_its_tenant_has() -> None:
    generous = TenantTerms(TenantId("t"), points_per_yuan=5000, ratios={"tobacco": 9000})
    assert basket.base_points(priced_lines([Line("a", "tobacco", 1, Fen(100_000))], 0, generous, MALL_A)) == 0


@pytest.mark.parametrize(
    ("terms", "programme", "points"),
    [
        (TenantTerms(TenantId("t")), MALL_A, 99),
        (TenantTerms(TenantId("t")), PENDING, 149),
        (TenantTerms(TenantId("t"), points_per_yuan=2000), PENDING, 199),
        (TenantTerms(TenantId("t"), ratios={"shoes": 500}), MALL_A, 49),
        (TenantTerms(TenantId("t"), points_per_yuan=0), MALL_A, 0),
    ],
)
def test_a_yuan_earns_by_the_ratio_of_category_tenant_or_mall(
    terms: TenantTerms, programme: object, points: int
) -> None:
    assert programme in (MALL_A, PENDING)
    chosen = PENDING if programme is PENDING else MALL_A
    assert basket.base_points(priced_lines([Line("a", "shoes", 1, Fen(9_999))], 0, terms, chosen)) == points


def test_points_are_rounded_once_over_the_whole_receipt() -> None:
    lines = [Line(str(n), "shoes", 1, Fen(150)) for n in range(4)]
    assert basket.base_points(priced_lines(lines, 0, TERMS, MALL_A)) == 6
    assert basket.points_for(priced_lines(lines, 0, TERMS, MALL_A), 1200) == 7


@given(lines=LINES, multiplier=st.sampled_from([0, 1000, 1200, 2000]), data=st.data())
def test_what_is_left_after_returns_earns_no_more_and_nothing_at_the_end(
    lines: list[Line], multiplier: int, data: st.DataObject
) -> None:
    priced = priced_lines(lines, 0, TERMS, MALL_A)
    some = [data.draw(st.integers(0, line.amount)) for line in priced]
    left = keep(priced, (), some, 0).lines
    assert basket.points_for(left, multiplier) <= basket.points_for(priced, multiplier)
    nothing = keep(priced, (), [line.amount for line in priced], 0).lines
    assert basket.points_for(nothing, multiplier) == basket.counted_spend(nothing) == 0
