"""Many files become one, and nothing is ever missing: killed anywhere, run again, run twice at once."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from functions.lake import compaction, files
from functions.lake.compaction import GRACE, Done
from functions.lake.merging import merge
from functions.lake.plan import Span, spans
from loyalty.imports.files import client
from loyalty.lake.tables import BY_NAME, Column, LakeTable, Type
from tests.functions.lake.conftest import BUCKET, SEGMENTS, Lake

DAY = date(2026, 11, 21)
NIGHT = datetime(2026, 11, 22, 20, 45, tzinfo=UTC)
TODAY = [Span(DAY, DAY)]
STEPS = ("put_object", "delete_objects", "list_objects_v2", "get_object")


class KilledError(BaseException):
    """The run was killed: nothing catches it."""


def run(now: datetime = NIGHT, days: list[Span] = TODAY, seconds: float = 900.0) -> Done:
    return compaction.compact(SEGMENTS, days, now, lambda: seconds)


def three_files(lake: Lake) -> list[tuple[Any, ...]]:
    """A day whose rows repeat: a message came twice, and an event was published again."""
    lake.put(DAY, "ada", "bea")
    lake.put(DAY, "bea", "cyd")
    lake.put(DAY, "ada")
    return lake.rows()


def test_the_files_of_a_day_become_one_without_repetitions(lake: Lake) -> None:
    rows = three_files(lake)
    assert run() == Done(merged=3, deleted=0, finished=True)
    assert run(NIGHT + GRACE) == Done(merged=0, deleted=3, finished=True)
    (key,) = lake.keys()
    assert key.startswith("segments/v1/day=2026-11-21/compacted-")
    assert lake.rows() == rows
    assert lake.stored_rows() == 3
    assert lake.keys("compaction/") == []


def test_a_query_that_began_before_still_finds_its_files(lake: Lake) -> None:
    three_files(lake)
    before = set(lake.keys())
    run()
    run(NIGHT + GRACE - timedelta(seconds=1))
    assert before < set(lake.keys())


def test_there_is_nothing_more_to_do_the_next_night(lake: Lake) -> None:
    three_files(lake)
    run()
    run(NIGHT + timedelta(days=1))
    before = lake.keys()
    assert run(NIGHT + timedelta(days=2)) == Done(0, 0, finished=True)
    assert lake.keys() == before


def test_what_arrives_late_joins_the_file_of_its_day(lake: Lake) -> None:
    three_files(lake)
    run()
    lake.put(DAY, "dot")
    run(NIGHT + timedelta(days=1))
    run(NIGHT + timedelta(days=2))
    assert len(lake.keys()) == 1
    assert [row[1] for row in lake.rows()] == ["ada", "bea", "cyd", "dot"]


def test_the_days_of_a_settled_month_become_one_file(lake: Lake) -> None:
    for day in range(1, 31):
        lake.put(date(2026, 9, day), f"member-{day:02d}")
    rows = lake.rows()
    month = spans(date(2026, 10, 8))[-1:]
    assert month == [Span(date(2026, 9, 1), date(2026, 9, 30))]
    run(days=month)
    run(NIGHT + timedelta(days=1), month)
    (key,) = lake.keys()
    assert key.startswith("segments/v1/day=2026-09-01/compacted-")
    assert lake.rows() == rows


def killing(monkeypatch: pytest.MonkeyPatch, call: int) -> None:
    """Let a run die at its n-th call of S3, before the call or after it."""
    made = 0

    def watched(real: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **named: Any) -> Any:
            nonlocal made
            made += 1
            if made == call:
                raise KilledError
            answer = real(*arguments, **named)
            if made == -call:
                raise KilledError
            return answer

        return counted

    for step in STEPS:
        monkeypatch.setattr(client(), step, watched(getattr(client(), step)))


@pytest.mark.parametrize("call", range(1, 14))
@pytest.mark.parametrize("moment", [1, -1], ids=["before", "after"])
def test_a_run_that_was_killed_anywhere_is_made_up_for(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, call: int, moment: int
) -> None:
    rows = three_files(lake)
    with monkeypatch.context() as patched:
        killing(patched, call * moment)
        for night in range(2):
            try:
                run(NIGHT + timedelta(days=night))
            except KilledError:
                assert lake.rows() == rows
    for night in range(2, 6):
        run(NIGHT + timedelta(days=night))
        assert lake.rows() == rows
    assert len(lake.keys()) == 1
    assert lake.stored_rows() == 3


def test_two_runs_at_once_lose_nothing(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = three_files(lake)
    real = files.upload

    def overtaken(source: Path, key: str) -> None:
        """Let another run do everything between reading and writing."""
        monkeypatch.setattr(files, "upload", real)
        run()
        run(NIGHT + GRACE)
        real(source, key)

    monkeypatch.setattr(files, "upload", overtaken)
    run()
    assert lake.rows() == rows
    for night in range(1, 4):
        run(NIGHT + timedelta(days=night))
    assert lake.rows() == rows
    assert lake.stored_rows() == 3


def test_nothing_is_deleted_whose_successor_is_gone(lake: Lake) -> None:
    three_files(lake)
    run()
    merged = next(filter(lambda key: "compacted" in key, lake.keys()))
    client().delete_object(Bucket=BUCKET, Key=merged)
    rows = lake.rows()
    assert run(NIGHT + GRACE).deleted == 0
    assert lake.rows() == rows


def test_what_could_not_be_deleted_is_tried_again(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    three_files(lake)
    run()
    with monkeypatch.context() as patched:
        patched.setattr(client(), "delete_objects", lambda **_request: {"Errors": [{"Code": "InternalError"}]})
        with pytest.raises(RuntimeError, match="InternalError"):
            run(NIGHT + GRACE)
    assert run(NIGHT + GRACE).deleted == 3


def test_a_run_without_time_begins_no_group(lake: Lake) -> None:
    three_files(lake)
    assert run(seconds=60.0) == Done(merged=0, deleted=0, finished=False)
    assert len(lake.keys()) == 3


def test_a_column_that_came_later_is_null_before_and_one_that_went_is_kept(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT 'e1' event_id, DATE '2026-11-21' biz_date) TO '{tmp_path / 'a'}'"
                           " (FORMAT parquet)")  # fmt: skip
        connection.execute(f"COPY (SELECT 'e2' event_id, DATE '2026-11-20' biz_date, 7 gone) TO '{tmp_path / 'b'}'"
                           " (FORMAT parquet)")  # fmt: skip
    table = LakeTable(
        "made_up", "", (Column("event_id", Type.TEXT, ""), Column("biz_date", Type.DAY, ""),
                        Column("newer", Type.WHOLE, "")),
    )  # fmt: skip
    merge(table, [tmp_path / "a", tmp_path / "b"], tmp_path / "merged")
    with duckdb.connect() as connection:
        result = connection.execute(f"SELECT event_id, newer, gone FROM read_parquet('{tmp_path / 'merged'}')")
        assert result.fetchall() == [("e2", None, 7), ("e1", None, None)]


@pytest.mark.parametrize("table", BY_NAME.values(), ids=lambda table: table.name)
def test_merged_files_have_the_types_of_their_table(table: LakeTable, tmp_path: Path) -> None:
    values = {Type.TEXT: "'x'", Type.WHOLE: "1", Type.DAY: "DATE '2026-11-21'"}
    row = ", ".join(f"{values[column.type]} AS {column.name}" for column in table.columns)
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT {row}) TO '{tmp_path / 'a'}' (FORMAT parquet)")
        merge(table, [tmp_path / "a"], tmp_path / "merged")
        result = connection.execute(f"DESCRIBE SELECT * FROM read_parquet('{tmp_path / 'merged'}')")
        types = {Type.TEXT: "VARCHAR", Type.WHOLE: "BIGINT", Type.DAY: "DATE"}
        assert [(name, kind) for name, kind, *_ in result.fetchall()] == [
            (column.name, types[column.type]) for column in table.columns
        ]
