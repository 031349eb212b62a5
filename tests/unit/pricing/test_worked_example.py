"""The basket of docs/pricing.md, priced and partly returned: every row of its tables is what the rules say."""

from pathlib import Path

from loyalty.pricing.kept import withdrawn
from loyalty.pricing.price import price
from tests.unit.pricing.builders import TIER_15, basket, coupon, line

DOCUMENT = (Path(__file__).parents[3] / "docs" / "pricing.md").read_text()
LINES = (line(80_000, sku="coat"), line(40_000, sku="shirts", quantity=2), line(5_000, category="tobacco"))
NAMES = ("coat", "shirts", "cigarettes")
FREE = coupon("FREE", "buy_get", buy=1, get=1, sets=1, scope={"skus": ("shirts",)})
FIFTY = coupon("FIFTY", "amount_off", off_fen=5_000, threshold_fen=50_000)
PRICED = price(basket(LINES, FIFTY, FREE, discounts=(TIER_15,), points_value=1_000))


def row(name: str, *figures: int) -> str:
    return f"| {' | '.join([name, *map(str, figures)])} |\n"


def test_every_line_costs_what_the_document_says() -> None:
    assert [reduction.source for reduction in PRICED.reductions] == ["tier", "FREE", "FIFTY"]
    columns: list[list[int]] = [
        [line.amount for line in LINES],
        *[list(reduction.parts) for reduction in PRICED.reductions],
        list(PRICED.points),
        list(PRICED.nets),
    ]
    for n, name in enumerate(NAMES):
        assert row(name, *(column[n] for column in columns)) in DOCUMENT
    assert row("sum", *map(sum, columns)) in DOCUMENT


def test_returns_withdraw_what_the_document_says() -> None:
    for name, returned in (
        ("one shirt", (0, 20_000, 0)),
        ("the coat", (80_000, 0, 0)),
        ("the coat and one shirt", (80_000, 20_000, 0)),
        ("everything", (80_000, 40_000, 5_000)),
    ):
        tier, free, fifty = withdrawn(LINES, PRICED.reductions, returned)
        assert sum(tier) == 0
        assert row(name, sum(free), sum(fifty)) in DOCUMENT
