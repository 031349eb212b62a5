"""One complaint is heard: does it join a finding, open one, or wait for others? (requirements S4, D4). Pure.

a finding is open ──────────────> joins it
it was closed after this was said ──> belongs to that one; its member is told, if members are
a low score, or staff ──────────> opens one, with those who waited
words alone, and they recur ────> opens one, with those who waited
words alone ────────────────────> waits
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from functions.survey.findings import finding_concern
from functions.survey.findings.departments import Filing
from functions.survey.findings.finding import By, Finding, FindingState, Opening, joined, opened
from functions.survey.findings.finding_concern import Concern
from functions.survey.findings.finding_subject import Subject, Waiting, Watch
from loyalty.clock import iso

SURVEY = "survey"


@dataclass(frozen=True, slots=True)
class Report:
    """A complaint as it is heard: one answer on one subject, or what staff took down.

    Attributes:
        mark: under which the answer is filed once, whatever the deliveries.
        opens: whether it is a finding by itself.
        department, owner, due_on: what staff said of its filing.
    """

    answer_id: str
    mark: str
    subject: Subject
    said_at: str
    source: str
    origin: str
    opens: bool
    by: By
    member_id: str | None = None
    text: str | None = None
    department: str | None = None
    owner: str | None = None
    due_on: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read to decide.

    Attributes:
        finding: the open finding, or the closed one that this belongs to.
        member_id: who gave the answer, as its row says now; `known`: whether the finding knows them.
        waiting: whose the answers are that wait.
    """

    watch: Watch
    finding: Finding | None = None
    member_id: str | None = None
    known: bool = False
    waiting: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is to be written.

    Attributes:
        members: those the finding did not know, and when they were told, if they were.
        watch: the subject's next version, where it changes.
    """

    finding: Finding | None = None
    concerns: tuple[Concern, ...] = ()
    members: tuple[tuple[str, str | None], ...] = ()
    watch: Watch | None = None
    is_new: bool = False


def filed(report: Report, reading: Reading, filing: Filing, today: date) -> Outcome:
    """Return what becomes of a complaint."""
    said = Waiting(report.answer_id, report.said_at)
    if reading.finding is not None:
        return _attached(report, reading, reading.finding)
    if report.opens or reading.watch.recurs(said, filing.recurring):
        return _opened(report, reading, filing, today)
    return Outcome(watch=reading.watch.waited(said))


def finding_id_for(report: Report) -> str:
    """Return the id of the finding that a complaint opens."""
    return hashlib.sha256(f"finding\n{report.subject.key}\n{report.answer_id}".encode()).hexdigest()[:24]


def _attached(report: Report, reading: Reading, finding: Finding) -> Outcome:
    member_id, now = reading.member_id, report.by.now
    is_stranger = member_id is not None and not reading.known
    concern = _concern(report, finding, member_id)
    if is_stranger and finding.state is FindingState.RESOLVED and finding.published:
        concern = replace(finding_concern.told(concern, finding, now, report.by.trace), version=1)
    return Outcome(
        finding=joined(finding, (report.said_at,), int(is_stranger), now),
        concerns=(concern,),
        members=((member_id, concern.told_at),) if member_id and is_stranger else (),
    )


def _opened(report: Report, reading: Reading, filing: Filing, today: date) -> Outcome:
    opening = Opening(
        finding_id=finding_id_for(report),
        subject=report.subject,
        source=report.source,
        origin=report.origin,
        by=report.by,
        department=report.department,
        owner=report.owner,
        due_on=report.due_on,
        follows=reading.watch.last_id,
    )
    finding = opened(opening, filing, today)
    waited = reading.watch.near(report.said_at, filing.recurring)
    concerns = (
        *(_waited(one, report, finding, reading.waiting.get(one.answer_id)) for one in waited),
        _concern(report, finding, reading.member_id),
    )
    members = dict.fromkeys(concern.member_id for concern in concerns if concern.member_id)
    return Outcome(
        finding=joined(finding, tuple(concern.said_at for concern in concerns), len(members), report.by.now),
        concerns=concerns,
        members=tuple((member_id, None) for member_id in members),
        watch=reading.watch.opened(finding.finding_id),
        is_new=True,
    )


def _concern(report: Report, finding: Finding, member_id: str | None) -> Concern:
    return Concern(
        finding_id=finding.finding_id,
        answer_id=report.answer_id,
        source=report.source,
        origin=report.origin,
        said_at=report.said_at,
        at=iso(report.by.now),
        member_id=member_id,
        text=report.text,
        taken_by=report.by.actor if report.source != SURVEY else None,
        correlation_id=report.by.trace,
    )


def _waited(one: Waiting, report: Report, finding: Finding, member_id: str | None) -> Concern:
    """Return the concern of an answer that waited: all of them are answers."""
    heard = replace(report, answer_id=one.answer_id, said_at=one.at, source=SURVEY, text=None)
    return _concern(heard, finding, member_id)
