"""Parquet files into one, without repetitions: DuckDB, from files to a file, in memory that the function has."""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from loyalty.lake.tables import LakeTable, Type

MEMORY = "2500MB"
"""What DuckDB may take of the function's memory; beyond that it writes to the scratch folder."""
ROWS_A_GROUP = 100_000
_TYPES = {Type.TEXT: "VARCHAR", Type.WHOLE: "BIGINT", Type.DAY: "DATE"}


def merge(table: LakeTable, sources: Sequence[Path], target: Path) -> None:
    """Write the distinct rows of Parquet files to one file, ordered by the day they happened.

    A column that a file does not have yet is null there; one that the table does not have (any more) is kept. The
    order lets Athena skip the parts of a file that lie outside the days a query asks for.

    Args:
        target: a file that does not exist, in a folder DuckDB may write to.
    """
    shape = ", ".join(f"CAST(NULL AS {_TYPES[column.type]}) AS {column.name}" for column in table.columns)
    found = f"read_parquet({[str(path) for path in sources]}, union_by_name = true, hive_partitioning = false)"
    rows = f"SELECT DISTINCT * FROM (SELECT {shape} WHERE false UNION ALL BY NAME SELECT * FROM {found})"  # noqa: S608 # nosec B608
    options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROWS_A_GROUP}"
    with duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(target.parent)}) as connection:
        connection.execute(f"COPY ({rows} ORDER BY biz_date, event_id) TO '{target}' ({options})")
