"""What is kept of a receipt after returns, and what the kept goods cost then. Pure.

Each returned fen gives back what that line paid for it: money to the payment, points to the account. What coupons and
discounts took off stays with the goods that are kept, unless a coupon's condition no longer holds for them (pitfall 8):
then its share is withheld from the money that goes back, as far as there is any; the rest is the `shortfall`, which
later returns make up for. So the money given back never exceeds what was paid, and returning everything gives back
exactly that. What was withheld whole stays so: its coupon may be in the wallet again, so no shortfall is put on it.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from loyalty.earning.lines import PricedLine
from loyalty.pricing.basket import Line, spread
from loyalty.pricing.kept import withdrawn
from loyalty.pricing.records import Reduction
from loyalty.types import Fen


class Kept(NamedTuple):
    """A receipt without what came back.

    Attributes:
        lines: what is kept, at what it costs now.
        enjoyed: fen each reduction still takes off the kept goods.
        given: money given back so far, in fen.
        shortfall: fen that should have been withheld and could not be.
    """

    lines: tuple[PricedLine, ...]
    enjoyed: tuple[int, ...]
    given: int
    shortfall: int


def keep(
    lines: Sequence[PricedLine],
    reductions: Sequence[Reduction],
    returned: Sequence[int],
    given_before: int,
    over: Collection[str] = (),
) -> Kept:
    """Return what is kept of a receipt.

    Args:
        returned: fen of each line's amount that came back, in all.
        given_before: money that was given back already, in fen; never asked for again.
        over: the sources of reductions of which an earlier return left nothing to enjoy.
    """
    left = [_parts_left(n, line, fen, reductions) for n, (line, fen) in enumerate(zip(lines, returned, strict=True))]
    kept = [
        line._replace(amount=line.amount - fen, net=net, off=sum(offs))
        for line, fen, (net, *offs) in zip(lines, returned, left, strict=True)
    ]
    paid = sum(line.net for line in lines) - sum(line.net for line in kept)
    if not reductions:
        return Kept(tuple(kept), (), max(paid, given_before), 0)
    had = [[offs[n] for _, *offs in left] for n in range(len(reductions))]
    found = withdrawn([_goods(line) for line in lines], reductions, returned, had)
    gone = [one.source in over for one in reductions]
    lost = [all_of_it if is_gone else some for all_of_it, some, is_gone in zip(had, found, gone, strict=True)]
    wanted = sum(map(sum, lost))
    given = max(paid - wanted, given_before)
    withheld = _apportioned(paid - given, lost, gone)
    lines_now = [_dearer(line, sum(fen)) for line, *fen in zip(kept, *withheld, strict=True)]
    enjoyed = tuple(sum(before) - sum(fen) for before, fen in zip(had, withheld, strict=True))
    return Kept(tuple(lines_now), enjoyed, given, wanted - (paid - given))


def _parts_left(number: int, line: PricedLine, returned: int, reductions: Sequence[Reduction]) -> list[int]:
    """Return what stays of a line's money and of each reduction; every part shrinks as more comes back, to nothing.

    Points take their share rounded down; the rest of the returned fen is split between money and reductions.
    """
    parts = [line.net, *(one.parts[number] for one in reductions)]
    if not returned:
        return parts
    rest = returned - line.paid_with_points * returned // line.amount
    return [part - gone for part, gone in zip(parts, spread(rest, parts), strict=True)]


def _dearer(line: PricedLine, fen: int) -> PricedLine:
    return line._replace(net=line.net + fen, off=line.off - fen) if fen else line


def _apportioned(amount: int, lost: Sequence[Sequence[int]], gone: Sequence[bool]) -> list[Sequence[int]]:
    """Spread what can be withheld over what should be, reduction by reduction and line by line.

    Args:
        gone: which reductions were withheld whole before; there is always enough for those.
    """
    width = len(lost[0])
    left = amount - sum(sum(one) for one, is_gone in zip(lost, gone, strict=True) if is_gone)
    weights = [fen for one, is_gone in zip(lost, gone, strict=True) for fen in ([0] * width if is_gone else one)]
    flat = spread(left, weights)
    shares = [flat[n : n + width] for n in range(0, len(flat), width)]
    return [one if is_gone else share for one, share, is_gone in zip(lost, shares, gone, strict=True)]


def _goods(line: PricedLine) -> Line:
    return Line(line.sku, line.category, line.quantity, Fen(line.amount), line.brand)
