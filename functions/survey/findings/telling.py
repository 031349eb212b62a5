"""Tells the members whose answers asked for it what was improved: a job, each member once per finding (S4).

    the finding is resolved ──> job `improvements` ──> its concerns, page by page ──> each member's concern: told

A member is told by the transaction that marks them as told, so a page that is done again tells nobody twice. Whoever
was told stays told: a finding that was reopened and resolved again speaks only to those who joined it since.
"""

from collections import Counter
from dataclasses import replace
from datetime import datetime

from functions.survey.findings import finding_concern, findings_reading
from functions.survey.findings import finding_rows as rows
from functions.survey.findings.finding import Finding
from functions.survey.findings.finding_concern import Concern
from loyalty import attempts, dynamo
from loyalty.account_store import table as accounts_table
from loyalty.attempts import Plan
from loyalty.clock import iso, utc_now
from loyalty.dynamo import Item
from loyalty.jobs import Job, Jobs, job_id_for
from loyalty.surveys.settings import table
from loyalty.types import Status

TASK = "improvements"
PAGE = 25
"""Concerns between two checkpoints."""
TOLD, KNOWN, NOBODY = "told", "known", "nobody"
"""What becomes of a concern: its member is told, was told before, or is not known (any more)."""


def begin(finding: Finding, login: str, trace: str, now: datetime) -> Job | None:
    """Put the work on the queue, once per resolution; None where there is nobody to tell or nothing to be told."""
    if not (finding.published and finding.members):
        return None
    asked = {"resolution": finding.resolutions}
    job = Job(
        job_id=job_id_for(TASK, finding.finding_id, "", str(finding.resolutions)),
        task=TASK,
        owner=finding.finding_id,
        created_by=login,
        created_at=iso(now),
        asked=asked,
        correlation_id=trace,
    )
    return Jobs(table(), "survey_id", "exports/surveys").begin(job, asked)[0]


def step(job: Job) -> Job:
    """Tell the members of the next page of concerns and return the job after it; it may be done again."""
    now = utc_now()
    finding = rows.finding_of(dynamo.get(table(), rows.finding_key(job.owner), consistent=True))
    if finding is None or not finding.published or finding.resolutions != job.asked["resolution"]:
        return job.finished(now)  # reopened meanwhile: what is not true any more is told to nobody else
    concerns, following = findings_reading.concerns(finding.finding_id, job.cursor.get("after"), PAGE)
    members = _who_may_be_told(concerns)
    counts = Counter(job.counts)
    for concern in concerns:
        may = concern.member_id in members
        counts[_told(concern, finding, job, now) if may else NOBODY] += 1
    moved = replace(job.moved(len(concerns)), counts=dict(counts))
    return replace(moved, cursor={"after": following}) if following else moved.finished(now, cursor={})


def _told(concern: Concern, finding: Finding, job: Job, now: datetime) -> str:
    """Tell the member of one concern, unless they were told."""
    member_id = str(concern.member_id)

    def load(_certain: bool) -> tuple[Item | None, Item | None]:
        keys = (rows.concern_key(finding.finding_id, concern.answer_id), rows.member_key(finding.finding_id, member_id))
        row, member = dynamo.batch_get(*((table(), key) for key in keys), consistent=True)
        return row, member

    def decide(found: tuple[Item | None, Item | None]) -> Plan[str]:
        row, member = found
        if row is None or "member_id" not in row:
            return Plan(NOBODY)
        if member is None or "told_at" in member:
            return Plan(KNOWN)
        after = finding_concern.told(rows.concern_of(row), finding, now, job.correlation_id)
        mark = rows.member_part(finding.finding_id, member_id, after.told_at, known=True)
        return Plan(TOLD, (rows.concern_part(after), mark))

    return attempts.settle(load, decide).answer


def _who_may_be_told(concerns: list[Concern]) -> frozenset[str]:
    """Return the members of these concerns who have not left."""
    members = list(dict.fromkeys(concern.member_id for concern in concerns if concern.member_id))
    if not members:
        return frozenset()
    accounts = dynamo.batch_get(
        *((accounts_table(), {"member_id": member_id}) for member_id in members), consistent=True
    )
    staying = (member for member, row in zip(members, accounts, strict=True) if row and not _has_left(row))
    return frozenset(staying)


def _has_left(account: Item) -> bool:
    return bool(account.get("status") == Status.ERASED)
