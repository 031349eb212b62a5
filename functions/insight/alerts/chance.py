"""Student's test: how probable so low a mean of the newest values is, if only chance moves them. Pure.

The values are weekly, one for each week, so whatever makes receipts of a week alike (the same members, weather, an
offer) is in their spread already: receipts are never taken for independent of each other.
"""

from collections.abc import Sequence
from math import atan2, cos, inf, pi, sin, sqrt
from statistics import fmean, stdev


def p_value(newest: Sequence[float], before: Sequence[float]) -> float:
    """Return the probability of a mean of the newest as low as theirs, or lower, by chance (one-sided).

    Args:
        newest: the values that may be low.
        before: at least two values that say how far values of this kind spread.
    """
    fall = fmean(newest) - fmean(before)
    spread = stdev(before) * sqrt(1 / len(newest) + 1 / len(before))
    t = fall / spread if spread else (inf if fall > 0 else -inf if fall < 0 else 0.0)
    return lower_tail(t, len(before) - 1)


def lower_tail(t: float, freedom: int) -> float:
    """Return the probability of `t` or less by Student's distribution of whole degrees of freedom (closed form)."""
    if t in {inf, -inf}:
        return float(t > 0)
    angle = atan2(t, sqrt(freedom))
    return 0.5 + _within(angle, freedom) / 2


def _within(angle: float, freedom: int) -> float:
    """Return the signed probability of being between minus and plus the angle's t (Abramowitz and Stegun 26.7.3, 4)."""
    odd = freedom % 2
    term = cos(angle) if odd else 1.0
    terms = []
    for number in range(freedom // 2):
        terms.append(term)
        numerator, denominator = (2 * number + 2, 2 * number + 3) if odd else (2 * number + 1, 2 * number + 2)
        term *= cos(angle) ** 2 * numerator / denominator
    summed = sin(angle) * sum(terms)
    return (2 / pi) * (angle + summed) if odd else summed
