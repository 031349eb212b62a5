"""What `make demo` does, on real receipts, twice: the books are exact and the second run changes no number.

On those of the best customers, who come to the tills later; `make proof` takes all of them, as `make demo` does.
"""

import os
import re
from datetime import datetime, timedelta, tzinfo
from typing import Self

import pytest

from local.cloud import LocalCloud
from local.demo import __main__ as demo
from local.demo.__main__ import Told
from local.demo.coupons import NEWCOMER
from local.demo.people import people
from local.demo.receipts import Line, read_lines
from local.demo.visits import VISITORS, best_customers
from local.stack import Stack


class NextWeek(datetime):
    """A clock that is eight days ahead."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return super().now(tz) + timedelta(days=8)


CUSTOMERS, VISITS = int(os.environ.get("JOURNEY_CUSTOMERS", "120")), 7
COUPONS, REDEEMED, HANDED_OVER = 13, 2, 2
ANSWERS, COURTESY = 15, 100
MEMBER_ID = re.compile(r"\b[0-9a-f]{20}\b")


@pytest.fixture(scope="module")
def lines() -> list[Line]:
    """The receipts that are handed over."""
    everything = read_lines()
    chosen = set(best_customers(everything, CUSTOMERS))
    return [line for line in everything if line.customer in chosen]


@pytest.fixture(scope="module")
def journey(
    cloud: LocalCloud, stack: Stack, lines: list[Line], monkeypatch_module: pytest.MonkeyPatch
) -> tuple[Told, Told]:
    """What a run today and one a week later end with, by the demo's clock."""
    monkeypatch_module.setattr(demo, "NOTED", cloud.state_dir / "demo.json")
    first = demo.run(stack, lines)
    monkeypatch_module.setattr(demo, "datetime", NextWeek)
    return first, demo.run(stack, lines)


def test_every_customer_and_every_order_of_the_file_is_in_the_books(
    journey: tuple[Told, Told], lines: list[Line]
) -> None:
    (first, _), _ = journey
    assert first.receipts >= len({line.order for line in lines}) + VISITS
    assert first.members >= len({line.customer for line in lines}) > VISITS


def test_the_ledger_equals_the_balances(journey: tuple[Told, Told]) -> None:
    (first, _), _ = journey
    assert first.broken == 0
    assert first.points_issued > first.points_expired > 0
    assert first.points_spent > 0


def test_the_coupons_and_rewards_of_the_story_are_in_the_books_and_the_ledger_explains_them(
    journey: tuple[Told, Told],
) -> None:
    (first, _), _ = journey
    assert first.coupons_issued >= COUPONS
    assert first.coupons_redeemed >= REDEEMED
    assert first.coupons_open >= COUPONS - REDEEMED
    assert first.rewards_handed_over >= HANDED_OVER
    assert first.unaccounted == 0


def test_the_answers_of_the_story_their_points_and_an_improvement_are_in_the_books(
    journey: tuple[Told, Told],
) -> None:
    (first, _), _ = journey
    assert first.surveys_answered >= ANSWERS
    assert first.survey_points >= COURTESY
    assert first.findings_resolved >= 1


def test_a_second_run_a_week_later_changes_no_number(journey: tuple[Told, Told]) -> None:
    first, second = journey
    assert second.figures == first.figures
    assert second.answers == first.answers


def test_the_report_is_of_the_receipts_that_were_handed_over(journey: tuple[Told, Told], lines: list[Line]) -> None:
    (_, answers), _ = journey
    assert answers.categories["baskets"] >= len({line.order for line in lines})
    assert sum(cell["members"] for cell in answers.rfm["cells"]) == answers.rfm["customers"] > 0
    sizes = {one["segment_id"]: one["size"] for one in answers.segments}
    of_groups = (sizes[f"rfm_{group}"] for group in {cell["group"] for cell in answers.rfm["cells"]})
    assert sum(of_groups) == answers.rfm["customers"]
    assert answers.funnel["tier"]["total"]["seen"] >= VISITORS
    assert answers.year["actual"] > 0


def test_the_report_names_no_member(journey: tuple[Told, Told], cloud: LocalCloud, lines: list[Line]) -> None:
    page = (cloud.state_dir / "demo" / "report.html").read_text()
    assert len(page) > 10_000
    persons = people(lines)
    assert [person.name for person in persons if person.name in page or person.phone in page] == []
    assert [text for text in (NEWCOMER.name, NEWCOMER.phone) if text in page] == []
    assert MEMBER_ID.findall(page) == []
