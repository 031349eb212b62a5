"""Applies one partition: several members side by side, each member's units in order, with checkpoints.

    units in the order (member, time) ──> blocks of 256 ──> threads, one member each ──> checkpoint ──> next block

Counts move on with the checkpoint and only with it. A run that is killed leaves the units after its last checkpoint
applied but not counted; the next run applies them again, finds them made by this import, and counts them once.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from botocore.exceptions import ClientError

from loyalty.dynamo import NOTHING_KNOWN, is_transient
from loyalty.errors import BusyError
from loyalty.imports import files, progress
from loyalty.imports.check import refused_key, unit_name
from loyalty.imports.jobs import Job
from loyalty.imports.kinds import Batch, FileKind, Refusal, Standing, Unit, Verdict
from loyalty.imports.pieces import lines_of, unit_of_line
from loyalty.imports.progress import Progress, Step
from loyalty.imports.report import RefusalSpool, compact

BLOCK_UNITS = 256
THREADS = 8
"""Below the ten connections that botocore's pool keeps to one service."""
ATTEMPTS = 5
FIRST_PAUSE_SECONDS = 0.2
MARGIN_SECONDS = 60.0
"""How long the slowest block may take: a run that has less time left stops and goes on in a new one."""

_jitter = random.SystemRandom()


class Judged(NamedTuple):
    """A unit and what became of it."""

    unit: Unit
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Applier:
    """How partitions are applied.

    Attributes:
        seconds_left: how long this run may still take.
        threads: how many members are served side by side.
    """

    kind: FileKind
    seconds_left: Callable[[], float]
    threads: int = THREADS

    def apply(self, job: Job, partition: int) -> bool:
        """Go on with a partition and return whether it is finished; otherwise its time is over.

        Raises:
            OvertakenError: if another run of the same partition is at work.
        """
        at = progress.read(job, Step.APPLY, partition)
        if at and at.done:
            return True
        lines = _ordered(self.kind, job, partition)
        with ThreadPoolExecutor(self.threads) as pool:
            at = self._block(pool, job, partition, lines, at)
            while not at.done and self.seconds_left() >= MARGIN_SECONDS:
                at = self._block(pool, job, partition, lines, at)
        return at.done

    def _block(
        self, pool: Executor, job: Job, partition: int, lines: Sequence[bytes], before: Progress | None
    ) -> Progress:
        at = before or Progress()
        end = min(at.offset + BLOCK_UNITS, len(lines))
        judged = self._applied(pool, job, list(map(unit_of_line, lines[at.offset : end])))
        done = end == len(lines)
        reports = at.reports + _refusals(job, f"{partition}-{at.offset}-{end}", judged)
        rows = Counter[str]()
        for unit, verdict in judged:
            rows[verdict.standing] += len(unit.rows)
        after = replace(
            at,
            offset=end,
            done=done,
            accepted=at.accepted + rows[Standing.ACCEPTED],
            known=at.known + rows[Standing.KNOWN],
            refused=at.refused + rows[Standing.REFUSED],
            reports=compact(refused_key(job), reports, f"apply-{partition}") if done else reports,
        )
        progress.save(job, Step.APPLY, partition, before, after)
        return after

    def _applied(self, pool: Executor, job: Job, units: Sequence[Unit]) -> list[Judged]:
        def in_order(same_key: Sequence[Unit]) -> list[Judged]:
            return [Judged(unit, _patiently(self.kind, unit, job.batch)) for unit in same_key]

        groups = [list(group) for _, group in groupby(units, attrgetter("key"))]
        mapped = pool.map(in_order, groups) if self.threads > 1 else map(in_order, groups)
        return [judged for group in mapped for judged in group]


def _patiently(kind: FileKind, unit: Unit, batch: Batch) -> Verdict:
    """Apply a unit, again after a pause where the failure says nothing about it: a whole run would be lost else."""
    for attempt in range(ATTEMPTS - 1):
        try:
            return kind.apply(unit, batch)
        except (BusyError, ClientError, *NOTHING_KNOWN) as error:
            if not (isinstance(error, BusyError) or is_transient(error)):
                raise
            time.sleep(_jitter.uniform(0, FIRST_PAUSE_SECONDS * 2**attempt))
    return kind.apply(unit, batch)


def _ordered(kind: FileKind, job: Job, partition: int) -> list[bytes]:
    """Return a partition's units by member and time, as lines: an order that every run finds again."""
    found: list[tuple[str, str, tuple[int, ...], bytes]] = []
    for source, part in enumerate(progress.read_all(job, Step.CHECK)):
        for piece in range(part.outputs.get(str(partition), 0) if part else 0):
            name = f"{unit_name(source)}-{partition}-{piece}"
            for line in lines_of(files.piece_key(kind.name, job.import_id, name)):
                unit = unit_of_line(line)
                found.append((unit.key, unit.order, unit.rows, line))
    return [line for _, _, _, line in sorted(found)]


def _refusals(job: Job, name: str, judged: Sequence[Judged]) -> tuple[str, ...]:
    spool = RefusalSpool(refused_key(job), name)
    for unit, verdict in judged:
        if verdict.standing is Standing.REFUSED:
            for row in unit.rows:
                spool.add(Refusal(row, verdict.column, verdict.code))
    return spool.close()
