"""What `make demo` does, on real receipts, twice: the books are exact and the second run changes no number.

On those of the best customers, who come to the tills later; `make proof` takes all of them, as `make demo` does.
"""

import os
from datetime import datetime, timedelta, tzinfo
from typing import Self

import pytest

from local.cloud import LocalCloud
from local.demo import __main__ as demo
from local.demo.books import Figures
from local.demo.receipts import Line, read_lines
from local.demo.visits import best_customers
from local.stack import Stack


class NextWeek(datetime):
    """A clock that is eight days ahead."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return super().now(tz) + timedelta(days=8)


CUSTOMERS, VISITS = int(os.environ.get("JOURNEY_CUSTOMERS", "120")), 7
COUPONS, REDEEMED, HANDED_OVER = 13, 2, 2
ANSWERS, COURTESY = 15, 100


@pytest.fixture(scope="module")
def lines() -> list[Line]:
    """The receipts that are handed over."""
    everything = read_lines()
    chosen = set(best_customers(everything, CUSTOMERS))
    return [line for line in everything if line.customer in chosen]


@pytest.fixture(scope="module")
def journey(
    cloud: LocalCloud, stack: Stack, lines: list[Line], monkeypatch_module: pytest.MonkeyPatch
) -> tuple[Figures, Figures]:
    """The figures after a run today and after one a week later, by the demo's clock."""
    monkeypatch_module.setattr(demo, "NOTED", cloud.state_dir / "demo.json")
    first = demo.run(stack, lines)
    monkeypatch_module.setattr(demo, "datetime", NextWeek)
    return first, demo.run(stack, lines)


def test_every_customer_and_every_order_of_the_file_is_in_the_books(
    journey: tuple[Figures, Figures], lines: list[Line]
) -> None:
    first, _ = journey
    assert first.receipts >= len({line.order for line in lines}) + VISITS
    assert first.members >= len({line.customer for line in lines}) > VISITS


def test_the_ledger_equals_the_balances(journey: tuple[Figures, Figures]) -> None:
    first, _ = journey
    assert first.broken == 0
    assert first.points_issued > first.points_expired > 0
    assert first.points_spent > 0


def test_the_coupons_and_rewards_of_the_story_are_in_the_books_and_the_ledger_explains_them(
    journey: tuple[Figures, Figures],
) -> None:
    first, _ = journey
    assert first.coupons_issued >= COUPONS
    assert first.coupons_redeemed >= REDEEMED
    assert first.coupons_open >= COUPONS - REDEEMED
    assert first.rewards_handed_over >= HANDED_OVER
    assert first.unaccounted == 0


def test_the_answers_of_the_story_their_points_and_an_improvement_are_in_the_books(
    journey: tuple[Figures, Figures],
) -> None:
    first, _ = journey
    assert first.surveys_answered >= ANSWERS
    assert first.survey_points >= COURTESY
    assert first.findings_resolved >= 1


def test_a_second_run_a_week_later_changes_no_number(journey: tuple[Figures, Figures]) -> None:
    first, second = journey
    assert second == first
