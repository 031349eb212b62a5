"""Cuts an uploaded file into partitions: one pass over the stream, in memory that does not depend on its size.

Nothing is judged here but whether the file can be read; rows go, with their numbers, to the partition of their
shard key, so that the checks run side by side. A repetition writes the same objects again.
"""

from datetime import datetime

from loyalty.clock import iso
from loyalty.imports import files, jobs, tasks
from loyalty.imports.jobs import Job, State
from loyalty.imports.kinds import FileKind
from loyalty.imports.pieces import Spool, partition_of, raw_to_line
from loyalty.imports.progress import Step
from loyalty.imports.table_files import FileRefusedError, rows_of

MAX_BYTES = 1024**3
"""The largest file that is taken."""
PARTITION_BYTES = 1024 * 1024
MAX_PARTITIONS = 64


def split(kind: FileKind, import_id: str, etag: str, now: datetime) -> None:
    """Take an upload: cut it up and have the partitions checked, or fail the job with a reason.

    Args:
        etag: of the object that was announced; only the first upload of a job counts.
    """
    started = {"state": State.CHECKING, "etag": etag, "uploaded_at": iso(now)}
    job = jobs.change(import_id, State.AWAITING_UPLOAD, **started) or jobs.read(import_id)
    if job is None or job.kind != kind.name or job.state is not State.CHECKING or job.etag != etag:
        return
    try:
        cut = job if job.pieces else _cut(kind, job)
    except FileRefusedError as error:
        files.remove(files.upload_key(kind.name, job.import_id))
        jobs.fail(import_id, error.code, error.column, error.row)
    else:
        tasks.begin(cut, Step.CHECK)


def raw_name(partition: int, piece: int) -> str:
    """Return the name of a piece of raw rows."""
    return f"raw/{partition}-{piece}"


def partitions_for(size: int) -> int:
    """Return into how many partitions a file of so many bytes is cut."""
    return max(1, min(MAX_PARTITIONS, -(-size // PARTITION_BYTES)))


def _cut(kind: FileKind, job: Job) -> Job:
    upload = files.open_object(files.upload_key(kind.name, job.import_id), job.etag)
    if upload is None:
        raise FileRefusedError("upload_changed")
    if upload["ContentLength"] > MAX_BYTES:
        raise FileRefusedError("file_too_large")
    partitions = partitions_for(upload["ContentLength"])
    spool = Spool(lambda partition, piece: files.piece_key(kind.name, job.import_id, raw_name(partition, piece)))
    rows = 0
    for raw in rows_of(upload["Body"], kind):
        spool.add(partition_of(kind.shard(raw.cells), partitions), raw_to_line(raw, kind))
        rows += 1
    spool.close()
    pieces = [spool.pieces.get(partition, 0) for partition in range(partitions)]
    cut = jobs.change(job.import_id, State.CHECKING, rows=rows, pieces=pieces)
    return cut or job
