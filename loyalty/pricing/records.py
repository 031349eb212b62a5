"""What a price consists of: reductions with their reasons and conditions, refusals, what is left to pay. Pure.

A reduction is kept with the purchase in plain lists, so that a later return can re-check what it was given for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from loyalty.coupons.terms import Kind
from loyalty.errors import LoyaltyError

AUTOMATIC = "discount"
"""The kind of a reduction that needs no coupon."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What goods must stay for a reduction to stand, measured at the purchase (pitfalls 4, 8).

    Attributes:
        lines: indexes of the lines that count: those in scope; for `special_price` the other goods.
        threshold_fen: what they must come to; 0: no threshold.
        buy, get, sets: of `buy_get`; 0 otherwise.
        counted: what each of `lines` counted for, in fen, under the coupon's own measure.
        pieces: of `buy_get`: how many pieces of each of `lines` may support it: those of its sets, and those that no
            coupon used.
    """

    kind: Kind
    lines: tuple[int, ...]
    threshold_fen: int = 0
    buy: int = 0
    get: int = 0
    sets: int = 0
    counted: tuple[int, ...] = ()
    pieces: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Reduction:
    """What one reason takes off the basket.

    Attributes:
        source: `tier`, a campaign's id, or a coupon's code.
        template_id: the coupon's template; None for an automatic discount.
        kind: the coupon's kind, or `discount`.
        parts: fen off, line by line.
        condition: what must stay true of the goods kept; None: nothing.
    """

    source: str
    template_id: str | None
    kind: str
    parts: tuple[int, ...]
    condition: Condition | None = None

    @property
    def off(self) -> int:
        """Return all it takes off, in fen."""
        return sum(self.parts)


@dataclass(frozen=True, slots=True)
class Refused:
    """A coupon that does not apply, and why; what is missing stands in the refusal's params."""

    code: str
    refusal: LoyaltyError


@dataclass(frozen=True, slots=True)
class Priced:
    """A priced basket, in fen.

    Attributes:
        reductions: automatic ones first, then coupons in the order in which they take effect.
        points_room: the most that points may pay.
        points: what points pay of each line; `nets` is what is left to pay in money.
    """

    gross: int
    reductions: tuple[Reduction, ...]
    refused: tuple[Refused, ...]
    points_room: int
    points: tuple[int, ...]
    nets: tuple[int, ...]

    @property
    def payable(self) -> int:
        """Return what is to be paid in money."""
        return sum(self.nets)


def to_plain(reduction: Reduction) -> list[Any]:
    """Return a reduction as lists of whole numbers and text, lines it leaves alone left out."""
    parts = _pairs(enumerate(reduction.parts))
    condition = _plain_condition(reduction.condition) if reduction.condition else None
    return [reduction.source, reduction.template_id, reduction.kind, parts, condition]


def from_plain(plain: Sequence[Any], lines: int) -> Reduction:
    """Return the reduction that `to_plain` wrote, for a basket of so many lines."""
    source, template_id, kind, pairs, condition = plain
    parts = dict(pairs)
    return Reduction(
        source,
        template_id,
        kind,
        tuple(parts.get(n, 0) for n in range(lines)),
        _condition(Kind(kind), condition) if condition else None,
    )


def _pairs(values: Iterable[tuple[int, int]]) -> list[list[int]]:
    return [[n, value] for n, value in values if value]


def _plain_condition(condition: Condition) -> list[Any]:
    counted = [list(pair) for pair in zip(condition.lines, condition.counted, strict=True)]
    if condition.kind is not Kind.BUY_GET:
        return [condition.threshold_fen, counted]
    rule = [condition.buy, condition.get, condition.sets]
    return [condition.threshold_fen, counted, rule, _pairs(zip(condition.lines, condition.pieces, strict=True))]


def _condition(kind: Kind, plain: Sequence[Any]) -> Condition:
    threshold, counted, *more = plain
    lines = tuple(n for n, _ in counted)
    fen = tuple(value for _, value in counted)
    if not more:
        return Condition(kind, lines, threshold, counted=fen)
    (buy, get, sets), pairs = more
    pieces: Mapping[int, int] = dict(pairs)
    return Condition(kind, lines, threshold, buy, get, sets, fen, tuple(pieces.get(n, 0) for n in lines))
