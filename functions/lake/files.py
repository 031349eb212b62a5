"""The files of the lake in its bucket, and the notes of which of them are part of another one already.

<table>/v<version>/day=<UTC day>/<name>.parquet      rows
compaction/<table>/<name>.json                       {"file": ..., "replaces": [...], "at": ...}
"""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import batched
from pathlib import Path
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from functions.lake.plan import File
from loyalty.clock import iso
from loyalty.imports.files import client
from loyalty.lake.tables import LakeTable
from loyalty.settings import setting

NOTES = "compaction"
KEYS_A_CALL = 1000


class Note(NamedTuple):
    """That a file holds everything that some others hold, since an instant."""

    key: str
    file: str
    replaces: tuple[str, ...]
    at: datetime


def bucket() -> str:
    """Return the name of the lake's bucket."""
    return setting("LAKE_BUCKET")


def folder(table: LakeTable, day: date) -> str:
    """Return where the rows lie that arrived on a UTC day."""
    return f"{table.name}/v{table.version}/day={day.isoformat()}/"


def of_day(table: LakeTable, day: date) -> Iterator[File]:
    """Yield the files of a day."""
    return (File(item["Key"], item["Size"]) for item in _listed(folder(table, day)))


def notes(table: LakeTable) -> list[Note]:
    """Return the notes of a table, oldest first."""
    found = [_note(item["Key"]) for item in _listed(f"{NOTES}/{table.name}/")]
    return sorted((note for note in found if note), key=lambda note: note.at)


def write_note(table: LakeTable, file: str, replaces: Iterable[str], now: datetime) -> None:
    """Note that a file stands for others from now on."""
    content = {"file": file, "replaces": sorted(replaces), "at": iso(now)}
    name = file.rpartition("/")[2].removesuffix(".parquet")
    client().put_object(Bucket=bucket(), Key=f"{NOTES}/{table.name}/{name}.json", Body=json.dumps(content).encode())


def exists(key: str) -> bool:
    """Tell whether a file is there."""
    return any(item["Key"] == key for item in _listed(key))


def download(key: str, target: Path) -> None:
    """Copy a file here.

    Raises:
        ClientError: `NoSuchKey` where another run was faster.
    """
    body = client().get_object(Bucket=bucket(), Key=key)["Body"]
    with target.open("wb") as copy:
        copy.writelines(body.iter_chunks(1024 * 1024))


def upload(source: Path, key: str) -> None:
    """Copy a file there, over the same one of another run."""
    with source.open("rb") as content:
        client().put_object(Bucket=bucket(), Key=key, Body=content)


def remove(keys: Iterable[str]) -> None:
    """Delete files; one that is gone already is no error.

    Raises:
        RuntimeError: if some stayed; the next night tries again.
    """
    for some in batched(keys, KEYS_A_CALL, strict=False):
        objects = [{"Key": key} for key in some]
        answer = client().delete_objects(Bucket=bucket(), Delete={"Objects": objects, "Quiet": True})
        if errors := answer.get("Errors"):
            raise RuntimeError(f"{len(errors)} files could not be deleted: {errors[0]['Code']}")


def _listed(prefix: str) -> Iterator[dict[str, Any]]:
    for page in client().get_paginator("list_objects_v2").paginate(Bucket=bucket(), Prefix=prefix):
        yield from page.get("Contents", ())


def _note(key: str) -> Note | None:
    """Read a note; None where another run has just settled it."""
    try:
        content = json.loads(client().get_object(Bucket=bucket(), Key=key)["Body"].read())
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchKey":
            return None
        raise
    at = datetime.fromisoformat(content["at"])
    return Note(key, content["file"], tuple(content["replaces"]), at)
