"""BG/NBD: how often members buy, and whether they still do (Fader, Hardie and Lee 2005; requirement G4). Pure.

While alive, a member buys by chance at a rate of their own (gamma with `r` and `alpha`); after each purchase they are
lost with a probability of their own (beta with `a` and `b`). All that counts of a member is: `x` repeat purchases, the
age at the last of them `t_x`, and the age `T`, both since the first purchase. A purchase is a day with receipts.
Ages are told in days and fitted in weeks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, lgamma, log, log1p
from typing import NamedTuple

from functions.insight.predictions.maximum import Maximum, Point, find

TIME_UNIT = "week"
UNIT_DAYS = 7
LARGE = 50.0
SMALL = 1e-9
MOST_TERMS = 5000
MOST_CANCELLED = 12.0
"""How large terms may be that cancel, as a power of e: ten digits are left."""


class History(NamedTuple):
    """What counts of a member: repeat purchases, days from the first to the last purchase, days since the first."""

    purchases: int
    recency: int
    age: int


class Group(NamedTuple):
    """Members who have the same history, and how many purchases they all made afterwards (the hold-out)."""

    history: History
    members: int
    later: int


@dataclass(frozen=True, slots=True)
class Buying:
    """The four parameters, per week."""

    r: float
    alpha: float
    a: float
    b: float

    def alive(self, history: History) -> float:
        """Return the probability that a member still buys."""
        return 1 / (1 + self._odds_lost(history))

    def expected(self, history: History, days: int) -> float:
        """Return how many purchases to expect of a member in the days to come, alive or not."""
        # The formula has no value at a = 1, though the expectation has: next to it they are the same to six digits.
        a = self.a if abs(self.a - 1) > SMALL**0.5 else 1 + SMALL**0.5
        until = self.alpha + history.age / UNIT_DAYS
        share = self._share(a, history.purchases, until / (until + days / UNIT_DAYS))
        return max(0.0, (a + self.b + history.purchases - 1) / (a - 1) * (1 - share) * self.alive(history))

    def _share(self, a: float, x: int, before: float) -> float:
        """Return the part of all purchases to come, of a member who is alive, that is not among those expected.

        It is the authors' series, or the same transformed by Euler. Theirs grows without bound the further one looks
        ahead, unless members are lost sooner than they buy (`a - 1 > r + x`): then Euler's does. Where members differ
        little in how often they buy, terms of Euler's are huge and cancel.

        Args:
            before: how much of the time until the end of what is looked at is behind them.
        """
        third, cancels = a + self.b + x - 1, (a + self.b - 1 - self.r) * log(before) > MOST_CANCELLED
        if a - 1 > self.r + x or cancels:
            return exp((self.r + x) * log(before)) * _hypergeometric(self.r + x, self.b + x, third, 1 - before)
        return exp((a - 1) * log(before)) * _hypergeometric(a + self.b - 1 - self.r, a - 1, third, 1 - before)

    def _odds_lost(self, history: History) -> float:
        if not history.purchases:
            return 0.0
        ages = (self.alpha + history.age / UNIT_DAYS) / (self.alpha + history.recency / UNIT_DAYS)
        return self.a / (self.b + history.purchases - 1) * exp(min(700.0, (self.r + history.purchases) * log(ages)))


def fit(groups: Sequence[Group]) -> Maximum:
    """Return the most likely parameters `r, alpha, a, b` of what members did."""
    weeks = sum(group.members * group.history.age for group in groups) / UNIT_DAYS
    purchases = sum(group.members * group.history.purchases for group in groups)
    return find(lambda point: log_likelihood(point, groups), (1.0, max(1.0, weeks / max(1, purchases)), 1.0, 2.0))


def buying_of(point: Point) -> Buying:
    """Return parameters by their order in a maximum."""
    return Buying(*point)


def log_likelihood(point: Point, groups: Iterable[Group]) -> float:
    """Return the logarithm of how probable it is that members did what they did."""
    r, alpha, _, _ = point
    # What depends on an age or a count alone is computed once: a fit does this thousands of times.
    log_age = cache(lambda days: log(alpha + days / UNIT_DAYS))
    of_count = cache(lambda x: _of_count(point, x))
    total = 0.0
    for (x, recency, age), members, _ in groups:
        common, lost = of_count(x)
        alive = -(r + x) * log_age(age)
        total += members * (common + alive)
        if x:
            beyond = lost - (r + x) * log_age(recency) - alive
            total += members * (beyond if beyond > LARGE else log1p(exp(beyond)))
    return total


def _of_count(point: Point, x: int) -> tuple[float, float]:
    """Return the terms of x repeat purchases: common to the living and the lost, and what the lost add."""
    r, alpha, a, b = point
    rate = lgamma(r + x) - lgamma(r) + r * log(alpha)
    stays = lgamma(a + b) + lgamma(b + x) - lgamma(b) - lgamma(a + b + x)
    return rate + stays, log(a) - log(b + x - 1) if x else 0.0


def _hypergeometric(a: float, b: float, c: float, z: float) -> float:
    """Return Gauss's series 2F1(a, b; c; z) for 0 <= z < 1."""
    term = total = 1.0
    for n in range(MOST_TERMS):
        term *= (a + n) * (b + n) / ((c + n) * (n + 1)) * z
        total += term
        if abs(term) <= abs(total) * SMALL * SMALL**0.5:
            break
    return total
