"""Removes what an import no longer needs and what names people: the upload and the rows cut from it.

It happens before the import is said to be over, so a run killed in between removes them again. The report and its
pieces stay: they name rows, columns and codes only. An import nobody finishes loses its files with the bucket's
lifecycle (requirements M6).
"""

from collections.abc import Iterator
from itertools import batched

from loyalty.imports import files, progress
from loyalty.imports.check import unit_name
from loyalty.imports.jobs import Job
from loyalty.imports.progress import Step
from loyalty.imports.split import raw_name

KEYS_PER_CALL = 1000


def remove_files(job: Job) -> None:
    """Delete the upload, the raw pieces and the pieces of units; deleting what is gone already is no error."""
    for keys in batched(_keys(job), KEYS_PER_CALL, strict=False):
        files.remove(*keys)


def _keys(job: Job) -> Iterator[str]:
    yield files.upload_key(job.kind, job.import_id)
    for partition, pieces in enumerate(job.pieces):
        yield from (files.piece_key(job.kind, job.import_id, raw_name(partition, piece)) for piece in range(pieces))
    for source, part in enumerate(progress.read_all(job, Step.CHECK)):
        for target, pieces in (part.outputs if part else {}).items():
            for piece in range(pieces):
                yield files.piece_key(job.kind, job.import_id, f"{unit_name(source)}-{target}-{piece}")
