"""Gives each of many members one coupon of a template, and reports who got none and why (requirements C2).

The coupon's code is a function of the job and the member: a run that was killed finds the coupons it issued and
counts them once, with the checkpoint it had not reached.
"""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from functions.coupons.callers import Caller
from functions.coupons.issuing import issue_coupon
from loyalty import exports
from loyalty.coupons import issue
from loyalty.coupons.coupon import Way
from loyalty.coupons.issue import Wish
from loyalty.errors import BusyError, LoyaltyError
from loyalty.jobs import Job, Jobs
from loyalty.types import MemberId, Origin

BLOCK = 50
"""Members between two checkpoints."""


class Standing(StrEnum):
    """What became of a member: `known` is one the list names twice."""

    ISSUED = "issued"
    KNOWN = "known"
    REFUSED = "refused"


def step(jobs: Jobs, job: Job, now: datetime) -> Job:
    """Give the next block of members their coupons, or, when all had their turn, write the report."""
    members, refused = job.asked["members"], job.cursor.get("refused", [])
    if job.done == len(members):
        exports.write(jobs, job, ("member_id", "code"), refused)
        return job.finished(now, asked={}, cursor={})
    counts = Counter(job.counts)
    block = range(job.done, min(job.done + BLOCK, len(members)))
    for number in block:
        standing, reason = _given(job, number, now)
        counts[standing] += 1
        refused = [*refused, [members[number], reason]] if reason else refused
    return replace(job.moved(len(block)), counts=dict(counts), cursor={"refused": refused})


def _given(job: Job, number: int, now: datetime) -> tuple[Standing, str]:
    """Give one member a coupon and return what became of it, with the reason of a refusal."""
    members = job.asked["members"]
    member = members[number]
    if members.index(member) < number:
        return Standing.KNOWN, ""
    wish = Wish(job.owner, MemberId(member), Way.PUSH, issue.code_for(Way.PUSH, job.job_id, member))
    try:
        issue_coupon(wish, Caller(f"staff:{job.created_by}", Origin.STAFF, job.correlation_id, now))
    except BusyError:
        raise
    except LoyaltyError as refusal:
        return Standing.REFUSED, refusal.code
    return Standing.ISSUED, ""
