"""The survey that follows a campaign: the day and hour it asks, and who of those who took part is to be asked."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.survey.inviting.participants import AWARDED, TAKEN_BACK, is_asked
from loyalty.clock import iso, local_date
from loyalty.dynamo import from_item, to_item
from loyalty.surveys.follow_up import KEPT, LATEST, FollowUp, figures_keys, from_row, to_row

SHANGHAI = "Asia/Shanghai"
ZONES = st.sampled_from([SHANGHAI, "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "UTC"])
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
A_MS = timedelta(milliseconds=1)


def following(over: str, days_after: int = 3, begun: str | None = None) -> FollowUp:
    """A follow-up of a campaign that is over at an instant."""
    return FollowUp("c" * 24, "5" * 24, days_after, datetime.fromisoformat(over), begun)


@pytest.mark.parametrize(
    ("over", "days_after", "zone_name", "due"),
    [
        ("2027-01-01T00:00:00+08:00", 3, SHANGHAI, "2027-01-03T02:00:00.000Z"),  # its last day is 31 December
        ("2027-01-01T00:00:00.001+08:00", 3, SHANGHAI, "2027-01-04T02:00:00.000Z"),
        ("2026-12-31T22:00:00+08:00", 1, SHANGHAI, "2027-01-01T02:00:00.000Z"),
        ("2026-12-30T17:00:00Z", 1, SHANGHAI, "2027-01-01T02:00:00.000Z"),
        ("2026-12-31T22:00:00+01:00", 90, "Europe/Berlin", "2027-03-31T08:00:00.000Z"),  # summer time has begun
        ("2027-03-13T12:00:00-05:00", 1, "America/New_York", "2027-03-14T14:00:00.000Z"),
    ],
)
def test_it_asks_at_ten_so_many_days_after_the_last_day(over: str, days_after: int, zone_name: str, due: str) -> None:
    assert iso(following(over, days_after).due_at(zone_name)) == due


@given(INSTANTS, st.integers(1, 90), ZONES)
def test_it_never_asks_before_the_campaign_is_over_and_always_at_ten_of_the_mall(
    over: datetime, days_after: int, zone_name: str
) -> None:
    due = FollowUp("c", "s", days_after, over).due_at(zone_name)
    assert (due.hour, due.minute) == (10, 0)
    assert due > over
    assert (local_date(due, zone_name) - local_date(over - A_MS, zone_name)).days == days_after


def test_it_is_due_from_its_hour_for_a_week_and_once() -> None:
    follow_up = following("2027-01-01T00:00:00+08:00")
    due = follow_up.due_at(SHANGHAI)
    standing = {at: follow_up.is_due(at, SHANGHAI) for at in (due - A_MS, due, due + LATEST - A_MS, due + LATEST)}
    assert list(standing.values()) == [False, True, True, False]
    assert not following("2027-01-01T00:00:00+08:00", begun="job-1").is_due(due, SHANGHAI)


@given(INSTANTS, st.integers(1, 90), st.sampled_from([None, "job-1"]))
def test_it_is_kept_as_it_is_and_longer_than_it_is_due(over: datetime, days_after: int, begun: str | None) -> None:
    follow_up = FollowUp("c" * 24, "5" * 24, days_after, datetime.fromisoformat(iso(over)), begun)
    row = from_item(to_item(to_row(follow_up)))
    assert from_row(row) == follow_up
    assert row["ttl"] > (follow_up.due_at("America/New_York") + LATEST).timestamp()
    assert row["ttl"] == int((follow_up.over + timedelta(days=days_after) + KEPT).timestamp())


@pytest.mark.parametrize(
    ("over", "days_after", "months"),
    [
        ("2026-12-28T00:00:00+08:00", 3, ("2612", "2701")),
        ("2027-01-30T00:00:00+08:00", 3, ("2701", "2702", "2703")),
        ("2027-02-01T00:00:00+08:00", 1, ("2701", "2702", "2703")),
        ("2027-02-01T00:00:00.001+08:00", 1, ("2702", "2703")),
        ("2027-01-31T12:00:00+08:00", 90, ("2701", "2702", "2703", "2704", "2705", "2706")),
    ],
)
def test_its_figures_lie_between_the_campaigns_last_month_and_the_one_after_it_asked(
    over: str, days_after: int, months: tuple[str, ...]
) -> None:
    keys = figures_keys(following(over, days_after), "5" * 24, SHANGHAI)
    wanted = [{"survey_id": f"figures/{'5' * 24}", "kind": f"about/{month}/{'c' * 24}"} for month in months]
    assert keys == wanted


def given_(points: int = 0, *refs: str, origin: str = "till", purse: str = "points") -> dict[str, Any]:
    """An award of so many points and these coupons."""
    return {"event": AWARDED, "points": {purse: points}, "coupons": list(refs), "origin": origin}


def back(points: int = 0, *refs: str, purse: str = "points") -> dict[str, Any]:
    """What is taken back."""
    return {"event": TAKEN_BACK, "points": {purse: points}, "coupons": list(refs), "origin": "till"}


@pytest.mark.parametrize(
    ("rows", "asked"),
    [
        ([given_(50)], True),
        ([given_(50), back(50)], False),
        ([given_(50), back(49)], True),
        ([given_(50), back(20), back(30)], False),
        ([given_(50), given_(30), back(50)], True),
        ([given_(50), given_(30, purse="growth"), back(50)], True),
        ([given_(50), given_(30, purse="growth"), back(50), back(30, purse="growth")], False),
        ([given_(0, "a")], True),
        ([given_(0, "a"), back(0, "a")], False),
        ([given_(0, "a"), back(0, "a"), given_(0, "b")], True),  # a higher step of the day replaced the first coupon
        ([given_(50, "a"), back(50)], True),
        ([given_(50, "a", "b"), back(50, "a")], True),
        ([given_(50, origin="import")], False),
        ([given_(50, origin="import"), given_(50)], True),
        ([back(50)], False),
        ([], False),
    ],
)
def test_who_kept_something_is_asked_in_whatever_order_it_is_told(rows: list[dict[str, Any]], asked: bool) -> None:
    assert {is_asked(turned) for turned in permutations(rows)} == {asked}
