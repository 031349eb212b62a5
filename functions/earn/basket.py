"""The basket: lines as rung up, what points pay of them, and what the rest earns. Pure.

Money is split to the fen and points are rounded once, over the whole receipt: rounding each part would let many
small returns farm points (pitfall 7).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from loyalty.programme import FEN_PER_YUAN, THOUSANDTHS, Programme
from loyalty.tenants import TenantTerms
from loyalty.types import Fen

_PER_POINT = FEN_PER_YUAN * THOUSANDTHS


@dataclass(frozen=True, slots=True)
class Line:
    """One line as the till rang it up; `amount` is the line's total in fen, all pieces together."""

    sku: str
    category: str
    quantity: int
    amount: Fen


class PricedLine(NamedTuple):
    """A line with what is paid for it in money (`net`, fen) and its earning ratio (thousandths per yuan).

    `payable` says whether points may pay for it; excluded lines (requirements K7) neither earn nor count as spend.
    """

    sku: str
    category: str
    quantity: int
    amount: int
    net: int
    ratio: int
    payable: bool

    @property
    def paid_with_points(self) -> int:
        """What points paid of this line, in fen."""
        return self.amount - self.net


def price(lines: Sequence[Line], points_value: int, terms: TenantTerms, programme: Programme) -> list[PricedLine]:
    """Return the lines with the value of the redeemed points spread over those that points may pay for."""
    excluded = programme.excluded
    payable = [line.category not in excluded for line in lines]
    shares = spread(points_value, [line.amount if ok else 0 for line, ok in zip(lines, payable, strict=True)])
    return [
        PricedLine(
            line.sku,
            line.category,
            line.quantity,
            line.amount,
            line.amount - share,
            terms.ratio(line.category, programme) if ok else 0,
            ok,
        )
        for line, share, ok in zip(lines, shares, payable, strict=True)
    ]


def spread(amount: int, weights: Sequence[int]) -> list[int]:
    """Split an amount in proportion to weights, exactly: whole shares, each its proportion rounded to the nearest.

    Where the rounded shares do not add up, the unit that is nearest in proportion is added or left out (Webster's
    method): unlike largest remainders, no share ever shrinks while the amount grows. No share exceeds its weight when
    the amount does not exceed the weights' sum.
    """
    total = sum(weights)
    if not amount or not total:
        return [0] * len(weights)
    shares = [(2 * amount * weight + total) // (2 * total) for weight in weights]
    while (missing := amount - sum(shares)) > 0:
        shares[_next_unit(shares, weights)] += 1
    while missing < 0:
        shares[_last_unit(shares, weights)] -= 1
        missing += 1
    return shares


def _next_unit(shares: Sequence[int], weights: Sequence[int]) -> int:
    candidates = (n for n, weight in enumerate(weights) if weight)
    return min(candidates, key=lambda n: (Fraction(2 * shares[n] + 1, weights[n]), n))


def _last_unit(shares: Sequence[int], weights: Sequence[int]) -> int:
    candidates = (n for n, share in enumerate(shares) if share)
    return max(candidates, key=lambda n: (Fraction(2 * shares[n] - 1, weights[n]), n))


def base_points(lines: Sequence[PricedLine]) -> int:
    """Return what the money paid earns before any multiplier (requirements P1)."""
    return sum(line.net * line.ratio for line in lines) // _PER_POINT


def points_for(lines: Sequence[PricedLine], multiplier: int) -> int:
    """Return what the money paid earns, the tier's multiplier (thousandths) included (requirements P2)."""
    return sum(line.net * line.ratio for line in lines) * multiplier // (_PER_POINT * THOUSANDTHS)


def counted_spend(lines: Sequence[PricedLine]) -> int:
    """Return the fen that count towards the tier: money paid for lines that are not excluded."""
    return sum(line.net for line in lines if line.payable)


def after_returns(lines: Sequence[PricedLine], returned: Sequence[int]) -> list[PricedLine]:
    """Return the lines without the goods returned so far; `returned` is fen of each line's amount."""
    return [_without(line, fen) for line, fen in zip(lines, returned, strict=True)]


def _without(line: PricedLine, returned: int) -> PricedLine:
    points_part = line.paid_with_points * returned // line.amount if line.amount else 0
    return line._replace(amount=line.amount - returned, net=line.net - (returned - points_part))
