"""Moves an import from step to step: whoever finishes the last partition of a step finds all of them done.

Every worker looks at all partitions, consistently, after it wrote its own: so at least one sees the last one done,
and where two do, the conditional write lets one of them move the job.
"""

from datetime import UTC, datetime

from loyalty.clock import iso
from loyalty.imports import cleanup, files, jobs, progress, report, tasks
from loyalty.imports.check import refused_key
from loyalty.imports.jobs import Job, State
from loyalty.imports.progress import Progress, Step

MAX_PARTITION_BYTES = 200_000_000
"""What one worker can hold and sort: reached only if a large part of a huge file is one member's."""


def after_check(job: Job, partition: int) -> None:
    """Move on once every partition is checked: wait for approval, apply, or be done where nothing is left."""
    parts = progress.read_all(job, Step.CHECK)
    if job.state is State.CHECKING and _all_done(parts):
        _leave_checking(job, partition, parts)
    elif job.state is State.APPLYING and job.advanced_by == partition:
        # This worker moved the job on and was killed before it told the others.
        tasks.begin(job, Step.APPLY)


def _leave_checking(job: Job, partition: int, parts: list[Progress | None]) -> None:
    found = progress.total(parts)
    if _too_uneven(parts):
        cleanup.remove_files(job)
        jobs.fail(job.import_id, "too_uneven")
        return
    if not found.units:
        _end(job, State.CHECKING, found)
        return
    # Under a name of its own: a slow second worker must not write it over the final one.
    report.merge(map(refused_key(job), found.reports), files.report_key(job.kind, job.import_id, interim=True))
    following = State.AWAITING_APPROVAL if found.credits else State.APPLYING
    moved = jobs.change(job.import_id, State.CHECKING, state=following, advanced_by=partition)
    if moved and moved.state is State.APPLYING:
        tasks.begin(moved, Step.APPLY)


def after_apply(job: Job) -> None:
    """End the import once every partition is applied."""
    parts = progress.read_all(job, Step.APPLY)
    if job.state is State.APPLYING and _all_done(parts):
        total = progress.total(progress.read_all(job, Step.CHECK) + parts)
        _end(job, State.APPLYING, total)


def counted(job: Job) -> dict[str, int]:
    """Return accepted, known and refused rows so far; final once the job is done."""
    if job.totals is not None:
        return dict(job.totals)
    return _counts(progress.total(progress.read_all(job, Step.CHECK) + progress.read_all(job, Step.APPLY)))


def _counts(total: Progress) -> dict[str, int]:
    return {"accepted": total.accepted, "known": total.known, "refused": total.refused}


def _end(job: Job, expected: State, total: Progress) -> None:
    report.merge(map(refused_key(job), total.reports), files.report_key(job.kind, job.import_id))
    cleanup.remove_files(job)
    jobs.change(job.import_id, expected, state=State.DONE, totals=_counts(total), finished_at=iso(datetime.now(UTC)))


def _all_done(parts: list[Progress | None]) -> bool:
    return all(part is not None and part.done for part in parts)


def _too_uneven(parts: list[Progress | None]) -> bool:
    sizes: dict[str, int] = {}
    for part in filter(None, parts):
        for target, size in part.sizes.items():
            sizes[target] = sizes.get(target, 0) + size
    return max(sizes.values(), default=0) > MAX_PARTITION_BYTES
