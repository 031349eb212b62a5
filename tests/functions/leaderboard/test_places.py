"""Places and periods, as rules: against a plain count of everybody, over calendars."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.leaderboard.periods import Span, all_kept, kept_of, period_named, period_of
from functions.leaderboard.places import LEADERS, leaders, standing
from loyalty.types import MemberId

SCORES = st.dictionaries(st.integers(0, 400).map(lambda n: MemberId(f"m-{n:03d}")), st.integers(-5, 60), max_size=260)
DAYS = st.dates(date(2020, 1, 1), date(2098, 12, 31))


@given(SCORES)
def test_the_leaders_are_the_best_and_share_places_with_their_equals(scores: dict[MemberId, int]) -> None:
    found = leaders(scores.items())
    positive = sorted((points for points in scores.values() if points > 0), reverse=True)
    assert [one.points for one in found] == positive[:LEADERS]
    assert all(one.place == 1 + sum(points > one.points for points in positive) for one in found)
    assert all(scores[one.member_id] == one.points for one in found)


@given(SCORES, st.data())
def test_a_place_is_exact_or_beyond_and_what_is_missing_would_reach_it(
    scores: dict[MemberId, int], data: st.DataObject
) -> None:
    own = data.draw(st.sampled_from(sorted(scores)) if scores else st.just(MemberId("nobody")))
    points = scores.get(own, 0)
    found = standing(leaders(scores.items()), own, points)
    place = 1 + sum(other > points for other in scores.values())
    if found.place is not None:
        assert (found.place, found.missing) == (place, None)
        return
    assert points <= 0 or place > LEADERS
    assert found.missing is not None
    reached = standing(leaders(scores.items()), own, points + found.missing)
    assert reached.place is not None
    assert standing(leaders(scores.items()), own, points + found.missing - 1).place is None


def test_a_board_a_moment_older_than_ones_points_does_not_count_one_against_oneself() -> None:
    board = leaders([(MemberId("me"), 50), (MemberId("other"), 40)])
    assert standing(board, MemberId("me"), 45).place == 1


@given(st.sampled_from(Span), DAYS)
def test_a_day_lies_in_one_period_of_each_length_which_its_name_names(span: Span, day: date) -> None:
    period = period_of(span, day)
    assert period.first <= day <= period.last
    assert period_named(period.code) == period
    assert period_of(span, period.last + timedelta(days=1)).first == period.last + timedelta(days=1)


@pytest.mark.parametrize("name", ["", "26", "2026Q4", "2026q0", "202600", "2026-11", "20261101", "0000", "２０２６"])
def test_no_other_name_names_a_period(name: str) -> None:
    with pytest.raises(ValueError, match=r"names no period|out of range"):
        period_named(name)


@given(DAYS, st.integers(0, 1_200))
def test_every_board_a_day_may_be_counted_in_is_one_an_erasure_clears(today: date, ago: int) -> None:
    cleared = list(all_kept(today))
    assert len(set(cleared)) == len(cleared) <= 25
    for day in (today + timedelta(days=1), today - timedelta(days=ago)):
        assert set(kept_of(day, today)) <= set(cleared)


@given(DAYS, st.integers(0, 1_200))
def test_where_a_month_is_counted_its_quarter_and_its_year_are(today: date, ago: int) -> None:
    codes = [len(period.code) for period in kept_of(today - timedelta(days=ago), today)]
    assert codes in ([6, 6, 4], [6, 4], [4], [])
    if codes == [6, 4]:
        assert "q" in kept_of(today - timedelta(days=ago), today)[0].code
