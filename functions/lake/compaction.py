"""Many small files become one, and an hour later the small ones go (ADR 0903).

    list ──> merge ──> put the new file ──> note what it stands for ──> (next night) delete those, then the note

Views drop repetitions, so a row may lie in the new file and in the old ones: every step may be the last one of a run
that is killed, two runs may do the same, and no query misses a row. The old files stay for longer than a query runs:
one that listed them before finds them.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from functions.lake import files
from functions.lake.files import Note
from functions.lake.merging import merge
from functions.lake.plan import File, Span, groups, merged_name
from loyalty.lake.tables import LakeTable

GRACE = timedelta(hours=1)
"""Athena gives a query up after half an hour."""
GROUP_SECONDS = 180.0
"""What merging a group may take: no group is begun with less time left."""

SecondsLeft = Callable[[], float]


class Done(NamedTuple):
    """What a run did, and whether it came to the end."""

    merged: int
    deleted: int
    finished: bool


def compact(table: LakeTable, spans: list[Span], now: datetime, seconds_left: SecondsLeft) -> Done:
    """Delete what was replaced long enough ago, and merge what can be, as long as there is time.

    Args:
        spans: days of arrival that are over.
    """
    noted = files.notes(table)
    deleted = sum(_settle(note) for note in noted if now - note.at >= GRACE)
    replaced = {key for note in noted for key in note.replaces}
    merged = 0
    for span in spans:
        found = [file for day in span.days() for file in files.of_day(table, day)]
        for group in groups(found, replaced):
            if seconds_left() < GROUP_SECONDS:
                return Done(merged, deleted, finished=False)
            _merge(table, span, group, now)
            merged += len(group)
    return Done(merged, deleted, finished=True)


def _settle(note: Note) -> int:
    """Delete the files that a note names, if what stands for them is there; return how many."""
    gone = [key for key in note.replaces if key != note.file] if files.exists(note.file) else []
    files.remove(gone)
    files.remove([note.key])
    return len(gone)


def _merge(table: LakeTable, span: Span, group: list[File], now: datetime) -> None:
    with TemporaryDirectory() as scratch:
        sources = [Path(scratch, f"{number}.parquet") for number in range(len(group))]
        for file, source in zip(group, sources, strict=True):
            files.download(file.key, source)
        merge(table, sources, Path(scratch, "merged.parquet"))
        key = f"{files.folder(table, span.first)}{merged_name(group)}"
        files.upload(Path(scratch, "merged.parquet"), key)
    files.write_note(table, key, (file.key for file in group), now)
