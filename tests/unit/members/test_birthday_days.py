"""Which birthdays a day is, 29 February included: nobody is left out of a year or congratulated twice (B2, M4)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.birthdays import SHARDS, born_on, shard_of


@pytest.mark.parametrize(
    ("day", "birthdays"),
    [
        (date(2026, 5, 17), ("0517",)),
        (date(2027, 2, 28), ("0228", "0229")),
        (date(2028, 2, 28), ("0228",)),
        (date(2028, 2, 29), ("0229",)),
        (date(2027, 3, 1), ("0301",)),
        (date(2100, 2, 28), ("0228", "0229")),
    ],
)
def test_the_leap_day_is_kept_on_the_28th_in_years_without_it(day: date, birthdays: tuple[str, ...]) -> None:
    assert born_on(day) == birthdays


@given(st.integers(2020, 2110))
def test_every_year_has_every_birthday_once(year: int) -> None:
    first, last = date(year, 1, 1), date(year, 12, 31)
    found = [mmdd for n in range((last - first).days + 1) for mmdd in born_on(first + timedelta(days=n))]
    assert len(found) == len(set(found)) == 366


def test_members_of_a_day_are_spread_over_all_shards() -> None:
    shards = {shard_of("0517", f"{number:020x}") for number in range(500)}
    assert shards == {f"0517/{shard:02d}" for shard in range(SHARDS)}
