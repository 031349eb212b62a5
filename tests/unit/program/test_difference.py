"""A change of the programme is told field by field, completely."""

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from functions.program.difference import Difference, differences
from functions.program.draft import merged
from tests.unit.ledger.programmes import MALL_A


def objects(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """JSON objects with such leaves."""
    inner = st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
        max_leaves=12,
    )
    return st.dictionaries(st.sampled_from("abc"), inner, max_size=3)


LEAVES = st.integers(0, 3) | st.text("ab", max_size=1)
PROGRAMMES, PATCHES = objects(LEAVES), objects(LEAVES | st.none())
"""What is null in a programme is what is not there; in a patch it is a wish."""


def told(before: Any, after: Any) -> list[tuple[str, Any, Any]]:
    return [tuple(one) for one in differences(before, after)]


def test_a_field_deep_inside_is_named_by_its_place() -> None:
    before, after = {"redemption": {"points": 100, "fen": 100}}, {"redemption": {"points": 100, "fen": 120}}
    assert differences(before, after) == (Difference("redemption.fen", 100, 120),)


def test_tiers_are_compared_by_code_wherever_they_stand() -> None:
    before = MALL_A.published()
    after = copy.deepcopy(before)
    ladder = after["tiers"]["ladder"]
    ladder[2]["multiplier"] = "1.3"
    ladder.insert(1, {**ladder[1], "code": "bronze"})
    dropped = ladder.pop()
    assert told(before, after) == [
        ("tiers.ladder.gold.multiplier", "1.2", "1.3"),
        ("tiers.ladder.diamond", dropped, None),
        ("tiers.ladder.bronze", None, ladder[1]),
    ]


def test_another_order_is_told_too() -> None:
    before = {"unlocks": [{"code": "a"}, {"code": "b"}]}
    assert told(before, {"unlocks": [{"code": "b"}, {"code": "a"}]}) == [("unlocks", ["a", "b"], ["b", "a"])]


def test_a_plain_list_is_told_as_a_whole() -> None:
    assert told({"days": [30]}, {"days": [60, 30]}) == [("days", [30], [60, 30])]
    assert told({"days": []}, {"days": [1]}) == [("days", [], [1])]


@given(before=PROGRAMMES, after=PROGRAMMES)
def test_nothing_is_told_of_what_is_equal_and_something_of_what_is_not(before: Any, after: Any) -> None:
    assert differences(before, before) == ()
    told_of = {name: None for name in "abc" if before.get(name) != after.get(name)}
    assert {one.field.split(".")[0] for one in differences(before, after)} == set(told_of)


@given(target=PROGRAMMES, patch=PATCHES)
def test_a_merge_patch_does_what_rfc_7396_says(target: Any, patch: Any) -> None:
    kept = copy.deepcopy(target)
    assert merged(target, patch) == _as_in_the_rfc(kept, patch)
    assert target == kept


def _as_in_the_rfc(target: Any, patch: Any) -> Any:
    """The pseudocode of RFC 7396, section 2, word for word."""
    if not isinstance(patch, dict):
        return patch
    target = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            if name in target:
                del target[name]
        else:
            target[name] = _as_in_the_rfc(target.get(name), value)
    return target
