"""How a group of members differs from its control group, and how sure that is. Pure (requirement I4, ADR 0923).

Means are compared by Welch's standard error, shares by Newcombe's interval from Wilson's scores, which holds for shares
near 0 and 1 too. Both are of 95 %. Spend is skewed, so neither says anything below `LEAST` members a group.
"""

from math import hypot, sqrt
from typing import NamedTuple

from loyalty.parts import THOUSANDTHS

LEAST = 30
"""Members that each group must have."""
SURE = 1.959964
"""The normal quantile of a two-sided confidence of 95 %."""
SURPRISING = 3.290527
"""That of 99.9 %: a draw that lies further off is not believed to be one."""


class Sample(NamedTuple):
    """Members, the sum of a figure over them, and its standard deviation over them."""

    members: int
    total: int
    deviation: int


class Share(NamedTuple):
    """Members, and how many of them did something."""

    members: int
    did: int


class Compared(NamedTuple):
    """A figure of both groups, the difference, and the interval in which that lies with a confidence of 95 %."""

    participants: int
    control: int
    difference: int
    low: int
    high: int


def of_means(participants: Sample, control: Sample) -> Compared | None:
    """Compare the means of a figure; None where there are too few to compare."""
    if min(participants.members, control.members) < LEAST:
        return None
    means = [group.total / group.members for group in (participants, control)]
    spread = SURE * hypot(*(group.deviation / sqrt(group.members) for group in (participants, control)))
    difference = means[0] - means[1]
    return Compared(*map(round, (*means, difference, difference - spread, difference + spread)))


def of_shares(participants: Share | None, control: Share | None) -> Compared | None:
    """Compare shares, in thousandths; None where there are too few to compare, or nobody could do it yet."""
    if participants is None or control is None or min(participants.members, control.members) < LEAST:
        return None
    (own, low, high), (other, other_low, other_high) = map(_wilson, (participants, control))
    difference = own - other
    bounds = difference - hypot(own - low, other_high - other), difference + hypot(high - own, other - other_low)
    return Compared(*(round(THOUSANDTHS * share) for share in (own, other, difference, *bounds)))


def is_as_drawn(control: int, drawn: int, share: int) -> bool | None:
    """Tell whether so many of those drawn may be in the control group by chance; None where there are too few to tell.

    Args:
        share: thousandths of members who are kept out.
    """
    if drawn < LEAST:
        return None
    expected = share / THOUSANDTHS
    return abs(control - drawn * expected) <= SURPRISING * sqrt(drawn * expected * (1 - expected))


def _wilson(group: Share) -> tuple[float, float, float]:
    """Return a share and the ends of its interval."""
    members, share = group.members, group.did / group.members
    square = SURE * SURE
    middle = share + square / (2 * members)
    reach = SURE * sqrt(share * (1 - share) / members + square / (4 * members * members))
    whole = 1 + square / members
    return share, (middle - reach) / whole, (middle + reach) / whole
