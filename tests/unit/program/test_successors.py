"""A ladder that drops or renames a tier: what its members become, and what they never fall below (ADR 0817)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.program.draft import succeeded
from functions.program.errors import NoSuccessorError, SuccessorTooLowError
from loyalty import tiers
from loyalty.programme import Programme
from loyalty.tiers import Record, Rung
from loyalty.types import Day, Month

CODES = ["regular", "silver", "gold", "diamond"]
OLD = {"regular": 0, "silver": 3000, "gold": 10000, "diamond": 50000}


def programme(ladder: dict[str, Any], **replaced: str) -> Programme:
    rungs = [
        {"code": code, "name_zh": code, "name_en": code, **(asks if isinstance(asks, dict) else {"spend_yuan": asks})}
        for code, asks in ladder.items()
    ]
    by = [{"code": code, "by": name} for code, name in replaced.items()]
    return Programme.model_validate({"tiers": {"ladder": rungs}, "replaced_tiers": by})


def became(before: Programme, after: Programme) -> dict[str, str]:
    return {gone.code: gone.by for gone in succeeded(before, after).replaced_tiers}


def test_a_renamed_tier_goes_on_under_its_new_name() -> None:
    after = succeeded(programme(OLD), programme({"regular": 0, "silver": 3000, "sun": 10000, "diamond": 50000}))
    assert became(programme(OLD), after) == {"gold": "sun"}
    assert (after.tier("gold").code, after.rank("gold")) == ("sun", 2)


def test_members_of_a_dropped_tier_hold_the_highest_that_the_same_spend_reaches() -> None:
    assert became(programme(OLD), programme({"regular": 0, "new": 9000, "diamond": 20000})) == {
        "silver": "regular",
        "gold": "new",
    }


def test_a_mall_may_name_a_higher_tier_and_not_a_lower_one() -> None:
    ladder = {"regular": 0, "silver": 3000, "diamond": 50000}
    assert became(programme(OLD), programme(ladder, gold="diamond")) == {"gold": "diamond"}
    with pytest.raises(SuccessorTooLowError) as refusal:
        succeeded(programme(OLD), programme(ladder, gold="regular"))
    assert refusal.value.params == {"tier": "gold", "least": "silver"}


ACTIVE = {"activity": {"months": 3, "purchases": 3}}


def test_a_tier_that_spend_alone_does_not_reach_needs_a_name_for_what_replaces_it() -> None:
    before = programme({"regular": 0, "frequent": ACTIVE, "gold": 10000})
    with pytest.raises(NoSuccessorError) as refusal:
        succeeded(before, programme({"regular": 0, "gold": 10000}))
    assert refusal.value.params == {"tier": "frequent"}
    assert became(before, programme({"regular": 0, "gold": 10000}, frequent="regular")) == {"frequent": "regular"}
    assert became(before, programme({"regular": 0, "regulars": ACTIVE, "gold": 10000})) == {"frequent": "regulars"}


def test_a_tier_that_is_not_there_replaces_nothing() -> None:
    with pytest.raises(NoSuccessorError):
        succeeded(programme(OLD), programme({"regular": 0, "silver": 3000, "diamond": 50000}, gold="platinum"))


def test_members_who_still_carry_an_old_name_are_led_on() -> None:
    second = succeeded(programme(OLD), programme({"regular": 0, "silver": 3000, "sun": 10000, "diamond": 50000}))
    third = programme({"regular": 0, "silver": 3000, "moon": 10000, "diamond": 50000}, gold="sun")
    assert became(second, third) == {"gold": "moon", "sun": "moon"}
    lower = programme({"regular": 0, "silver": 3000, "moon": 10000, "diamond": 50000}, gold="silver")
    with pytest.raises(SuccessorTooLowError):
        succeeded(second, lower)
    back = succeeded(second, programme(OLD))
    assert became(second, back) == {"sun": "gold"}


LADDERS = st.lists(st.integers(1, 60), min_size=1, max_size=4, unique=True).map(
    lambda spends: {"base": 0, **{f"t{spend}": spend * 1000 for spend in sorted(spends)}}
)


@given(old=LADDERS, new=LADDERS, yuan=st.integers(0, 80_000))
def test_nobody_falls_below_what_their_record_reaches(old: dict[str, int], new: dict[str, int], yuan: int) -> None:
    before = programme(old)
    after = succeeded(before, programme(new))
    day = Day("261102")
    record = Record(spend={Month("2611"): yuan * 100})
    reached = before.tiers.ladder[tiers.qualified(record, day, before)]
    placed = after.rank(reached.code)
    assert after.tiers.ladder[placed].spend_yuan <= reached.spend_yuan
    best = tiers.upgraded(Rung(reached.code, day, Day("271130")), record, day, after)
    assert after.rank(best.code) == tiers.qualified(record, day, after)
