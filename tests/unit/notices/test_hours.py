"""When members may be written to: quiet hours, usual hours, the weekly cap, in zones whose clocks jump."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.notices.hours import WEEK, fits_cap, is_quiet, next_at, speakable, usual_hour

SHANGHAI, BERLIN, SYDNEY, HOWE = "Asia/Shanghai", "Europe/Berlin", "Australia/Sydney", "Australia/Lord_Howe"
ZONES = [SHANGHAI, BERLIN, SYDNEY, HOWE, "America/New_York", "Pacific/Apia", "Asia/Kathmandu"]
START = datetime(2024, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 6 * 365 * 86_400).map(lambda seconds: START + timedelta(seconds=seconds))
SOON = st.integers(0, 60 * 86_400).map(lambda seconds: START + timedelta(seconds=seconds))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("said", "spoken"),
    [
        ("2026-11-21T12:00:00+08:00", "2026-11-21T12:00:00+08:00"),
        ("2026-11-21T20:59:59+08:00", "2026-11-21T20:59:59+08:00"),
        ("2026-11-21T21:00:00+08:00", "2026-11-22T08:00:00+08:00"),
        ("2026-11-30T23:59:59+08:00", "2026-12-01T08:00:00+08:00"),
        ("2028-02-28T22:00:00+08:00", "2028-02-29T08:00:00+08:00"),
        ("2026-12-31T22:00:00+08:00", "2027-01-01T08:00:00+08:00"),
        ("2026-11-22T07:59:59+08:00", "2026-11-22T08:00:00+08:00"),
        ("2026-11-22T08:00:00+08:00", "2026-11-22T08:00:00+08:00"),
    ],
)
def test_nobody_is_written_to_between_nine_in_the_evening_and_eight(said: str, spoken: str) -> None:
    assert speakable(at(said), "21:00", "08:00", SHANGHAI) == at(spoken)


def test_a_night_with_a_jump_of_the_clocks_is_as_long_as_it_is() -> None:
    spring, autumn = at("2026-03-28T22:00:00+01:00"), at("2026-10-24T22:00:00+02:00")
    assert speakable(spring, "21:00", "08:00", BERLIN) - spring == timedelta(hours=9)
    assert speakable(autumn, "21:00", "08:00", BERLIN) - autumn == timedelta(hours=11)


def test_an_hour_that_is_skipped_comes_an_hour_later_and_one_that_comes_twice_counts_once() -> None:
    assert next_at(at("2026-03-29T01:00:00+01:00"), 2, 30, BERLIN) == at("2026-03-29T03:30:00+02:00")
    first, second = at("2026-10-25T02:30:00+02:00"), at("2026-10-25T02:30:00+01:00")
    assert next_at(at("2026-10-25T01:00:00+02:00"), 2, 30, BERLIN) == first
    assert next_at(second, 2, 30, BERLIN) == at("2026-10-26T02:30:00+01:00")


@given(INSTANTS, st.sampled_from(ZONES), st.integers(0, 23), st.integers(0, 23))
def test_what_is_spoken_is_never_early_never_quiet_and_never_a_day_late(
    instant: datetime, zone: str, begins: int, ends: int
) -> None:
    quiet = f"{begins:02}:00", f"{ends:02}:00"
    spoken = speakable(instant, *quiet, zone)
    assert instant <= spoken <= instant + timedelta(hours=26)
    # Only where the clocks skip the very end of the quiet hours could it still be quiet; no mall ends them at night.
    if ends >= 4:
        assert not is_quiet(spoken, *quiet, zone)


@given(INSTANTS, st.sampled_from(ZONES), st.integers(4, 23))
def test_the_next_time_of_an_hour_is_within_a_day_and_shows_that_hour(instant: datetime, zone: str, hour: int) -> None:
    found = next_at(instant, hour, 0, zone)
    assert instant <= found <= instant + timedelta(hours=49)
    assert found.astimezone(ZoneInfo(zone)).hour == hour


def test_quiet_hours_may_lie_within_a_day_or_be_none() -> None:
    noon = at("2026-11-21T12:30:00+08:00")
    assert speakable(noon, "12:00", "14:00", SHANGHAI) == at("2026-11-21T14:00:00+08:00")
    assert speakable(noon, "08:00", "08:00", SHANGHAI) == noon


def test_the_usual_hour_is_the_malls_and_needs_three_purchases() -> None:
    evenings = [at(f"2026-11-{day:02}T11:10:00Z") for day in (1, 8)]
    assert usual_hour(evenings, SHANGHAI) is None
    assert usual_hour([*evenings, at("2026-11-15T03:00:00Z")], SHANGHAI) == 19
    assert usual_hour([at(f"2026-11-0{n}T0{n}:00:00Z") for n in (1, 2, 3)], SHANGHAI) == 11


@given(st.lists(SOON), st.integers(1, 4))
def test_no_seven_days_ever_hold_more_than_the_cap(wishes: list[datetime], cap: int) -> None:
    sent: list[datetime] = []
    for wish in wishes:
        if fits_cap(sent, wish, cap):
            sent.append(wish)
    sent.sort()
    assert all(later - earlier >= WEEK for earlier, later in zip(sent, sent[cap:], strict=False))


def test_a_message_exactly_a_week_later_fits_again() -> None:
    first = at("2026-11-21T12:00:00+08:00")
    assert fits_cap([first], first + WEEK, 1)
    assert not fits_cap([first], first + WEEK - timedelta(milliseconds=1), 1)
    assert not fits_cap([first + WEEK], first + timedelta(days=1), 1)


def test_the_zones_of_the_matrix_have_clocks_that_jump() -> None:
    days = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=n) for n in range(365)]
    jumping = {
        zone
        for zone in ZONES
        if any(
            a.astimezone(ZoneInfo(zone)).utcoffset() != b.astimezone(ZoneInfo(zone)).utcoffset()
            for a, b in pairwise(days)
        )
    }
    assert jumping >= {BERLIN, SYDNEY, HOWE}
