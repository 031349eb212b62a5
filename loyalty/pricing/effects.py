"""What one coupon takes off a basket that others may have reduced before it (requirements C1, C4). Pure.

A piece serves one coupon only: one sold at a special price is neither bought nor free for a `buy_get` coupon.
Quantities reach a million, so pieces are counted by line and never one by one.
"""

from collections.abc import Callable, Sequence
from operator import sub
from typing import NamedTuple

from loyalty.coupons.terms import Kind
from loyalty.pricing.basket import spread
from loyalty.pricing.sheet import Use, percent_of

FINENESS = 10**12
"""Unit prices of lines of up to a million pieces differ by at least so small a part of a fen, or not at all."""


class Work(NamedTuple):
    """A basket while coupons are taken off it, line by line.

    Attributes:
        base: fen before any coupon; `rest` is what is left of it.
        taken: how many of the line's pieces serve a coupon already.
    """

    quantities: Sequence[int]
    base: Sequence[int]
    rest: Sequence[int]
    taken: Sequence[int]


type Effect = tuple[list[int], Sequence[int]]
"""Fen off line by line, and the pieces taken afterwards."""


def applied(use: Use, work: Work) -> tuple[list[int], Work]:
    """Return what a coupon takes off, line by line, and the basket after it."""
    effect = _EFFECTS.get(use.terms.kind)
    if effect is None:
        return [0] * len(work.rest), work
    parts, taken = effect(use, work)
    return parts, Work(work.quantities, work.base, list(map(sub, work.rest, parts)), taken)


def by_unit_price(lines: Sequence[int], fen: Sequence[int], quantities: Sequence[int]) -> list[int]:
    """Return lines in order of what a piece costs, the dearest first."""
    return sorted(lines, key=lambda n: (-(fen[n] * FINENESS // quantities[n]), n))


def free_before(pieces: int, sets: int, buy: int, get: int) -> int:
    """Return how many of the first pieces, counted from the dearest, are free."""
    whole, more = divmod(min(pieces, sets * (buy + get)), buy + get)
    return whole * get + max(0, more - buy)


def _amount_off(use: Use, work: Work) -> Effect:
    weights = _covered(use, work)
    return spread(min(use.terms.off_fen or 0, sum(weights)), weights), work.taken


def _percent_off(use: Use, work: Work) -> Effect:
    weights = _covered(use, work)
    off = percent_of(sum(weights), use.terms.percent or 0)
    most = use.terms.max_off_fen
    return spread(off if most is None else min(off, most), weights), work.taken


def _covered(use: Use, work: Work) -> list[int]:
    return [fen if covered else 0 for fen, covered in zip(work.rest, use.covers, strict=True)]


def _special_price(use: Use, work: Work) -> Effect:
    """Sell the dearest pieces left at the price; goods that cost less stay as they are."""
    left, price = use.terms.pieces or 0, use.terms.price_fen or 0
    parts, taken = [0] * len(work.base), list(work.taken)
    for n in _dearest_first(use, work):
        if not left or work.base[n] <= price * work.quantities[n]:
            break
        pieces = min(left, work.quantities[n] - taken[n])
        parts[n] = _cost(work, n, taken[n], pieces) - price * pieces
        taken[n] += pieces
        left -= pieces
    return parts, taken


def _buy_get(use: Use, work: Work) -> Effect:
    """Group the pieces left from the dearest down; the cheapest of each group are free."""
    buy, get = use.terms.buy or 0, use.terms.get or 0
    order = _dearest_first(use, work)
    sets = min(use.terms.sets or 0, sum(work.quantities[n] - work.taken[n] for n in order) // (buy + get))
    parts, taken = [0] * len(work.base), list(work.taken)
    start, last = 0, sets * (buy + get)
    for n in order:
        end = start + work.quantities[n] - taken[n]
        free = free_before(end, sets, buy, get) - free_before(start, sets, buy, get)
        parts[n] = _cost(work, n, taken[n], free)
        taken[n] += min(end, last) - min(start, last)
        start = end
    return parts, taken


def _dearest_first(use: Use, work: Work) -> list[int]:
    lines = [n for n, covered in enumerate(use.covers) if covered and work.taken[n] < work.quantities[n]]
    return by_unit_price(lines, work.base, work.quantities)


def _cost(work: Work, n: int, before: int, pieces: int) -> int:
    """Return what pieces of a line cost after so many others: whole fen that add up to the line's."""
    base, quantity = work.base[n], work.quantities[n]
    return base * (before + pieces) // quantity - base * before // quantity


_EFFECTS: dict[Kind, Callable[[Use, Work], Effect]] = {
    Kind.SPECIAL_PRICE: _special_price,
    Kind.BUY_GET: _buy_get,
    Kind.PERCENT_OFF: _percent_off,
    Kind.AMOUNT_OFF: _amount_off,
}
"""In the order in which coupons take effect."""

_STAGES = {kind: stage for stage, kind in enumerate(_EFFECTS)}


def turn(use: Use) -> tuple[int, str, str]:
    """Return when a coupon takes effect: by kind, then template, then code."""
    offered = use.offered
    return _STAGES.get(offered.terms.kind, len(_STAGES)), offered.template_id, offered.code
