"""Mall time: days and months are the mall's own, whatever the clock of the server says (pitfall 6)."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.clock import (
    add_months,
    date_of,
    day_of,
    days_after,
    iso,
    local_date,
    local_day,
    month_before,
    month_end,
    month_of,
)
from loyalty.types import Day, Month

DATES = st.dates(date(2000, 1, 1), date(2090, 12, 31))


def test_pitfall_6_the_day_ends_at_midnight_of_the_mall_not_of_utc() -> None:
    assert local_day(datetime(2026, 11, 20, 15, 59, 59, tzinfo=UTC), "Asia/Shanghai") == "261120"
    assert local_day(datetime(2026, 11, 20, 16, 0, tzinfo=UTC), "Asia/Shanghai") == "261121"
    assert local_date(datetime(2026, 12, 31, 16, 0, tzinfo=UTC), "Asia/Hong_Kong") == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "260329"),
        (datetime(2026, 3, 29, 21, 59, tzinfo=UTC), "260329"),  # summer time began: midnight is 22:00 UTC
        (datetime(2026, 3, 29, 22, 0, tzinfo=UTC), "260330"),
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), "261025"),  # winter time began: midnight is 23:00 UTC again
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), "261026"),
    ],
)
def test_pitfall_6_a_day_is_found_when_daylight_saving_begins_and_ends(instant: datetime, day: str) -> None:
    assert local_day(instant, "Europe/Berlin") == day


@given(seconds=st.integers(0, 3_000_000_000), offset=st.integers(-12, 14))
def test_an_instant_is_written_in_utc_and_sorts_as_time_does(seconds: int, offset: int) -> None:
    instant = datetime.fromtimestamp(seconds, timezone(timedelta(hours=offset)))
    assert iso(instant).endswith("Z")
    assert iso(instant) < iso(instant + timedelta(milliseconds=1))


@given(value=DATES)
def test_a_day_names_its_date_and_sorts_as_time_does(value: date) -> None:
    assert date_of(day_of(value)) == value
    assert day_of(value) < day_of(value + timedelta(days=1))
    assert month_of(day_of(value)) == f"{value:%y%m}"


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 1, 15), 0, date(2026, 1, 15)),
    ],
)
def test_months_end_where_they_end(start: date, months: int, end: date) -> None:
    assert add_months(start, months) == end


@given(value=DATES, months=st.integers(0, 120))
def test_months_are_added_to_the_month_and_never_change_it_otherwise(value: date, months: int) -> None:
    later = add_months(value, months)
    assert (later.year * 12 + later.month) - (value.year * 12 + value.month) == months
    assert later.day == value.day or (later.day < value.day and later == month_end(later))


@given(value=DATES)
def test_a_months_end_is_followed_by_the_first(value: date) -> None:
    end = month_end(value)
    assert end >= value
    assert end.month == value.month
    assert (end + timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    ("month", "before", "found"), [("2601", 1, "2512"), ("2612", 11, "2601"), ("2603", 23, "2404")]
)
def test_months_are_counted_back_over_year_ends(month: Month, before: int, found: Month) -> None:
    assert month_before(month, before) == found


@given(value=st.dates(date(2010, 1, 1), date(2080, 12, 31)), days=st.integers(-3000, 3000))
def test_days_are_counted_in_both_directions(value: date, days: int) -> None:
    there = days_after(day_of(value), days)
    assert days_after(there, -days) == day_of(value)


def test_the_day_after_28_february_is_the_29th_in_a_leap_year() -> None:
    assert days_after(Day("280228"), 1) == "280229"
    assert days_after(Day("270228"), 1) == "270301"
