"""The engine of the tests: DuckDB with the lake's tables, answering as Athena's result files do, in text.

It is the engine that the local cloud's Athena runs, so what passes here runs there; that Trino takes the same text is
`test_trino.py`'s to say.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from loyalty.lake.tables import BY_NAME, TABLES, Type

_TYPES = {Type.TEXT: "VARCHAR", Type.WHOLE: "BIGINT", Type.DAY: "DATE"}
_NULL = "\\N"
_FORMAT = f"FORMAT csv, HEADER false, AUTO_DETECT false, DELIMITER ',', QUOTE '\"', ESCAPE '\"', NULLSTR '{_NULL}'"
type Row = Mapping[str, Any]


@dataclass(frozen=True)
class Reading:
    """A table, the columns read of it, and the conditions its files are asked for already."""

    table: str
    columns: frozenset[str]
    filters: str


def _reading(details: Mapping[str, Any]) -> Reading:
    columns = details.get("Projections", [])
    names = frozenset([columns] if isinstance(columns, str) else columns)
    return Reading(details["Table"].rpartition(".")[2], names, str(details.get("Filters", "")))


class Engine:
    """A lake in memory. Rows are dicts by column; columns left out are null."""

    def __init__(self) -> None:
        self.connection = duckdb.connect(":memory:")
        for table in TABLES:
            columns = ", ".join(f'"{column.name}" {_TYPES[column.type]}' for column in table.columns)
            self.connection.execute(f"CREATE TABLE {table.glue_name} ({columns}, day VARCHAR)")

    def put(self, table: str, rows: Iterable[Row], day: str = "2026-11-22") -> None:
        """Add rows to a table by its short name, such as `receipts`, as if they had arrived on that UTC day."""
        names = [column.name for column in BY_NAME[table].columns]
        with TemporaryDirectory() as folder:
            path = Path(folder) / "rows.csv"
            with path.open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows(_cells(names, row, day) for row in rows)
            self.connection.execute(f"COPY {BY_NAME[table].glue_name} FROM '{path}' ({_FORMAT})")

    def query(self, sql: str) -> list[dict[str, str]]:
        """Return the rows of a query as Athena's CSV gives them: all text, null empty."""
        result = self.connection.execute(sql)
        names = [column[0] for column in result.description or ()]
        return [dict(zip(names, map(_read, row), strict=True)) for row in result.fetchall()]

    def reading(self, sql: str) -> list[Reading]:
        """Return what the plan of a query reads, once for each mention; Athena charges for these columns, no others.

        The tables must hold rows of all times and words (`planner`), or the plan leaves out what finds nothing here.
        """
        ((_, plan),) = self.connection.execute(f"EXPLAIN (FORMAT json) {sql}").fetchall()
        nodes = list(_nodes(json.loads(plan)))
        assert "EMPTY_RESULT" not in {node["name"] for node in nodes}
        return [_reading(node["extra_info"]) for node in nodes if "Table" in node.get("extra_info", {})]


def planner() -> Engine:
    """Return an engine whose plans are those of any lake: every column holds the first and the last value there is."""
    engine = Engine()
    ends = {Type.TEXT: ("", "~"), Type.WHOLE: (-(2**40), 2**40), Type.DAY: ("1990-01-01", "2090-01-01")}
    for table in TABLES:
        engine.put(table.name, ({column.name: ends[column.type][n] for column in table.columns} for n in (0, 1)))
    return engine


def _nodes(plan: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for node in plan:
        yield node
        yield from _nodes(node.get("children", ()))


def _cells(names: list[str], row: Row, day: str) -> list[str]:
    assert set(row) <= set(names), f"no such columns: {set(row) - set(names)}"
    return [*(_NULL if row.get(name) is None else str(row[name]) for name in names), day]


def _read(value: Any) -> str:
    return "" if value is None else str(value)
