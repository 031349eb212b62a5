"""Entitlements and unlocks: what is open on a day, how much of it is left, and when it begins anew."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from loyalty import benefits
from loyalty.accounts import Account
from loyalty.buckets import DEBT, BucketKey, Leg
from loyalty.clock import day_of
from loyalty.ladder import Period, Tiers
from loyalty.tiers import Record, Rung
from loyalty.types import Day, Month, Purse
from tests.unit.earn.builders import account
from tests.unit.ledger.ladders import WITH_BENEFITS as MALL

DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31)).map(day_of)
TODAY = Day("261121")


def silver(*held: tuple[str, int], **changes: Any) -> Account:
    return replace(account(*held), rung=Rung("silver", TODAY, Day("271130")), **changes)


def spent(**by_month: int) -> Record:
    return Record(spend={Month(month[1:]): fen for month, fen in by_month.items()})


def opened(standing: Account, day: Day = TODAY) -> list[str]:
    return [gate.unlock.code for gate in benefits.gates(standing, MALL, day) if gate.is_open]


def remaining(standing: Account, code: str = "parking", day: Day = TODAY) -> int | None:
    right = benefits.right(standing, MALL, code, day)
    return right.remaining if right else None


@pytest.mark.parametrize(
    ("day", "period", "name", "first", "last"),
    [
        ("261121", Period.MONTH, "2611", "2026-11-01", "2026-11-30"),
        ("280229", Period.MONTH, "2802", "2028-02-01", "2028-02-29"),
        ("261231", Period.QUARTER, "26Q4", "2026-10-01", "2026-12-31"),
        ("270101", Period.QUARTER, "27Q1", "2027-01-01", "2027-03-31"),
        ("270630", Period.YEAR, "27", "2027-01-01", "2027-12-31"),
    ],
)
def test_a_period_is_one_of_the_calendar_in_mall_time(
    day: str, period: Period, name: str, first: str, last: str
) -> None:
    term = benefits.period_of(Day(day), period)
    assert (term.name, term.first.isoformat(), term.last.isoformat()) == (name, first, last)


@given(day=DAYS, period=st.sampled_from(Period))
def test_every_day_of_a_period_lies_in_it_and_the_next_begins_where_it_ends(day: Day, period: Period) -> None:
    term = benefits.period_of(day, period)
    assert term == benefits.period_of(day_of(term.first), period) == benefits.period_of(day_of(term.last), period)
    following = benefits.Right(MALL.tiers.entitlements[0], 1, 0, term).resets_on
    assert benefits.period_of(day_of(following), period).first == following
    assert benefits.period_of(day_of(following), period).name > term.name


def test_a_quarters_spend_opens_an_unlock_and_only_purchases_of_the_running_quarter_count() -> None:
    assert opened(silver(record=spent(m2610=250_000, m2611=250_000))) == ["tasting"]
    assert opened(silver(record=spent(m2609=400_000, m2611=499_999))) == []
    assert opened(silver(record=spent(m2610=500_000)), Day("261231")) == ["tasting"]
    assert opened(silver(record=spent(m2610=500_000)), Day("270101")) == []
    assert opened(silver(record=spent(m2610=500_000)), Day("260930")) == []


def test_what_is_missing_to_an_unlock_is_said_in_its_measure() -> None:
    tasting, rich = benefits.gates(silver(("271130", 400), record=spent(m2611=1)), MALL, TODAY)
    assert (tasting.missing_fen, tasting.missing_points) == (499_999, None)
    assert (rich.missing_fen, rich.missing_points) == (None, 600)


def test_a_balance_opens_an_unlock_and_a_debt_or_what_waits_does_not_count() -> None:
    assert opened(silver(("271130", 1000))) == ["rich"]
    assert opened(silver(("271130/261122", 1000))) == []
    assert opened(silver(("271130", 1000)).moved([Leg(Purse.POINTS, DEBT, -1)])) == []
    assert opened(silver(("261120", 1000))) == []
    assert opened(silver().moved([Leg(Purse.COURTESY, BucketKey("271130"), 1000)])) == []


def test_an_unlock_for_other_tiers_is_not_shown() -> None:
    assert [gate.unlock.code for gate in benefits.gates(account(), MALL, TODAY)] == ["tasting"]


def test_what_tier_and_unlock_bring_of_the_same_is_added_up() -> None:
    assert (remaining(silver()), remaining(silver(("271130", 1000)))) == (2, 3)
    assert remaining(silver(), "lounge") is None
    assert remaining(account()) is None


def test_a_tier_whose_review_is_due_brings_what_the_review_leaves() -> None:
    assert remaining(silver(), day=Day("271130")) == 2
    assert remaining(silver(), day=Day("271201")) is None


def test_uses_count_in_their_period_only() -> None:
    once = benefits.used(silver(), "parking", "2611")
    assert once.uses == {"parking": ("2611", 1)}
    assert (remaining(once), remaining(once, day=Day("261201"))) == (1, 2)
    assert benefits.used(once, "parking", "2612").uses == {"parking": ("2612", 1)}
    assert benefits.used(once, "parking", "2611", -1).uses == {}


@given(uses=st.lists(st.sampled_from([1, -1]), max_size=12))
def test_uses_are_never_below_none_and_others_are_left_alone(uses: list[int]) -> None:
    standing, count = silver(uses={"lounge": ("26", 1)}), 0
    for step in uses:
        standing, count = benefits.used(standing, "parking", "2611", step), max(0, count + step)
    assert standing.uses == {"lounge": ("26", 1), **({"parking": ("2611", count)} if count else {})}


def test_an_entitlement_of_one_code_has_one_period_and_unlocks_name_tiers_that_exist() -> None:
    plain = MALL.tiers.model_dump(mode="json")
    for place, change, why in (
        ("entitlements", [{**plain["unlocks"][1]["entitlements"][0], "per": "year"}], "lasts equally long"),
        ("tiers", ["platinum"], "tiers of the ladder"),
        ("code", "tasting", "code of its own"),
    ):
        unlocks = [plain["unlocks"][0], {**plain["unlocks"][1], place: change}]
        with pytest.raises(ValidationError, match=why):
            Tiers.model_validate({**plain, "unlocks": unlocks})


def test_a_ladder_of_points_ascends() -> None:
    rungs = [
        {"code": code, "name_zh": "卡", "name_en": "Card", "points_earned": points}
        for code, points in (("a", None), ("b", 200), ("c", 100))
    ]
    with pytest.raises(ValidationError, match="asks for points must ask for more"):
        Tiers.model_validate({"ladder": rungs})
