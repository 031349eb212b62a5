"""Differences between two results: exactly those who came or went, in memory bounded by one member."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.segments.difference import Move, Standing, UnsortedError, ascending, differences, joined

RESULTS = st.dictionaries(
    st.text("abc", min_size=1, max_size=3), st.frozensets(st.sampled_from(["s1", "s2", "s3"]), min_size=1), max_size=8
)
Result = dict[str, frozenset[str]]


def standings(result: Result) -> Iterator[Standing]:
    return (Standing(member_id, result[member_id]) for member_id in sorted(result))


def pairs(result: Result) -> set[tuple[str, str]]:
    return {(member_id, one) for member_id, own in result.items() for one in own}


@given(RESULTS, RESULTS)
def test_moves_lead_from_the_one_result_to_the_other_and_each_is_needed(before: Result, after: Result) -> None:
    moves = list(differences(standings(before), standings(after)))
    assert {(m.member_id, m.segment_id) for m in moves if m.entered} == pairs(after) - pairs(before)
    assert {(m.member_id, m.segment_id) for m in moves if not m.entered} == pairs(before) - pairs(after)
    assert moves == sorted(set(moves))


@given(st.lists(RESULTS, max_size=4))
def test_joined_results_hold_for_every_member_what_each_of_them_says(results: list[Result]) -> None:
    found = dict(joined(map(standings, results)))
    assert pairs(found) == set().union(*map(pairs, results))
    assert list(found) == sorted(found)


@pytest.mark.parametrize("ids", [("b", "a"), ("a", "a")])
def test_a_result_that_is_out_of_order_moves_nobody(ids: tuple[str, ...]) -> None:
    wrong = [Standing(one, frozenset({"s1"})) for one in ids]
    for before, after in ((wrong, []), ([], wrong)):
        with pytest.raises(UnsortedError):
            list(differences(before, after))
    with pytest.raises(UnsortedError):
        list(ascending(wrong))


def test_a_move_says_who_which_and_whether_they_came() -> None:
    before, after = {"anna": frozenset({"s1"})}, {"anna": frozenset({"s2"})}
    assert list(differences(standings(before), standings(after))) == [
        Move("anna", "s1", False),
        Move("anna", "s2", True),
    ]
