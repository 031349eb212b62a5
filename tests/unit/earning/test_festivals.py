"""Festivals of the moon fall on the days the almanac says."""

from datetime import date

import pytest

from loyalty.festivals import Festival, days_around, falls_on

KNOWN = [
    (Festival.SPRING_FESTIVAL, 2026, date(2026, 2, 17)),
    (Festival.SPRING_FESTIVAL, 2027, date(2027, 2, 6)),
    (Festival.SPRING_FESTIVAL, 2033, date(2033, 1, 31)),
    (Festival.LANTERN, 2026, date(2026, 3, 3)),
    (Festival.DRAGON_BOAT, 2026, date(2026, 6, 19)),
    (Festival.QIXI, 2026, date(2026, 8, 19)),
    (Festival.MID_AUTUMN, 2025, date(2025, 10, 6)),
    (Festival.MID_AUTUMN, 2026, date(2026, 9, 25)),
    (Festival.MID_AUTUMN, 2027, date(2027, 9, 15)),
    (Festival.DOUBLE_NINTH, 2026, date(2026, 10, 18)),
    (Festival.LABA, 2025, date(2026, 1, 26)),
    (Festival.LITTLE_NEW_YEAR, 2025, date(2026, 2, 10)),
    (Festival.NEW_YEARS_EVE, 2025, date(2026, 2, 16)),
    (Festival.NEW_YEARS_EVE, 2026, date(2027, 2, 5)),
]


@pytest.mark.parametrize(("festival", "year", "day"), KNOWN)
def test_a_festival_falls_on_its_day(festival: Festival, year: int, day: date) -> None:
    assert falls_on(festival, year) == day


def test_a_leap_month_repeats_no_festival() -> None:
    """2025 has a sixth month twice, 2023 a second."""
    found = list(days_around(Festival.QIXI, 0, 0, date(2025, 1, 1), date(2025, 12, 31)))
    assert found == [date(2025, 8, 29)]


def test_the_days_around_lie_on_both_sides_and_within_what_is_asked() -> None:
    found = list(days_around(Festival.MID_AUTUMN, 2, 1, date(2026, 9, 24), date(2027, 9, 15)))
    assert [f"{day:%y%m%d}" for day in found] == ["260924", "260925", "260926", "270913", "270914", "270915"]


def test_days_before_a_festival_of_the_next_year_are_found() -> None:
    found = list(days_around(Festival.SPRING_FESTIVAL, 30, 0, date(2022, 12, 1), date(2022, 12, 24)))
    assert found == [date(2022, 12, 23), date(2022, 12, 24)]


def test_the_last_month_of_a_lunar_year_lies_in_the_next_year() -> None:
    assert list(days_around(Festival.LABA, 0, 0, date(2026, 1, 1), date(2026, 1, 31))) == [date(2026, 1, 26)]


@pytest.mark.parametrize("festival", Festival)
def test_every_festival_of_every_year_a_campaign_may_reach_is_known(festival: Festival) -> None:
    found = list(days_around(festival, 0, 0, date(2000, 1, 1), date(2089, 12, 31)))
    assert 89 <= len(found) <= 91
    assert len(set(found)) == len(found)
