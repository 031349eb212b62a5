"""What a return takes back of reductions whose goods are not all there any more (pitfalls 4, 8). Pure.

Every line loses its own share of every reduction with the goods that go back. On what is kept, a reduction stands
while its condition holds: the threshold by what the goods kept counted for at the purchase, free pieces by the sets
that whole pieces kept still make. What is still enjoyed never grows by returning more.
"""

from collections.abc import Sequence
from fractions import Fraction

from loyalty.pricing.basket import Line, spread
from loyalty.pricing.effects import free_before
from loyalty.pricing.records import Condition, Reduction


def withdrawn(
    lines: Sequence[Line],
    reductions: Sequence[Reduction],
    returned: Sequence[int],
    shares: Sequence[Sequence[int]] | None = None,
) -> tuple[tuple[int, ...], ...]:
    """Return per reduction and line the fen still enjoyed by goods kept that its condition no longer supports.

    Args:
        reductions: as they were priced, in that order.
        returned: fen of each line's amount that went back so far, all returns together.
        shares: what the goods kept enjoy of each reduction, line by line, where the caller has split a line's returned
            fen between money, points and reductions itself; `kept_shares` otherwise.
    """
    enjoyed = shares if shares is not None else [kept_shares(lines, one, returned) for one in reductions]
    supported = _supported(lines, reductions, returned, [sum(fen) for fen in enjoyed])
    return tuple(tuple(spread(max(0, sum(fen) - most), fen)) for fen, most in zip(enjoyed, supported, strict=True))


def kept_shares(lines: Sequence[Line], reduction: Reduction, returned: Sequence[int]) -> list[int]:
    """Return the fen of a reduction that goods kept enjoy, line by line, whether or not it still stands."""
    return [_kept(part, line.amount, back) for part, line, back in zip(reduction.parts, lines, returned, strict=True)]


def _kept(fen: int, amount: int, returned: int) -> int:
    return fen - fen * returned // amount if amount else fen


def _supported(
    lines: Sequence[Line], reductions: Sequence[Reduction], returned: Sequence[int], enjoyed: Sequence[int]
) -> list[int]:
    """Return the most fen of each reduction that the goods kept support.

    Free pieces of several coupons may lie in one line, of which nobody knows whose went back: what one coupon's
    pieces support beyond what it still enjoys supports another's.
    """
    pieces = [_pieces_kept(line, back) for line, back in zip(lines, returned, strict=True)]
    supported = [reduction.off for reduction in reductions]
    free = []
    for n, reduction in enumerate(reductions):
        if not (condition := reduction.condition):
            continue
        if _misses(lines, condition, returned):
            supported[n] = 0
        elif condition.buy:
            supported[n] = _free(lines, reduction, condition, pieces)
            free.append(n)
    spare = sum(max(0, supported[n] - enjoyed[n]) for n in free)
    for n in free:
        helped = min(spare, max(0, enjoyed[n] - supported[n]))
        supported[n] += helped
        spare -= helped
    return supported


def _misses(lines: Sequence[Line], condition: Condition, returned: Sequence[int]) -> bool:
    """Tell whether the goods kept no longer count for enough."""
    counted = zip(condition.lines, condition.counted, strict=True)
    return sum(_kept(fen, lines[n].amount, returned[n]) for n, fen in counted) < condition.threshold_fen


def _free(lines: Sequence[Line], reduction: Reduction, condition: Condition, pieces: list[int]) -> int:
    """Return the share of a `buy_get` that whole pieces kept support, by what they counted for; a part fen stays."""
    own = [min(most, pieces[n]) for n, most in zip(condition.lines, condition.pieces, strict=True)]
    for n, used in zip(condition.lines, own, strict=True):
        pieces[n] -= used
    before, after = (_free_value(lines, condition, had) for had in (condition.pieces, own))
    return -(-reduction.off * after // before)


def _free_value(lines: Sequence[Line], condition: Condition, pieces: Sequence[int]) -> Fraction:
    """Return what the free ones among pieces counted for, grouped from the dearest down."""
    fen = dict(zip(condition.lines, condition.counted, strict=True))
    has = dict(zip(condition.lines, pieces, strict=True))
    quantities = {n: lines[n].quantity for n in condition.lines}
    sets = min(condition.sets, sum(has.values()) // (condition.buy + condition.get))
    value, start = Fraction(0), 0
    for n in sorted(condition.lines, key=lambda n: (-Fraction(fen[n], quantities[n]), n)):
        end = start + has[n]
        free = free_before(end, sets, condition.buy, condition.get) - free_before(
            start, sets, condition.buy, condition.get
        )
        value += Fraction(fen[n] * free, quantities[n])
        start = end
    return value


def _pieces_kept(line: Line, returned: int) -> int:
    """Return the whole pieces kept: as many as cost no more, in whole fen, than what did not go back."""
    if not line.amount:
        return line.quantity
    left = line.amount - returned
    return min(line.quantity, ((left + 1) * line.quantity - 1) // line.amount) if left else 0
