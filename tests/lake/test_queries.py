"""Every query in a file: Trino's, documented, in a fixed order, and with the result it had when it was reviewed.

`python -m tests.lake.test_queries` writes the results again after a change: read the difference before it is kept.
A query's parameters get their value from `tests.lake.parameters`, by name.
"""

import csv
import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from loyalty.lake.composing import VIEWS, columns_of, compose, parameters_of
from loyalty.lake.literals import Value
from tests.lake.engine import Engine
from tests.lake.mall import mall
from tests.lake.parameters import PARAMETERS
from tests.lake.trino import mentions, wrong_in

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"
TODAY = date(2026, 11, 22)
SIDE_BY_SIDE = frozenset({"basket_pairs", "category_pairs"})
"""Queries that put the rows of a table beside each other: they read it once for each side."""
QUERIES = sorted(ROOT.glob("functions/*/queries/*.sql"))
FILES = [*sorted(VIEWS.glob("*.sql")), *QUERIES]


def sql_of(path: Path) -> str:
    """Return what a file's query is when it runs; a view is asked for all it has."""
    text = path.read_text(encoding="utf-8")
    if path.parent == VIEWS:
        names = ", ".join(f'"{column.name}"' for column in columns_of(text))
        return compose(f"SELECT {names} FROM {path.stem} ORDER BY {names}")
    values: Mapping[str, Value] = {one.name: PARAMETERS[one.name] for one in parameters_of(text)}
    return compose(text, values)


def golden_of(path: Path) -> Path:
    return GOLDEN / f"{path.parts[-3]}-{path.stem}.csv"


def small_mall() -> Engine:
    """Return the lake of a mall with a dozen receipts."""
    engine = Engine()
    mall(seed=3, receipts=12, today=TODAY).put(engine)
    return engine


def result_of(path: Path, engine: Engine) -> str:
    """Return a query's result as CSV."""
    names = [column.name for column in columns_of(path.read_text(encoding="utf-8"))]
    written = io.StringIO()
    writer = csv.DictWriter(written, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(engine.query(sql_of(path)))
    return written.getvalue()


@pytest.fixture(scope="module")
def small_lake() -> Engine:
    return small_mall()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_query_has_the_result_that_was_reviewed(path: Path, small_lake: Engine) -> None:
    assert result_of(path, small_lake) == golden_of(path).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_query_is_trinos_and_reads_each_table_once(path: Path) -> None:
    sql = sql_of(path)
    assert wrong_in(sql) == []
    sides = 2 if path.stem in SIDE_BY_SIDE else 1
    assert {name for name, count in mentions(sql).items() if count > sides} == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_query_says_what_it_is_about_and_what_each_column_means(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("-- ")
    assert first.endswith(".")
    tree = sqlglot.parse_one(sql_of(path), dialect="trino")
    assert isinstance(tree, exp.Query)
    assert tree.named_selects == [column.name for column in columns_of(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_query_gives_its_rows_in_a_fixed_order(path: Path) -> None:
    tree = sqlglot.parse_one(sql_of(path), dialect="trino")
    assert tree.args.get("order") is not None


def test_every_reviewed_result_is_of_a_query_that_exists() -> None:
    assert {path.name for path in GOLDEN.glob("*.csv")} == {golden_of(path).name for path in FILES}


if __name__ == "__main__":
    filled = small_mall()
    for one in FILES:
        golden_of(one).write_text(result_of(one, filled), encoding="utf-8")
