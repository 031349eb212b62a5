"""Whether a group's average receipt fell for weeks running, more than season and chance explain (I3, ADR 0922). Pure.

    distance of a week   the mean logarithm of the group's receipts, less that of what it is compared with:
                         the like week of the year before, else everybody else's receipts of the same week
    a fall               every week's distance is below the mean distance of the weeks before by the threshold,
                         for the asked number of weeks or more, until the newest week
    told                 if chance alone would show such a fall in one group of the mall in 20 weeks at most

Logarithms, since a few great receipts make an average and no group: their mean is that of the typical receipt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import exp, log
from statistics import fmean

from functions.insight.alerts import chance
from functions.insight.alerts.weeks import a_year_before, back

BEFORE_WEEKS = 12
"""The weeks before a fall that say what is normal; at least `LEAST_BEFORE` of them have to be comparable."""
LEAST_BEFORE = 8
MOST_WEEKS = 13
"""After a quarter, low is what is normal."""
ERROR = 0.02
"""How improbable falls must be by chance, all the groups of a week together.

Stricter than what is promised (a false alert in one week of twenty): the longest fall is chosen among several, and that
alone lets through more than its share, 1.2 to 1.7 times as measured.
"""
THOUSANDTHS = 1000


class Verdict(StrEnum):
    """What is said of a group."""

    FALLEN = "fallen"
    CHANCE = "chance"
    """It fell by the threshold for long enough, but chance may explain that."""
    STEADY = "steady"
    TOO_FEW = "too_few_receipts"
    """One of the newest weeks has fewer receipts than a judgement asks for."""
    TOO_SHORT = "too_little_before"
    """There are not enough weeks to compare with."""


class Basis(StrEnum):
    """What a group's weeks are compared with."""

    YEAR = "year_before"
    MALL = "rest_of_mall"


@dataclass(frozen=True, slots=True)
class Limits:
    """What the mall asks for before it is told.

    Attributes:
        fall: thousandths below what was expected, each week.
        weeks: how many weeks running.
        receipts: the least of a week, of the group and of what it is compared with.
    """

    fall: int
    weeks: int
    receipts: int


@dataclass(frozen=True, slots=True)
class Sums:
    """Receipts of a week: how many, what was paid in fen, and the sum of its logarithms in thousandths."""

    receipts: int = 0
    paid: int = 0
    logs: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        """Return both together."""
        return Sums(self.receipts + other.receipts, self.paid + other.paid, self.logs + other.logs)

    def __sub__(self, other: "Sums") -> "Sums":
        """Return what is left without the other."""
        return Sums(self.receipts - other.receipts, self.paid - other.paid, self.logs - other.logs)

    @property
    def mean(self) -> float:
        """The mean logarithm of a receipt in fen."""
        return self.logs / self.receipts / THOUSANDTHS


type Series = Mapping[date, Sums]
"""Sums by the Monday of their week."""


@dataclass(frozen=True, slots=True)
class FallenWeek:
    """One week of a fall, its amounts in fen: `average` as everybody reckons it, the others by logarithms.

    Attributes:
        expected: the typical receipt there would have been at the distance that was normal before.
    """

    week: date
    receipts: int
    average: int
    typical: int
    expected: int


@dataclass(frozen=True, slots=True)
class Fall:
    """A fall of a group, down to the newest week.

    Attributes:
        fall: of all its weeks together, thousandths below what was expected.
        p_value: the probability of it by chance alone.
        before: how many weeks before it said what is normal.
    """

    basis: Basis
    weeks: tuple[FallenWeek, ...]
    fall: int
    p_value: float
    before: int


@dataclass(frozen=True, slots=True)
class Judged:
    """What is said of one group by itself: a fall may still be one of chance, among so many groups."""

    verdict: Verdict
    fall: Fall | None = None


def judge(own: Series, rest: Series, newest: date, limits: Limits) -> Judged:
    """Judge a group by itself.

    Args:
        own: the group's weeks; `rest` those of everybody else.
        newest: the last week there is.
    """
    if any(own.get(back(newest, ago), Sums()).receipts < limits.receipts for ago in range(limits.weeks)):
        return Judged(Verdict.TOO_FEW)
    for basis in Basis:
        compared = _Compared(own, rest, basis, limits)
        if compared.knows(newest):
            fall = compared.longest_fall(newest)
            return Judged(Verdict.FALLEN if fall else Verdict.STEADY, fall)
    return Judged(Verdict.TOO_SHORT)


def certain(judged: Sequence[Judged]) -> list[Judged]:
    """Return what is said of each group, seen among all: falls that chance brings about among so many are of chance."""
    compared = sum(one.verdict in {Verdict.FALLEN, Verdict.STEADY} for one in judged)
    return [Judged(Verdict.CHANCE) if one.fall and one.fall.p_value * compared > ERROR else one for one in judged]


class _Compared:
    """A group's weeks beside those they are compared with."""

    def __init__(self, own: Series, rest: Series, basis: Basis, limits: Limits) -> None:
        self.own, self.rest, self.basis, self.limits = own, rest, basis, limits
        self.deep = log(1 - limits.fall / THOUSANDTHS)

    def knows(self, newest: date) -> bool:
        """Tell whether the newest weeks, and enough before them, can be compared."""
        run = [self._distance(back(newest, ago)) for ago in range(self.limits.weeks)]
        return None not in run and len(self._before(back(newest, self.limits.weeks - 1))) >= LEAST_BEFORE

    def longest_fall(self, newest: date) -> Fall | None:
        """Return the longest fall that reaches the newest week; None where there is none long enough."""
        for length in range(MOST_WEEKS, self.limits.weeks - 1, -1):
            weeks = [back(newest, ago) for ago in reversed(range(length))]
            fall = self._fall(weeks, self._before(weeks[0]))
            if fall:
                return fall
        return None

    def _fall(self, weeks: Sequence[date], before: Sequence[float]) -> Fall | None:
        distances = [distance for week in weeks if (distance := self._distance(week)) is not None]
        if len(distances) < len(weeks) or len(before) < LEAST_BEFORE:
            return None
        normal = fmean(before)
        if any(distance - normal > self.deep for distance in distances):
            return None
        return Fall(
            basis=self.basis,
            weeks=tuple(self._told(week, normal) for week in weeks),
            fall=round(THOUSANDTHS * (1 - exp(fmean(distances) - normal))),
            p_value=chance.p_value(distances, before),
            before=len(before),
        )

    def _told(self, week: date, normal: float) -> FallenWeek:
        own, expected = self.own[week], exp(self._other(week).mean + normal)
        return FallenWeek(week, own.receipts, own.paid // own.receipts, round(exp(own.mean)), round(expected))

    def _before(self, first: date) -> list[float]:
        found = (self._distance(back(first, ago)) for ago in range(BEFORE_WEEKS, 0, -1))
        return [distance for distance in found if distance is not None]

    def _distance(self, week: date) -> float | None:
        own, other = self.own.get(week, Sums()), self._other(week)
        return own.mean - other.mean if min(own.receipts, other.receipts) >= self.limits.receipts else None

    def _other(self, week: date) -> Sums:
        if self.basis is Basis.YEAR:
            return self.own.get(a_year_before(week), Sums())
        return self.rest.get(week, Sums())
