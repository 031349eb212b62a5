"""A lake's bucket in moto, with files in it that are real Parquet."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb
import pytest
from moto import mock_aws

from loyalty.imports.files import client
from loyalty.lake.tables import BY_NAME, LakeTable

BUCKET = "aurora-lake"
SEGMENTS = BY_NAME["segments"]


class Lake:
    """The bucket as a test sees it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = 0

    def put(self, day: date, *members: str, table: LakeTable = SEGMENTS, name: str = "") -> str:
        """Write a file of rows that arrived on a day, one for each member; return its key."""
        self._made += 1
        path = self._folder / f"{self._made}.parquet"
        rows = ", ".join(
            f"('event of {member}', '{member}', 'entered', 'loyal', 'r1', DATE '{day.isoformat()}', 9)"
            for member in members
        )
        names = ", ".join(column.name for column in table.columns)
        with duckdb.connect() as connection:
            connection.execute(f"COPY (SELECT * FROM (VALUES {rows}) AS t({names})) TO '{path}' (FORMAT parquet)")
        key = f"{table.name}/v1/day={day.isoformat()}/{name or f'firehose-{self._made:04d}'}"
        client().put_object(Bucket=BUCKET, Key=key, Body=path.read_bytes())
        return key

    def keys(self, prefix: str = "segments/") -> list[str]:
        """Every key below a prefix."""
        found = client().list_objects_v2(Bucket=BUCKET, Prefix=prefix)
        return [item["Key"] for item in found.get("Contents", ())]

    def rows(self) -> list[tuple[Any, ...]]:
        """What the view sees: the distinct rows of all files."""
        paths = []
        for number, key in enumerate(self.keys()):
            path = self._folder / f"read-{number}.parquet"
            path.write_bytes(BytesIO(client().get_object(Bucket=BUCKET, Key=key)["Body"].read()).getvalue())
            paths.append(str(path))
        with duckdb.connect() as connection:
            sql = f"SELECT DISTINCT * FROM read_parquet({paths}, union_by_name = true, hive_partitioning = false)"
            return sorted(connection.execute(sql).fetchall())

    def stored_rows(self) -> int:
        """How many rows the files hold, repetitions included."""
        found = 0
        for key in self.keys():
            path = self._folder / "count.parquet"
            path.write_bytes(client().get_object(Bucket=BUCKET, Key=key)["Body"].read())
            with duckdb.connect() as connection:
                (count,) = connection.execute(f"SELECT count(*) FROM read_parquet('{path}')").fetchall()[0]
            found += count
        return found


@pytest.fixture
def lake(environment: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Lake]:
    """An empty lake."""
    monkeypatch.setenv("LAKE_BUCKET", BUCKET)
    with mock_aws():
        client().create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "ap-southeast-1"})
        yield Lake(tmp_path)
