"""What staff do with a finding: change it, note something, resolve it, reopen it (requirements S4, D4).

Each is one transaction over the version that was read: the finding, what is known of its subject, what is public.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from functions.survey.findings import finding_measures
from functions.survey.findings import finding_rows as rows
from functions.survey.findings.departments import Filing
from functions.survey.findings.finding import By, Finding, FindingState, Improvement, changed, reopened, resolved
from functions.survey.findings.finding_rows import Note, Part
from functions.survey.findings.finding_subject import Watch
from loyalty import attempts, dynamo
from loyalty.attempts import Plan
from loyalty.clock import iso, local_date
from loyalty.errors import ConflictError, IdempotencyKeyReusedError, NotFoundError, RuleError
from loyalty.offers import ChangedMeanwhileError
from loyalty.settings import time_zone
from loyalty.surveys.settings import table


class UnknownDepartmentError(RuleError):
    """The mall has no department of that code."""

    code = "unknown_department"
    zh = "没有代码为 {department} 的部门。"
    en = "There is no department {department}."


class FindingFollowedError(ConflictError):
    """A newer finding of the same subject is open: `finding_id`."""

    code = "finding_followed"
    zh = "同一主题已有更新的问题（{finding_id}）在处理中。"
    en = "A newer finding of the same subject is open: {finding_id}."


@dataclass(frozen=True, slots=True)
class Wish:
    """What is written of somebody's words: a note, with whom they spoke, and how it ended."""

    text: str | None = None
    member_id: str | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class _Standing:
    finding: Finding
    watch: Watch


def read(finding_id: str) -> Finding:
    """Return a finding as it is now.

    Raises:
        NotFoundError: if there is none.
    """
    found = rows.finding_of(dynamo.get(table(), rows.finding_key(finding_id), consistent=True))
    if found is None:
        raise NotFoundError
    return found


def change(
    finding_id: str, version: int, changes: Mapping[str, Any], reason: str | None, filing: Filing, by: By
) -> Plan[Finding]:
    """Change who works on a finding, until when, and whether at all.

    Raises:
        NotFoundError, ChangedMeanwhileError, FindingStateError, UnknownDepartmentError.
    """
    if changes.get("department") is not None and filing.department(changes["department"]) is None:
        raise UnknownDepartmentError(department=changes["department"])

    def decide(standing: _Standing) -> Plan[Finding]:
        finding = standing.finding
        if finding.request == by.request and finding.version > version:
            return Plan(finding, replayed=True)
        if finding.version != version:
            raise ChangedMeanwhileError(version=finding.version)
        note = _note(finding, by, "dismissed", Wish(reason)) if reason else None
        after = changed(finding, changes, by, note.note_id if note else None)
        closing = () if after.is_open else (_closed(standing.watch, after),)
        return Plan(after, (rows.finding_part(after), *_noted(note), *closing))

    return _settled(finding_id, decide)


def note(finding_id: str, key: str, wish: Wish, by: By) -> Plan[Finding]:
    """Keep what staff wrote, such as how a call with a member went; once per key.

    Raises:
        NotFoundError, IdempotencyKeyReusedError.
    """
    note_id = _hash("note", finding_id, by.actor, key)

    def decide(standing: _Standing) -> Plan[Finding]:
        found = rows.note_of(dynamo.get(table(), rows.note_key(finding_id, note_id), consistent=True))
        if found is not None:
            if found.request != by.request:
                raise IdempotencyKeyReusedError
            return Plan(standing.finding, replayed=True)
        # A note must not hide the last wish: whoever repeats a resolution after it is still told that it was made.
        after = replace(standing.finding.moved(by, "noted", note_id), request=standing.finding.request)
        new = Note(finding_id, note_id, "noted", by.actor, iso(by.now), wish.text or "", by.request, wish.member_id,
                   wish.outcome)  # fmt: skip
        return Plan(after, (rows.finding_part(after), rows.note_part(new)))

    return _settled(finding_id, decide)


def resolve(
    finding_id: str, zh: str | None, en: str | None, wish: Wish, filing: Filing, by: By, *, publish: bool
) -> Plan[Finding]:
    """Resolve a finding and, unless it is told not to, publish what was improved.

    Raises:
        NotFoundError, FindingStateError.
    """
    today = local_date(by.now, time_zone())
    told = Improvement(zh, en, publish, finding_measures.before(read(finding_id).subject, today))

    def decide(standing: _Standing) -> Plan[Finding]:
        return _resolved(standing, told, wish, today, filing, by)

    return _settled(finding_id, decide)


def reopen(finding_id: str, reason: str, by: By) -> Plan[Finding]:
    """Open a finding again that was resolved or dismissed; what was published of it is withdrawn.

    Raises:
        NotFoundError, FindingStateError.
        FindingFollowedError: if another finding of its subject has been opened since.
    """

    def decide(standing: _Standing) -> Plan[Finding]:
        finding, watch = standing.finding, standing.watch
        if finding.request == by.request and finding.is_open:
            return Plan(finding, replayed=True)
        written = _note(finding, by, "reopened", Wish(reason))
        after = reopened(finding, by, written.note_id)
        if watch.finding_id is not None:
            raise FindingFollowedError(finding_id=watch.finding_id)
        withdrawn = (rows.withdrawn_part(finding_id),) if finding.published else ()
        opened = rows.watch_part(watch.opened(finding_id))
        return Plan(after, (rows.finding_part(after), rows.note_part(written), opened, *withdrawn))

    return _settled(finding_id, decide)


def _resolved(standing: _Standing, told: Improvement, wish: Wish, today: date, filing: Filing, by: By) -> Plan[Finding]:
    finding = standing.finding
    if finding.request == by.request and finding.state is FindingState.RESOLVED:
        return Plan(finding, replayed=True)
    note = _note(finding, by, "resolved", wish) if wish.text else None
    after = resolved(finding, told, today, by, note.note_id if note else None)
    department = filing.department(after.department) or filing.department_for(after.subject_code)
    public = (rows.improvement_part(after, department.name_zh, department.name_en),) if told.published else ()
    return Plan(after, (rows.finding_part(after), *_noted(note), _closed(standing.watch, after), *public))


def _settled(finding_id: str, decide: Callable[[_Standing], Plan[Finding]]) -> Plan[Finding]:
    def load(_certain: bool) -> _Standing:
        finding = read(finding_id)
        row = dynamo.get(table(), rows.watch_key(finding.subject.key), consistent=True)
        return _Standing(finding, rows.watch_of(finding.subject.key, row))

    return attempts.settle(load, decide)


def _closed(watch: Watch, finding: Finding) -> Part:
    improved = finding.state is FindingState.RESOLVED
    return rows.watch_part(watch.closed(finding.closed_at or finding.at, improved=improved))


def _note(finding: Finding, by: By, what: str, wish: Wish) -> Note:
    note_id = _hash(what, finding.finding_id, str(finding.version))
    return Note(finding.finding_id, note_id, what, by.actor, iso(by.now), wish.text or "", by.request)


def _noted(note: Note | None) -> tuple[Part, ...]:
    return (rows.note_part(note),) if note else ()


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]
