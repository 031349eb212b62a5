"""Which days a run looks at: every day once, in time, whatever runs are missed (requirement B2)."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from functions.lifecycle.definition import OccasionOffer
from functions.lifecycle.windows import LATE, days_to_give, last_day

TODAY = date(2026, 11, 21)


def offer(ahead: int | None = None, **changes: Any) -> OccasionOffer:
    names = {"name_zh": "礼", "name_en": "Gift", "occasion": "birthday", "points": 1}
    return OccasionOffer.model_validate({**names, "days_ahead": ahead, **changes})


def test_the_first_run_takes_everybody_whose_day_is_near() -> None:
    days = days_to_give(offer(30), None, TODAY)
    assert (days[0], days[-1], len(days)) == (TODAY, date(2026, 12, 21), 31)


def test_the_next_run_takes_one_day_more_and_the_day_itself() -> None:
    assert days_to_give(offer(30), date(2026, 12, 20), TODAY) == [TODAY, date(2026, 12, 21)]
    assert days_to_give(offer(30), date(2026, 12, 21), TODAY) == [TODAY]
    assert days_to_give(offer(0), date(2026, 11, 20), TODAY) == [TODAY]


def test_a_birthday_gift_is_prepared_a_month_ahead_where_nobody_says_otherwise() -> None:
    assert last_day(offer(), TODAY) == date(2026, 12, 21)
    assert last_day(offer(occasion="anniversary"), TODAY) == TODAY


def test_what_is_over_too_long_is_left() -> None:
    assert days_to_give(offer(0), date(2026, 10, 1), TODAY)[0] == TODAY - timedelta(days=LATE)


@given(
    ahead=st.integers(0, 60),
    gaps=st.lists(st.integers(0, LATE), min_size=1, max_size=30),
)
def test_no_day_is_left_out_while_no_gap_is_longer_than_a_week(ahead: int, gaps: list[int]) -> None:
    through, as_of, seen = None, TODAY, set[date]()
    for gap in gaps:
        as_of += timedelta(days=gap)
        days = days_to_give(offer(ahead), through, as_of)
        assert all(day <= as_of + timedelta(days=ahead) for day in days)
        seen.update(days)
        through = max(through or date.min, last_day(offer(ahead), as_of))
    assert seen >= {TODAY + timedelta(days=gaps[0] + n) for n in range((as_of - TODAY).days - gaps[0] + ahead + 1)}
