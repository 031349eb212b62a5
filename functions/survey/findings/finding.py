"""A finding: something members complain of, filed to a department until it is resolved (requirement S4, D4). Pure.

    open ──> in_progress ──┬──> resolved ──reopened──> open
      └────────────────────┴──> dismissed ──reopened──┘

Answers join an open finding; each change makes a version, written over exactly the one that was read. The words that
belong to a finding (of members and of staff) are in rows of their own, so that its row stays small.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from functions.survey.findings.departments import Filing
from functions.survey.findings.finding_subject import Subject
from loyalty.clock import iso
from loyalty.errors import ConflictError

OPENED = "FindingOpened"
MOST_HISTORY = 200
"""How many of the latest steps the row keeps; how many older ones are gone stands in `history_dropped`."""


class FindingState(StrEnum):
    """Where a finding stands."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"


WORKED_ON = frozenset({FindingState.OPEN, FindingState.IN_PROGRESS})


class FindingStateError(ConflictError):
    """The finding's `state` does not allow this."""

    code = "finding_state"
    zh = "该问题当前状态（{state}）不允许此操作。"
    en = "The finding's state ({state}) does not allow this."


@dataclass(frozen=True, slots=True)
class By:
    """Who does something, when; `request` tells a repetition from another wish."""

    actor: str
    now: datetime
    request: str
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Improvement:
    """What is told when a finding is resolved: to everybody and to the members concerned, or to nobody.

    `before` is how things stood until then, as `finding_measures` keeps it.
    """

    zh: str | None
    en: str | None
    published: bool
    before: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. Instants are RFC 3339 in UTC, days ISO dates of the mall.

    Attributes:
        answers: how many answers and complaints are attached; `members`: how many known members they come from.
        first_seen, last_seen: when the first and the last of them was given.
        history: the latest steps, oldest first: `{at, actor, what, note_id?, to?}`.
        follows: the finding of the same subject that was closed before.
        resolutions: how often it has been resolved.
        request: the last wish of staff that changed it.
    """

    finding_id: str
    subject_code: str
    department: str
    due_on: str
    source: str
    origin: str
    first_seen: str
    last_seen: str
    at: str
    tenant_id: str | None = None
    case: str | None = None
    owner: str | None = None
    state: FindingState = FindingState.OPEN
    version: int = 1
    happened: tuple[str, ...] = (OPENED,)
    answers: int = 0
    members: int = 0
    history: tuple[Mapping[str, Any], ...] = ()
    history_dropped: int = 0
    follows: str | None = None
    public_zh: str | None = None
    public_en: str | None = None
    published: bool = False
    closed_at: str | None = None
    resolved_on: str | None = None
    resolutions: int = 0
    before: Mapping[str, Any] = field(default_factory=dict)
    request: str | None = None
    correlation_id: str = ""

    @property
    def subject(self) -> Subject:
        """What it is about."""
        return Subject(self.subject_code, self.tenant_id, self.case)

    @property
    def is_open(self) -> bool:
        """Tell whether somebody still has to work on it."""
        return self.state in WORKED_ON

    def is_overdue(self, today: date) -> bool:
        """Tell whether its day has passed without an end."""
        return self.is_open and self.due_on < today.isoformat()

    def moved(self, by: By, what: str, note_id: str | None = None, **changes: Any) -> "Finding":
        """Return the next version, with one more step in its history; it means no event."""
        step = {"at": iso(by.now), "actor": by.actor, "what": what, "note_id": note_id}
        told = {**step, "to": _told(changes)} if what == "changed" else step
        steps = (*self.history, {name: value for name, value in told.items() if value is not None})
        return replace(
            self,
            **changes,
            version=self.version + 1,
            happened=(),
            at=iso(by.now),
            request=by.request,
            correlation_id=by.trace,
            history=steps[-MOST_HISTORY:],
            history_dropped=self.history_dropped + max(0, len(steps) - MOST_HISTORY),
        )


def _told(changes: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in changes.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Opening:
    """How a finding comes to be: about what, through whom, and what staff said of its filing."""

    finding_id: str
    subject: Subject
    source: str
    origin: str
    by: By
    department: str | None = None
    owner: str | None = None
    due_on: str | None = None
    follows: str | None = None


def opened(opening: Opening, filing: Filing, today: date) -> Finding:
    """Return a new finding, filed by configuration where staff did not say otherwise; nothing is attached yet."""
    department = filing.department(opening.department or "") or filing.department_for(opening.subject.code)
    at = iso(opening.by.now)
    return Finding(
        finding_id=opening.finding_id,
        subject_code=opening.subject.code,
        tenant_id=opening.subject.tenant_id,
        case=opening.subject.case,
        department=department.code,
        due_on=opening.due_on or (today + timedelta(days=department.due_days)).isoformat(),
        owner=opening.owner or department.owner,
        source=opening.source,
        origin=opening.origin,
        first_seen=at,
        last_seen=at,
        at=at,
        history=({"at": at, "actor": opening.by.actor, "what": "opened"},),
        follows=opening.follows,
        correlation_id=opening.by.trace,
    )


def joined(finding: Finding, said_at: tuple[str, ...], new_members: int, now: datetime) -> Finding:
    """Return a finding with more answers attached, of so many members it did not know.

    Args:
        said_at: when each answer was given.
    """
    seen = said_at if not finding.answers else (*said_at, finding.first_seen, finding.last_seen)
    attached = replace(
        finding,
        answers=finding.answers + len(said_at),
        members=finding.members + new_members,
        first_seen=min(seen),
        last_seen=max(seen),
    )
    if not finding.answers:
        return attached
    return replace(attached, version=finding.version + 1, happened=(), at=iso(now))


def changed(finding: Finding, changes: Mapping[str, Any], by: By, note_id: str | None = None) -> Finding:
    """Return a finding with another owner, department, due day or state: taken on, or dismissed with a reason.

    Raises:
        FindingStateError: if it is over.
    """
    _require(finding.is_open, finding)
    closed_at = iso(by.now) if changes.get("state") is FindingState.DISMISSED else None
    return replace(finding.moved(by, "changed", note_id, **changes), closed_at=closed_at)


def resolved(finding: Finding, told: Improvement, today: date, by: By, note_id: str | None = None) -> Finding:
    """Return a finding as resolved.

    Raises:
        FindingStateError: if it is over.
    """
    _require(finding.is_open, finding)
    return finding.moved(
        by,
        "resolved",
        note_id,
        state=FindingState.RESOLVED,
        public_zh=told.zh,
        public_en=told.en,
        published=told.published,
        before=told.before,
        closed_at=iso(by.now),
        resolved_on=today.isoformat(),
        resolutions=finding.resolutions + 1,
    )


def reopened(finding: Finding, by: By, note_id: str | None = None) -> Finding:
    """Return a finding that is over as open again; what was published of it is public no longer.

    Raises:
        FindingStateError: if it is not over.
    """
    _require(not finding.is_open, finding)
    return finding.moved(
        by, "reopened", note_id, state=FindingState.OPEN, published=False, closed_at=None, resolved_on=None
    )


def _require(allowed: bool, finding: Finding) -> None:
    if not allowed:
        raise FindingStateError(state=finding.state.value)
