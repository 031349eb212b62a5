"""When a group's receipts fell: more than the season, the mall and chance explain, and long enough (requirement I3)."""

import random
from collections.abc import Callable, Iterable
from datetime import date
from math import exp, log
from statistics import fmean

import pytest

from functions.insight.alerts import chance
from functions.insight.alerts.judging import ERROR, Basis, Judged, Limits, Series, Sums, Verdict, certain, judge
from functions.insight.alerts.weeks import a_year_before, back, monday, newest

NEWEST = date(2026, 11, 9)
LIMITS = Limits(fall=100, weeks=3, receipts=30)
WEEKS = 81
RECEIPTS = 4_000
"""Of a week: so many that chance hardly moves their mean; the tests about chance name their own."""


def series(typical: Callable[[int], float], receipts: int = RECEIPTS, seed: int = 1, to: date = NEWEST) -> Series:
    """Weeks down to the newest; `typical` gives the typical receipt in fen, so many weeks ago."""
    luck = random.Random(seed)
    found = {}
    for ago in range(WEEKS):
        mean = log(typical(ago)) + luck.gauss(0, 0.8 / receipts**0.5)
        found[back(to, ago)] = Sums(receipts, round(receipts * exp(mean + 0.32)), round(receipts * mean * 1000))
    return found


def falling(to: float, weeks: int, before: float = 20_000.0) -> Callable[[int], float]:
    return lambda ago: to if ago < weeks else before


STEADY = series(lambda _: 30_000.0, seed=9)


@pytest.mark.parametrize(
    ("t", "freedom", "probability"),
    [(-2.201, 11, 0.025), (-1.796, 11, 0.05), (-4.437, 11, 0.0005), (-2.365, 7, 0.025), (-6.965, 2, 0.01), (0, 8, 0.5)],
)
def test_the_probability_is_that_of_students_table(t: float, freedom: int, probability: float) -> None:
    assert chance.lower_tail(t, freedom) == pytest.approx(probability, rel=2e-3)


def test_values_that_never_spread_fall_for_certain_or_not_at_all() -> None:
    assert [chance.p_value([low] * 3, [1.0] * 8) for low in (0.5, 1.0, 1.5)] == [0.0, 0.5, 1.0]


def test_a_fall_of_a_fifth_for_three_weeks_is_told_with_what_was_expected() -> None:
    found = judge(series(falling(16_000, 3)), STEADY, NEWEST, LIMITS)
    assert found.fall
    assert (found.verdict, found.fall.basis) == (Verdict.FALLEN, Basis.YEAR)
    assert [one.week for one in found.fall.weeks] == [back(NEWEST, ago) for ago in (2, 1, 0)]
    assert found.fall.fall == pytest.approx(200, abs=40)
    assert found.fall.p_value < 0.001
    for one in found.fall.weeks:
        assert one.expected == pytest.approx(20_000, rel=0.1)
        assert one.typical == pytest.approx(16_000, rel=0.1)
        assert one.average > one.typical


@pytest.mark.parametrize(("weeks", "to"), [(2, 16_000), (3, 19_000)], ids=["not long enough", "not far enough"])
def test_a_fall_must_be_long_and_far_enough(weeks: int, to: float) -> None:
    assert judge(series(falling(to, weeks)), STEADY, NEWEST, LIMITS) == Judged(Verdict.STEADY)


def test_the_threshold_and_the_number_of_weeks_are_the_malls() -> None:
    own = series(falling(16_000, 2))
    assert judge(own, STEADY, NEWEST, Limits(100, 2, 30)).fall
    assert judge(own, STEADY, NEWEST, Limits(300, 2, 30)).fall is None


def test_a_week_of_peace_ends_a_fall() -> None:
    own = dict(series(falling(16_000, 6)))
    own[back(NEWEST, 1)] = STEADY[NEWEST]
    assert judge(own, STEADY, NEWEST, LIMITS) == Judged(Verdict.STEADY)


def test_a_fall_that_goes_on_begins_where_it_began() -> None:
    found = judge(series(falling(15_000, 9)), STEADY, NEWEST, LIMITS)
    assert found.fall
    assert found.fall.weeks[0].week == back(NEWEST, 8)


def test_after_a_quarter_low_is_what_is_normal() -> None:
    assert judge(series(falling(15_000, 40)), STEADY, NEWEST, LIMITS) == Judged(Verdict.STEADY)


def test_what_falls_every_year_is_no_fall() -> None:
    """Spending is high for ten weeks, and falls by a third in this one, as it did a year ago."""

    def seasonal(ago: int) -> float:
        return 30_000 if 3 <= ago < 15 or 55 <= ago < 67 else 20_000

    assert judge(series(seasonal), STEADY, NEWEST, LIMITS) == Judged(Verdict.STEADY)


@pytest.mark.parametrize("last", [date(2024, 4, 22), date(2025, 4, 21), date(2026, 4, 20)])
def test_weeks_around_the_spring_festival_are_no_fall_wherever_it_lay_the_year_before(last: date) -> None:
    """People buy for it for four weeks and half as much after it; it moves by up to three weeks, either way."""
    feasts = (date(2023, 1, 22), date(2024, 2, 10), date(2025, 1, 29), date(2026, 2, 17))

    def feast(ago: int) -> float:
        week = back(last, ago)
        return 40_000 if any(0 < (monday(day) - week).days <= 28 for day in feasts) else 20_000

    own = series(feast, to=last)
    older = {
        back(last, ago): Sums(400, 8_000_000, round(400_000 * log(feast(ago)))) for ago in range(WEEKS, WEEKS + 30)
    }
    for ago in range(20):
        assert judge({**own, **older}, STEADY, back(last, ago), LIMITS) == Judged(Verdict.STEADY)


@pytest.mark.parametrize(
    ("week", "like"),
    [
        (date(2026, 11, 9), date(2025, 11, 10)),
        (date(2026, 2, 16), date(2025, 1, 27)),
        (date(2026, 3, 9), date(2025, 2, 17)),
        (date(2025, 1, 27), date(2024, 2, 5)),
        (date(2026, 1, 12), date(2024, 12, 23)),
        (date(2026, 4, 20), date(2025, 4, 21)),
    ],
)
def test_the_like_week_of_the_year_before_follows_the_sun_and_near_the_feast_the_moon(week: date, like: date) -> None:
    assert a_year_before(week) == like


def test_a_week_counts_once_its_sunday_is_over() -> None:
    days = (date(2026, 11, 15), date(2026, 11, 16), date(2026, 11, 22))
    assert [newest(day) for day in days] == [date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 9)]


def test_a_group_without_a_year_before_is_held_against_everybody_else() -> None:
    young = {week: sums for week, sums in series(falling(16_000, 3)).items() if week > back(NEWEST, 30)}
    found = judge(young, STEADY, NEWEST, LIMITS)
    assert found.fall
    assert found.fall.basis is Basis.MALL
    mall_falls_too = series(falling(24_000, 3, 30_000), seed=9)
    assert judge(young, mall_falls_too, NEWEST, LIMITS) == Judged(Verdict.STEADY)


def test_a_group_with_a_year_before_falls_also_when_the_whole_mall_does() -> None:
    found = judge(series(falling(16_000, 3)), series(falling(24_000, 3, 30_000), seed=9), NEWEST, LIMITS)
    assert found.verdict is Verdict.FALLEN


def test_five_receipts_a_week_say_nothing() -> None:
    tiny = series(falling(5_000, 3), receipts=5)
    assert judge(tiny, STEADY, NEWEST, LIMITS) == Judged(Verdict.TOO_FEW)


def test_who_is_compared_with_has_to_have_enough_receipts_too() -> None:
    young = {week: sums for week, sums in series(falling(16_000, 3)).items() if week > back(NEWEST, 30)}
    few = series(lambda _: 30_000.0, receipts=5, seed=9)
    assert judge(young, few, NEWEST, LIMITS) == Judged(Verdict.TOO_SHORT)


def test_too_little_before_says_nothing() -> None:
    fresh = {week: sums for week, sums in series(falling(16_000, 3)).items() if week > back(NEWEST, 10)}
    assert judge(fresh, STEADY, NEWEST, LIMITS) == Judged(Verdict.TOO_SHORT)
    assert judge(series(falling(16_000, 3)), {}, NEWEST, LIMITS).verdict is Verdict.FALLEN


def test_a_few_great_receipts_less_are_no_fall() -> None:
    """Ten rings for a hundred thousand yuan a week until three weeks ago: the average halves, the typical stays."""
    own = {}
    for week, sums in series(lambda _: 20_000.0).items():
        rings = Sums(10, 100_000_000, 10 * round(log(10_000_000) * 1000))
        own[week] = sums if week > back(NEWEST, 3) else sums + rings
    averages = [own[back(NEWEST, ago)].paid // own[back(NEWEST, ago)].receipts for ago in (0, 3)]
    assert averages[0] < averages[1] * 0.6
    assert judge(own, STEADY, NEWEST, LIMITS) == Judged(Verdict.STEADY)


def test_what_one_group_would_show_by_chance_is_not_told_among_many() -> None:
    found = judge(series(falling(15_500, 3), receipts=400), STEADY, NEWEST, LIMITS)
    assert found.fall
    many = round(ERROR * 1.2 / found.fall.p_value)
    alone, among = certain([found]), certain([found] + [Judged(Verdict.STEADY)] * many)
    assert (alone[0].verdict, among[0].verdict) == (Verdict.FALLEN, Verdict.CHANCE)
    assert among[0].fall is None
    too_few = [Judged(Verdict.TOO_FEW)] * many
    assert certain([found, *too_few])[0].verdict is Verdict.FALLEN  # who was not compared could show nothing


def share(judged: Iterable[bool]) -> float:
    return fmean(map(float, judged))


def test_malls_in_which_nothing_happens_are_told_of_in_one_week_of_twenty_at_most() -> None:
    """Twenty groups of 30 to 400 receipts a week, whose weeks differ more than their receipts explain."""

    def restless(luck: random.Random) -> Callable[[int], float]:
        return lambda _: 20_000 * exp(luck.gauss(0, 0.05))

    def told(mall: int) -> bool:
        luck = random.Random(mall)
        sizes = [luck.choice((30, 60, 120, 400)) for _ in range(20)]
        groups = [series(restless(luck), size, seed=luck.randrange(10**9)) for size in sizes]
        return any(one.fall for one in certain([judge(own, STEADY, NEWEST, LIMITS) for own in groups]))

    assert share(told(mall) for mall in range(150)) <= 0.05


def test_a_real_fall_of_a_quarter_is_found_in_most_malls() -> None:
    others = [Judged(Verdict.STEADY)] * 19

    def told(seed: int) -> bool:
        return (
            certain([judge(series(falling(15_000, 3), receipts=400, seed=seed), STEADY, NEWEST, LIMITS), *others])[
                0
            ].fall
            is not None
        )

    assert share(told(seed) for seed in range(60)) >= 0.8
