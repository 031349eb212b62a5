"""A mistake is found out by whichever round finds it, and only by one that does."""

from collections.abc import Sequence

import pytest

from tests.proof.rounds import ROUNDS, assert_found_out
from tests.proof.scale import SEED


def _found_by(number: int, played: list[int]) -> Sequence[str]:
    return ["a: sold 2 times", "b: sold 2 times"] if len(played) == number else ["c: late"]


@pytest.mark.parametrize("number", [1, 2, ROUNDS])
def test_rounds_are_played_until_one_finds_the_mistake(number: int) -> None:
    played: list[int] = []

    def play(seed: int) -> Sequence[str]:
        played.append(seed)
        return _found_by(number, played)

    assert_found_out(play, "sold 2 times")
    assert played == list(range(SEED, SEED + number)), "each round has luck of its own"


def test_a_mistake_that_no_round_finds_fails_and_names_the_seed() -> None:
    with pytest.raises(AssertionError, match=rf"PROOF_SEED={SEED}: {ROUNDS} rounds did not say 'sold 2 times'.*late"):
        assert_found_out(lambda _: ["c: late"], "sold 2 times")


def test_without_a_sentence_asked_for_any_will_do_but_none_will_not() -> None:
    assert_found_out(lambda _: ["something"])
    with pytest.raises(AssertionError, match="the last said"):
        assert_found_out(lambda _: [])
