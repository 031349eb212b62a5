"""The queries of segments are Trino's as well as DuckDB's: parsed, resolved and typed; and reads each table once."""

from datetime import date
from pathlib import Path

import pytest
import sqlglot

from functions.segments.compiling import membership_query, preview_query, rfm_table_query
from functions.segments.conditions import AnyCondition, condition_of
from functions.segments.frame import Frame, Profiling
from functions.segments.shipped import SHIPPED
from loyalty.lake.composing import compose
from tests.lake.asked import LEAVES, conditions
from tests.lake.engine import planner
from tests.lake.keys import KEYS
from tests.lake.trino import mentions, wrong_in

FRAME = Frame(date(2026, 11, 22), "regular")
SHIPPED_CONDITIONS = [condition_of(one.definition) for one in SHIPPED]
GOLDEN = Path(__file__).parent / "golden" / "shipped_segments.sql"


@pytest.mark.parametrize("profiling", Profiling)
def test_the_shipped_segments_are_one_query_of_trinos(profiling: Profiling) -> None:
    frame = Frame(FRAME.as_of, "regular", profiling=profiling)
    assert wrong_in(membership_query(SHIPPED_CONDITIONS, frame)) == []


def test_the_query_of_the_shipped_segments_is_the_one_that_was_reviewed() -> None:
    """After a change: read the difference, then write `membership_query` of the shipped segments to that file."""
    assert membership_query(SHIPPED_CONDITIONS, FRAME) + "\n" == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("seed", range(3))
def test_conditions_by_chance_are_trinos(seed: int) -> None:
    assert wrong_in(membership_query(conditions(seed, 60), FRAME)) == []


@pytest.mark.parametrize("about", sorted(LEAVES))
def test_a_preview_is_trinos(about: str) -> None:
    for condition in _of_kind(about):
        assert wrong_in(preview_query(condition, FRAME).sql) == []


@pytest.mark.parametrize("seed", range(3))
def test_every_table_and_every_part_is_mentioned_once(seed: int) -> None:
    """Trino reads a table again for each mention, also of a part that reads it."""
    counts = mentions(membership_query([*SHIPPED_CONDITIONS, *conditions(seed, 60)], FRAME))
    assert {name for name, count in counts.items() if count > 1} == set()
    assert counts["receipts_v1"] == 1


def test_only_what_is_asked_for_is_read() -> None:
    asked = condition_of({"about": "spend", "days": 90, "at_least": 1})
    read = {one.table: one for one in planner().reading(membership_query([asked], FRAME))}
    assert read["receipts_v1"].columns == {"event_id", "member_id", "biz_date", "paid"}
    assert read["returns_v1"].columns == {"event_id", "member_id", "biz_date", "money_back"}


@pytest.mark.parametrize("view", sorted(KEYS))
def test_the_files_of_other_days_are_left_out_before_rows_are_told_apart(view: str) -> None:
    sql = compose(f"SELECT count(*) AS n FROM {view} WHERE biz_date > DATE '2026-01-01'")
    (reading,) = planner().reading(sql)
    assert "biz_date>" in reading.filters.replace(" ", "")


def test_the_table_of_recency_and_frequency_is_trinos() -> None:
    assert wrong_in(rfm_table_query(FRAME)) == []


def test_a_table_that_nobody_asks_for_is_not_read() -> None:
    counts = mentions(membership_query([condition_of({"about": "status", "in": ["active"]})], FRAME))
    assert {name for name in counts if name.endswith("_v1")} == {"members_v1"}


@pytest.mark.parametrize(
    ("sql", "wrong"),
    [
        ("SELECT paid AS end FROM receipts_v1", "reserved word: end"),
        ("SELECT member_id FROM receipts_v1 WHERE paid > '3'", "BIGINT with VARCHAR"),
        ("SELECT member_id FROM receipts_v1 WHERE biz_date > '2026-01-01'", "DATE with VARCHAR"),
        ("SELECT member_id FROM receipts_v1 WHERE paid IN ('3')", "IN:"),
        ("SELECT paid / 3 AS third FROM receipts_v1", "whole numbers divided"),
        ("SELECT paid > 3 AS much FROM receipts_v1", "result much is BOOLEAN"),
        ("SELECT regexp_extract(member_id, 'a') AS a FROM receipts_v1", "function:"),
        ("SELECT date_diff('month', biz_date, biz_date) AS n FROM receipts_v1", "date_diff by MONTH"),
    ],
)
def test_what_only_one_engine_takes_is_found(sql: str, wrong: str) -> None:
    assert any(found.startswith(wrong) for found in wrong_in(sql)), wrong_in(sql)


@pytest.mark.parametrize("sql", ["SELECT nothing FROM receipts_v1", "SELECT FROM WHERE"])
def test_what_does_not_exist_is_found(sql: str) -> None:
    with pytest.raises(sqlglot.errors.SqlglotError):
        wrong_in(sql)


def _of_kind(about: str) -> list[AnyCondition]:
    return [one for one in conditions(4, 400) if getattr(one, "about", None) == about][:3]
