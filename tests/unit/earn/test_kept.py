"""Returns of what coupons and discounts had reduced: exactly what each line paid, never more than was paid."""

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from functions.earn.kept import keep
from functions.earn.receipt import Receipt, Return, ReturnedLine
from loyalty.buckets import BucketKey
from loyalty.coupons.terms import Discount, Terms
from loyalty.earning.lines import PricedLine
from loyalty.pricing.basket import Line
from loyalty.pricing.price import Basket, Offered, price
from loyalty.types import Day, Fen, TenantId

LINES = st.lists(
    st.builds(
        Line,
        sku=st.sampled_from("abcd"),
        category=st.sampled_from(["shoes", "food", "tobacco"]),
        quantity=st.integers(1, 4),
        amount=st.integers(0, 60_000).map(Fen),
    ),
    min_size=1,
    max_size=5,
)
TERMS: list[dict[str, Any]] = [
    {"kind": "amount_off", "off_fen": 50_00, "threshold_fen": 300_00},
    {"kind": "amount_off", "off_fen": 7_01, "scope": {"categories": ["food"]}},
    {"kind": "percent_off", "percent": 33, "threshold_fen": 100_00},
    {"kind": "buy_get", "buy": 1, "get": 1, "sets": 2},
    {"kind": "special_price", "price_fen": 9_90, "pieces": 1, "threshold_fen": 200_00, "scope": {"skus": ["a"]}},
]


@st.composite
def receipts(draw: st.DrawFn) -> Receipt:
    """A receipt of any basket with any of the coupons, some of it paid with points."""
    lines = tuple(draw(LINES))
    chosen = draw(st.lists(st.sampled_from(range(len(TERMS))), unique=True, max_size=4))
    coupons = tuple(
        Offered(f"C{n}", f"T{n}", Terms.model_validate({**TERMS[n], "stacking": {"combines": "all"}})) for n in chosen
    )
    discounts = (Discount(code="tier", percent=15),) if draw(st.booleans()) else ()
    wish = Basket(TenantId("t"), lines, coupons, discounts, draw(st.integers(0, 5_000)), frozenset({"tobacco"}))
    priced = price(wish)
    reductions = tuple(one for one in priced.reductions if one.off)
    stored = tuple(
        PricedLine(line.sku, line.category, line.quantity, line.amount, net, 1000, line.category != "tobacco", off)
        for n, (line, net) in enumerate(zip(lines, priced.nets, strict=True))
        for off in [sum(one.parts[n] for one in reductions)]
    )
    value = sum(priced.points)
    nothing = (0,) * len(lines)
    spent = ((BucketKey("261231"), value),) if value else ()
    return Receipt(stored, 1000, BucketKey("271130"), Day("261121"), spent, value, nothing, nothing, reductions)


@st.composite
def returned(draw: st.DrawFn) -> tuple[Receipt, list[Receipt]]:
    """A receipt, and what it looks like after each of some returns."""
    first = receipt = draw(receipts())
    found = [first]
    for n in range(draw(st.integers(1, 4))):
        if not receipt.returnable:
            break
        amount = draw(st.integers(1, receipt.returnable))
        receipt = receipt.with_return(_asked(draw, receipt, f"R{n}", amount))
        found.append(receipt)
    return first, found


def _asked(draw: st.DrawFn, receipt: Receipt, number: str, amount: int) -> Return:
    places = [n for n, line in enumerate(receipt.lines) if line.amount > receipt.returned[n]]
    n = draw(st.sampled_from(places))
    sku = receipt.lines[n].sku
    left = sum(x.amount - r for x, r in zip(receipt.lines, receipt.returned, strict=True) if x.sku == sku)
    lines = (ReturnedLine(sku, min(amount, left)),)
    return Return(number, None, lines) if draw(st.booleans()) else Return(number, amount)


def _paid(receipt: Receipt) -> int:
    return sum(line.net for line in receipt.lines)


@given(returned())
def test_no_more_money_goes_back_than_was_paid_and_never_a_negative_amount(case: tuple[Receipt, list[Receipt]]) -> None:
    first, states = case
    given_back = [state.money_back for state in states]
    assert given_back == sorted(given_back)
    assert 0 <= given_back[-1] <= _paid(first)


@given(returned())
def test_returning_everything_gives_back_exactly_what_was_paid(case: tuple[Receipt, list[Receipt]]) -> None:
    first, states = case
    last = states[-1]
    whole = last.with_return(Return("all", last.returnable)) if last.returnable else last
    assert whole.money_back == _paid(first)
    assert whole.given_back == first.value
    assert (whole.earned_now, whole.spend_now, whole.kept.shortfall) == (0, 0, 0)
    assert whole.unused == {one.source for one in first.reductions}


@given(returned())
def test_what_is_kept_costs_what_was_not_given_back(case: tuple[Receipt, list[Receipt]]) -> None:
    first, states = case
    for state in states:
        kept = state.kept
        assert sum(line.net for line in kept.lines) == _paid(first) - state.money_back
        for line in kept.lines:
            assert min(line.net, line.off, line.paid_with_points) >= 0
            assert line.net + line.off + line.paid_with_points == line.amount


@given(returned())
def test_no_return_gives_earned_points_and_all_are_taken_in_the_end(case: tuple[Receipt, list[Receipt]]) -> None:
    _, states = case
    taken = [state.taken_back for state in states]
    assert taken == sorted(taken)
    assert taken[-1] <= states[0].earned_now


@given(returned())
def test_what_nothing_is_enjoyed_of_is_never_enjoyed_again(case: tuple[Receipt, list[Receipt]]) -> None:
    _, states = case
    for before, after in pairwise(states):
        assert before.unused <= after.unused


def test_a_coupon_that_went_back_is_not_in_use_again_when_another_falls_short() -> None:
    half = {"kind": "percent_off", "percent": 50, "threshold_fen": 100_00, "stacking": {"combines": "all"}}
    fifty = {"kind": "amount_off", "off_fen": 50_00, "threshold_fen": 1000_00, "stacking": {"combines": "all"}}
    coupons = (
        Offered("HALF", "T1", Terms.model_validate(half)),
        Offered("FIFTY", "T2", Terms.model_validate(fifty)),
    )
    goods = Line("a", "shoes", 1, Fen(2000_00))
    priced = price(Basket(TenantId("t"), (goods,), coupons))
    line = PricedLine("a", "shoes", 1, 2000_00, 950_00, 1000, True, 1050_00)
    receipt = Receipt((line,), 1000, BucketKey("271130"), Day("261121"), (), 0, (0,), (0,), tuple(priced.reductions))
    kept_900 = receipt.with_return(Return("R1", 1100_00))
    kept_119 = kept_900.with_return(Return("R2", 781_00))
    kept_99 = kept_119.with_return(Return("R3", 20_00))
    assert [state.unused for state in (receipt, kept_900, kept_119, kept_99)] == [set(), *[{"FIFTY"}] * 3]
    assert kept_99.kept.shortfall > 0
    assert kept_99.state()["unused"] == ["FIFTY"]


@given(receipts())
def test_without_a_condition_a_line_gives_back_exactly_what_it_paid(receipt: Receipt) -> None:
    free = tuple(one for one in receipt.reductions if one.kind == "discount")
    lines = tuple(line._replace(off=sum(one.parts[n] for one in free)) for n, line in enumerate(receipt.lines))
    lines = tuple(line._replace(net=line.amount - line.off) for line in lines)
    for n, line in enumerate(lines):
        back = tuple(line.amount if n == m else 0 for m in range(len(lines)))
        kept = keep(lines, free, back, 0)
        assert (kept.given, kept.shortfall) == (line.net, 0)


def test_facts_that_are_stored_lead_to_the_same_receipt() -> None:
    """What a return reads back is what the return before it left (see `recorded`)."""
    line = PricedLine("a", "shoes", 1, 500_00, 450_00, 1000, True, 50_00)
    assert PricedLine(*line.plain()) == line
    assert len(PricedLine("a", "shoes", 1, 100, 100, 1000, True).plain()) == 7
