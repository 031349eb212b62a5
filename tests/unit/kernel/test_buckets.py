"""Buckets: when points open, when they lapse, and in which order they are spent and taken back (P5, P9, P10)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty import buckets as b
from loyalty.buckets import DEBT, BucketKey, Leg, bucket_for, bucket_key
from loyalty.clock import date_of, day_of, month_end
from loyalty.programme import Expiry, ExpiryKind, Pending
from loyalty.types import Day, Purse

P = Purse.POINTS
ROLLING = Expiry(months=12)
YEARLY = Expiry(kind=ExpiryKind.CALENDAR_YEAR)
AT_ONCE = Pending()
DATES = st.dates(date(2020, 1, 1), date(2060, 12, 31))
EXPIRIES = st.builds(Expiry, kind=st.sampled_from(ExpiryKind), months=st.integers(1, 36))
PENDINGS = st.builds(Pending, days=st.integers(0, 180))
KEYS = st.builds(
    bucket_for,
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.builds(Expiry, months=st.integers(1, 14)),
    st.builds(Pending, days=st.integers(0, 40)),
)
HELD = st.dictionaries(KEYS, st.integers(1, 1000), max_size=12)
DAYS = st.dates(date(2026, 1, 1), date(2029, 6, 30)).map(day_of)


@pytest.mark.parametrize(
    ("earned", "months", "last"),
    [
        (date(2026, 11, 1), 12, date(2027, 11, 30)),
        (date(2026, 11, 30), 12, date(2027, 11, 30)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2027, 2, 28), 12, date(2028, 2, 29)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
    ],
)
def test_points_live_to_the_end_of_the_month_a_year_later(earned: date, months: int, last: date) -> None:
    assert bucket_for(earned, Expiry(months=months), AT_ONCE) == bucket_key(last)


@pytest.mark.parametrize("earned", [date(2026, 1, 1), date(2026, 12, 31)])
def test_with_calendar_years_the_points_of_a_year_lapse_in_december(earned: date) -> None:
    assert bucket_for(earned, YEARLY, AT_ONCE) == "261231"
    assert bucket_for(earned, Expiry(kind=ExpiryKind.CALENDAR_YEAR, months=24), AT_ONCE) == "271231"


def test_pending_points_open_after_the_return_window() -> None:
    key = bucket_for(date(2026, 11, 21), ROLLING, Pending(days=14))
    assert key == "271130/261205"
    assert b.is_pending(key, Day("261204"))
    assert b.is_open(key, Day("261205"))
    assert b.is_open(key, Day("271130"))
    assert not b.is_open(key, Day("271201"))


def test_points_earned_in_the_last_days_of_december_are_usable_before_they_lapse() -> None:
    assert bucket_for(date(2026, 12, 28), YEARLY, Pending(days=7)) == "271231/270104"
    assert bucket_for(date(2026, 12, 24), YEARLY, Pending(days=7)) == "261231/261231"


@given(earned=DATES, expiry=EXPIRIES, pending=PENDINGS)
def test_every_point_can_be_used_on_some_day_and_lapses_at_a_months_end(
    earned: date, expiry: Expiry, pending: Pending
) -> None:
    key = bucket_for(earned, expiry, pending)
    last = date_of(b.expires_on(key))
    opens = b.opens_on(key)
    assert last == month_end(last)
    assert last >= earned
    assert (opens is None) == (pending.days == 0)
    assert opens is None or earned + timedelta(days=pending.days) == date_of(opens) <= last


@given(held=HELD, day=DAYS)
def test_points_are_pending_open_or_expired_and_only_one_of_them(held: dict[BucketKey, int], day: Day) -> None:
    expired = sum(points for key, points in held.items() if b.is_expired(key, day))
    assert b.spendable(held, day) + b.pending(held, day) + expired == sum(held.values())


@given(held=HELD, day=DAYS, share=st.integers(0, 100))
def test_what_expires_first_is_spent_first(held: dict[BucketKey, int], day: Day, share: int) -> None:
    points = b.spendable(held, day) * share // 100
    legs = b.spend_earliest_first(P, held, points, day)
    assert -sum(leg.points for leg in legs) == points
    assert all(leg.points < 0 and b.is_open(leg.bucket, day) for leg in legs)
    spent = {leg.bucket: -leg.points for leg in legs}
    left = [key for key in held if b.is_open(key, day) and held[key] > spent.get(key, 0)]
    assert not spent or not left or max(spent) <= min(left)


def test_an_expired_or_pending_bucket_is_never_spent_from() -> None:
    held = {bucket_key(date(2026, 11, 20)): 5, bucket_key(date(2027, 1, 31), date(2026, 12, 1)): 7}
    assert b.spendable(held, Day("261121")) == 0
    assert b.spend_earliest_first(P, held, 5, Day("261121")) == []


def test_points_are_usable_through_their_last_day_however_late_the_sweep_comes() -> None:
    held = {BucketKey("261130"): 5}
    assert b.spendable(held, Day("261130")) == 5
    assert b.lapse(P, held, Day("261130")) == []
    assert b.spendable(held, Day("261201")) == 0


def test_points_are_taken_back_pending_first_then_their_own_bucket_then_the_earliest_then_debt() -> None:
    held = {
        BucketKey("271130/261205"): 10,
        BucketKey("271031"): 20,
        BucketKey("270131"): 30,
        BucketKey("270630"): 40,
        BucketKey("261031"): 99,
    }
    legs = b.take_back(P, held, 105, BucketKey("271031"), Day("261121"))
    assert legs == [
        Leg(P, BucketKey("271130/261205"), -10),
        Leg(P, BucketKey("271031"), -20),
        Leg(P, BucketKey("270131"), -30),
        Leg(P, BucketKey("270630"), -40),
        Leg(P, DEBT, -5),
    ]


@given(held=HELD, day=DAYS, points=st.integers(1, 5000), same=KEYS)
def test_pitfall_2_what_is_taken_back_is_never_dropped(
    held: dict[BucketKey, int], day: Day, points: int, same: BucketKey
) -> None:
    legs = b.take_back(P, held, points, same, day)
    assert -sum(leg.points for leg in legs) == points
    usable = b.spendable(held, day) + b.pending(held, day)
    assert -sum(leg.points for leg in legs if leg.bucket == DEBT) == max(0, points - usable)
    assert not any(b.is_expired(leg.bucket, day) for leg in legs if leg.bucket != DEBT)


@given(held=HELD, day=DAYS)
def test_pitfall_5_a_lapse_empties_exactly_what_is_past(held: dict[BucketKey, int], day: Day) -> None:
    legs = b.lapse(P, held, day)
    assert {leg.bucket: -leg.points for leg in legs} == {k: v for k, v in held.items() if b.is_expired(k, day)}


@given(held=HELD, day=DAYS)
def test_folding_opened_buckets_changes_no_sum(held: dict[BucketKey, int], day: Day) -> None:
    merged = b.merge_opened(held, day)
    assert sum(merged.values()) == sum(held.values())
    assert b.spendable(merged, day) == b.spendable(held, day)
    assert b.pending(merged, day) == b.pending(held, day)
    assert all(len(key) == 6 or b.is_pending(key, day) for key in merged)
