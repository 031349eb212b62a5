"""Means, shares and the recommendation score of answers, each with its 95% interval. Pure, standard library only.

Intervals say how far a figure may be from what all who could have been asked would say. They are made for few answers:
Student's t for means, Wilson's for shares, an adjusted Wald interval for the recommendation. All are finite, within
the scale, and rounded to two decimals.
"""

from collections.abc import Mapping
from math import sqrt
from typing import NamedTuple

Z95 = 1.959964
"""The 97.5% point of the normal distribution."""
LEAST_VARIANCE = 1 / 12
"""Of a mean of whole numbers: what their rounding alone hides. Five equal scores are no proof of no spread."""
PROMOTERS, PASSIVES = 9, 7
"""From which score on one recommends us, or at least does not advise against us."""
DECIMALS = 2


class Estimate(NamedTuple):
    """A figure and the ends of its 95% interval."""

    value: float
    low: float
    high: float


class Recommendations(NamedTuple):
    """How many recommend the mall, do not mind, advise against it."""

    promoters: int
    passives: int
    detractors: int


def mean(scores: Mapping[int, int], answers: int, lowest: int, highest: int) -> Estimate:
    """Return the mean score.

    Args:
        scores: how often each was given; at least once.
        answers: by how many answers; scores of one answer are not independent, so the interval counts answers.
        lowest, highest: the ends of the scale, beyond which the interval does not go.
    """
    given = sum(scores.values())
    middle = sum(score * n for score, n in scores.items()) / given
    spread = sum(n * (score - middle) ** 2 for score, n in scores.items()) / max(given - 1, 1)
    margin = t95(max(answers - 1, 1)) * sqrt(max(spread, LEAST_VARIANCE) / answers)
    return _rounded(middle, middle - margin, middle + margin, lowest, highest)


def share(count: int, of: int) -> Estimate:
    """Return a share in percent with Wilson's score interval (Wilson 1927, JASA 22: 209-212).

    Args:
        of: how many; 0, or fewer than `count` while events are still being counted, is met with an interval as well.
    """
    n = max(of, count)
    if n == 0:
        return Estimate(0.0, 0.0, 100.0)
    p, z2 = count / n, Z95 * Z95
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    margin = Z95 / (1 + z2 / n) * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return _rounded(100 * p, 100 * (middle - margin), 100 * (middle + margin), 0, 100)


def recommendations(scores: Mapping[int, int]) -> Recommendations:
    """Return who recommends us, of scores from 0 to 10."""
    promoters = sum(n for score, n in scores.items() if score >= PROMOTERS)
    passives = sum(n for score, n in scores.items() if PASSIVES <= score < PROMOTERS)
    return Recommendations(promoters, passives, sum(scores.values()) - promoters - passives)


def net_promoter(found: Recommendations, answers: int) -> Estimate:
    """Return promoters less detractors, in percentage points from -100 to 100.

    The interval is the adjusted Wald with three imagined answers, 3/4 promoters, 3/2 passives and 3/4 detractors
    (Rocks 2016, The American Statistician 70: 365-372): it holds its promise for few answers and for extreme ones.

    Args:
        answers: by how many answers; as for `mean`.
    """
    given = sum(found)
    value = (found.promoters - found.detractors) / given
    p, d = (found.promoters + 0.75) / (given + 3), (found.detractors + 0.75) / (given + 3)
    margin = Z95 * sqrt((p + d - (p - d) ** 2) / (answers + 3))
    low, high = p - d - margin, p - d + margin
    return _rounded(100 * value, 100 * min(low, value), 100 * max(high, value), -100, 100)


def percent(count: int, of: int) -> float:
    """Return a share in percent, without an interval; of nothing it is 0."""
    return round(100 * count / of, DECIMALS) if of else 0.0


def t95(freedom: int) -> float:
    """Return the 97.5% point of Student's t; from 4 degrees of freedom on it is less than 0.001 from the table's.

    The expansion is Abramowitz and Stegun's 26.7.5, in the powers of `Z95`.
    """
    z, n = Z95, freedom
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    fourth = (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160
    return z + first / n + second / n**2 + third / n**3 + fourth / n**4


def _rounded(value: float, low: float, high: float, lowest: int, highest: int) -> Estimate:
    ends = (round(min(max(end, lowest), highest), DECIMALS) for end in (low, high))
    return Estimate(round(value, DECIMALS), *ends)
