"""Mall time: member days, daily hours, festivals, birthdays, month ends, daylight saving (pitfall 6)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from loyalty.earning.evaluation import Shopper
from loyalty.earning.rule import Conditions, Windows
from loyalty.types import Day
from tests.unit.earning.parts import SHANGHAI, bought, evaluated, line, rule

BERLIN = ZoneInfo("Europe/Berlin")
EVENING, NIGHT = (18 * 60, 22 * 60), (22 * 60, 2 * 60)
FIFTH = "FREQ=MONTHLY;BYMONTHDAY=5"


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def holds(windows: Windows, when: datetime, born: str | None = None, joined: str | None = None) -> bool:
    shopper = Shopper("silver", False, born, Day(joined) if joined else None)
    return bool(
        evaluated(bought(line(), at=when), rule(conditions=Conditions(windows=windows)), shopper=shopper).awards
    )


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-03-04T23:59:59.999999", False),
        ("2026-03-05T00:00", True),
        ("2026-03-05T23:59:59.999999", True),
        ("2026-03-06T00:00", False),
        ("2026-04-05T12:00", True),
    ],
)
def test_pitfall_6_the_member_day_is_the_malls_own(when: str, expected: bool) -> None:
    assert holds(Windows(recurrence=FIFTH), at(when)) is expected


def test_pitfall_6_the_day_of_utc_is_not_asked() -> None:
    late_on_the_fourth_in_utc = datetime(2026, 3, 4, 16, tzinfo=UTC).astimezone(SHANGHAI)
    assert holds(Windows(recurrence=FIFTH), late_on_the_fourth_in_utc)


@pytest.mark.parametrize(
    ("when", "expected"), [("17:59:59", False), ("18:00:00", True), ("21:59:59.999999", True), ("22:00:00", False)]
)
def test_pitfall_6_daily_hours_end_before_their_last_minute(when: str, expected: bool) -> None:
    assert holds(Windows(minutes=EVENING), at(f"2026-03-05T{when}")) is expected


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-03-05T21:59", False),
        ("2026-03-05T22:00", True),
        ("2026-03-06T00:00", True),
        ("2026-03-06T01:59", True),
        ("2026-03-06T02:00", False),
        ("2026-03-05T01:00", False),
        ("2026-03-06T22:00", False),
    ],
)
def test_pitfall_6_hours_past_midnight_belong_to_the_day_they_began_on(when: str, expected: bool) -> None:
    assert holds(Windows(recurrence=FIFTH, minutes=NIGHT), at(when)) is expected


def test_pitfall_6_a_birthday_night_ends_in_the_morning_after() -> None:
    night = Windows(birthday="day", minutes=NIGHT)
    assert holds(night, at("2026-06-02T01:00"), born="0601")
    assert not holds(night, at("2026-06-01T01:00"), born="0601")


def test_hours_until_midnight_end_with_the_day() -> None:
    late = Windows(minutes=(22 * 60, 24 * 60))
    assert [holds(late, at(f"2026-03-05T{time}")) for time in ("21:59", "22:00", "23:59")] == [False, True, True]
    assert not holds(late, at("2026-03-06T00:00"))


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2028-02-29", True),
        ("2028-02-28", False),
        ("2027-02-28", True),
        ("2027-03-01", False),
        ("2100-02-28", True),
    ],
)
def test_pitfall_6_a_birthday_on_29_february_is_the_28th_in_other_years(when: str, expected: bool) -> None:
    shopper = Shopper("silver", False, "0229")
    forever = rule(conditions=Conditions(windows=Windows(birthday="day")))
    forever = replace(forever, until=datetime(2200, 1, 1, tzinfo=UTC))
    assert bool(evaluated(bought(line(), at=at(when)), forever, shopper=shopper).awards) is expected


def test_one_born_on_28_february_has_one_birthday_in_a_leap_year() -> None:
    found = [holds(Windows(birthday="day"), at(f"2028-02-{day}"), born="0228") for day in (28, 29)]
    assert found == [True, False]


def test_a_birthday_month_is_the_whole_month() -> None:
    days = ["2026-05-31T23:59", "2026-06-01T00:00", "2026-06-30T23:59", "2026-07-01T00:00"]
    assert [holds(Windows(birthday="month"), at(day), born="0615") for day in days] == [False, True, True, False]


@pytest.mark.parametrize(
    ("joined", "when", "expected"),
    [
        ("250305", "2026-03-05", True),
        ("250305", "2025-03-05", False),
        ("250305", "2026-03-04", False),
        ("240229", "2026-02-28", True),
        ("240229", "2028-02-28", False),
        ("240229", "2028-02-29", True),
    ],
)
def test_pitfall_6_an_anniversary_is_in_a_later_year(joined: str, when: str, expected: bool) -> None:
    assert holds(Windows(anniversary=True), at(when), joined=joined) is expected


@pytest.mark.parametrize("windows", [Windows(birthday="month"), Windows(birthday="day"), Windows(anniversary=True)])
def test_an_unknown_date_is_never_today(windows: Windows) -> None:
    assert not holds(windows, at("2026-03-05"))


@pytest.mark.parametrize(
    ("recurrence", "days"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=-1", ("2026-02-28", "2028-02-29", "2026-04-30")),
        ("FREQ=MONTHLY;BYMONTHDAY=31", ("2026-01-31", "2026-03-31")),
        ("FREQ=WEEKLY;BYDAY=SA", ("2026-03-07", "2026-03-14")),
        ("FREQ=MONTHLY;BYDAY=2SA", ("2026-03-14",)),
        ("FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=18", ("2026-09-18", "2027-09-18")),
    ],
)
def test_pitfall_6_month_ends_weekdays_and_yearly_days(recurrence: str, days: Sequence[str]) -> None:
    for day in days:
        assert holds(Windows(recurrence=recurrence), at(f"{day}T23:59"))
        assert not holds(Windows(recurrence=recurrence), at(f"{day}T00:00") - timedelta(minutes=1))


def test_a_recurrence_counts_from_the_campaigns_first_day_in_mall_time() -> None:
    every_other = rule(conditions=Conditions(windows=Windows(recurrence="FREQ=DAILY;INTERVAL=2")))
    first = datetime(2026, 3, 1, 16, tzinfo=UTC)
    every_other = replace(every_other, starts=first)
    found = [bool(evaluated(bought(line(), at=at(f"2026-03-0{day}T12:00")), every_other).awards) for day in (2, 3, 4)]
    assert found == [True, False, True]


def test_a_festival_is_its_dates() -> None:
    mid_autumn = Windows(dates=frozenset({date(2026, 9, 25)}))
    assert [holds(mid_autumn, at(f"2026-09-{day}T12:00")) for day in (24, 25, 26)] == [False, True, False]


@pytest.mark.parametrize("fold", [0, 1])
def test_pitfall_6_the_hour_that_comes_twice_counts_twice(fold: int) -> None:
    twice = at("2026-10-25T02:30", BERLIN).replace(fold=fold)
    assert holds(Windows(minutes=(2 * 60, 3 * 60)), twice)
    assert not holds(Windows(minutes=(3 * 60, 4 * 60)), twice)


def test_pitfall_6_the_hour_that_is_skipped_skips_no_day() -> None:
    """On 29 March 2026 Berlin's clocks go from 02:00 to 03:00; the night's hours still end at 04:00."""
    found = [
        holds(Windows(minutes=(2 * 60, 4 * 60)), datetime(2026, 3, 29, hour, tzinfo=UTC).astimezone(BERLIN))
        for hour in (0, 1, 2)
    ]
    assert found == [False, True, False]


def test_pitfall_6_the_end_of_a_campaign_is_an_instant_even_where_the_clock_repeats() -> None:
    ends = datetime(2026, 10, 25, 0, 45, tzinfo=UTC)
    until = rule()
    until = replace(until, until=ends.astimezone(BERLIN))
    first, second = (at("2026-10-25T02:30", BERLIN).replace(fold=fold) for fold in (0, 1))
    assert evaluated(bought(line(), at=first), until).awards
    assert not evaluated(bought(line(), at=second), until).awards


def test_everything_that_is_set_must_hold() -> None:
    both = Windows(recurrence=FIFTH, minutes=EVENING, birthday="month")
    assert holds(both, at("2026-03-05T19:00"), born="0320")
    assert not holds(both, at("2026-03-05T19:00"), born="0420")
    assert not holds(both, at("2026-03-05T12:00"), born="0320")
    assert not holds(both, at("2026-03-06T19:00"), born="0320")
