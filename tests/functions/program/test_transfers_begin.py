"""Members may transfer from a day that is announced a return window ahead, so no returnable points are given (P8)."""

from datetime import timedelta
from typing import Any

import pytest

from functions.transfer.transfer import allowance
from loyalty import programme_store
from loyalty.clock import iso, local_day
from loyalty.remembering import forget_everything
from loyalty.settings import time_zone
from tests.functions.program.office import NOON, Calendar, announced, approved, draft, drafted, step
from tests.functions.till import account_of, member, post, receipt, tenant

ON = {"transfers": {"enabled": True, "return_window_days": 15}}
FIFTEEN_DAYS_ON = "2026-11-17"


@pytest.fixture
def mall(calendar: Calendar) -> Calendar:
    tenant()
    member()
    return calendar


def buy(calendar: Calendar, day: int) -> None:
    """Buy for 100 points so many days after the announcement."""
    at = calendar.days_pass(day)
    wish = receipt(f"R-{day}", ("S-1", "bags", 10_000), purchased_at=iso(at - timedelta(minutes=1)))
    assert post("/purchases", wish).status == 201


def test_what_switches_transfers_on_is_announced_a_return_window_ahead(calendar: Calendar) -> None:
    refused = draft(ON, "2026-11-16")
    assert (refused.status, refused.code) == (422, "notice_too_short")
    assert (refused.body["earliest"], refused.body["notice_days"]) == (FIFTEEN_DAYS_ON, 15)
    version_id = approved(ON, FIFTEEN_DAYS_ON)
    calendar.days_pass(1)
    late = step(version_id, "publications")
    assert (late.status, late.code, late.body["earliest"]) == (422, "notice_too_short", "2026-11-18")
    calendar.days_pass(0)
    assert step(version_id, "publications").status == 201


@pytest.mark.parametrize(
    "changes", [{"redemption": {"fen": 120}}, {"transfers": {"return_window_days": 60}}, {"transfers": {"minimum": 5}}]
)
def test_only_what_switches_them_on_needs_that_notice(calendar: Calendar, changes: dict[str, Any]) -> None:
    assert draft(changes, "2026-11-09").status == 201


def test_a_window_shorter_than_the_notice_changes_nothing(calendar: Calendar) -> None:
    assert draft({"transfers": {"enabled": True, "return_window_days": 3}}, "2026-11-08").body["notice_days"] == 7
    assert drafted({"transfers": {"enabled": True, "return_window_days": 3}}, "2026-11-09", key="second")


def test_where_members_may_transfer_already_the_ordinary_notice_is_enough(calendar: Calendar) -> None:
    announced(ON, FIFTEEN_DAYS_ON)
    calendar.days_pass(14)
    wider = {"transfers": {"return_window_days": 60}}
    assert draft(wider, FIFTEEN_DAYS_ON, key="same-day").body["notice_days"] == 60
    assert draft(wider, "2026-11-23", key="later").status == 201


def test_a_version_that_was_taken_back_does_not_count_as_switching_them_on(calendar: Calendar) -> None:
    assert step(announced(ON, FIFTEEN_DAYS_ON), "endings").status == 201
    forget_everything()
    calendar.days_pass(7)
    assert draft(ON, "2026-11-18", key="again").body["earliest"] == "2026-11-24"


def test_on_the_first_day_points_of_goods_that_may_come_back_stay(mall: Calendar) -> None:
    buy(mall, 0)
    announced(ON, FIFTEEN_DAYS_ON)
    for day in (1, 14):
        buy(mall, day)
    rules, today = programme_store.current(mall.days_pass(15)).transfers, local_day(NOON, time_zone())
    first_day = local_day(NOON + timedelta(days=15), time_zone())
    allowed = allowance(account_of(), rules, first_day)
    assert (rules.enabled, allowed.spendable, allowed.held_back) == (True, 300, 200)
    assert today not in account_of().recent


def test_nothing_is_remembered_where_nobody_may_transfer_or_ever_will(mall: Calendar) -> None:
    buy(mall, 0)
    version_id = announced(ON, FIFTEEN_DAYS_ON)
    buy(mall, 1)
    assert account_of().recent == {"261103": 100}
    assert step(version_id, "endings").status == 201
    buy(mall, 2)
    assert account_of().recent == {}
