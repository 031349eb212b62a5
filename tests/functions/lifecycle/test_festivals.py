"""Festival gifts: for everybody in a segment, once a year, on the day the calendar says (issue 7)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from functions.lifecycle.definition import OccasionOffer
from functions.lifecycle.windows import days_to_give, is_its_day
from loyalty.memberships import member_key
from tests.functions.lifecycle.office import ANNA, BEN, Mall, events, given

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
MID_AUTUMN: dict[str, Any] = {
    "name_zh": "中秋礼",
    "name_en": "Mid-Autumn gift",
    "occasion": "festival",
    "festival": "mid_autumn",
    "segment_id": "vip",
    "coupons": ["T1"],
    "greeting": True,
}


@pytest.fixture(autouse=True)
def _segment(mall: Mall) -> None:
    mall.write("segments", {"segment_id": "refreshes", "kind": "newest", "sizes": {"vip": 1}})
    mall.write("campaigns", member_key("vip", ANNA))


def test_everybody_in_the_segment_has_the_gift_on_the_festival_once_a_year(mall: Mall) -> None:
    mall.now = datetime(2026, 9, 1, tzinfo=UTC)
    mall.publish(MID_AUTUMN)
    for day in ("2026-09-24", "2026-09-25", "2026-09-25", "2026-09-26"):  # the 15th of the eighth lunar month
        mall.days(day, day)
        assert bool(given()) is (day >= "2026-09-25")
    assert [(one["who"], one["occasion_seq"]) for one in given()] == [(ANNA, 1)]
    assert [one["type"] for one in events()].count("OccasionCame") == 1
    mall.days("2027-09-14", "2027-09-16")  # the 15th
    assert [one["occasion_seq"] for one in given()] == [2]


def test_a_gift_may_come_days_before_and_who_enters_until_then_has_it_on_the_day(mall: Mall) -> None:
    mall.now = datetime(2026, 9, 1, tzinfo=UTC)
    mall.publish(MID_AUTUMN, days_ahead=5)
    mall.days("2026-09-19", "2026-09-20")
    assert [one["who"] for one in given()] == [ANNA]
    mall.write("campaigns", member_key("vip", BEN))
    mall.days("2026-09-21", "2026-09-25")
    assert sorted(one["who"] for one in given()) == [ANNA, BEN]


def test_a_day_of_the_calendar_is_a_festival_too(mall: Mall) -> None:
    mall.publish(MID_AUTUMN, festival=None, on="01-01", greeting=False)
    mall.days("2026-12-31", "2027-01-02")
    assert [one["occasion_seq"] for one in given()] == [1]


def test_days_between_festivals_list_nobody(mall: Mall) -> None:
    mall.publish(MID_AUTUMN)
    found = mall.look("2026-11-21")
    assert (found["people"], found["pages"]) == (0, 0)


@pytest.mark.parametrize(
    "changes", [{"on": "01-01"}, {"festival": None}, {"segment_id": None}, {"occasion": "welcome", "segment_id": None}]
)
def test_a_festival_is_named_once_and_for_a_segment(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        OccasionOffer.model_validate({**MID_AUTUMN, **changes})


def test_the_spring_festival_of_each_year_is_found(mall: Mall) -> None:
    offer = OccasionOffer.model_validate({**MID_AUTUMN, "festival": "spring_festival", "days_ahead": 30})
    found = [
        day for year in (2027, 2028, 2029) for day in (date(year, 1, n) for n in range(1, 32)) if is_its_day(offer, day)
    ]
    assert found == [date(2028, 1, 26)]
    assert days_to_give(offer, None, date(2027, 1, 8)) == [date(2027, 2, 6)]
