"""A refresh of all segments, as a job: killed anywhere and run again, it ends alike (requirements G1, G3; ADR 0910).

    turn ──> ask ──> wait ──> collect ──> compare ──> hand_out ──> settle ──> finish
     │        └ the lake's      the result   the moves    parts of them   │      the newest
     other    <── again, where    as a file   in parts     as jobs of      │
     refreshes    it may help                              their own <─────┘ until all are done

Nothing is moved before the moves are known as a whole, so a refresh that fails (`lake_failed`) has changed nobody. What
was to be looked for, the result and the moves are files that no other run overwrites; the job's row names those that
count.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from itertools import batched
from typing import Any, NamedTuple

from functions.segments import applying, finding, outs, plans, results, turns
from functions.segments.difference import Move, Segments, Standing, differences
from functions.segments.plans import Plan
from functions.segments.turns import Newest
from loyalty import segment_names
from loyalty.clock import iso, local_date, zone
from loyalty.jobs import Job, Jobs, JobState, NotYetError, job_id_for
from loyalty.lake import asking
from loyalty.settings import time_zone

TASK, OWNER = "refresh", "segments"
MOVES_A_PART = 2000
PARTS_A_STEP = 200
SETTLE_SECONDS = 3
NOON = time(12)


class Asker(NamedTuple):
    """Who asks for a refresh: login, idempotency key, trace; `origin` is `staff` or `schedule`."""

    login: str
    key: str
    trace: str
    origin: str


def jobs() -> Jobs:
    """Return where all work on segments is kept."""
    return Jobs(segment_names.table(), "segment_id", results.FOLDER)


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
        asked={"as_of": as_of.isoformat(), "origin": asker.origin},
    )
    return jobs().begin(job, {"as_of": wished.isoformat() if wished else None})


def step(job: Job, now: datetime) -> Job:
    """Do the next step of a refresh.

    Raises:
        NotYetError: while it has to wait.
        LakeFailedError: if the lake cannot answer; nobody was moved.
    """
    return _STEPS[job.cursor.get("next", "turn")](job, now)


def _turn(job: Job, now: datetime) -> Job:
    """Wait for other refreshes, then write down what to look for."""
    turns.take(jobs(), job.job_id, now)
    plan = plans.make(date.fromisoformat(job.asked["as_of"]), now)
    name = results.write_json(f"{results.new_run(job.job_id)}/plan.json", plans.to_plain(plan))
    return _then(job, "ask", plan=name, at=iso(_happens_at(date.fromisoformat(job.asked["as_of"]), now)))


def _ask(job: Job, _now: datetime) -> Job:
    tries = job.cursor.get("tries", 0) + 1
    found = asking.start([question.sql for question in _plan(job).questions], f"{job.job_id}/{tries}")
    return _then(job, "wait", tries=tries, executions=found)


def _wait(job: Job, _now: datetime) -> Job:
    found = asking.finished(job.cursor["executions"], job.cursor["tries"])
    if found is None:
        return _then(job, "ask")
    told = {"bytes_scanned": sum(one.scanned for one in found), "lake_ms": sum(one.milliseconds for one in found)}
    return _then(job.moved(0, counts={**job.counts, **told}), "collect")


def _collect(job: Job, _now: datetime) -> Job:
    """Write the result as a file."""
    plan = _plan(job)
    found = finding.now(plan, job.cursor["executions"])
    name = results.write_members(f"{results.new_run(job.job_id)}/members.gz", sorted(plan.versions), found)
    return _then(job, "compare", result=name)


def _compare(job: Job, _now: datetime) -> Job:
    """Write the moves as files, and count."""
    run, plan, newest, out = results.new_run(job.job_id), _plan(job), turns.newest(), outs.known()
    sizes = {segment_id: Counter[str](size=0, entered=0, left=0) for segment_id in sorted(plan.versions)}
    after = _counted(results.read_members(job.cursor["result"]), sizes)
    parts, moved = _written(run, differences(finding.before(newest, out), after), plan, sizes)
    told = {**job.counts, **{name: sum(own[name] for own in sizes.values()) for name in ("entered", "left")}}
    told |= {"archived": moved - told["entered"] - told["left"], "segments": len(sizes)}
    return _then(
        job.moved(0, counts=told, total=moved),
        "hand_out",
        run=run,
        outs=results.write_json(f"{run}/outs.json", out),
        parts=parts,
        refresh_no=newest.refresh_no + 1,
        sizes={segment_id: dict(own) for segment_id, own in sizes.items()},
    )


def _hand_out(job: Job, now: datetime) -> Job:
    """Begin the jobs that move members."""
    begun = job.cursor.get("begun", 0)
    until = min(begun + PARTS_A_STEP, job.cursor["parts"])
    for number in range(begun, until):
        applying.begin(jobs(), job, number, now)
    return _then(job, "hand_out" if until < job.cursor["parts"] else "settle", begun=until)


def _settle(job: Job, _now: datetime) -> Job:
    """See how many of those jobs are done, in their order; wait where the first of the rest is not."""
    settled = job.cursor.get("settled", 0)
    found = list(_done_from(job, settled))
    if settled + len(found) == job.cursor["parts"]:
        return _then(job.moved(sum(found)), "finish", settled=settled + len(found))
    if not found:
        raise NotYetError(SETTLE_SECONDS)
    return _then(job.moved(sum(found)), "settle", settled=settled + len(found))


def _finish(job: Job, now: datetime) -> Job:
    cursor = job.cursor
    turns.finish(
        Newest(
            refresh_no=cursor["refresh_no"],
            refresh_id=job.job_id,
            as_of=job.asked["as_of"],
            finished_at=iso(now),
            result=cursor["result"],
            sizes=cursor["sizes"],
        )
    )
    outs.clear(results.read_json(cursor["outs"]))
    return job.finished(now, cursor={})


def _plan(job: Job) -> Plan:
    return plans.from_plain(results.read_json(job.cursor["plan"]))


def _happens_at(as_of: date, now: datetime) -> datetime:
    """Return the instant that moves happen at: now, or noon of the day a refresh stands on that is not today."""
    if as_of == local_date(now, time_zone()):
        return now
    return datetime.combine(as_of, NOON, zone(time_zone()))


def _then(job: Job, following: str, **more: Any) -> Job:
    return job.moved(0, cursor={**job.cursor, **more, "next": following})


def _counted(standings: Iterator[Standing] | None, sizes: Mapping[str, Counter[str]]) -> Iterator[Standing]:
    """Pass standings on and count them."""
    if standings is None:
        raise FileNotFoundError("the result of a refresh that is under way")
    found = Counter[Segments]()
    for standing in standings:
        found[standing.segments] += 1
        yield standing
    for segments, members in found.items():
        for segment_id in segments:
            sizes[segment_id]["size"] += members


def _written(run: str, moves: Iterator[Move], plan: Plan, sizes: Mapping[str, Counter[str]]) -> tuple[int, int]:
    """Write moves in parts; return how many parts and how many moves there are."""
    parts = moved = 0
    for some in batched(moves, MOVES_A_PART, strict=False):
        results.write_json(applying.file_of(run, parts), [applying.planned(move, plan) for move in some])
        parts, moved = parts + 1, moved + len(some)
        for move in some:
            if move.segment_id in sizes:
                sizes[move.segment_id]["entered" if move.entered else "left"] += 1
    return parts, moved


def _done_from(job: Job, first: int) -> Iterator[int]:
    """Yield how many moves each part has done, up to the first that is under way."""
    for number in range(first, job.cursor["parts"]):
        part = jobs().read(applying.job_id_of(job.job_id, number))
        if part is None or part.state is not JobState.DONE:
            return
        yield part.done


_STEPS: Mapping[str, Callable[[Job, datetime], Job]] = {
    "turn": _turn,
    "ask": _ask,
    "wait": _wait,
    "collect": _collect,
    "compare": _compare,
    "hand_out": _hand_out,
    "settle": _settle,
    "finish": _finish,
}
