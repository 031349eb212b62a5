"""Ages by the calendar, 29 February included."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.members.age import require_age
from functions.members.errors import ImplausibleBirthdayError, UnderAgeError
from loyalty.birthdays import age_on

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("birthday", "today", "age"),
    [
        (date(2008, 11, 21), date(2026, 11, 20), 17),
        (date(2008, 11, 21), date(2026, 11, 21), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 28), 19),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(2008, 12, 31), date(2027, 1, 1), 18),
    ],
)
def test_a_year_is_full_on_the_birthday(birthday: date, today: date, age: int) -> None:
    assert age_on(birthday, today) == age


@given(DAYS, DAYS)
def test_nobody_grows_younger_and_a_birthday_adds_exactly_one(birthday: date, today: date) -> None:
    assert age_on(birthday, today + timedelta(days=1)) - age_on(birthday, today) in (0, 1)


@given(DAYS, st.integers(0, 110))
def test_ages_agree_with_counting_birthdays(birthday: date, years: int) -> None:
    try:
        anniversary = birthday.replace(year=birthday.year + years)
    except ValueError:
        anniversary = date(birthday.year + years, 3, 1)
    assert age_on(birthday, anniversary) == years
    assert age_on(birthday, anniversary - timedelta(days=1)) == years - 1


def test_the_minimum_is_included() -> None:
    require_age(date(2008, 11, 21), 18, date(2026, 11, 21))
    with pytest.raises(UnderAgeError) as refused:
        require_age(date(2008, 11, 22), 18, date(2026, 11, 21))
    assert refused.value.params == {"minimum_age": 18}


@pytest.mark.parametrize("birthday", [date(2026, 11, 22), date(1896, 11, 21), date(1, 1, 1)])
def test_impossible_birthdays_are_told_apart_from_youth(birthday: date) -> None:
    with pytest.raises(ImplausibleBirthdayError):
        require_age(birthday, 18, date(2026, 11, 21))


def test_somebody_of_129_is_believed() -> None:
    birthday, today = date(1896, 11, 22), date(2026, 11, 21)
    assert age_on(birthday, today) == 129
    require_age(birthday, 18, today)
