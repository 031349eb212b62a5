"""What is to be priced: lines as rung up, coupons and discounts offered for them; and how money is split. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heapreplace
from typing import NamedTuple

from loyalty.coupons.terms import Discount, Terms
from loyalty.types import Fen


@dataclass(frozen=True, slots=True)
class Line:
    """One line as the till rang it up; `amount` is the line's total in fen, all pieces together."""

    sku: str
    category: str
    quantity: int
    amount: Fen
    brand: str = ""


class Offered(NamedTuple):
    """A coupon put on the counter: its code, the template it came from, and the terms it carries."""

    code: str
    template_id: str
    terms: Terms


@dataclass(frozen=True, slots=True)
class Basket:
    """Everything a price depends on; the orders of coupons and of discounts mean nothing.

    Attributes:
        discounts: the tier's and the campaigns' that are open to this member now.
        points_value: what points are to pay, in fen.
        excluded: categories that get nothing, count for nothing and are not paid with points (requirements K7).
    """

    tenant_id: str
    lines: tuple[Line, ...]
    coupons: tuple[Offered, ...] = ()
    discounts: tuple[Discount, ...] = ()
    points_value: int = 0
    excluded: frozenset[str] = frozenset()


def spread(amount: int, weights: Sequence[int]) -> list[int]:
    """Split an amount in proportion to weights, exactly: whole shares, each its proportion rounded to the nearest.

    Where the rounded shares do not add up, the unit that is nearest in proportion is added or left out (Webster's
    method): unlike largest remainders, no share ever shrinks while the amount grows. No share exceeds its weight when
    the amount does not exceed the weights' sum.
    """
    total = sum(weights)
    if not amount or not total:
        return [0] * len(weights)
    twice = 2 * amount
    double = 2 * total
    shares = [(twice * weight + total) // double for weight in weights]
    if missing := amount - sum(shares):
        _correct(shares, weights, missing)
    return shares


def _correct(shares: list[int], weights: Sequence[int], missing: int) -> None:
    """Add or leave out units one by one; quotients of whole numbers up to w differ by 1/w² or not at all."""
    scale = max(weights) ** 2
    step = 1 if missing > 0 else -1

    def rank(n: int) -> tuple[int, int]:
        return step * ((2 * shares[n] + step) * scale // weights[n]), step * n

    queue = [rank(n) for n, weight in enumerate(weights) if weight and (step > 0 or shares[n])]
    heapify(queue)
    for _ in range(abs(missing)):
        n = abs(queue[0][1])
        shares[n] += step
        heapreplace(queue, rank(n))
