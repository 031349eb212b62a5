"""Anniversaries of membership: every year, on the day somebody joined, imported or not (requirement B4)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from loyalty.clock import iso
from tests.functions.lifecycle.office import ANNA, BEN, Mall, given, rows

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
ANNIVERSARY: dict[str, Any] = {
    "name_zh": "入会周年礼",
    "name_en": "Anniversary gift",
    "occasion": "anniversary",
    "coupons": ["T1"],
}


def joins(mall: Mall, day: datetime, who: str = ANNA, **changes: Any) -> None:
    """Let somebody join at an instant."""
    mall.member(who, joined=f"{day:%y%m%d}")
    assert mall.hear(mall.event(who=who, time=iso(day), **changes)) == []


def test_every_year_brings_one_but_the_first_day_none(mall: Mall) -> None:
    mall.publish(ANNIVERSARY)
    joins(mall, datetime(2026, 11, 21, 4, tzinfo=UTC))
    mall.days("2026-11-21", "2026-11-21")
    assert given() == []
    for year, had in ((2027, [1]), (2028, [2])):
        for day in ("11-20", "11-21", "11-21", "11-22"):
            mall.days(f"{year}-{day}", f"{year}-{day}")
        assert [one["occasion_seq"] for one in given()] == had


def test_the_day_somebody_joined_is_the_malls_own_and_imported_members_have_one(mall: Mall) -> None:
    mall.publish(ANNIVERSARY)
    joins(mall, datetime(2025, 11, 20, 16, 30, tzinfo=UTC), origin="import")
    mall.member(ANNA, joined="251121")
    mall.days("2026-11-20", "2026-11-20")
    assert given() == []
    mall.days("2026-11-21", "2026-11-21")
    assert [one["who"] for one in given()] == [ANNA]


@pytest.mark.parametrize("day", ["2027-02-28", "2028-02-29"])
def test_who_joined_on_the_leap_day_has_an_anniversary_every_year(mall: Mall, day: str) -> None:
    mall.publish(ANNIVERSARY)
    joins(mall, datetime(2024, 2, 29, 4, tzinfo=UTC))
    for one in (f"{day[:4]}-02-27", day, f"{day[:4]}-03-01"):
        mall.days(one, one)
        assert bool(given()) is (one >= day)


def test_an_enrolment_heard_twice_is_noted_once_and_gone_after_erasure(mall: Mall) -> None:
    for _ in range(2):
        joins(mall, datetime(2025, 11, 21, 4, tzinfo=UTC))
        joins(mall, datetime(2025, 11, 21, 4, tzinfo=UTC), BEN)
    noted = [row for row in rows() if row["kind"] == "joined"]
    assert sorted(row["occasion_id"] for row in noted) == [f"joined/{ANNA}", f"joined/{BEN}"]
    assert mall.hear(mall.event("MemberErased")) == []
    mall.publish(ANNIVERSARY)
    mall.days("2026-11-21", "2026-11-21")
    assert [one["who"] for one in given()] == [BEN]
