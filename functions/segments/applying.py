"""Moving members into and out of segments: a part of a refresh's moves, as a job of its own (requirements G3).

    entered: the member's row and its reverse, on condition that the member is not in the segment
    left:    both deleted, and a row that says so, on condition that the member is in it

Each move is one transaction, or shares one with others; it is also on condition that the job has not moved on, so a run
that was thought dead, and wakes when a later refresh is at work, changes nothing. What was done before is recognised
by the rows, so a part that is done again does the rest. The rows are what the events are made of.

A lake hears late: who left the mall, or refuses profiling by now, does not enter. Who refuses may agree again before
the next refresh, whose own starting point says that they did enter; so they are put among the `outs`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import batched
from typing import Any, NamedTuple

from functions.segments import mall, outs, results
from functions.segments.difference import Move
from functions.segments.plans import Plan
from loyalty import account_store, attempts, consents, dynamo, identity, memberships, segment_names
from loyalty.attempts import Plan as Writes
from loyalty.clock import iso
from loyalty.dynamo import Item, to_item
from loyalty.jobs import Job, Jobs, OvertakenError, job_id_for
from loyalty.types import MemberId, Status

TASK = "moves"
CONDITIONS, ARCHIVED, REFUSED = "conditions", "archived", "refused"
"""Why somebody leaves."""
A_TRANSACTION = 32
"""Moves in one transaction: three rows each and the job's condition stay below the hundred parts it may have."""
LEFT_KEPT = timedelta(days=7)
"""How long a row lives that says somebody left: longer than the stream that it feeds."""


class Planned(NamedTuple):
    """A move as a part's file holds it, with the version of the segment's definition."""

    member_id: str
    segment_id: str
    entered: bool
    version: int
    cause: str


def planned(move: Move, plan: Plan) -> Planned:
    """Return a move as it is put down."""
    cause = ARCHIVED if move.segment_id in plan.archived else CONDITIONS
    return Planned(*move, plan.version_of(move.segment_id), cause)


def file_of(run: str, number: int) -> str:
    """Return where the moves of a part stand."""
    return f"{run}/{number}.json"


def job_id_of(refresh_id: str, number: int) -> str:
    """Return the id of the job that does a part of a refresh."""
    return job_id_for(TASK, refresh_id, "", str(number))


def begin(where: Jobs, refresh: Job, number: int, now: datetime) -> None:
    """Begin a part; a repetition finds it begun."""
    asked = {
        "file": file_of(refresh.cursor["run"], number),
        "refresh_no": refresh.cursor["refresh_no"],
        "as_of": refresh.asked["as_of"],
        "origin": refresh.asked["origin"],
        "at": refresh.cursor["at"],
    }
    job_id = job_id_of(refresh.job_id, number)
    job = Job(job_id, TASK, refresh.job_id, refresh.created_by, iso(now), asked, correlation_id=refresh.correlation_id)
    where.begin(job, asked)


def step(where: Jobs, job: Job, now: datetime) -> Job:
    """Do all moves of a part, and return its job at the end.

    Raises:
        OvertakenError: if another run has done them.
        BusyError: if rows are contended for too long; done again, it goes on with the rest.
    """
    moves = [Planned(*one) for one in results.read_json(job.asked["file"])]
    for some in batched(moves, A_TRANSACTION, strict=False):
        _move(where, job, some, now)
    return job.moved(len(moves)).finished(now, total=len(moves))


class _Standing(NamedTuple):
    """What is so already: the member's rows by move, who is gone, and who may not be profiled."""

    rows: Sequence[Item | None]
    gone: frozenset[str]
    refusing: frozenset[str]


def _move(where: Jobs, job: Job, moves: Sequence[Planned], now: datetime) -> None:
    def load(_certain: bool) -> _Standing:
        return _read(where, job, moves)

    def decide(standing: _Standing) -> Writes[None]:
        parts = [
            part
            for move, row in zip(moves, standing.rows, strict=True)
            for part in _parts(move, row, standing.gone | standing.refusing, job, now)
        ]
        kept_out = standing.refusing - standing.gone
        parts += [outs.noted(member_id, now) for member_id in sorted(kept_out)]
        return Writes(None, (*parts, _still(where, job)) if parts else ())

    attempts.settle(load, decide)


def _read(where: Jobs, job: Job, moves: Sequence[Planned]) -> _Standing:
    """Read the rows of members, the job, and of those who enter whether they are members and may be profiled."""
    entering = [MemberId(one) for one in sorted({move.member_id for move in moves if move.entered})]
    found = dynamo.batch_get(
        (where.table, where.key(job.job_id)),
        *((memberships.table(), memberships.member_key(move.segment_id, move.member_id)) for move in moves),
        *((account_store.table(), {"member_id": one}) for one in entering),
        *((identity.table(), consents.key(one)) for one in entering),
        consistent=True,
    )
    own, rows, people = found[0], found[1 : len(moves) + 1], found[len(moves) + 1 :]
    if own is None or own["version"] != job.version:
        raise OvertakenError
    accounts, said = people[: len(entering)], people[len(entering) :]
    gone = {one for one, row in zip(entering, accounts, strict=True) if not row or row["status"] == Status.ERASED}
    refusing = {one for one, row in zip(entering, said, strict=True) if not mall.allows_profiling(row)}
    return _Standing(rows, frozenset(gone), frozenset(refusing))


def _parts(move: Planned, row: Item | None, barred: frozenset[str], job: Job, now: datetime) -> list[dict[str, Any]]:
    if move.entered:
        return entering(move, _facts(move, job, now)) if row is None and move.member_id not in barred else []
    return leaving(move.segment_id, move.member_id, _facts(move, job, now), move.cause, now) if row else []


def entering(move: Planned, facts: Mapping[str, object]) -> list[dict[str, Any]]:
    """Return the transaction parts that put a member into a segment they are not in."""
    back = {name: facts[name] for name in (memberships.REFRESH, "refresh_no", "as_of", "at")}
    return [
        memberships.put_new(memberships.member_key(move.segment_id, move.member_id), facts),
        memberships.put(memberships.reverse_key(move.segment_id, move.member_id), back),
    ]


def leaving(
    segment_id: str, member_id: str, facts: Mapping[str, object], cause: str, now: datetime
) -> list[dict[str, Any]]:
    """Return the transaction parts that take a member out of a segment they are in."""
    told = {**facts, "cause": cause, "ttl": int((now + LEFT_KEPT).timestamp())}
    return [
        memberships.delete_standing(memberships.member_key(segment_id, member_id)),
        memberships.delete(memberships.reverse_key(segment_id, member_id)),
        memberships.put(memberships.left_key(segment_id, member_id), told),
    ]


def _facts(move: Planned, job: Job, now: datetime) -> dict[str, object]:
    """Return what the rows, and so the events, say of a move."""
    return {
        memberships.REFRESH: job.owner,
        "refresh_no": job.asked["refresh_no"],
        "segment_seq": move.version,
        "as_of": job.asked["as_of"],
        "at": job.asked["at"],
        "recorded_at": iso(now),
        "origin": job.asked["origin"],
        "correlation_id": job.correlation_id,
    }


def _still(where: Jobs, job: Job) -> dict[str, Any]:
    """Return the condition that nobody has finished the job meanwhile."""
    check = {
        "TableName": segment_names.table(),
        "Key": to_item(where.key(job.job_id)),
        "ConditionExpression": "#version = :version",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": to_item({":version": job.version}),
    }
    return {"ConditionCheck": check}
