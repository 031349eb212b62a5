"""What a return does to a tier: it falls only when what reached it is gone, and then as far as the rest supports."""

from hypothesis import given
from hypothesis import strategies as st

from loyalty import tiers
from loyalty.clock import month_of
from loyalty.programme import Programme
from loyalty.tiers import Record, Rung
from loyalty.types import Day, Month
from tests.unit.kernel.test_tiers import BOUGHT, DAYS, DIAMOND, GOLD, PROGRAMMES, RECORDS, held, rung, spent
from tests.unit.ledger.ladders import FREQUENT, WITH_GRACE
from tests.unit.ledger.programmes import MALL_A


def refunded(code: str, before: Record, fen: int, month: str, day: str, since: str = "261101") -> str:
    standing = Rung(code, Day(since), Day("271130"))
    after = tiers.with_purchase(before, Day(f"{month}15"), MALL_A, -fen, 0, 0)
    return tiers.after_refund(standing, before, after, Day(day), MALL_A).code


def test_a_refund_takes_the_tier_when_the_spend_that_reached_it_is_gone() -> None:
    assert refunded("gold", spent(m2611=GOLD), 1, "2611", "261121") == "silver"
    assert refunded("diamond", spent(m2611=DIAMOND), DIAMOND, "2611", "261121") == "regular"


def test_a_refund_leaves_the_tier_while_the_spend_still_reaches_it() -> None:
    assert refunded("gold", spent(m2611=GOLD + 5), 5, "2611", "261121") == "gold"


def test_a_refund_after_the_window_moved_on_leaves_the_tier_its_year() -> None:
    assert refunded("gold", spent(m2512=GOLD, m2611=5000), 5000, "2611", "261121", since="251215") == "gold"


def test_a_small_refund_does_not_take_a_tier_that_a_review_kept() -> None:
    # Reached in 2024, kept by the review at the end of 2025; the spend of 2024 has left the account by now.
    assert refunded("gold", spent(m2503=GOLD, m2611=1000), 1000, "2611", "261121", since="240101") == "gold"


def test_a_small_refund_does_not_take_a_tier_that_was_brought_along_at_enrolment() -> None:
    assert refunded("diamond", spent(m2611=1000), 1000, "2611", "261121") == "diamond"


def test_a_small_refund_does_not_take_the_step_a_review_left() -> None:
    left = tiers.reviewed(rung("diamond", "251101", "261130"), spent(m2612=1000), Day("261210"), MALL_A)
    after = tiers.after_refund(left, spent(m2612=1000), Record(), Day("261210"), MALL_A)
    assert left.code == after.code == "gold"


def test_a_return_in_grace_takes_the_tier_whose_spend_is_gone() -> None:
    # November 2025 counts in windows up to October 2026, whose tier is kept through October 2027.
    standing, record = rung("gold", "261020", "271031"), spent(m2511=GOLD)
    assert tiers.after_refund(standing, record, Record(), Day("271115"), WITH_GRACE).code == "regular"
    assert tiers.after_refund(standing, record, Record(), Day("271201"), WITH_GRACE).code == "gold"


def test_a_whole_return_takes_the_visit_and_the_tier_it_reached() -> None:
    before = Record(visits={Month("2609"): 3, Month("2610"): 3, Month("2611"): 3})
    after = tiers.with_purchase(before, Day("261120"), FREQUENT, 0, 0, -1)
    frequent = tiers.upgraded(tiers.first_rung(FREQUENT, Day("260101")), before, Day("261121"), FREQUENT)
    assert tiers.after_refund(frequent, before, after, Day("261122"), FREQUENT).code == "member"


@given(record=RECORDS, day=DAYS, rank=st.integers(0, 3), bought=BOUGHT, programme=PROGRAMMES)
def test_a_refund_never_raises_a_tier(
    record: Record, day: Day, rank: int, bought: tuple[int, int, int], programme: Programme
) -> None:
    standing = held(programme, rank, since=day)
    less = tiers.with_purchase(record, day, programme, *(-part for part in bought))
    after = tiers.after_refund(standing, record, less, day, programme)
    assert programme.rank(after.code) <= programme.rank(standing.code)


@given(record=RECORDS, day=DAYS, bought=BOUGHT, programme=PROGRAMMES)
def test_what_comes_back_whole_leaves_the_tier_that_the_rest_supports(
    record: Record, day: Day, bought: tuple[int, int, int], programme: Programme
) -> None:
    """A tier that purchases reached, reached higher with one more, stands where the others put it once that is back."""
    rest = tiers.with_purchase(record, day, programme, 0, 0, 0)
    if max((*rest.spend, *rest.earned, *rest.visits, Month("2501"))) > month_of(day):
        return
    start = held(programme, tiers.supported(rest, day, programme), since=day)
    more = tiers.with_purchase(rest, day, programme, *bought)
    bought_up = tiers.upgraded(start, more, day, programme)
    back = tiers.with_purchase(more, day, programme, *(-part for part in bought))
    assert back == rest
    assert tiers.after_refund(bought_up, more, back, day, programme).code == start.code
