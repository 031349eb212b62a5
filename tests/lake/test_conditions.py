"""The language of segments: what is understood, what is refused before it could mean something else."""

import json
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from functions.segments.conditions import (
    MOST_DEPTH,
    MOST_LEAVES,
    SegmentCondition,
    condition_of,
    definition_of,
    leaves_of,
)
from functions.segments.leaves import SegmentSpend, SegmentTier
from functions.segments.rfm import CELLS, QUINTILES, RfmGroup, group_of
from functions.segments.shipped import SHIPPED
from functions.segments.stages import StageDays
from tests.lake.asked import conditions
from tests.lake.recomputed import GROUPS

TIER = {"about": "tier", "in": ["gold"]}
WRONG = [
    {},
    {"about": "nothing"},
    {"about": "spend"},
    {"about": "spend", "at_least": 2, "at_most": 1},
    {"about": "spend", "at_least": 1.5},
    {"about": "spend", "at_least": "1"},
    {"about": "spend", "at_least": True},
    {"about": "spend", "at_least": 1, "days": 0},
    {"about": "spend", "at_least": 1, "days": 99_999},
    {"about": "spend", "at_least": 1, "unknown": 1},
    {"about": "spend", "at_least": 1, "categories": ["a|b"]},
    {"about": "spend", "at_least": 1, "categories": ["a\nb"]},
    {"about": "spend", "at_least": 1, "categories": [""]},
    {"about": "spend", "at_least": 1, "categories": ["a\u202eb"]},
    {"about": "spend", "at_least": 1, "weekdays": ["monday"]},
    {"about": "spend", "at_least": 1, "hours": {"from": 3, "until": 3}},
    {"about": "spend", "at_least": 1, "hours": {"from": 24, "until": 3}},
    {"about": "spend", "at_least": 1, "hours": {"from": 3, "until": 0}},
    {"about": "visits", "at_least": -1},
    {"about": "recency", "at_least": 10**9},
    {"about": "rfm"},
    {"about": "rfm", "r": [6]},
    {"about": "rfm_group", "in": ["nobody"]},
    {"about": "stage", "in": []},
    {"about": "tier", "in": ["Gold!"]},
    {"about": "age", "at_least": 200},
    {"about": "joined"},
    {"about": "family", "any_of": []},
    {"about": "family", "any_of": ["cousin"]},
    {"about": "family", "any_of": ["child_2019"]},
    {"about": "survey", "dimension": "ease"},
    {"about": "survey", "dimension": "ease", "average_at_least": "7.55"},
    {"about": "survey", "dimension": "ease", "average_at_least": 11},
    {"about": "coupons", "what": ["redeemed"]},
    {"about": "activity", "what": ["bought"], "at_least": 1},
    {"all": []},
    {"all": TIER},
    {"any": [TIER], "about": "tier"},
    {"all": [TIER], "any": [TIER]},
    {"not": [TIER]},
    {"all": ["tier"]},
]


@pytest.mark.parametrize("definition", WRONG, ids=json.dumps)
def test_what_makes_no_sense_is_refused(definition: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        condition_of(definition)


@pytest.mark.parametrize("definition", [None, 1, "tier", [TIER]])
def test_what_is_no_object_is_refused(definition: Any) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(SegmentCondition).validate_python(definition)


def test_a_refusal_does_not_repeat_what_was_written() -> None:
    with pytest.raises(ValidationError) as refused:
        condition_of({"about": "family", "any_of": ["Wang Xiaoming\n"]})
    assert "Xiaoming" not in str(refused.value)


@pytest.mark.parametrize("condition", conditions(seed=1, count=200))
def test_a_condition_reads_as_it_was_written(condition: SegmentCondition) -> None:
    written = json.loads(json.dumps(definition_of(condition)))
    assert condition_of(written) == condition
    assert definition_of(condition_of(written)) == written


def test_what_was_not_asked_for_is_not_stored() -> None:
    asked = {"all": [{"about": "spend", "at_least": 0, "categories": ["toys"]}, {"not": TIER}]}
    assert definition_of(condition_of(asked)) == asked


def test_leaves_come_from_left_to_right() -> None:
    spend = {"about": "spend", "at_least": 1}
    found = list(leaves_of(condition_of({"any": [{"not": {"all": [spend, TIER]}}, TIER]})))
    assert [type(leaf) for leaf in found] == [SegmentSpend, SegmentTier, SegmentTier]


def test_conditions_are_no_deeper_than_people_can_read() -> None:
    deepest: dict[str, Any] = TIER
    for _ in range(MOST_DEPTH - 1):
        deepest = {"not": deepest}
    condition_of(deepest)
    with pytest.raises(ValidationError):
        condition_of({"not": deepest})


def test_a_condition_nested_without_end_is_refused_like_any_other() -> None:
    endless: dict[str, Any] = TIER
    for _ in range(5000):
        endless = {"all": [endless]}
    with pytest.raises(ValidationError):
        condition_of(endless)


def test_a_segment_has_a_bounded_number_of_leaves() -> None:
    half = {"all": [TIER] * (MOST_LEAVES // 2)}
    condition_of({"any": [half, half]})
    with pytest.raises(ValidationError):
        condition_of({"any": [half, half, TIER]})


def test_every_condition_has_a_schema_for_those_who_generate_clients() -> None:
    schema = TypeAdapter(SegmentCondition).json_schema()
    assert {"SegmentAll", "SegmentSpend", "SegmentActivity"} <= set(schema["$defs"])


def test_every_pair_of_quintiles_is_in_exactly_one_group() -> None:
    for r in QUINTILES:
        for f in QUINTILES:
            assert [group for group, (rs, fs) in CELLS.items() if r in rs and f in fs] == [group_of(r, f)]
            assert group_of(r, f) == GROUPS[f"{r}{f}"]
    assert set(CELLS) == set(RfmGroup)
    assert len(RfmGroup) == 10


@pytest.mark.parametrize("days", [(0, 90, 180), (91, 90, 180), (30, 180, 180), (30, 181, 180)])
def test_stages_that_do_not_grow_are_refused(days: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="new_days"):
        StageDays(*days)


def test_the_product_ships_the_named_groups_rfms_ten_the_five_stages_and_three_levels_of_spend() -> None:
    named = [one.segment_id for one in SHIPPED]
    assert len(named) == len(set(named)) == 3 + 10 + 5 + 3
    assert {"families_who_shop_often", "young_fashion", "affluent_business"} < set(named)
    for one in SHIPPED:
        assert definition_of(condition_of(one.definition)) == one.definition
        assert one.name_zh
        assert one.name_en
