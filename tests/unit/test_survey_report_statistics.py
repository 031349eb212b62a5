"""Intervals of few answers: known values, finite, within the scale (requirements S)."""

from math import isfinite
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.survey.reporting import statistics_of as stats

SCORES = st.dictionaries(st.integers(1, 10), st.integers(1, 1000), min_size=1)


@pytest.mark.parametrize(
    ("freedom", "point"), [(4, 2.776), (5, 2.571), (9, 2.262), (14, 2.145), (29, 2.045), (60, 2.000), (120, 1.980)]
)
def test_students_t_is_the_tables(freedom: int, point: float) -> None:
    assert stats.t95(freedom) == pytest.approx(point, abs=0.001)


def test_the_normal_point_is_the_standard_librarys() -> None:
    assert NormalDist().inv_cdf(0.975) == pytest.approx(stats.Z95, abs=1e-6)
    assert stats.t95(10**9) == pytest.approx(stats.Z95, abs=1e-6)


def test_a_mean_of_ten_scores() -> None:
    """1 to 10 once each: mean 5.5, sd 3.02765, t(9) 2.262: 5.5 +- 2.166."""
    assert stats.mean(dict.fromkeys(range(1, 11), 1), 10, 1, 10) == (5.5, 3.33, 7.67)


def test_five_equal_scores_are_no_certainty() -> None:
    mean, low, high = stats.mean({10: 5}, 5, 1, 10)
    assert (mean, high) == (10, 10)
    assert low == pytest.approx(10 - 2.776 * (1 / 12 / 5) ** 0.5, abs=0.01)


def test_scores_of_the_same_answers_make_no_narrower_interval() -> None:
    """Two questions on one dimension: twenty scores of ten answers tell what ten answers can tell."""
    by_ten = stats.mean({4: 10, 8: 10}, 10, 1, 10)
    by_twenty = stats.mean({4: 10, 8: 10}, 20, 1, 10)
    assert by_ten.high - by_ten.low > 1.3 * (by_twenty.high - by_twenty.low)


@pytest.mark.parametrize(
    ("count", "of", "expected"),
    [
        (81, 263, (30.8, 25.53, 36.62)),  # Newcombe 1998, Statistics in Medicine 17: 857-872, method 3
        (15, 148, (10.14, 6.24, 16.05)),
        (0, 20, (0.0, 0.0, 16.11)),
        (1, 29, (3.45, 0.61, 17.18)),
        (0, 0, (0.0, 0.0, 100.0)),
    ],
)
def test_wilsons_interval_is_the_papers(count: int, of: int, expected: tuple[float, float, float]) -> None:
    assert stats.share(count, of) == expected


def test_more_answers_than_invitations_counted_so_far_are_met() -> None:
    assert stats.share(7, 3) == stats.share(7, 7)


def test_the_recommendation_is_promoters_less_detractors() -> None:
    found = stats.recommendations({10: 30, 9: 20, 8: 20, 7: 10, 6: 5, 0: 15})
    assert found == (50, 30, 20)
    value, low, high = stats.net_promoter(found, 100)
    # (50.75 - 20.75) / 103 = 0.29126; variance 71.5/103 - 0.29126^2 = 0.60934; 1.96 x sqrt(0.60934/103) = 0.15075
    assert value == 30.0
    assert (low, high) == pytest.approx((14.05, 44.2), abs=0.01)


def test_five_promoters_are_no_certainty() -> None:
    value, low, high = stats.net_promoter(stats.Recommendations(5, 0, 0), 5)
    assert value == high == 100
    # (5.75 - 0.75) / 8 = 0.625; variance 6.5/8 - 0.625^2 = 0.42188; 1.96 x sqrt(0.42188/8) = 0.45009
    assert low == pytest.approx(17.49, abs=0.01)


@given(SCORES)
def test_every_mean_lies_in_its_interval_within_the_scale(scores: dict[int, int]) -> None:
    found = stats.mean(scores, sum(scores.values()), 1, 10)
    assert all(map(isfinite, found))
    assert 1 <= found.low <= found.value <= found.high <= 10


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_every_share_lies_in_its_interval(count: int, of: int) -> None:
    found = stats.share(count, of)
    assert all(map(isfinite, found))
    assert 0 <= found.low <= found.value <= found.high <= 100


@given(st.dictionaries(st.integers(0, 10), st.integers(1, 1000), min_size=1))
def test_every_recommendation_lies_in_its_interval(scores: dict[int, int]) -> None:
    found = stats.net_promoter(stats.recommendations(scores), sum(scores.values()))
    assert all(map(isfinite, found))
    assert -100 <= found.low <= found.value <= found.high <= 100
