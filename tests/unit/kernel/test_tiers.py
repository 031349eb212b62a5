"""Tiers: reached at once, kept a year, reviewed one step at a time, lowered by a refund only when its spend is gone."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty import tiers
from loyalty.clock import date_of, day_of
from loyalty.programme import Programme
from loyalty.tiers import Rung
from loyalty.types import Day, Month
from tests.unit.ledger.programmes import MALL_A, MALL_B

SILVER, GOLD, DIAMOND = 300_000, 1_000_000, 5_000_000
MONTHS = st.integers(0, 35).map(lambda n: Month(f"{25 + n // 12:02d}{n % 12 + 1:02d}"))
SPEND = st.dictionaries(MONTHS, st.integers(1, 6_000_000), max_size=24)
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31)).map(day_of)
PROGRAMMES = st.sampled_from([MALL_A, MALL_B])
RANKS = st.integers(0, 3)


def rung(code: str, since: str = "261101", until: str = "271130") -> Rung:
    return Rung(code, Day(since), Day(until))


def test_the_rolling_window_is_the_last_twelve_months_with_this_one() -> None:
    spend = {Month("2511"): 1, Month("2512"): 10, Month("2611"): 100, Month("2612"): 1000}
    assert tiers.window_spend(spend, Day("261130"), MALL_A.tiers.window) == 110
    assert tiers.window_spend(spend, Day("261130"), MALL_B.tiers.window) == 100
    assert tiers.window_spend(spend, Day("261201"), MALL_B.tiers.window) == 1100


@pytest.mark.parametrize(
    ("fen", "code"),
    [(SILVER - 1, "regular"), (SILVER, "silver"), (GOLD - 1, "silver"), (GOLD, "gold"), (DIAMOND, "diamond")],
)
def test_a_tier_is_reached_to_the_fen_and_at_once(fen: int, code: str) -> None:
    start = tiers.first_rung(MALL_A, Day("261101"))
    assert tiers.upgraded(start, {Month("2611"): fen}, Day("261121"), MALL_A).code == code


def test_a_tier_reached_today_is_kept_for_a_year_to_the_months_end() -> None:
    assert tiers.valid_until(Day("261121"), MALL_A) == "271130"
    assert tiers.valid_until(Day("280229"), MALL_A) == "290228"
    assert tiers.valid_until(Day("261231"), MALL_A) == "271231"


def test_where_calendar_years_count_a_tier_is_kept_to_the_end_of_the_next() -> None:
    assert tiers.valid_until(Day("260120"), MALL_B) == "271231"
    assert tiers.valid_until(Day("261231"), MALL_B) == "271231"


def test_a_calendar_year_review_never_looks_at_a_part_of_a_year() -> None:
    reached = tiers.upgraded(tiers.first_rung(MALL_B, Day("260101")), {Month("2601"): GOLD}, Day("260120"), MALL_B)
    spend = {Month("2601"): GOLD, Month("2706"): GOLD}
    assert tiers.reviewed(reached, spend, Day("270201"), MALL_B).code == "gold"
    assert tiers.reviewed(reached, spend, Day("280101"), MALL_B) == Rung("gold", Day("260120"), Day("281231"))


def test_a_review_keeps_what_the_windows_spend_still_reaches() -> None:
    kept = tiers.reviewed(rung("gold"), {Month("2705"): GOLD}, Day("271201"), MALL_A)
    assert kept == Rung("gold", Day("261101"), Day("281130"))


def test_a_review_lowers_by_one_step_at_most() -> None:
    assert tiers.reviewed(rung("diamond"), {}, Day("271201"), MALL_A).code == "gold"
    assert tiers.reviewed(rung("diamond"), {}, Day("281201"), MALL_A).code == "silver"
    assert tiers.reviewed(rung("diamond"), {}, Day("391201"), MALL_A).code == "regular"


def test_nothing_is_reviewed_on_the_last_day_a_tier_is_kept() -> None:
    assert tiers.reviewed(rung("gold"), {}, Day("271130"), MALL_A) == rung("gold")


@given(rank=RANKS, spend=SPEND, day=DAYS, programme=PROGRAMMES)
def test_a_review_never_raises_and_ends_in_the_future(
    rank: int, spend: dict[Month, int], day: Day, programme: Programme
) -> None:
    code = programme.tiers.ladder[rank].code
    held = Rung(code, Day("250101"), tiers.valid_until(Day("250101"), programme))
    after = tiers.reviewed(held, spend, day, programme)
    years = max(0, date_of(day).year - date_of(held.until).year + 1)
    assert rank - years <= programme.rank(after.code) <= rank
    assert after.until >= day


@given(rank=RANKS, spend=SPEND, day=DAYS, programme=PROGRAMMES)
def test_a_purchase_never_lowers_a_tier(rank: int, spend: dict[Month, int], day: Day, programme: Programme) -> None:
    held = rung(programme.tiers.ladder[rank].code)
    after = tiers.upgraded(held, spend, day, programme)
    assert programme.rank(after.code) == max(rank, tiers.qualified(spend, day, programme))
    assert (after == held) == (programme.rank(after.code) == rank)


def refunded(code: str, before: dict[Month, int], fen: int, month: str, day: str, since: str = "261101") -> str:
    held = Rung(code, Day(since), Day("271130"))
    after = tiers.add_spend(before, Day(f"{month}15"), -fen)
    return tiers.after_refund(held, before, after, Day(day), MALL_A).code


def test_a_refund_takes_the_tier_when_the_spend_that_reached_it_is_gone() -> None:
    assert refunded("gold", {Month("2611"): GOLD}, 1, "2611", "261121") == "silver"
    assert refunded("diamond", {Month("2611"): DIAMOND}, DIAMOND, "2611", "261121") == "regular"


def test_a_refund_leaves_the_tier_while_the_spend_still_reaches_it() -> None:
    assert refunded("gold", {Month("2611"): GOLD + 5}, 5, "2611", "261121") == "gold"


def test_a_refund_after_the_window_moved_on_leaves_the_tier_its_year() -> None:
    spend = {Month("2512"): GOLD, Month("2611"): 5000}
    assert refunded("gold", spend, 5000, "2611", "261121", since="251215") == "gold"


def test_a_small_refund_does_not_take_a_tier_that_a_review_kept() -> None:
    # Reached in 2024, kept by the review at the end of 2025; the spend of 2024 has left the account by now.
    spend = {Month("2503"): GOLD, Month("2611"): 1000}
    assert refunded("gold", spend, 1000, "2611", "261121", since="240101") == "gold"


def test_a_small_refund_does_not_take_a_tier_that_was_brought_along_at_enrolment() -> None:
    assert refunded("diamond", {Month("2611"): 1000}, 1000, "2611", "261121") == "diamond"


def test_a_small_refund_does_not_take_the_step_a_review_left() -> None:
    left = tiers.reviewed(rung("diamond", "251101", "261130"), {Month("2612"): 1000}, Day("261210"), MALL_A)
    after = tiers.after_refund(left, {Month("2612"): 1000}, {}, Day("261210"), MALL_A)
    assert left.code == after.code == "gold"


@given(spend=SPEND, day=DAYS, rank=RANKS, fen=st.integers(1, 6_000_000), programme=PROGRAMMES)
def test_a_refund_never_raises_a_tier(
    spend: dict[Month, int], day: Day, rank: int, fen: int, programme: Programme
) -> None:
    held = rung(programme.tiers.ladder[rank].code, since=day)
    after = tiers.after_refund(held, spend, tiers.add_spend(spend, day, -fen), day, programme)
    assert programme.rank(after.code) <= rank


@given(spend=SPEND, day=DAYS, fen=st.integers(0, 6_000_000))
def test_spend_is_kept_for_24_months_and_never_negative(spend: dict[Month, int], day: Day, fen: int) -> None:
    more = tiers.add_spend(spend, day, fen)
    assert len(more) <= tiers.KEPT_MONTHS
    assert all(value > 0 for value in more.values())
    assert all(value >= 0 for value in tiers.add_spend(more, day, -2 * fen).values())


def test_late_spend_older_than_two_years_is_not_kept() -> None:
    assert tiers.add_spend({Month("2611"): 5}, Day("241115"), 7) == {Month("2611"): 5}
    assert tiers.add_spend({Month("2611"): 5}, Day("241215"), 7) == {Month("2611"): 5, Month("2412"): 7}


def test_what_is_missing_to_the_next_tier_is_said_in_fen() -> None:
    assert tiers.missing_to_next(rung("regular"), {Month("2611"): 1}, Day("261121"), MALL_A) == ("silver", SILVER - 1)
    assert tiers.missing_to_next(rung("diamond"), {}, Day("261121"), MALL_A) is None
