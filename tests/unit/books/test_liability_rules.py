"""Liability and breakage in whole numbers, cohorts read back from expiry, estimates by tier and age (I5)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from functions.books.estimate import Estimate, in_force
from functions.books.experience import observed
from functions.books.liability import cohort_of, in_fen, shares
from loyalty.catalogue import Offer, OfferState
from loyalty.parts import to_text
from loyalty.programme import Expiry, ExpiryKind, Redemption
from loyalty.types import Day, Month

ROLLING = Expiry(kind=ExpiryKind.ROLLING, months=12)


@given(
    st.dictionaries(st.sampled_from(["2611", "2705", "2711", "debt"]), st.integers(-(10**9), 10**12)),
    st.integers(1, 10**6),
    st.integers(1, 10**6),
    st.integers(0, 1000),
)
def test_liability_and_breakage_make_the_value_to_a_thousandth_of_a_fen(
    cells: dict[str, int], points: int, fen: int, expected: int
) -> None:
    own = {month: abs(held) for month, held in cells.items()}
    redemption = Redemption(points=points, fen=fen)
    for share in shares({"gold": own}, Day("261121"), redemption, ROLLING, lambda _tier, _age: expected):
        assert share.liability + share.breakage == share.value
        assert 0 <= share.liability <= share.value
        exact = own[share.expires] * fen * expected  # in thousandths, times the points of the rate
        assert 0 <= exact - share.liability * points < points


@pytest.mark.parametrize(
    ("expires", "expiry", "cohort", "first"),
    [
        ("2711", ROLLING, "2611", "2611"),
        ("2701", ROLLING, "2601", "2601"),
        ("2711", Expiry(months=24), "2511", "2511"),
        ("2712", Expiry(kind=ExpiryKind.CALENDAR_YEAR, months=12), "27", "2701"),
        ("2712", Expiry(kind=ExpiryKind.CALENDAR_YEAR, months=24), "26", "2601"),
        ("9912", ROLLING, "9912", "9912"),
    ],
)
def test_a_cohort_is_read_back_from_the_month_of_expiry(expires: str, expiry: Expiry, cohort: str, first: str) -> None:
    assert cohort_of(Month(expires), expiry) == (cohort, first)


def test_debts_are_no_part_of_the_liability() -> None:
    found = shares({"gold": {"debt": -70, "2711": 5}}, Day("261121"), Redemption(), ROLLING, lambda _t, _a: 1000)
    assert [share.points for share in found] == [5]


def test_a_part_of_a_fen_is_not_rounded_away() -> None:
    assert [in_fen(mfen) for mfen in (0, 1, 999, 1000, 1001)] == [0, 1, 1, 1, 2]


def rates(*given: tuple[str | None, int | None, int]) -> Estimate:
    told = [{"tier": tier, "until_age": age, "expected": to_text(expected)} for tier, age, expected in given]
    return Estimate.model_validate({"name": "n", "effective_from": "2026-11-02", "rates": told})


def test_the_tiers_own_rate_of_the_narrowest_age_comes_first() -> None:
    estimate = rates((None, None, 100), (None, 3, 200), ("gold", 6, 300), ("gold", 2, 400))
    asked = {(tier, age): estimate.expected(tier, age) for tier in ("gold", "silver") for age in (0, 2, 3, 6, 7)}
    assert [asked["gold", age] for age in (0, 2, 3, 6, 7)] == [400, 400, 300, 300, 100]
    assert [asked["silver", age] for age in (0, 2, 3, 6, 7)] == [200, 200, 200, 100, 100]
    assert rates(("gold", None, 0)).expected("silver", 1) == 1000


def test_a_tier_and_an_age_have_one_rate() -> None:
    with pytest.raises(ValidationError, match="one rate"):
        rates(("gold", 3, 100), ("gold", 3, 200))


def version(number: str, effective_from: str, approved_at: str, state: OfferState = OfferState.APPROVED) -> Offer:
    definition = {"name": "n", "effective_from": effective_from, "rates": [{"expected": "0.5"}]}
    return Offer(number, definition, "ann", state=state, history=((state.value, "bob", approved_at),))


def test_the_version_in_force_is_the_one_approved_that_started_last() -> None:
    offers = [
        version("a", "2026-01-01", "1"),
        version("b", "2026-06-01", "1"),
        version("c", "2026-06-01", "2"),
        version("d", "2026-07-01", "3", OfferState.DRAFT),
        version("e", "2026-07-01", "3", OfferState.ENDED),
    ]
    found = [in_force(offers, day) for day in (date(2025, 12, 31), date(2026, 5, 31), date(2026, 8, 1))]
    assert [offer and offer.offer_id for offer in found] == [None, "a", "c"]


def test_experience_adds_up_to_what_was_issued() -> None:
    days = [
        {"earned@2711": 1000, "taken_back@2711": -100, "used@2711": -450, "given_back@2711": 50, "earned.base": 1000},
        {"expired@2711": -200, "voided@2711": -10, "transferred_out@2711": -30, "transferred_in@2711": 20},
        {"earned@debt": 7, "adjusted@2711": 40},
    ]
    (found,) = observed({"2711": 60}, days)
    assert (found.issued, found.used, found.expired, found.voided, found.transferred) == (1000, 400, 200, 10, -10)
    assert found.issued - found.used - found.expired - found.voided + found.transferred == found.held == 380
    assert (found.redemption, found.breakage) == (400, 210)
    assert observed({}, [{"used@2612": -5}])[0].redemption is None
