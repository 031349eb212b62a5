"""Previews: how many members a condition finds, and some of them with why, before anything depends on it (G1)."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import accumulate
from typing import Any

from functions.segments import finding, mall, refreshing
from functions.segments.compiling import SAMPLE, Preview, preview_query
from functions.segments.conditions import condition_of
from functions.segments.refreshing import Asker
from functions.segments.segment import Segment, stored
from loyalty.clock import iso
from loyalty.jobs import Job, job_id_for
from loyalty.lake import asking

TASK = "preview"
MOST_BYTES = 225_000
"""Of a sample: a row takes 400 KB, and the condition is in it twice."""


def begin(wish: Segment, owner: str, as_of: date, wished: date | None, asker: Asker, now: datetime) -> tuple[Job, bool]:
    """Begin a preview; return the job and whether it was there before.

    Args:
        owner: the segment it is of; of a condition that is no segment's yet, `none`.
        as_of: the mall-local day it stands on; `wished` is what the request said of it.

    Raises:
        IdempotencyKeyReusedError.
    """
    asked = {name: value for name, value in stored(wish).items() if name in {"condition", "list_id"}}
    job = Job(
        job_id=job_id_for(TASK, owner, asker.login, asker.key),
        task=TASK,
        owner=owner,
        created_by=asker.login,
        created_at=iso(now),
        correlation_id=asker.trace,
        asked={**asked, "as_of": as_of.isoformat()},
    )
    return refreshing.jobs().begin(job, {**asked, "as_of": wished.isoformat() if wished else None})


def step(job: Job, now: datetime) -> Job:
    """Do the next step of a preview; its answer is in the cursor of the finished job.

    Raises:
        NotYetError: while the lake is at work.
        LakeFailedError: if it cannot answer.
    """
    if "list_id" in job.asked:
        return job.finished(now, cursor=_of_list(job.asked["list_id"]))
    if "executions" not in job.cursor:
        tries, preview = job.cursor.get("tries", 0) + 1, _preview(job, now)
        executions = asking.start([preview.sql], f"{job.job_id}/{tries}")
        return job.moved(0, cursor={"tries": tries, "executions": executions, "shown": _shown(preview)})
    found = asking.finished(job.cursor["executions"], job.cursor["tries"])
    if found is None:
        return job.moved(0, cursor={"tries": job.cursor["tries"]})
    told = {"bytes_scanned": found[0].scanned, "lake_ms": found[0].milliseconds}
    rows = list(asking.rows(found[0].execution_id))
    return job.finished(now, counts=told, cursor=_answer(rows, job.cursor["shown"]))


def _preview(job: Job, now: datetime) -> Preview:
    condition = condition_of(job.asked["condition"])
    frame = mall.frame(date.fromisoformat(job.asked["as_of"]), now, [condition])
    return preview_query(condition, frame, SAMPLE)


def _shown(preview: Preview) -> dict[str, Any]:
    return {name: {"condition": dict(one.leaf), "unit": one.unit} for name, one in preview.shown.items()}


def _answer(rows: Sequence[Mapping[str, str]], shown: Mapping[str, Any]) -> dict[str, Any]:
    figures = [{**told, "column": name} for name, told in shown.items()]
    sample = [{"member_id": row["member_id"], "values": [row[name] for name in shown]} for row in rows]
    return {"size": int(rows[0]["size"]) if rows else 0, "figures": figures, "sample": _fitting(sample)}


def _fitting(sample: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return as many members of a sample as the job's row holds: what somebody likes may be long."""
    sizes = accumulate(len(json.dumps(one, ensure_ascii=False).encode()) for one in sample)
    return [one for one, size in zip(sample, sizes, strict=True) if size <= MOST_BYTES]


def _of_list(list_id: str) -> dict[str, Any]:
    size, sample = 0, list[dict[str, Any]]()
    for standing in finding.listed("", list_id):
        size += 1
        if len(sample) < SAMPLE:
            sample.append({"member_id": standing.member_id, "values": []})
    return {"size": size, "figures": [], "sample": sample}
