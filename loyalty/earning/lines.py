"""What a receipt's lines are worth once they are priced: what was paid in money, and what that earns. Pure.

Points are rounded once, over the whole receipt: rounding each line would let many small returns farm points
(pitfall 7). What a line costs is `loyalty.pricing`'s business.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from loyalty.parts import FEN_PER_YUAN, THOUSANDTHS
from loyalty.pricing.basket import Line
from loyalty.pricing.records import Priced
from loyalty.programme import Programme
from loyalty.tenants import TenantTerms

PER_POINT = FEN_PER_YUAN * THOUSANDTHS


class PricedLine(NamedTuple):
    """A line with what is paid for it in money (`net`, fen) and its earning ratio (thousandths per yuan).

    `payable` says whether discounts and points may pay for it; excluded lines (requirements K7) neither earn nor count
    as spend. `off` is what coupons and discounts took off, in fen.
    """

    sku: str
    category: str
    quantity: int
    amount: int
    net: int
    ratio: int
    payable: bool
    off: int = 0
    brand: str = ""

    @property
    def paid_with_points(self) -> int:
        """What points paid of this line, in fen."""
        return self.amount - self.off - self.net

    def plain(self) -> list[Any]:
        """Return the line as it is stored: what says nothing at its end is left out."""
        kept = list(self)
        while kept[-1] in (0, "") and len(kept) > _ALWAYS_STORED:
            kept.pop()
        return kept


_ALWAYS_STORED = PricedLine._fields.index("payable") + 1


def recorded_lines(
    lines: Sequence[Line], priced: Priced, terms: TenantTerms, programme: Programme
) -> tuple[PricedLine, ...]:
    """Return the lines of a priced basket with what each of them earns by the yuan."""
    excluded = programme.excluded
    return tuple(
        PricedLine(
            line.sku,
            line.category,
            line.quantity,
            line.amount,
            net,
            0 if line.category in excluded else terms.ratio(line.category, programme),
            line.category not in excluded,
            line.amount - net - points,
            line.brand,
        )
        for line, net, points in zip(lines, priced.nets, priced.points, strict=True)
    )


def base_points(lines: Sequence[PricedLine]) -> int:
    """Return what the money paid earns before any multiplier (requirements P1)."""
    return sum(line.net * line.ratio for line in lines) // PER_POINT


def points_for(lines: Sequence[PricedLine], multiplier: int) -> int:
    """Return what the money paid earns, the tier's multiplier (thousandths) included (requirements P2)."""
    return sum(line.net * line.ratio for line in lines) * multiplier // (PER_POINT * THOUSANDTHS)


def counted_spend(lines: Sequence[PricedLine]) -> int:
    """Return the fen that count towards the tier: money paid for lines that are not excluded."""
    return sum(line.net for line in lines if line.payable)
