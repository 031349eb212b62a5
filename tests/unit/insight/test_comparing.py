"""How participants differ from their control group, against published figures and against many drawn worlds."""

import random
from statistics import stdev

import pytest

from functions.insight.reports.comparing import LEAST, Compared, Sample, Share, is_as_drawn, of_means, of_shares


def test_shares_are_compared_as_newcombe_published_it() -> None:
    """Newcombe (1998), method 10: 56 of 70 against 48 of 80 differ by 0.2, from 0.0524 to 0.3339."""
    assert of_shares(Share(70, 56), Share(80, 48)) == Compared(800, 600, 200, 52, 334)


def test_shares_of_nobody_and_of_everybody_keep_an_interval() -> None:
    assert of_shares(Share(50, 50), Share(50, 0)) == Compared(1000, 0, 1000, 899, 1000)


def test_means_are_compared_by_welchs_error() -> None:
    """Means 120 and 100, errors 10 / sqrt(100) = 1 and 20 / sqrt(400) = 1: 20 within 1.96 times the root of two."""
    assert of_means(Sample(100, 12_000, 10), Sample(400, 40_000, 20)) == Compared(120, 100, 20, 17, 23)


@pytest.mark.parametrize("few", [0, 1, LEAST - 1])
def test_too_few_members_are_not_compared(few: int) -> None:
    assert of_means(Sample(few, 100, 1), Sample(100, 100, 1)) is None
    assert of_shares(Share(100, 10), Share(few, 0)) is None
    assert is_as_drawn(0, few, 100) is None


def test_nothing_is_said_of_a_period_that_has_not_begun() -> None:
    assert of_shares(None, Share(100, 10)) is None
    assert of_shares(Share(100, 10), None) is None


def test_a_draw_far_from_its_share_is_not_believed() -> None:
    assert is_as_drawn(100, 1000, 100)
    assert is_as_drawn(131, 1000, 100)
    assert is_as_drawn(132, 1000, 100) is False
    assert is_as_drawn(68, 1000, 100) is False


def test_the_interval_holds_the_truth_in_95_worlds_of_100() -> None:
    """Skewed spend as malls have it, a true difference of 1,000 fen, 300 members and a control group of 100."""
    luck, held, worlds = random.Random(11), 0, 1000
    for _ in range(worlds):
        spent = [[luck.lognormvariate(9, 0.8) + more for _ in range(n)] for n, more in ((300, 1000), (100, 0))]
        found = of_means(*(Sample(len(one), round(sum(one)), round(stdev(one))) for one in spent))
        held += found is not None and found.low <= 1000 <= found.high
    assert 0.93 < held / worlds < 0.97
