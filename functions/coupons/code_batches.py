"""Makes a batch of codes: rows that never change, computed from the batch's seed (requirements C2; ADR 0607).

Code n of a batch is a function of its seed and n, so a run that was killed writes the same rows again, and the file
is computed, not read. Blocks of rows are written by several threads, with a checkpoint after each block.

    seed ──n──> code ──25 a call, 8 calls at once──> rows ──all of them stand──> file of codes
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import batched

from loyalty import dynamo, exports
from loyalty.coupons import codes, store
from loyalty.dynamo import to_item
from loyalty.errors import BusyError
from loyalty.jobs import Job, Jobs

BLOCK = 5_000
ROWS_PER_CALL = 25
THREADS = 8
"""Below the ten connections that botocore's pool keeps to one service."""
ATTEMPTS = 8
FIRST_PAUSE_SECONDS = 0.05
KEPT_AFTER = timedelta(days=62)
"""How long a code nobody brought stays after the template's last day: whoever is late is told why."""

_jitter = random.SystemRandom()


def step(jobs: Jobs, job: Job, now: datetime) -> Job:
    """Write the next block of codes, or, when all rows stand, the file; return the job after it."""
    count = job.total or 0
    if job.done < count:
        numbers = range(job.done, min(job.done + BLOCK, count))
        _write(job, numbers)
        return job.moved(len(numbers))
    exports.write(jobs, job, ("code",), ((codes.shown(code),) for code in _codes(job, range(count))))
    return job.finished(now, asked={})  # the seed is needed no more, and opens every code of the batch


def _codes(job: Job, numbers: Sequence[int]) -> Iterator[str]:
    seed = bytes.fromhex(job.asked["seed"])
    return (codes.of_batch(seed, number) for number in numbers)


def _write(job: Job, numbers: Sequence[int]) -> None:
    row = {"kind": store.CODE, "template_id": job.owner, "batch": job.job_id, "ttl": _ttl(job)}
    calls = batched(({**row, "coupon_id": code} for code in _codes(job, numbers)), ROWS_PER_CALL, strict=False)
    write = _writer(store.table())
    with ThreadPoolExecutor(THREADS) as pool:
        for _ in pool.map(write, calls):
            pass  # an error of a thread is raised here


def _writer(table: str) -> Callable[[Sequence[dynamo.Item]], None]:
    client = dynamo.client()

    def write(rows: Sequence[dynamo.Item]) -> None:
        """Write rows, and those again that the service leaves out: they are the same whenever they are written."""
        unwritten = {table: [{"PutRequest": {"Item": to_item(row)}} for row in rows]}
        for attempt in range(ATTEMPTS):
            unwritten = client.batch_write_item(RequestItems=unwritten).get("UnprocessedItems") or {}
            if not unwritten:
                return
            time.sleep(_jitter.uniform(0, FIRST_PAUSE_SECONDS * 2**attempt))
        raise BusyError(retry_after=1)

    return write


def _ttl(job: Job) -> int | None:
    """Return when rows may be cleared away; never, where the template has no last day."""
    until = job.asked.get("until")
    if not until:
        return None
    return int((datetime.combine(date.fromisoformat(until), datetime.min.time(), UTC) + KEPT_AFTER).timestamp())
