"""Tiers: reached at once, kept a year, reviewed one step at a time, lowered by a refund only when its spend is gone."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty import tiers
from loyalty.clock import date_of, day_of, days_after, month_of
from loyalty.programme import Programme
from loyalty.tiers import Record, Rung
from loyalty.types import Day, Month
from tests.unit.ledger.ladders import BY_POINTS, FREQUENT, LADDERS, WITH_GRACE
from tests.unit.ledger.programmes import MALL_A, MALL_B

SILVER, GOLD, DIAMOND = 300_000, 1_000_000, 5_000_000
MONTHS = st.integers(0, 35).map(lambda n: Month(f"{25 + n // 12:02d}{n % 12 + 1:02d}"))
RECORDS = st.builds(
    Record,
    spend=st.dictionaries(MONTHS, st.integers(1, 6_000_000), max_size=24),
    earned=st.dictionaries(MONTHS, st.integers(1, 60_000), max_size=24),
    visits=st.dictionaries(MONTHS, st.integers(1, 6), max_size=24),
)
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31)).map(day_of)
PROGRAMMES = st.sampled_from(LADDERS)
BOUGHT = st.tuples(st.integers(0, 6_000_000), st.integers(0, 60_000), st.integers(0, 3))


def rung(code: str, since: str = "261101", until: str = "271130") -> Rung:
    return Rung(code, Day(since), Day(until))


def spent(**by_month: int) -> Record:
    """What was spent, as `m2611=fen`."""
    return Record(spend={Month(month[1:]): fen for month, fen in by_month.items()})


def held(programme: Programme, rank: int, since: str = "250101") -> Rung:
    """A rung of that rank, or of the highest."""
    code = programme.tiers.ladder[min(rank, len(programme.tiers.ladder) - 1)].code
    return Rung(code, Day(since), tiers.valid_until(Day(since), programme))


def test_the_rolling_window_is_the_last_twelve_months_with_this_one() -> None:
    spend = spent(m2511=1, m2512=10, m2611=100, m2612=1000).spend
    assert tiers.window_spend(spend, Day("261130"), MALL_A.tiers.window) == 110
    assert tiers.window_spend(spend, Day("261130"), MALL_B.tiers.window) == 100
    assert tiers.window_spend(spend, Day("261201"), MALL_B.tiers.window) == 1100


@pytest.mark.parametrize(
    ("fen", "code"),
    [(SILVER - 1, "regular"), (SILVER, "silver"), (GOLD - 1, "silver"), (GOLD, "gold"), (DIAMOND, "diamond")],
)
def test_a_tier_is_reached_to_the_fen_and_at_once(fen: int, code: str) -> None:
    start = tiers.first_rung(MALL_A, Day("261101"))
    assert tiers.upgraded(start, spent(m2611=fen), Day("261121"), MALL_A).code == code


def test_a_tier_reached_today_is_kept_for_a_year_to_the_months_end() -> None:
    assert tiers.valid_until(Day("261121"), MALL_A) == "271130"
    assert tiers.valid_until(Day("280229"), MALL_A) == "290228"
    assert tiers.valid_until(Day("261231"), MALL_A) == "271231"


def test_where_calendar_years_count_a_tier_is_kept_to_the_end_of_the_next() -> None:
    assert tiers.valid_until(Day("260120"), MALL_B) == "271231"
    assert tiers.valid_until(Day("261231"), MALL_B) == "271231"


def test_a_calendar_year_review_never_looks_at_a_part_of_a_year() -> None:
    reached = tiers.upgraded(tiers.first_rung(MALL_B, Day("260101")), spent(m2601=GOLD), Day("260120"), MALL_B)
    record = spent(m2601=GOLD, m2706=GOLD)
    assert tiers.reviewed(reached, record, Day("270201"), MALL_B).code == "gold"
    assert tiers.reviewed(reached, record, Day("280101"), MALL_B) == Rung("gold", Day("260120"), Day("281231"))


def test_a_review_keeps_what_the_windows_spend_still_reaches() -> None:
    kept = tiers.reviewed(rung("gold"), spent(m2705=GOLD), Day("271201"), MALL_A)
    assert kept == Rung("gold", Day("261101"), Day("281130"))


def test_a_review_lowers_by_one_step_at_most() -> None:
    assert tiers.reviewed(rung("diamond"), Record(), Day("271201"), MALL_A) == rung("gold", "271201", "281130")
    assert tiers.reviewed(rung("diamond"), Record(), Day("281201"), MALL_A).code == "silver"
    assert tiers.reviewed(rung("diamond"), Record(), Day("391201"), MALL_A).code == "regular"


def test_nothing_is_reviewed_on_the_last_day_a_tier_is_kept() -> None:
    assert tiers.reviewed(rung("gold"), Record(), Day("271130"), MALL_A) == rung("gold")


def test_a_tier_is_kept_through_its_days_of_grace() -> None:
    assert tiers.reviewed(rung("gold"), Record(), Day("271230"), WITH_GRACE) == rung("gold")
    assert tiers.reviewed(rung("gold"), Record(), Day("271231"), WITH_GRACE) == rung("silver", "271231", "281130")


@pytest.mark.parametrize(("programme", "code"), [(MALL_A, "silver"), (WITH_GRACE, "gold")])
def test_what_is_spent_in_grace_counts_for_the_review(programme: Programme, code: str) -> None:
    record = spent(m2612=GOLD - 1, m2712=1)
    assert tiers.reviewed(rung("gold"), record, Day("280101"), programme).code == code


def test_a_tier_lost_in_grace_is_reached_again_at_once() -> None:
    lost = tiers.reviewed(rung("gold"), Record(), Day("280110"), WITH_GRACE)
    assert tiers.upgraded(lost, spent(m2801=GOLD), Day("280110"), WITH_GRACE) == rung("gold", "280110", "290131")


@pytest.mark.parametrize(
    ("visits", "code"),
    [
        ({"2609": 3, "2610": 3, "2611": 3}, "frequent"),
        ({"2609": 9, "2610": 9, "2611": 2}, "member"),
        ({"2608": 3, "2609": 3, "2610": 3}, "member"),
    ],
)
def test_three_purchases_in_each_of_three_months_running_make_a_frequent_member(
    visits: dict[str, int], code: str
) -> None:
    record = Record(visits={Month(month): number for month, number in visits.items()})
    assert tiers.upgraded(tiers.first_rung(FREQUENT, Day("260101")), record, Day("261121"), FREQUENT).code == code


def test_an_activity_in_total_does_not_ask_for_every_month() -> None:
    record = Record(visits={Month("2611"): 30})
    start = tiers.first_rung(FREQUENT, Day("260101"))
    assert tiers.upgraded(start, record, Day("261121"), FREQUENT).code == "regular_guest"
    assert tiers.upgraded(start, record, Day("270221"), FREQUENT).code == "member"


def test_a_rung_of_several_measures_asks_for_all_of_them_or_for_any() -> None:
    start = tiers.first_rung(BY_POINTS, Day("260101"))
    for record, code in (
        (Record(spend={Month("2611"): SILVER}), "member"),
        (Record(earned={Month("2611"): 3000}), "member"),
        (Record(spend={Month("2611"): SILVER}, earned={Month("2611"): 3000}), "both"),
        (Record(spend={Month("2611"): GOLD}), "either"),
        (Record(earned={Month("2611"): 10_000}), "either"),
    ):
        assert tiers.upgraded(start, record, Day("261121"), BY_POINTS).code == code


def test_points_and_visits_are_counted_only_where_the_ladder_asks_for_them() -> None:
    for programme, counted in ((MALL_A, (1, 0, 0)), (FREQUENT, (1, 0, 1)), (BY_POINTS, (1, 1, 0))):
        record = tiers.with_purchase(Record(), Day("261121"), programme, 100, 20, 1)
        assert (len(record.spend), len(record.earned), len(record.visits)) == counted


@given(rank=st.integers(0, 3), record=RECORDS, day=DAYS, programme=PROGRAMMES)
def test_a_review_never_raises_and_lowers_by_one_step_at_most(
    rank: int, record: Record, day: Day, programme: Programme
) -> None:
    standing, steps = held(programme, rank), 0
    while tiers.kept_until(standing, programme) < day:
        after = tiers.next_review(standing, record, programme)
        assert 0 <= programme.rank(standing.code) - programme.rank(after.code) <= 1
        assert (after.since == standing.since) == (after.code == standing.code)
        assert date_of(after.until).year == date_of(standing.until).year + 1
        standing, steps = after, steps + 1
    assert tiers.reviewed(held(programme, rank), record, day, programme) == standing
    assert steps <= max(0, date_of(day).year - 2025)


@given(rank=st.integers(0, 3), record=RECORDS, day=DAYS, programme=PROGRAMMES)
def test_reviewing_in_between_changes_nothing(rank: int, record: Record, day: Day, programme: Programme) -> None:
    start = held(programme, rank)
    between = tiers.reviewed(start, record, days_after(day, -100), programme)
    assert tiers.reviewed(between, record, day, programme) == tiers.reviewed(start, record, day, programme)


@given(rank=st.integers(0, 3), record=RECORDS, day=DAYS, programme=PROGRAMMES, bought=BOUGHT)
def test_a_purchase_never_lowers_a_tier(
    rank: int, record: Record, day: Day, programme: Programme, bought: tuple[int, int, int]
) -> None:
    standing, more = held(programme, rank), tiers.with_purchase(record, day, programme, *bought)
    after = tiers.upgraded(standing, more, day, programme)
    assert programme.rank(after.code) == max(programme.rank(standing.code), tiers.qualified(more, day, programme))
    assert (after == standing) == (after.code == standing.code)


@given(record=RECORDS, day=DAYS, programme=PROGRAMMES, bought=BOUGHT, later=st.integers(0, 60))
def test_a_ladder_is_monotone_in_everything_it_asks_for(
    record: Record, day: Day, programme: Programme, bought: tuple[int, int, int], later: int
) -> None:
    counted = tiers.with_purchase(record, day, programme, 0, 0, 0)
    more = tiers.with_purchase(counted, days_after(day, -later), programme, *bought)
    if max((*counted.spend, *counted.earned, *counted.visits, Month("2501"))) <= month_of(day):
        assert tiers.qualified(more, day, programme) >= tiers.qualified(counted, day, programme)


@given(record=RECORDS, points=st.integers(0, 10_000_000), day=DAYS, programme=PROGRAMMES)
def test_pitfall_10_a_tier_is_a_function_of_what_was_done_and_of_no_balance(
    record: Record, points: int, day: Day, programme: Programme
) -> None:
    """Points that no purchase earned (awards, transfers, corrections) and points that are spent are not in a record."""
    assert set(Record.__dataclass_fields__) == {"spend", "earned", "visits"}
    unmoved = tiers.with_purchase(record, day, programme, 0, points, 0)
    asked = programme.tiers.asks_for_points
    assert (unmoved.earned != tiers.with_purchase(record, day, programme, 0, 0, 0).earned) <= (asked and points > 0)


@given(record=RECORDS, day=DAYS, bought=BOUGHT, programme=PROGRAMMES)
def test_what_was_done_is_kept_for_24_months_and_never_negative(
    record: Record, day: Day, bought: tuple[int, int, int], programme: Programme
) -> None:
    more = tiers.with_purchase(record, day, programme, *bought)
    less = tiers.with_purchase(more, day, programme, *(-2 * part for part in bought))
    for kept in (more.spend, more.earned, more.visits, less.spend, less.earned, less.visits):
        assert len(kept) <= tiers.KEPT_MONTHS
        assert all(value > 0 for value in kept.values())


def test_late_spend_older_than_two_years_is_not_kept() -> None:
    record = spent(m2611=5)
    assert tiers.with_purchase(record, Day("241115"), MALL_A, 7, 0, 1) == record
    assert tiers.with_purchase(record, Day("241215"), MALL_A, 7, 0, 1) == spent(m2611=5, m2412=7)


def test_a_coming_fall_is_announced_so_many_days_before_the_year_is_over() -> None:
    assert tiers.warning_day(rung("gold"), Record(), MALL_A) == "271031"
    assert tiers.warning_day(rung("gold"), spent(m2705=GOLD), MALL_A) is None
    assert tiers.warning_day(rung("regular"), Record(), MALL_A) is None


def test_a_mall_may_announce_nothing() -> None:
    silent = MALL_A.model_copy(update={"tiers": MALL_A.tiers.model_copy(update={"warning_days": 0})})
    assert tiers.warning_day(rung("gold"), Record(), silent) is None
