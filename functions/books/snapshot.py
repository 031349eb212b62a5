"""Closing a day: every account is read once, taken back to the day's end and added up, in segments (ADR 0824).

Each segment is a job (`loyalty.jobs`): its sums and the place to go on stand in one row that moves by compare and set,
so a page that is read again after a crash is counted once. Whoever finds all segments done adds them up; two who find
it so write the same, and the second finds it written. A message is taken back only after that, so a run that is killed
anywhere comes again and ends alike.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from functions.books import accounts_scan, closings, store
from functions.books.closings import Closing
from functions.books.cut import added_up
from loyalty import jobs
from loyalty.clock import iso
from loyalty.jobs import Job, JobState
from loyalty.settings import time_zone
from loyalty.types import Day

CLOSING, SCHEDULE = "closing", "schedule"
SEGMENTS = 16
"""Over how many jobs the accounts are spread: of ten million, some 625,000 each."""


class SegmentFailedError(RuntimeError):
    """A segment failed for good: its closing cannot be added up, and a person must look."""


def begin(day: Day, run: int, now: datetime) -> None:
    """Start the closing of a day, or go on with it; one that is complete stays as it is."""
    for segment in range(SEGMENTS):
        asked = {"day": day, "run": run, "segment": segment, "segments": SEGMENTS}
        job = Job(_job_id(day, run, segment), CLOSING, day, SCHEDULE, iso(now), asked=asked)
        store.jobs().begin(job, asked)


def take_on(job_id: str, seconds_left: Callable[[], float], now: datetime) -> Closing | None:
    """Take a segment on until it is done or time is up; return the closing once all segments are done.

    Raises:
        OvertakenError: if another run is at work on it.
        SegmentFailedError: if the day's closing cannot be completed.
    """
    jobs.run(store.jobs(), job_id, lambda job: step(job, now), seconds_left, now)
    job = store.jobs().read(job_id)
    return _completed(Day(job.asked["day"]), job.asked["run"], now) if job else None


def step(job: Job, now: datetime) -> Job:
    """Read one page of a segment's accounts and add it up."""
    asked = job.asked
    day = Day(asked["day"])
    rows, following = accounts_scan.page(asked["segment"], asked["segments"], job.cursor.get("after"))
    held = accounts_scan.at(rows, day, store.end_of(day, time_zone()))
    counts = Counter(job.counts)
    counts.update(added_up(held))
    after = job.moved(len(rows), counts=dict(counts), cursor={"after": following} if following else {})
    return after if following else after.finished(now)


def _completed(day: Day, run: int, now: datetime) -> Closing | None:
    found = [store.jobs().read(_job_id(day, run, segment)) for segment in range(SEGMENTS)]
    if any(job and job.state is JobState.FAILED for job in found):
        raise SegmentFailedError
    done = [job for job in found if job and job.state is JobState.DONE]
    if len(done) < SEGMENTS:
        return None
    sums = Counter[str]()
    for job in done:
        sums.update(job.counts)
    return closings.write(day, run, sums, iso(now))


def _job_id(day: Day, run: int, segment: int) -> str:
    return jobs.job_id_for(CLOSING, day, SCHEDULE, f"{run}/{segment}")
