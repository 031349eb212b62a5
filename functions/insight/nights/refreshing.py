"""A refresh of what insight knows from the lake, as a job: killed anywhere and run again, it ends alike (ADR 0917).

    ask ──> wait ──> write ──┐ one step of the night after the other (`functions.insight.steps`)
     ^        │              │
     └────────┴──────────────┘ until none is left

A step whose questions the lake cannot answer changes nothing, and does not hold up the others: the refresh goes on, and
fails at its end.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from functions.insight import store
from functions.insight.nights import documents
from functions.insight.nights.night import Made, Night, Step
from functions.insight.predictions.fitting import Period
from functions.insight.predictions.nightly import fit_step
from functions.insight.steps import STEPS
from loyalty.clock import iso
from loyalty.jobs import Job, Jobs, job_id_for
from loyalty.lake import asking
from loyalty.lake.asking import LakeFailedError
from loyalty.settings import setting

TASK, FIT, OWNER, FOLDER = "refresh", "fit", "insight", "exports/insight"
ONLY_AGREED = "granted"


class Asker(NamedTuple):
    """Who asks for a refresh: login, idempotency key, trace."""

    login: str
    key: str
    trace: str


def jobs() -> Jobs:
    """Return where the refreshes of insight are kept."""
    return Jobs(store.table(), "insight_id", FOLDER)


def begin(as_of: date, wished: date | None, asker: Asker, now: datetime) -> tuple[Job, bool]:
    """Begin a refresh; return the job and whether it was there before.

    Args:
        as_of: the mall-local day it stands on; `wished` is what the request said of it.

    Raises:
        IdempotencyKeyReusedError.
    """
    job = Job(
        job_id=job_id_for(TASK, OWNER, asker.login, asker.key),
        task=TASK,
        owner=OWNER,
        created_by=asker.login,
        created_at=iso(now),
        correlation_id=asker.trace,
        asked={"as_of": as_of.isoformat()},
        total=len(STEPS),
    )
    return jobs().begin(job, {"as_of": wished.isoformat() if wished else None})


def begin_fit(period: Period, wished: Mapping[str, object], asker: Asker, now: datetime) -> tuple[Job, bool]:
    """Begin to fit the predictions on a period; return the job and whether it was there before.

    Args:
        wished: what the request said of the period.

    Raises:
        IdempotencyKeyReusedError.
    """
    asked = {name: day.isoformat() for name, day in period._asdict().items()}
    job = Job(
        job_id=job_id_for(FIT, OWNER, asker.login, asker.key),
        task=FIT,
        owner=OWNER,
        created_by=asker.login,
        created_at=iso(now),
        correlation_id=asker.trace,
        asked={**asked, "as_of": period.until.isoformat()},
        total=1,
    )
    return jobs().begin(job, wished)


def fit_name(job_id: str) -> str:
    """Return the name of the document that a fit leaves."""
    return f"fit/{job_id}"


def night_of(as_of: str) -> Night:
    """Return the night of a day, by the mall's file."""
    return Night(date.fromisoformat(as_of), setting("INSIGHT_PROFILING") == ONLY_AGREED)


def step(job: Job, now: datetime) -> Job:
    """Do the next part of a refresh.

    Raises:
        NotYetError: while the lake is at work.
        LakeFailedError: at the end, where a step's questions found no answer.
    """
    steps = _steps_of(job)
    if job.done == len(steps):
        if job.cursor.get("failed"):
            raise LakeFailedError
        return job.finished(now, cursor={})
    try:
        return _NEXT[job.cursor.get("next", "ask")](job, steps[job.done])
    except LakeFailedError:
        return _after(job, [*job.cursor.get("failed", []), steps[job.done].name])


def _steps_of(job: Job) -> tuple[Step, ...]:
    """Return what there is to do: what a night does, or one fit."""
    if job.task != FIT:
        return STEPS
    period = Period(*(date.fromisoformat(job.asked[name]) for name in Period._fields))
    return (fit_step(period, fit_name(job.job_id)),)


def _ask(job: Job, current: Step) -> Job:
    tries = job.cursor.get("tries", 0) + 1
    cause = f"{job.job_id}/{current.name}/{tries}"
    found = asking.start(current.questions(night_of(job.asked["as_of"])), cause)
    return _then(job, "wait", tries=tries, executions=found)


def _wait(job: Job, _current: Step) -> Job:
    found = asking.finished(job.cursor["executions"], job.cursor["tries"])
    if found is None:
        return _then(job, "ask")
    told = dict(job.counts)
    told["bytes_scanned"] = told.get("bytes_scanned", 0) + sum(one.scanned for one in found)
    return _then(job.moved(0, counts=told), "write")


def _write(job: Job, current: Step) -> Job:
    night, answers = night_of(job.asked["as_of"]), [asking.rows(one) for one in job.cursor["executions"]]
    made = Made(night.as_of, job.created_at, job.job_id, job.correlation_id)
    for document in current.documents(night, answers):
        documents.write(document, night.as_of, job.created_at, job.job_id)
        if current.keep:
            current.keep(document, made)
    return _after(job, job.cursor.get("failed", []))


def _then(job: Job, following: str, **more: Any) -> Job:
    return job.moved(0, cursor={**job.cursor, **more, "next": following})


def _after(job: Job, failed: list[str]) -> Job:
    """Return the job with its step behind it, done or failed."""
    return job.moved(1, cursor={"failed": failed})


_NEXT: Mapping[str, Callable[[Job, Step], Job]] = {"ask": _ask, "wait": _wait, "write": _write}
