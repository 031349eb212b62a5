"""The programme: what a mall may configure, and that what is published is what is read back."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from loyalty.parts import to_text, to_thousandths
from loyalty.programme import Programme, Redemption
from tests.unit.ledger.programmes import PROGRAMMES

RATES = st.builds(Redemption, points=st.integers(1, 5000), fen=st.integers(1, 5000))


def ladder(*spends: int, codes: str = "abcdef") -> dict[str, Any]:
    rungs = [
        {"code": code, "name_zh": "卡", "name_en": "Card", "spend_yuan": spend}
        for code, spend in zip(codes, spends, strict=False)
    ]
    return {"tiers": {"ladder": rungs}}


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_what_is_published_is_what_is_read_back(programme: Programme) -> None:
    assert Programme.model_validate(programme.published()) == programme
    assert Programme.model_validate_json(programme.model_dump_json()) == programme


@given(value=st.integers(0, 100_000))
def test_a_ratio_survives_being_written_as_text(value: int) -> None:
    assert to_thousandths(to_text(value)) == value


@pytest.mark.parametrize("wrong", ["1.2345", "a", "", "NaN", "Infinity", "-Infinity", "1,2", 1.2, 1, None, [], True])
def test_a_ratio_that_is_no_decimal_text_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match=r"decimal|as text"):
        to_thousandths(wrong)


@pytest.mark.parametrize("wrong", ["-1", "100.001", "Infinity"])
def test_a_ratio_out_of_range_is_a_validation_error(wrong: str) -> None:
    with pytest.raises(ValidationError):
        Programme.model_validate({**ladder(0), "points_per_yuan": wrong})


@pytest.mark.parametrize("spends", [(1,), (0, 0), (0, 5, 5), (0, 9, 3)])
def test_a_ladder_that_does_not_ascend_from_nothing_is_refused(spends: tuple[int, ...]) -> None:
    with pytest.raises(ValidationError, match="first tier must ask for 0"):
        Programme.model_validate(ladder(*spends))


def test_two_rungs_of_one_code_are_refused() -> None:
    with pytest.raises(ValidationError, match="code of its own"):
        Programme.model_validate(ladder(0, 1, codes="aa"))


def test_an_unknown_key_is_refused_and_what_was_sent_is_not_repeated() -> None:
    with pytest.raises(ValidationError) as refusal:
        Programme.model_validate({**ladder(0), "points_per_yuan": "secret-text"})
    assert "secret-text" not in str(refusal.value)
    with pytest.raises(ValidationError, match="extra_forbidden"):
        Programme.model_validate({**ladder(0), "point_per_yuan": "1"})


@given(rate=RATES, steps=st.integers(0, 10_000))
def test_a_whole_number_of_steps_is_worth_exactly_the_rate(rate: Redemption, steps: int) -> None:
    points = steps * rate.step
    assert rate.value_of(points) * rate.points == points * rate.fen
    assert rate.points_within(rate.value_of(points)) == points


@given(rate=RATES, fen=st.integers(0, 10_000_000))
def test_the_points_within_an_amount_are_worth_no_more_and_one_step_more_is_too_much(
    rate: Redemption, fen: int
) -> None:
    points = rate.points_within(fen)
    assert rate.value_of(points) <= fen < rate.value_of(points + rate.step)


def test_a_tier_a_later_version_dropped_counts_as_the_lowest() -> None:
    programme = Programme.model_validate(ladder(0, 10))
    assert programme.tier("gone").code == "a"
    assert programme.rank("gone") == 0
    assert programme.rank("b") == 1
