"""What the nightly look for segments takes on a lake of three sizes: seconds here, bytes and money in Athena.

    make bench-lake                      100,000, 1,000,000 and 10,000,000 receipts, a member for every ten
    make bench-lake SIZES="10000 30000"  other sizes

Outside CI: the largest needs some 3 GB of disk, 10 GB of memory and many minutes. Seconds are those of one process of
DuckDB on this machine, with a bounded memory; Athena spreads the same plan over many. Bytes are the column chunks of
the columns the query reads, from the files' own metadata, which is what Athena counts; it charges no less than 10 MB.
"""

import math
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from bench import lake_mall
from functions.segments.compiling import membership_query, preview_query, rfm_table_query, segments_in
from functions.segments.conditions import condition_of
from functions.segments.difference import Standing, differences
from functions.segments.frame import Frame
from functions.segments.shipped import SHIPPED
from loyalty.lake.composing import compose, parameters_of
from loyalty.lake.tables import TABLES
from tests.lake.engine import planner
from tests.lake.parameters import PARAMETERS

SIZES = (100_000, 1_000_000, 10_000_000)
MEMORY = "10GB"
THREADS = 2
DOLLARS_A_TERABYTE = 5.0
LEAST_BYTES = 10_000_000
MOST_EXPONENT = 1.15
"""How much faster than the receipts the time may grow: 1 is in proportion, sorting and spilling cost a little more."""
FRAME = Frame(date.fromisoformat(lake_mall.LAST_DAY), "regular")
CONDITIONS = [condition_of(one.definition) for one in SHIPPED]
PLANNER = planner()
"""Which columns a query reads is a matter of its plan."""
QUERIES = Path(__file__).parents[1] / "functions"


@dataclass(frozen=True, slots=True)
class Figure:
    """What a query took: wall seconds, the bytes of the columns it reads, and how many rows it answered."""

    seconds: float
    scanned: int
    rows: int

    @property
    def dollars(self) -> float:
        """What Athena charges for it, in US dollars."""
        return max(self.scanned, LEAST_BYTES) / 1e12 * DOLLARS_A_TERABYTE


def queries() -> dict[str, str]:
    """Return every query of the product, composed, by name: the nightly one first."""
    found = {
        f"membership in {len(CONDITIONS)} segments": membership_query(CONDITIONS, FRAME),
        "preview of a segment": preview_query(CONDITIONS[0], FRAME).sql,
        "table of recency and frequency": rfm_table_query(FRAME),
    }
    for path in sorted(QUERIES.glob("*/queries/*.sql")):
        text = path.read_text(encoding="utf-8")
        values = {one.name: PARAMETERS[one.name] for one in parameters_of(text)}
        found[f"{path.parent.parent.name}/{path.stem}"] = compose(text, values)
    return found


def measure(receipts: int, asked: Mapping[str, str]) -> dict[str, Figure]:
    """Make a mall of that size and run the queries on it."""
    with TemporaryDirectory(prefix="bench-lake-") as name, duckdb.connect(config=_config(name)) as connection:
        folder = Path(name)
        begun = time.perf_counter()
        lake_mall.make(folder, receipts, connection)
        made = time.perf_counter() - begun
        for table in TABLES:
            files = f"read_parquet('{folder}/{table.name}/*.parquet')"
            connection.execute(f"CREATE VIEW {table.glue_name} AS SELECT *, '{FRAME.as_of}' AS day FROM {files}")
        size = sum(path.stat().st_size for path in folder.rglob("*.parquet"))
        print(f"\n{receipts:,} receipts, {size / 1e6:,.0f} MB of Parquet, made in {made:,.0f} s")
        figures = {name: _run(name, sql, folder, connection) for name, sql in asked.items()}
        _print_moves(connection)
        return figures


def _config(folder: str) -> dict[str, Any]:
    return {"memory_limit": MEMORY, "threads": THREADS, "temp_directory": f"{folder}/spilled"}


def _run(name: str, sql: str, folder: Path, connection: duckdb.DuckDBPyConnection) -> Figure:
    scanned = sum(_bytes_of(folder, one.table, one.columns, connection) for one in PLANNER.reading(sql))
    begun = time.perf_counter()
    result = connection.execute(sql)
    rows = 0
    while batch := result.fetchmany(100_000):
        rows += len(batch)
    figure = Figure(time.perf_counter() - begun, scanned, rows)
    print(f"  {name}: {figure.seconds:.1f} s, {scanned / 1e6:,.1f} MB scanned, ${figure.dollars:.5f}, {rows:,} rows")
    return figure


def _print_moves(connection: duckdb.DuckDBPyConnection) -> None:
    """Print who moves in a night without a purchase: days pass, so stages and windows do."""
    before, after = (_standings(connection, FRAME.as_of - timedelta(days=ago)) for ago in (1, 0))
    begun = time.perf_counter()
    moves = sum(1 for _ in differences(before, after))
    seconds = time.perf_counter() - begun
    print(f"  the night before to this one: {moves:,} moves of {len(after):,} members, found in {seconds:.1f} s")


def _standings(connection: duckdb.DuckDBPyConnection, as_of: date) -> list[Standing]:
    sql = membership_query(CONDITIONS, replace(FRAME, as_of=as_of))

    @cache
    def segments(text: str) -> frozenset[str]:
        return frozenset(SHIPPED[number].segment_id for number in segments_in({"segments": text}))

    return [Standing(member_id, segments(text)) for member_id, text in connection.execute(sql).fetchall()]


def _bytes_of(folder: Path, table: str, columns: frozenset[str], connection: duckdb.DuckDBPyConnection) -> int:
    names = ", ".join(f"'{column}'" for column in sorted(columns)) or "''"
    files = f"{folder}/{table.removesuffix('_v1')}/*.parquet"
    ((size,),) = connection.execute(
        f"SELECT coalesce(sum(total_compressed_size), 0)::BIGINT FROM parquet_metadata('{files}') "
        f"WHERE path_in_schema IN ({names})"
    ).fetchall()
    return int(size)


def exponent(sizes: Sequence[int], values: Sequence[float]) -> float:
    """Return how values grow with sizes: the slope of the line through their logarithms; 1 is in proportion."""
    x, y = [math.log(size) for size in sizes], [math.log(value) for value in values]
    middle_x, middle_y = sum(x) / len(x), sum(y) / len(y)
    over = sum((a - middle_x) * (b - middle_y) for a, b in zip(x, y, strict=True))
    return over / sum((a - middle_x) ** 2 for a in x)


def main(sizes: Sequence[int]) -> None:
    """Measure all sizes and print; end with 1 if the nightly query grows faster than its target."""
    asked = queries()
    figures = {size: measure(size, asked) for size in sizes}
    nightly = next(iter(asked))
    if len(sizes) < 2:
        return
    grown = {
        what: exponent(sizes, [getattr(figures[size][nightly], what) for size in sizes])
        for what in ("seconds", "scanned")
    }
    print(
        f"\n{nightly} grows with receipts to the power of {grown['seconds']:.2f} in time (target <= {MOST_EXPONENT}),"
    )
    print(f"{grown['scanned']:.2f} in bytes.")
    if max(grown.values()) > MOST_EXPONENT:
        sys.exit("Missed: it grows faster than the receipts.")


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or SIZES)
