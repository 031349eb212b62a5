"""Whose turn it is: refreshes follow one another, for each starts from what the one before left behind.

row                                      key (`segment_id`, `kind`)
the newest refresh that is complete      `refreshes`, `newest`
the one whose turn it is                 `refreshes`, `turn`

A refresh that failed leaves its turn to the next; it has moved nobody. One that has not moved for hours is given up
while it has moved nobody; one that was moving members is not, ever: the next waits, and sets it going again.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from loyalty import attempts, dynamo, jobs, segment_names
from loyalty.attempts import Plan
from loyalty.clock import iso
from loyalty.dynamo import Item, to_item
from loyalty.jobs import OPEN, Job, Jobs, JobState, NotYetError, OvertakenError

TURN = {"segment_id": "refreshes", "kind": "turn"}
WAIT_SECONDS = 20
PATIENCE = timedelta(hours=2)
"""Longer than a refresh takes, twice: its messages are lost, or it fails again and again."""
MOVING = frozenset({"hand_out", "settle", "finish"})
"""The steps of a refresh that has begun to move members."""
GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest refresh that is complete.

    Attributes:
        refresh_no: 1, 2, 3 ...; 0: there was none.
        as_of: the mall-local day it stood on.
        result: the file that says who was in what.
        sizes: by segment: `size`, and how many `entered` and `left`.
    """

    refresh_no: int = 0
    refresh_id: str = ""
    as_of: str = ""
    finished_at: str = ""
    result: str = ""
    sizes: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def newest(*, consistent: bool = True) -> Newest:
    """Read the newest refresh."""
    row = dynamo.get(segment_names.table(), segment_names.NEWEST, consistent=consistent)
    return Newest(**{name: row[name] for name in Newest.__slots__}) if row else Newest()


def take(where: Jobs, job_id: str, now: datetime) -> None:
    """Take the turn for a job; it may have it already.

    Raises:
        NotYetError: while another one has it.
    """
    row = dynamo.get(segment_names.table(), TURN, consistent=True)
    if row and row["job_id"] == job_id:
        return
    if row and not _is_over(where, row, now):
        raise NotYetError(WAIT_SECONDS)
    before = row["job_id"] if row else ""
    if not _written({"job_id": job_id, "since": iso(now)}, "attribute_not_exists(job_id) OR job_id = :before", before):
        raise NotYetError(WAIT_SECONDS)


def finish(done: Newest) -> None:
    """Write a refresh as the newest and give its turn away; a repetition finds it written."""

    def load(_certain: bool) -> Newest:
        return newest()

    def decide(standing: Newest) -> Plan[None]:
        if standing.refresh_id == done.refresh_id:
            return Plan(None, replayed=True)
        return Plan(None, (_put_newest(done), _give_away(done.refresh_id)))

    attempts.settle(load, decide)


def _is_over(where: Jobs, row: Item, now: datetime) -> bool:
    """Tell whether the job whose turn it is has ended; one that lasts too long is given up, or woken."""
    job = where.read(row["job_id"])
    if job is None or job.state not in OPEN:
        return True
    if now - datetime.fromisoformat(row["since"]) < PATIENCE:
        return False
    if job.cursor.get("next") not in MOVING:
        return _given_up(where, job, now)
    # Of several who wait, one sets it going.
    if _written({"job_id": job.job_id, "since": iso(now)}, "since = :before", row["since"]):
        _set_going(where, job)
    return False


def _set_going(where: Jobs, job: Job) -> None:
    """Hand out again what is not done, as far as nobody else has moved the job meanwhile."""
    cursor = dict(job.cursor)
    if cursor["next"] != "finish":
        cursor |= {"next": "hand_out", "begun": cursor.get("settled", 0)}
    try:
        where.checkpoint(replace(job, cursor=cursor))
    except OvertakenError:
        return
    jobs.send(job.job_id)


def _given_up(where: Jobs, job: Job, now: datetime) -> bool:
    """End a job over exactly the row that was read: whoever is at work on it after all cannot go on."""
    try:
        where.checkpoint(replace(job, state=JobState.FAILED, reason=GIVEN_UP, finished_at=iso(now)))
    except OvertakenError:
        return False
    return True


def _written(row: Mapping[str, str], condition: str, before: str) -> bool:
    try:
        dynamo.client().put_item(
            TableName=segment_names.table(),
            Item=to_item({**TURN, **row}),
            ConditionExpression=condition,
            ExpressionAttributeValues=to_item({":before": before}),
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True


def _put_newest(done: Newest) -> dict[str, Any]:
    put: dict[str, Any] = {
        "TableName": segment_names.table(),
        "Item": to_item({**segment_names.NEWEST, **asdict(done)}),
        "ConditionExpression": "attribute_not_exists(refresh_no) OR refresh_no = :before",
        "ExpressionAttributeValues": to_item({":before": done.refresh_no - 1}),
    }
    return {"Put": put}


def _give_away(job_id: str) -> dict[str, Any]:
    delete = {
        "TableName": segment_names.table(),
        "Key": to_item(TURN),
        "ConditionExpression": "job_id = :job",
        "ExpressionAttributeValues": to_item({":job": job_id}),
    }
    return {"Delete": delete}
