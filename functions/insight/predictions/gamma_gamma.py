"""Gamma-Gamma: what members spend on a day they buy (Fader and Hardie 2013; requirement G4). Pure.

What a member spends on a day varies about a mean of their own (gamma with `p`), and the means vary between members
(inverse gamma with `q` and `v`), whatever the frequency. A member with few purchases is thought to be more like all the
others. Amounts are fen; only days after the first with something paid count.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import lgamma, log
from typing import NamedTuple

from functions.insight.predictions.maximum import Maximum, Point, find


class Spent(NamedTuple):
    """Members who paid on so many repeat days, on average about so many fen a day."""

    days: int
    mean: float
    members: int


@dataclass(frozen=True, slots=True)
class Spending:
    """The three parameters; `v` in fen."""

    p: float
    q: float
    v: float

    def expected(self, days: int, total: int) -> int | None:
        """Return what to expect a member to pay on a day, in fen; None where the model's mean is infinite.

        Args:
            days: repeat days with something paid, of which there may be none; `total` is what was paid on them.
        """
        known = self.p * days + self.q - 1
        return round(self.p * (self.v + total) / known) if known > 0 else None


def fit(groups: Sequence[Spent]) -> Maximum:
    """Return the most likely parameters `p, q, v` of what members spent."""
    members = sum(group.members for group in groups)
    mean = sum(group.mean * group.members for group in groups) / members

    def in_fen(point: Point) -> Point:
        p, q, v = point
        return p, q, v * mean

    # `v` is looked for as a multiple of the mean: the search goes to e^12 only, which in fen is 1,628 yuan.
    found = find(lambda point: log_likelihood(in_fen(point), groups), (2.0, 3.0, 1.0))
    return replace(found, at=in_fen(found.at))


def spending_of(point: Point) -> Spending:
    """Return parameters by their order in a maximum."""
    return Spending(*point)


def log_likelihood(point: Point, groups: Sequence[Spent]) -> float:
    """Return the logarithm of how probable it is that members spent what they spent."""
    p, q, v = point
    return sum(group.members * _one(p, q, v, group.days, group.mean) for group in groups)


def _one(p: float, q: float, v: float, days: int, mean: float) -> float:
    shape = p * days
    constant = lgamma(shape + q) - lgamma(shape) - lgamma(q) + q * log(v)
    return constant + (shape - 1) * log(mean) + shape * log(days) - (shape + q) * log(days * mean + v)
