"""Birthdays in the family: the member gets the gift, once a year for each relative who counts (requirement B3)."""

from typing import Any

import pytest

from tests.functions.lifecycle.office import ANNA, BEN, Mall, events, given, rows

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
TOYS: dict[str, Any] = {
    "name_zh": "宝贝生日礼",
    "name_en": "A toy for your child",
    "occasion": "family_birthday",
    "coupons": ["T3"],
    "days_ahead": 0,
    "who": {"relations": ["child"], "oldest": 12},
}
LEO = "aaaaaaaaaaaaaaaa"


def test_a_childs_birthday_brings_the_member_a_gift_once_a_year(mall: Mall) -> None:
    mall.relative(LEO, "2019-06-01")
    mall.publish(TOYS, greeting=True)
    for day in ("2027-05-31", "2027-06-01", "2027-06-01", "2027-06-02"):
        mall.days(day, day)
    assert [(one["who"], one["occasion_seq"]) for one in given()] == [(ANNA, 1)]
    assert [one["type"] for one in events()].count("OccasionCame") == 1
    mall.days("2028-06-01", "2028-06-01")
    assert [one["occasion_seq"] for one in given()] == [2]


def test_birthdays_of_members_and_of_relatives_are_kept_apart(mall: Mall) -> None:
    mall.relative(LEO, "2019-12-21")
    own: dict[str, Any] = {**TOYS, "occasion": "birthday", "who": {}, "coupons": ["T1"]}
    mall.publish(TOYS)
    mall.publish(own)
    mall.days("2026-12-21", "2026-12-21")
    assert sorted(one["occasion"] for one in given(ANNA)) == ["birthday", "family_birthday"]


@pytest.mark.parametrize(
    "known",
    [
        {"relation": "spouse", "birthday": "1990-06-01", "consent": {"by": "adult"}},
        {"birthday": "2013-06-01"},
        {"birthday": "2019-06-01", "consent": {}},
        {"birthday": "2019-06-01", "consent": {"by": "adult"}},
    ],
)
def test_who_is_not_asked_for_or_does_not_count_brings_nothing(mall: Mall, known: dict[str, Any]) -> None:
    mall.relative(LEO, **known)
    mall.publish(TOYS)
    mall.days("2027-06-01", "2027-06-01")
    assert given() == []


def test_a_relative_withdrawn_after_the_listing_brings_nothing(mall: Mall) -> None:
    mall.relative(LEO, "2019-06-01")
    mall.publish(TOYS)
    mall.look("2027-06-01")
    mall.write("members", {"member_id": ANNA, "kind": f"relative/{LEO}", "relation": "child", "birthday": "2019-06-01"})
    assert mall.work() == []
    assert given() == []


def test_a_child_of_the_leap_day_is_congratulated_every_year(mall: Mall) -> None:
    mall.relative(LEO, "2020-02-29", BEN)
    mall.publish(TOYS)
    mall.days("2027-02-27", "2027-02-28")
    assert [(one["who"], one["occasion_seq"]) for one in given()] == [(BEN, 1)]
    mall.days("2028-02-28", "2028-02-28")
    assert [one["occasion_seq"] for one in given()] == [1]
    mall.days("2028-02-29", "2028-02-29")
    assert [one["occasion_seq"] for one in given()] == [2]


def test_registering_a_child_again_and_again_brings_no_more_than_the_offer_allows(mall: Mall) -> None:
    mall.publish(TOYS, per_member=2)
    for n in range(5):
        mall.relative(f"{n:016x}", f"2019-06-0{n + 1}")
    mall.days("2027-06-01", "2027-06-05")
    assert [one["occasion_seq"] for one in given()] == [2]


def test_twins_have_a_gift_each(mall: Mall) -> None:
    for n in range(2):
        mall.relative(f"{n:016x}", "2019-06-01")
    mall.publish(TOYS)
    mall.days("2027-06-01", "2027-06-01")
    assert [one["occasion_seq"] for one in given()] == [2]


def test_nothing_tells_whose_birthday_it_was(mall: Mall) -> None:
    mall.relative(LEO, "2019-06-01", call_name="小宝")
    mall.publish(TOYS, greeting=True)
    mall.days("2027-06-01", "2027-06-01")
    assert LEO not in f"{events()}"
    assert "2019" not in f"{rows()}{events()}"
    assert "小宝" not in f"{rows()}{events()}"
