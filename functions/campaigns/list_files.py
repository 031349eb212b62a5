"""Files of members put on a list: taken whole, worked off in slices, every refused row reported (requirement G1).

    POST ──> exports/campaigns/<job>/<text>.json ──> step: 1,000 rows ──> step ──> ... ──> <job>.csv: the refused rows
                                                     └─ who is nobody: <job>/<slice>.json

A slice that was killed is done again: who is on the list by this very file counts as added, so figures stay exact.
"""

import json
from datetime import datetime
from typing import Any, NamedTuple

from functions.campaigns import lists
from functions.campaigns.list_rows import Listed, Refused, Rows, rows_of
from functions.campaigns.trials import FOLDER, jobs
from loyalty import exports
from loyalty.clock import iso
from loyalty.entries import fingerprint
from loyalty.errors import NotFoundError
from loyalty.imports import files
from loyalty.jobs import Job, JobState, job_id_for

TASK = "list_files"
ROWS_A_STEP = 1000
UNKNOWN = "unknown_member"


class Sender(NamedTuple):
    """Who sends a file: login, idempotency key, trace."""

    login: str
    key: str
    trace: str


def begin(list_id: str, text: str, sender: Sender, now: datetime) -> tuple[Job, bool]:
    """Take a file, and begin to put its members on a list; return the job and whether it was there before.

    Raises:
        NotFoundError: if there is no such list.
        ListFileSizeError, IdempotencyKeyReusedError.
    """
    lists.read(list_id)
    rows, job_id = rows_of(text), job_id_for(TASK, list_id, sender.login, sender.key)
    asked = {"file": _file(job_id, fingerprint({"text": text}))}
    _write(asked["file"], {"listed": rows.listed, "refused": rows.refused})
    job = Job(
        job_id=job_id,
        task=TASK,
        owner=list_id,
        created_by=sender.login,
        created_at=iso(now),
        asked=asked,
        correlation_id=sender.trace,
        total=len(rows.listed) + len(rows.refused),
    )
    return jobs().begin(job, asked)


def read(list_id: str, job_id: str) -> tuple[Job, str | None]:
    """Return how far a file of a list is, and where its refused rows can be had, if there are any.

    Raises:
        NotFoundError: if there is none.
    """
    job = jobs().read(job_id)
    if job is None or (job.task, job.owner) != (TASK, list_id):
        raise NotFoundError
    has_report = job.state is JobState.DONE and job.counts["refused"] > 0
    return job, exports.download_url(jobs(), job) if has_report else None


def step(job: Job, now: datetime) -> Job:
    """Put the next members of a file on its list; at the end, write the report."""
    rows, begins = _rows(job.asked["file"]), job.cursor.get("begins", 0)
    some = rows.listed[begins : begins + ROWS_A_STEP]
    if not some:
        return _finished(job, rows, now)
    done = lists.add(job.owner, [one.member_id for one in some], job.created_by, datetime.fromisoformat(job.created_at))
    unknown = [Refused(one.row, UNKNOWN) for one in some if one.member_id in set(done.unknown)]
    _write(_file(job.job_id, str(begins)), unknown)
    counts = {name: job.counts.get(name, 0) + getattr(done, name) for name in ("added", "known")}
    return job.moved(len(some), cursor={"begins": begins + len(some)}, counts=counts)


def _finished(job: Job, rows: Rows, now: datetime) -> Job:
    refused = sorted([*rows.refused, *_unknown(job.job_id, len(rows.listed))])
    exports.write(jobs(), job, Refused._fields, refused)
    counts = {"added": 0, "known": 0, **job.counts, "refused": len(refused)}
    return job.moved(len(rows.refused)).finished(now, counts=counts)


def _unknown(job_id: str, listed: int) -> list[Refused]:
    return [Refused(*one) for begins in range(0, listed, ROWS_A_STEP) for one in _read(_file(job_id, str(begins)))]


def _rows(name: str) -> Rows:
    found = _read(name)
    listed, refused = found["listed"], found["refused"]
    return Rows(tuple(Listed(*one) for one in listed), tuple(Refused(*one) for one in refused))


def _file(job_id: str, name: str) -> str:
    return f"{FOLDER}/{job_id}/{name}.json"


def _write(name: str, content: object) -> None:
    files.write(name, json.dumps(content).encode(), "application/json")


def _read(name: str) -> Any:
    return json.loads(files.read(name))
