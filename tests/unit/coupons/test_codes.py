"""Codes: nobody guesses one, a slip of the hand is caught, and the same cause has the same code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty import pepper
from loyalty.coupons import codes
from loyalty.coupons.codes import ALPHABET, LENGTH

SEED = bytes(range(32))
NUMBERS = st.integers(min_value=0, max_value=2**40)
PLACES = st.integers(min_value=0, max_value=LENGTH)


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pepper, "_pepper", lambda: b"p" * 64)


@given(NUMBERS)
def test_a_code_is_sixteen_characters_of_the_alphabet_and_checks(number: int) -> None:
    code = codes.of_batch(SEED, number)
    assert len(code) == LENGTH + 1
    assert set(code) <= set(ALPHABET)
    assert codes.is_code(code)


@given(NUMBERS, PLACES, st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_caught(number: int, place: int, wrong: str) -> None:
    code = codes.of_batch(SEED, number)
    slipped = code[:place] + wrong + code[place + 1 :]
    assert codes.is_code(slipped) == (slipped == code)


@given(NUMBERS, st.integers(min_value=0, max_value=LENGTH - 1))
def test_every_swap_of_neighbours_is_caught_but_of_0_and_z(number: int, place: int) -> None:
    code = codes.of_batch(SEED, number)
    pair = code[place : place + 2]
    slipped = code[:place] + pair[::-1] + code[place + 2 :]
    assert codes.is_code(slipped) == (slipped == code or set(pair) == {"0", "Z"})


def test_ten_thousand_codes_of_a_batch_are_all_different_and_spread_over_the_alphabet() -> None:
    made = [codes.of_batch(SEED, number) for number in range(10_000)]
    assert len(set(made)) == len(made)
    for place in range(LENGTH):
        counts = [sum(code[place] == letter for code in made[:3200]) for letter in ALPHABET]
        assert min(counts) > 50, "each of 32 characters is expected a hundred times at every place"
        assert max(counts) < 160


def test_another_seed_makes_other_codes() -> None:
    assert codes.of_batch(SEED, 1) != codes.of_batch(bytes(32), 1)


def test_a_cause_has_one_code_and_purposes_do_not_meet(monkeypatch: pytest.MonkeyPatch) -> None:
    made = codes.derived("claim", "T1/anna/key")
    assert codes.derived("claim", "T1/anna/key") == made
    others = [codes.derived("event", "T1/anna/key"), codes.derived("claim", "T1/anna/kez")]
    monkeypatch.setattr(pepper, "_pepper", lambda: b"q" * 64)
    others.append(codes.derived("claim", "T1/anna/key"))
    assert len({made, *others}) == 4
    assert all(map(codes.is_code, others))


@given(NUMBERS)
def test_a_code_is_read_as_people_write_it(number: int) -> None:
    code = codes.of_batch(SEED, number)
    shown = codes.shown(code)
    assert shown.count("-") == 3
    typed = shown.lower().replace("0", "o").replace("1", "l").replace("-", " ")
    assert codes.normalized(shown) == codes.normalized(typed) == code


@given(st.text(max_size=40) | st.text(ALPHABET + "IOL- ", min_size=10, max_size=20))
def test_whatever_is_typed_a_code_is_sixteen_characters_of_the_alphabet(text: str) -> None:
    normalized = codes.normalized(text)
    if codes.is_code(normalized):
        assert len(normalized) == LENGTH + 1
        assert set(normalized) <= set(ALPHABET)
    if text.isascii():
        assert codes.normalized(normalized) == normalized


@pytest.mark.parametrize(
    ("word", "good"),
    [
        ("FATHER", True),
        ("DAD2026", True),
        ("ABC", False),
        ("A" * 20, True),
        ("A" * 21, False),
        ("A" * 16, False),
        ("father", False),
        ("DAD 26", False),
        ("爸爸节快乐", False),
        ("", False),
    ],
)
def test_a_festival_word_is_never_mistaken_for_a_code(word: str, good: bool) -> None:
    assert codes.is_word(word) is good
