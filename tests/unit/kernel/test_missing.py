"""What is still missing to a tier: to the fen, to the point, and in purchases that can still be made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty import tiers
from loyalty.clock import month_of
from loyalty.missing import Missing, missing_to_keep, missing_to_next
from loyalty.programme import Programme
from loyalty.tiers import Record, Rung
from loyalty.types import Day, Month
from tests.unit.kernel.test_tiers import DAYS, PROGRAMMES, RECORDS, held
from tests.unit.ledger.ladders import BY_POINTS, FREQUENT, WITH_GRACE
from tests.unit.ledger.programmes import MALL_A

SILVER, GOLD = 300_000, 1_000_000
TODAY = Day("261121")


def rung(code: str, until: str = "271130") -> Rung:
    return Rung(code, Day("261101"), Day(until))


def visits(**by_month: int) -> Record:
    return Record(visits={Month(month[1:]): number for month, number in by_month.items()})


def told(missing: Missing | None) -> tuple[object, ...]:
    assert missing is not None
    return missing.tier.code, missing.fen, missing.points, missing.purchases, missing.months


def test_the_spend_missing_to_the_next_tier_is_said_in_fen() -> None:
    record = Record(spend={Month("2611"): 1})
    assert told(missing_to_next(rung("regular"), record, TODAY, MALL_A)) == ("silver", SILVER - 1, None, None, None)
    assert missing_to_next(rung("diamond"), Record(), TODAY, MALL_A) is None


def test_the_spend_missing_to_keep_a_tier_is_that_of_its_reviews_window() -> None:
    record = Record(spend={Month("2611"): GOLD, Month("2612"): 1, Month("2712"): 10})
    assert told(missing_to_keep(rung("gold"), record, TODAY, MALL_A)) == ("gold", GOLD - 1, None, None, None)
    assert told(missing_to_keep(rung("gold"), record, TODAY, WITH_GRACE)) == ("gold", GOLD - 11, None, None, None)
    assert missing_to_keep(rung("regular"), Record(), TODAY, MALL_A) is None


def test_every_measure_a_rung_asks_for_is_told() -> None:
    record = Record(spend={Month("2611"): 1000}, earned={Month("2611"): 3000})
    both = missing_to_next(rung("member"), record, TODAY, BY_POINTS)
    assert told(both) == ("both", SILVER - 1000, 0, None, None)
    assert both is not None
    assert not both.is_nothing
    either = missing_to_keep(rung("either", "261231"), Record(earned={Month("2611"): 10_000}), TODAY, BY_POINTS)
    assert told(either) == ("either", GOLD, 0, None, None)
    assert either is not None
    assert either.is_nothing


@pytest.mark.parametrize(
    ("record", "purchases", "months"),
    [
        (visits(), 9, 3),
        (visits(m2611=1), 8, 3),
        (visits(m2610=3, m2611=1), 5, 2),
        (visits(m2609=3, m2610=3, m2611=1), 2, 1),
        (visits(m2609=3, m2610=2, m2611=3), 6, 2),
        (visits(m2609=3, m2610=3, m2611=3), 0, 0),
    ],
)
def test_a_month_that_is_past_cannot_be_made_up_for(record: Record, purchases: int, months: int) -> None:
    missing = missing_to_next(rung("member"), record, TODAY, FREQUENT)
    assert told(missing) == ("frequent", None, None, purchases, months)


def test_purchases_in_total_may_be_made_in_one_month() -> None:
    record = visits(m2608=50, m2609=3, m2611=7)
    assert told(missing_to_next(rung("frequent"), record, TODAY, FREQUENT))[3:] == (20, 1)


@pytest.mark.parametrize(
    ("day", "purchases"), [("261010", (9, 3)), ("261105", (6, 2)), ("261230", (3, 1)), ("270101", (3, 1))]
)
def test_an_activity_is_kept_by_any_run_that_ends_in_the_last_month_or_in_grace(
    day: str, purchases: tuple[int, int]
) -> None:
    """The year of this tier ends in November, its grace on 14 January: months missed before may still be made."""
    done = {"261010": visits(), "261105": visits(m2610=3), "261230": visits(m2610=3, m2611=3)}
    record = done.get(day, visits(m2611=3, m2612=3))
    assert told(missing_to_keep(rung("frequent", "261130"), record, Day(day), FREQUENT))[3:] == purchases


def test_a_run_that_is_over_is_not_told_as_the_nearest() -> None:
    """One purchase was missing in November; in January it takes all thirty."""
    missing = missing_to_keep(rung("regular_guest", "261130"), visits(m2609=29), Day("270105"), FREQUENT)
    assert told(missing)[3:] == (30, 1)


def test_where_no_month_is_left_no_number_of_purchases_helps() -> None:
    missing = missing_to_keep(rung("frequent", "261130"), visits(), Day("270110"), FREQUENT)
    assert missing is not None
    assert (missing.purchases, missing.is_nothing) == (None, False)


@given(rank=st.integers(0, 3), record=RECORDS, day=DAYS, programme=PROGRAMMES)
def test_nothing_is_missing_to_keep_a_tier_exactly_when_its_review_keeps_it(
    rank: int, record: Record, day: Day, programme: Programme
) -> None:
    standing = held(programme, rank)
    missing = missing_to_keep(standing, record, day, programme)
    kept = tiers.next_review(standing, record, programme).code == standing.code
    if missing and not kept:
        assert not missing.is_nothing
    if missing and missing.is_nothing:
        assert kept


@given(rank=st.integers(0, 3), record=RECORDS, day=DAYS, programme=PROGRAMMES)
def test_who_does_what_is_missing_reaches_the_next_tier_at_once_or_in_the_months_told(
    rank: int, record: Record, day: Day, programme: Programme
) -> None:
    standing = held(programme, rank)
    missing = missing_to_next(standing, record, day, programme)
    if missing is None or (missing.months or 0) > 1:
        return
    if max((*record.spend, *record.earned, *record.visits, Month("2501"))) > month_of(day):
        return
    done = tiers.with_purchase(record, day, programme, missing.fen or 0, missing.points or 0, missing.purchases or 0)
    assert tiers.qualified(done, day, programme) >= programme.rank(missing.tier.code)
