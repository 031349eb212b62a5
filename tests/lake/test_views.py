"""The views: one row for each thing that happened, however often it arrived, with every column documented."""

import random
from typing import Any

import pytest

from loyalty.lake.composing import columns_of, compose, view_names, view_text
from loyalty.lake.tables import BY_NAME, TABLES, LakeTable
from tests.lake.engine import Engine
from tests.lake.keys import KEYS
from tests.lake.mall import Mall

_KINDS = {"VARCHAR": "string", "BIGINT": "bigint", "HUGEINT": "bigint", "DATE": "date"}


def everything_in(engine: Engine, view: str) -> list[dict[str, str]]:
    names = ", ".join(f'"{column.name}"' for column in columns_of(view_text(view)))
    return engine.query(compose(f"SELECT {names} FROM {view} ORDER BY {names}"))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_has_a_view_with_its_columns_and_their_meaning(table: LakeTable) -> None:
    assert columns_of(view_text(table.name)) == table.columns


@pytest.mark.parametrize("view", view_names())
def test_a_view_documents_its_columns_and_their_types(view: str, lake: Engine) -> None:
    described = lake.query(f"DESCRIBE {compose(f'SELECT * FROM {view}')}")
    assert {row["column_name"]: _KINDS[row["column_type"]] for row in described} == {
        column.name: column.type for column in columns_of(view_text(view))
    }


@pytest.mark.parametrize("table", sorted(KEYS))
def test_a_row_that_arrives_again_is_one_row(table: str, lake: Engine) -> None:
    rows = [_row(table, number) for number in range(3)]
    lake.put(table, rows)
    once = everything_in(lake, table)
    lake.put(table, rows, day="2026-11-23")
    lake.put(table, rows[:1], day="2026-12-01")
    assert everything_in(lake, table) == once
    assert len(once) == len(rows)


@pytest.mark.parametrize("table", sorted(KEYS))
def test_a_row_made_again_with_more_columns_is_still_one_row(table: str, lake: Engine) -> None:
    """A newer release fills columns that an older one did not know, and publishes the same event again."""
    newer = _row(table, 1)
    lake.put(table, [{name: newer[name] for name in KEYS[table]}, newer])
    (row,) = everything_in(lake, table)
    assert row == {name: str(value) for name, value in newer.items()}


def test_arriving_again_changes_no_view(busy_mall: Mall, busy_lake: Engine) -> None:
    engine = Engine()
    for table, rows in busy_mall.rows.items():
        engine.put(table, random.Random(1).sample(rows, len(rows)) + rows[:500], day="2027-01-01")
    for view in view_names():
        assert everything_in(engine, view) == everything_in(busy_lake, view), view


def test_what_holds_now_is_the_newest_of_its_kind(lake: Engine) -> None:
    told = {"member_id": "m", "what": "profiled", "biz_date": "2026-03-01", "at": "2026-03-01T02:00:00.000Z"}
    lake.put(
        "members",
        [
            {"event_id": "1", "member_id": "m", "what": "enrolled", "status": "active", "biz_date": "2026-01-01"},
            {**told, "event_id": "2", "seq": 1, "profiling": "granted", "birth_year": 1990},
            {**told, "event_id": "3", "seq": 2, "profiling": "refused"},
            {"event_id": "4", "member_id": "gone", "what": "enrolled", "biz_date": "2026-01-01"},
            {"event_id": "5", "member_id": "gone", "what": "erased", "biz_date": "2026-01-02"},
            {"event_id": "6", "member_id": "never-enrolled", "what": "tier", "tier": "gold"},
        ],
    )
    (person,) = lake.query(compose("SELECT member_id, status, profiling, birth_year FROM people"))
    assert person == {"member_id": "m", "status": "active", "profiling": "refused", "birth_year": ""}


def _row(table: str, number: int) -> dict[str, Any]:
    """Return a row with a value in every column, its key told apart by the number."""
    values = {"string": f"text-{number}", "bigint": number + 1, "date": f"2026-11-{number + 1:02d}"}
    return {column.name: values[column.type] for column in BY_NAME[table].columns}
