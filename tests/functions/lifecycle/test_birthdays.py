"""Birthday gifts: prepared a month ahead, greeted on the day, once a year, whatever dies, repeats or is missed (B2)."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from loyalty.catalogue import Step
from loyalty.types import Purse, Status
from tests.functions.lifecycle.office import ANNA, BEN, Mall, account, entries, events, given, left, rows
from tests.functions.members.faults import Fault, KilledError, broken_call, calls_through

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
BIRTHDAY: dict[str, Any] = {
    "name_zh": "生日礼",
    "name_en": "Birthday gift",
    "occasion": "birthday",
    "coupons": ["T1"],
    "points": 100,
    "quantity": 100,
    "greeting": True,
}


def greeted() -> list[str]:
    return [one["subject"] for one in events() if one["type"] == "OccasionCame"]


def struck(number: int, fault: Fault, run: Callable[[], object]) -> None:
    """Let a run meet a fault, which may end it."""
    with broken_call(number, fault), suppress(KilledError, ClientError, ReadTimeoutError):
        run()


def days_given(who: str = ANNA) -> list[str]:
    return [day for row in rows() if row["occasion_id"] == f"given/{who}" for day in row["days"].values()]


def test_a_gift_is_prepared_a_month_ahead_and_the_day_is_told(mall: Mall) -> None:
    offer_id = mall.publish(BIRTHDAY)
    mall.days("2026-11-20", "2026-11-20")
    assert given() == []
    mall.days("2026-11-21", "2026-11-22")
    mall.days("2026-12-20", "2026-12-20")
    assert ([one["who"] for one in given()], greeted()) == ([ANNA], [])
    mall.days("2026-12-21", "2026-12-22")
    assert ([one["occasion_seq"] for one in given()], greeted()) == ([1], [ANNA])
    assert (account().total(Purse.POINTS), left(offer_id)) == (100, 99)
    assert mall.issue() == 1


def test_everybody_gets_one_a_year(mall: Mall) -> None:
    mall.publish(BIRTHDAY, days_ahead=0)
    for year in (2026, 2027, 2028):
        for day in ("12-20", "12-21", "12-21", "12-22"):
            mall.days(f"{year}-{day}", f"{year}-{day}")
    assert [one["occasion_seq"] for one in given()] == [3]
    assert len(entries()) == 3


@pytest.mark.parametrize(("year", "day"), [(2027, "2027-02-28"), (2028, "2028-02-29"), (2100, "2100-02-28")])
def test_who_was_born_on_the_leap_day_is_never_early_late_or_left_out(mall: Mall, year: int, day: str) -> None:
    mall.now = datetime(year, 1, 1, tzinfo=UTC)
    mall.member(BEN, born="0229")
    mall.publish(BIRTHDAY, days_ahead=0, points=0)
    mall.days(f"{year}-02-26", f"{year}-03-02")
    assert (days_given(BEN), greeted()) == ([day], [BEN])


@pytest.mark.parametrize(
    ("zone", "now", "is_given"),
    [
        ("Asia/Shanghai", "2026-12-20T15:59:59+00:00", False),
        ("Asia/Shanghai", "2026-12-20T16:00:00+00:00", True),
        ("Asia/Shanghai", "2026-12-21T15:59:59+00:00", True),
        ("Asia/Shanghai", "2026-12-21T16:00:00+00:00", False),
        ("America/New_York", "2026-12-21T04:59:59+00:00", False),
        ("America/New_York", "2026-12-21T05:00:00+00:00", True),
    ],
)
def test_the_day_is_the_malls_own(
    mall: Mall, monkeypatch: pytest.MonkeyPatch, zone: str, now: str, is_given: bool
) -> None:
    monkeypatch.setenv("TIME_ZONE", zone)
    mall.publish(BIRTHDAY, days_ahead=0)
    mall.now = datetime.fromisoformat(now)
    mall.day()
    assert bool(given()) is is_given


@pytest.mark.parametrize("born", ["0308", "1101"])
def test_a_day_on_which_clocks_change_is_a_day_like_others(
    mall: Mall, monkeypatch: pytest.MonkeyPatch, born: str
) -> None:
    monkeypatch.setenv("TIME_ZONE", "America/New_York")
    mall.now = midnight = datetime(2026, int(born[:2]), int(born[2:]), tzinfo=ZoneInfo("America/New_York"))
    mall.member(ANNA, born=born)
    mall.publish(BIRTHDAY, days_ahead=0)
    found = []
    for hours in (-1, 0, 12, 23, 24, 25):  # the day has 23 hours in March, 25 in November
        mall.now = midnight.astimezone(UTC) + timedelta(hours=hours)
        mall.look()
        found.append(any(json.loads(page)["greets"] for page in mall.taken()))
    assert found == [False, True, True, born == "1101", born == "1101", False]


def test_the_last_days_of_months_are_all_found(mall: Mall) -> None:
    ends = ("0131", "0228", "0430", "1231")
    for born in ends:
        mall.member(f"m-{born}", born=born)
    mall.publish(BIRTHDAY, points=0, days_ahead=0)
    for born in ends:
        mall.now = datetime(2027, int(born[:2]), int(born[2:]), 1, tzinfo=UTC)
        mall.day()
    assert {one["who"] for one in given()} >= {f"m-{born}" for born in ends}


def test_missed_runs_are_made_up_for(mall: Mall) -> None:
    mall.publish(BIRTHDAY, days_ahead=0, points=0)
    mall.days("2026-12-19", "2026-12-19")
    mall.days("2026-12-26", "2026-12-26")
    mall.day("2026-12-21")
    assert (days_given(), greeted()) == (["2026-12-21"], [])  # nobody is congratulated five days late


def test_a_congratulation_that_waited_until_the_day_was_over_is_not_sent_any_more(mall: Mall) -> None:
    mall.publish(BIRTHDAY, days_ahead=0)
    mall.now = datetime(2026, 12, 21, 15, 59, tzinfo=UTC)
    mall.look()
    mall.now += timedelta(minutes=1)
    assert mall.work() == []
    mall.look("2026-12-21")  # by hand, a day late
    assert mall.work() == []
    assert (days_given(), greeted()) == (["2026-12-21"], [])


def test_a_birthday_that_is_known_late_brings_the_gift_on_the_day(mall: Mall) -> None:
    mall.publish(BIRTHDAY, points=0)
    mall.days("2026-11-21", "2026-11-25")
    mall.member("cai-0000001", born="1128")
    mall.days("2026-11-26", "2026-11-29")
    assert [one["who"] for one in given("cai-0000001")] == ["cai-0000001"]


def test_a_corrected_birthday_brings_no_second_gift_in_the_year(mall: Mall) -> None:
    mall.publish(BIRTHDAY, points=0)
    mall.days("2026-11-21", "2026-11-21")
    mall.member(ANNA, born="0110")
    for day in ("2026-12-11", "2026-12-21", "2027-01-10"):
        mall.days(day, day)
    assert [one["occasion_seq"] for one in given(ANNA)] == [1]


def test_who_left_or_has_another_birthday_by_now_gets_nothing(mall: Mall) -> None:
    mall.publish(BIRTHDAY)
    mall.look("2026-11-21")
    mall.member(ANNA, born="1220")
    assert mall.work() == []
    mall.member(ANNA, born="1221", status=Status.ERASED)
    mall.day("2026-12-21")
    assert (given(), greeted()) == ([], [])


def test_a_gift_for_other_tiers_or_for_buyers_only_is_not_given(mall: Mall) -> None:
    mall.publish(BIRTHDAY, who={"tiers": ["gold"]})
    mall.publish(BIRTHDAY, who={"bought_in_months": 6})
    mall.day("2026-11-21")
    assert given() == []
    mall.member(ANNA, tier="gold", born="1221", spend={"2607": 1})
    mall.day("2026-12-21")
    assert len(given()) == 2


def test_a_paused_offer_is_made_up_for_when_it_goes_on(mall: Mall) -> None:
    offer_id = mall.publish(BIRTHDAY)
    mall.day("2026-11-20")
    mall.step(offer_id, Step.PAUSE)
    mall.days("2026-11-21", "2026-11-22")
    assert given() == []
    mall.step(offer_id, Step.RESUME)
    mall.days("2026-11-23", "2026-11-23")
    assert days_given() == ["2026-12-21"]


def test_an_offer_paused_after_its_pages_were_listed_gives_on_the_day(mall: Mall) -> None:
    offer_id = mall.publish(BIRTHDAY)
    mall.look("2026-11-21")
    mall.step(offer_id, Step.PAUSE)
    assert mall.work() == []
    assert given() == []
    mall.step(offer_id, Step.RESUME)
    mall.days("2026-12-20", "2026-12-21")
    assert days_given() == ["2026-12-21"]


def test_a_run_that_died_before_its_end_is_made_up_for_the_next_day(mall: Mall) -> None:
    mall.publish(BIRTHDAY)
    struck(100, Fault.KILLED, lambda: mall.look("2026-11-21"))
    assert mall.work() == []
    assert given() == []
    mall.day("2026-11-22")
    assert days_given() == ["2026-12-21"]


def test_only_who_is_due_is_listed_and_once_for_all_offers(mall: Mall) -> None:
    for month in range(1, 13):
        mall.member(f"m-{month}", born=f"{month:02d}05")
    mall.publish(BIRTHDAY, days_ahead=0)
    mall.publish(BIRTHDAY, days_ahead=0, points=7)
    found = mall.look("2026-12-05")
    assert (found["people"], found["pages"]) == (2, 2)
    pages = [json.loads(page) for page in mall.taken()]
    assert sorted((page["greets"], len(page["offers"])) for page in pages) == [(False, 2), (True, 2)]


def test_the_calls_of_a_day_follow_who_is_due_and_not_who_is_a_member(mall: Mall) -> None:
    mall.publish(BIRTHDAY, days_ahead=0)

    def calls() -> int:
        seen = list[str]()

        def hook(_n: int, operation: str, call: Callable[[], Any]) -> Any:
            seen.append(operation)
            return call()

        with calls_through(hook):
            mall.day("2026-12-05")
        return len(seen)

    calls()
    alone = calls()
    for n in range(60):
        mall.member(f"m-{n}", born=f"06{n % 30 + 1:02d}")
    assert calls() == alone


def test_a_page_holds_a_hundred_people(mall: Mall) -> None:
    for n in range(120):
        mall.member(f"m-{n}", born="0605")
    mall.publish(BIRTHDAY, days_ahead=0, points=0, quantity=110, greeting=False)
    found = mall.look("2027-06-05")
    assert (found["people"], found["pages"]) == (120, 2)
    assert mall.work() == []
    assert len(given()) == 110


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("number", [0, 1, 9, 17, 18, 19])
def test_whichever_call_breaks_while_listing_everybody_has_one_gift(mall: Mall, number: int, fault: Fault) -> None:
    both_have_one_after(mall, lambda: struck(number, fault, lambda: mall.look("2026-12-21")))


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("number", range(8))
def test_whichever_call_breaks_while_giving_everybody_has_one_gift(mall: Mall, number: int, fault: Fault) -> None:
    def giving() -> None:
        mall.look("2026-12-21")
        struck(number, fault, mall.work)

    both_have_one_after(mall, giving)


def both_have_one_after(mall: Mall, fate: Callable[[], None]) -> None:
    """Let two members have a birthday on a day of that fate; whatever it was, the run is repeated."""
    mall.member(BEN, born="1221")
    offer_id = mall.publish(BIRTHDAY, days_ahead=0, greeting=False)
    fate()
    for _ in range(2):
        mall.day("2026-12-21")
    assert [one["occasion_seq"] for one in given()] == [1, 1]
    assert (len(entries()), left(offer_id)) == (2, 98)
    assert [account(who).total(Purse.POINTS) for who in (ANNA, BEN)] == [100, 100]
