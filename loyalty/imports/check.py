"""Checks one partition: judges its rows, reports the refused ones, and hands the good ones on as units.

Units go to the partition of their key, so that one worker sees all units of a key and can apply them in order.
"""

from collections.abc import Callable, Iterator

from loyalty.imports import files, progress
from loyalty.imports.jobs import Job
from loyalty.imports.kinds import FileKind, RawRow, Refusal, Repeat
from loyalty.imports.pieces import Spool, lines_of, partition_of, raw_of_line, unit_to_line
from loyalty.imports.progress import Progress, Step
from loyalty.imports.report import RefusalSpool
from loyalty.imports.split import raw_name


def check(kind: FileKind, job: Job, partition: int) -> None:
    """Check a partition once; a repetition writes the same objects and counts nothing twice."""
    if progress.read(job, Step.CHECK, partition) is None:
        progress.save(job, Step.CHECK, partition, None, _checked(kind, job, partition))


def unit_name(source: int) -> str:
    """Return how the names of the unit pieces a partition's check made begin."""
    return f"units/{source}"


def refused_key(job: Job) -> Callable[[str], str]:
    """Return what gives the keys of a job's pieces of refused rows."""
    return lambda name: files.piece_key(job.kind, job.import_id, f"refused/{name}")


def _checked(kind: FileKind, job: Job, partition: int) -> Progress:
    def key(name: str) -> str:
        return files.piece_key(kind.name, job.import_id, name)

    units = Spool(lambda target, piece: key(f"{unit_name(partition)}-{target}-{piece}"))
    refusals = RefusalSpool(refused_key(job), f"check-{partition}")
    found = known = credits_found = 0
    for finding in kind.check(_raw_rows(kind, job, partition), job.batch):
        if isinstance(finding, Refusal):
            refusals.add(finding)
        elif isinstance(finding, Repeat):
            known += 1
        else:
            units.add(partition_of(finding.key, job.partitions), unit_to_line(finding))
            found += 1
            credits_found += finding.credits
    units.close()
    reports = refusals.close()
    return Progress(
        done=True,
        known=known,
        refused=refusals.rows,
        units=found,
        credits=credits_found,
        outputs={str(target): pieces for target, pieces in units.pieces.items()},
        sizes={str(target): size for target, size in units.bytes.items()},
        reports=reports,
    )


def _raw_rows(kind: FileKind, job: Job, partition: int) -> Iterator[RawRow]:
    for piece in range(job.pieces[partition]):
        for line in lines_of(files.piece_key(kind.name, job.import_id, raw_name(partition, piece))):
            yield raw_of_line(line, kind)
