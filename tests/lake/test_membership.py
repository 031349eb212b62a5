"""Who is in which segment, by the query, is who is in it by plain Python on the same 10,000 receipts: exactly."""

import random
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.segments.compiling import membership_query, preview_query, rfm_table_query, segments_in
from functions.segments.conditions import AnyCondition, condition_of
from functions.segments.frame import Frame, Profiling
from functions.segments.shipped import SHIPPED
from functions.segments.stages import StageDays
from tests.lake.asked import LEAVES, conditions, leaf
from tests.lake.conftest import TODAY
from tests.lake.engine import Engine
from tests.lake.facts import Known, Row, known_members
from tests.lake.mall import Mall, mall
from tests.lake.recomputed import GROUPS, members_in

SHIPPED_CONDITIONS = [condition_of(one.definition) for one in SHIPPED]


def found(engine: Engine, asked: Sequence[AnyCondition], frame: Frame) -> list[set[str]]:
    members: list[set[str]] = [set() for _ in asked]
    for row in engine.query(membership_query(asked, frame)):
        for number in segments_in(row):
            members[number].add(row["member_id"])
    return members


def test_the_shipped_segments_are_those_of_plain_python(busy_mall: Mall, busy_lake: Engine) -> None:
    members = found(busy_lake, SHIPPED_CONDITIONS, Frame(TODAY, "regular"))
    assert members == members_in(busy_mall.rows, SHIPPED_CONDITIONS, TODAY)
    assert sum(map(bool, members)) >= 18


@pytest.mark.parametrize("as_of", [TODAY, TODAY - timedelta(days=300), date(2028, 2, 29)])
def test_any_condition_means_what_plain_python_says(busy_mall: Mall, busy_lake: Engine, as_of: date) -> None:
    asked = conditions(seed=as_of.year * 400 + as_of.month, count=100)
    members = found(busy_lake, asked, Frame(as_of, "regular"))
    for condition, mine, wanted in zip(asked, members, members_in(busy_mall.rows, asked, as_of), strict=True):
        assert mine == wanted, condition


def test_every_kind_of_leaf_has_some_in_and_some_out(busy_mall: Mall, busy_lake: Engine) -> None:
    luck, kinds = random.Random(3), sorted(LEAVES)
    asked = [condition_of(leaf(luck, about)) for about in kinds for _ in range(8)]
    everybody = condition_of({"about": "joined", "days_at_least": 0})
    *members, all_of_them = found(busy_lake, [*asked, everybody], Frame(TODAY, "regular"))
    assert members == members_in(busy_mall.rows, asked, TODAY)
    telling = {kinds[number // 8] for number, some in enumerate(members) if set() < some < all_of_them}
    assert telling == set(kinds)


def test_the_malls_own_settings_count(busy_mall: Mall, busy_lake: Engine) -> None:
    stages = StageDays(new=10, active=40, dormant=60)
    frame = Frame(TODAY, "gold", stages, Profiling.GRANTED)
    asked = [*SHIPPED_CONDITIONS, condition_of({"about": "tier", "in": ["gold"]})]
    members = found(busy_lake, asked, frame)
    assert members == members_in(busy_mall.rows, asked, TODAY, base_tier="gold", stages=stages, only_granted=True)
    assert members != found(busy_lake, asked, Frame(TODAY, "gold", stages))


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 10**6), receipts=st.integers(0, 60))
def test_small_malls_are_no_exception(seed: int, receipts: int) -> None:
    made, engine = mall(seed, receipts, TODAY), Engine()
    made.put(engine)
    asked = [*SHIPPED_CONDITIONS, *conditions(seed, 20)]
    assert found(engine, asked, Frame(TODAY, "regular")) == members_in(made.rows, asked, TODAY)


@pytest.mark.parametrize("number", range(0, len(SHIPPED), 4))
def test_a_preview_counts_and_samples_the_segment(busy_lake: Engine, number: int) -> None:
    frame = Frame(TODAY, "regular")
    (members,) = found(busy_lake, [SHIPPED_CONDITIONS[number]], frame)
    rows = busy_lake.query(preview_query(SHIPPED_CONDITIONS[number], frame).sql)
    assert [row["member_id"] for row in rows] == sorted(members)[:20]
    assert {row["size"] for row in rows} == ({str(len(members))} if members else set())


def test_the_table_of_recency_and_frequency_counts_the_groups(busy_lake: Engine) -> None:
    groups = [one for one in SHIPPED if one.segment_id.startswith("rfm_")]
    members = found(busy_lake, [condition_of(one.definition) for one in groups], Frame(TODAY, "regular"))
    table = busy_lake.query(rfm_table_query(Frame(TODAY, "regular")))
    counted = {f"rfm_{row['rfm_group']}": 0 for row in table}
    for row in table:
        assert GROUPS[row["r"] + row["f"]] == row["rfm_group"]
        counted[f"rfm_{row['rfm_group']}"] += int(row["members"])
    assert counted == {one.segment_id: len(some) for one, some in zip(groups, members, strict=True) if some}
    assert [(row["r"], row["f"]) for row in table] == sorted(((row["r"], row["f"]) for row in table), reverse=True)


def test_the_table_sums_a_years_purchases_of_those_who_may_be_profiled(busy_mall: Mall, busy_lake: Engine) -> None:
    table = busy_lake.query(rfm_table_query(Frame(TODAY, "regular")))
    buyers = [one for one in known_members(busy_mall.rows, TODAY, "regular").values() if _last_year(one, "receipts")]
    assert sum(int(row["members"]) for row in table) == len(buyers)
    assert sum(int(row["purchases"]) for row in table) == sum(len(_last_year(one, "receipts")) for one in buyers)
    spent = sum(row["paid"] for one in buyers for row in _last_year(one, "receipts"))
    back = sum(row["money_back"] for one in buyers for row in _last_year(one, "returns"))
    assert sum(int(row["paid"]) for row in table) == spent - back


def _last_year(member: Known, table: str) -> list[Row]:
    return [row for row in member.rows[table] if row["biz_date"] > TODAY - timedelta(days=365)]


def test_asking_again_gives_the_same_rows_in_the_same_order(busy_lake: Engine) -> None:
    sql = membership_query(SHIPPED_CONDITIONS, Frame(TODAY, "regular"))
    rows = busy_lake.query(sql)
    assert busy_lake.query(sql) == rows
    assert [row["member_id"] for row in rows] == sorted(row["member_id"] for row in rows)
