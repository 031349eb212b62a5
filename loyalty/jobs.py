"""Work that outlasts a request: a row that says how far it has come, and the messages that drive it.

    queued ──first checkpoint──> running ──> done
                                    └──────> failed

A message only names the job; where to go on stands in its row. Work is done in steps, each a function from the job
before to the job after, and the row moves on by compare and set: a step that was killed is done again, one that was
done twice is counted once, and only one run can finish a job.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from botocore.exceptions import ClientError

from loyalty import dynamo
from loyalty.clock import iso
from loyalty.dynamo import Item, service
from loyalty.entries import fingerprint
from loyalty.errors import BusyError, IdempotencyKeyReusedError, LoyaltyError
from loyalty.settings import setting

JOB = "job"
KEPT = timedelta(days=90)
"""How long a job can be asked for; its file lives 30 days."""
MARGIN_SECONDS = 60.0
"""How long the slowest step may take: a run that has less time left goes on in a new one."""


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


OPEN = frozenset({JobState.QUEUED, JobState.RUNNING})


class NotYetError(RuntimeError):
    """The next step waits for something else, such as a query: the job goes on after so many seconds, in a new run."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"not before {seconds} seconds")
        self.seconds = seconds


class OvertakenError(RuntimeError):
    """The row is no longer what this run read: another run moved it on, or the answer to our own write was lost."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job as its row says.

    Attributes:
        task: what kind of work it is (`codes`); `owner` is what it is done for, such as a template's id.
        asked: what the steps need to know of the request.
        total: how many units there are to do; None while that is not known.
        cursor: where the next step goes on, as the task wants it.
        counts: what became of the units done.
        reason: why it failed, as a stable code.
    """

    job_id: str
    task: str
    owner: str
    created_by: str
    created_at: str
    asked: Mapping[str, Any] = field(default_factory=dict)
    total: int | None = None
    state: JobState = JobState.QUEUED
    version: int = 1
    done: int = 0
    cursor: Mapping[str, Any] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    correlation_id: str = ""
    finished_at: str | None = None
    reason: str | None = None

    def moved(self, by: int, **changes: Any) -> "Job":
        """Return the job after so many more units."""
        return replace(self, done=self.done + by, **changes)

    def finished(self, now: datetime, **changes: Any) -> "Job":
        """Return the job at its end."""
        return replace(self, state=JobState.DONE, finished_at=iso(now), **changes)


def job_id_for(task: str, owner: str, login: str, idempotency_key: str) -> str:
    """Return the id of the job that this person's key stands for: a repetition gets the same job."""
    return hashlib.sha256("\n".join((JOB, task, owner, login, idempotency_key)).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Jobs:
    """Where the jobs of one capability are kept.

    Attributes:
        table: their table; `key_name` is its partition key, whose sort key is `kind`.
        folder: where in the bucket their files stand, such as `exports/coupons`.
    """

    table: str
    key_name: str
    folder: str

    def key(self, job_id: str) -> dict[str, str]:
        """Return the key of a job's row."""
        return {self.key_name: f"{JOB}/{job_id}", "kind": JOB}

    def file(self, job: Job) -> str:
        """Return where in the bucket the job's file stands."""
        return f"{self.folder}/{job.job_id}.csv"

    def read(self, job_id: str) -> Job | None:
        """Read a job as it is now; None where there is none."""
        row = dynamo.get(self.table, self.key(job_id), consistent=True)
        return _from_row(row) if row else None

    def begin(self, job: Job, request: Mapping[str, object]) -> tuple[Job, bool]:
        """Write a job once and put it on the queue; return it as it stands, and whether it was there before.

        A repetition puts an unfinished job on the queue again, in case the first message was never sent.

        Args:
            request: what was asked for; a repetition must ask for the same.

        Raises:
            IdempotencyKeyReusedError: if the key stands for another request.
        """
        asked_for = fingerprint(request)
        ttl = int((datetime.fromisoformat(job.created_at) + KEPT).timestamp())
        standing, created = job, True
        if not self._put(job, "attribute_not_exists(kind)", fingerprint=asked_for, ttl=ttl):
            row = dynamo.get(self.table, self.key(job.job_id), consistent=True)
            if row is None or row["fingerprint"] != asked_for:
                raise IdempotencyKeyReusedError
            standing, created = _from_row(row), False
        if standing.state in OPEN:
            send(standing.job_id)
        return standing, not created

    def checkpoint(self, after: Job) -> Job:
        """Write how far a job has come over exactly the row that was read, and return it with its new version.

        Raises:
            OvertakenError: if that row is no longer there.
        """
        state = JobState.RUNNING if after.state is JobState.QUEUED else after.state
        moved = replace(after, version=after.version + 1, state=state)
        try:
            answer = dynamo.client().update_item(**self._update(moved))
        except ClientError as error:
            raise (OvertakenError() if _is_condition(error) else error) from error
        return _from_row(dynamo.from_item(answer["Attributes"]))

    def _put(self, job: Job, condition: str, **more: object) -> bool:
        item = dynamo.to_item({**self.key(job.job_id), **asdict(job), **more})
        try:
            dynamo.client().put_item(TableName=self.table, Item=item, ConditionExpression=condition)
        except ClientError as error:
            if _is_condition(error):
                return False
            raise
        return True

    def _update(self, job: Job) -> dict[str, Any]:
        """Return the update of what moves; the rest of the row stays as it was written first."""
        moving = {name: getattr(job, name) for name in _MOVING if getattr(job, name) is not None}
        values = {f":{name}": value for name, value in moving.items()} | {":before": job.version - 1}
        return {
            "TableName": self.table,
            "Key": dynamo.to_item(self.key(job.job_id)),
            "UpdateExpression": "SET " + ", ".join(f"#{name} = :{name}" for name in moving),
            "ConditionExpression": "#version = :before",
            "ExpressionAttributeNames": {f"#{name}": name for name in moving},
            "ExpressionAttributeValues": dynamo.to_item(values),
            "ReturnValues": "ALL_NEW",
        }


_MOVING = ("asked", "total", "state", "version", "done", "cursor", "counts", "finished_at", "reason")


def send(job_id: str, after_seconds: int = 0) -> None:
    """Put a job on the queue, to be taken on after so many seconds (900 at most)."""
    delay = {"DelaySeconds": after_seconds} if after_seconds else {}
    body = json.dumps({"job_id": job_id})
    service("sqs").send_message(QueueUrl=setting("JOBS_QUEUE_URL"), MessageBody=body, **delay)


def job_id_of(body: str) -> str:
    """Return the job a message names."""
    return str(json.loads(body)["job_id"])


def run(jobs: Jobs, job_id: str, step: Callable[[Job], Job], seconds_left: Callable[[], float], now: datetime) -> None:
    """Take a job on step by step, until it is over or this run's time is.

    Args:
        step: does the next part of the work and returns the job after it; it may be done again after a crash. Where it
            has to wait, it raises `NotYetError`.
        seconds_left: how long this run may still take.

    Raises:
        OvertakenError: if another run is at work; the message comes again and finds how that one ended.
    """
    job = jobs.read(job_id)
    while job and job.state in OPEN:
        if seconds_left() < MARGIN_SECONDS:
            send(job_id)
            return
        try:
            after = _stepped(job, step, now)
        except NotYetError as waiting:
            send(job_id, waiting.seconds)
            return
        job = jobs.checkpoint(after)


def _stepped(job: Job, step: Callable[[Job], Job], now: datetime) -> Job:
    """Do a step; what a rule refuses ends the job, what may pass comes again with its message."""
    try:
        return step(job)
    except BusyError:
        raise
    except LoyaltyError as error:
        return replace(job, state=JobState.FAILED, reason=error.code, finished_at=iso(now))


def _is_condition(error: ClientError) -> bool:
    return bool(error.response["Error"]["Code"] == "ConditionalCheckFailedException")


def _from_row(row: Item) -> Job:
    known = {part.name: row[part.name] for part in fields(Job) if part.name in row}
    return Job(**{**known, "state": JobState(row["state"])})
