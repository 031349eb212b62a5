"""The rows of findings in the surveys table: keys, indexes, and the conditional writes of each.

row                       key (`survey_id`, `kind`)
a finding                 `finding/<id>`, `finding`              index by_shelf: `findings/open` by due day, `findings/closed`
a concern in it           `finding/<id>`, `concern/<answer_id>`  index by_member, so that erasure finds it
a member known to it      `finding/<id>`, `member/<hash>`        counts members once, and tells each once
a note of staff on it     `finding/<id>`, `note/<id>`            index by_member where it is about a member
what is open of a subject `open/<subject>`, `finding`
an answer that was filed  `filed/<answer_id>`, `<subject>`       whatever the deliveries, once per subject; kept 400 days
what was improved         `improvement/<id>`, `improvement`      index by_shelf `improvements`; nothing in it but public words
"""  # noqa: E501 - a table

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from functions.survey.findings.finding import Finding, FindingState
from functions.survey.findings.finding_concern import Concern
from functions.survey.findings.finding_subject import Waiting, Watch
from loyalty.dynamo import Item, to_item
from loyalty.surveys.settings import table

FINDING, CONCERN, NOTE, IMPROVEMENT = "finding", "concern/", "note/", "improvement"
OPEN_SHELF, CLOSED_SHELF, IMPROVEMENTS_SHELF = "findings/open", "findings/closed", "improvements"
MARKS_KEPT = timedelta(days=400)
"""Longer than any queue, dead-letter queue or republished period keeps an event."""

Part = Mapping[str, Any]
Key = dict[str, str]


@dataclass(frozen=True, slots=True)
class Note:
    """What staff wrote about a finding: `what` is the step it belongs to, `outcome` how a call ended."""

    finding_id: str
    note_id: str
    what: str
    by: str
    at: str
    text: str
    request: str
    member_id: str | None = None
    outcome: str | None = None


def finding_key(finding_id: str) -> Key:
    """Return the key of a finding."""
    return {"survey_id": f"finding/{finding_id}", "kind": FINDING}


def concern_key(finding_id: str, answer_id: str) -> Key:
    """Return the key of a concern."""
    return {"survey_id": f"finding/{finding_id}", "kind": f"{CONCERN}{answer_id}"}


def note_key(finding_id: str, note_id: str) -> Key:
    """Return the key of a note."""
    return {"survey_id": f"finding/{finding_id}", "kind": f"{NOTE}{note_id}"}


def member_key(finding_id: str, member_id: str) -> Key:
    """Return the key of the row that says a finding knows a member; who does not know the id cannot tell whose."""
    known = hashlib.sha256(f"{finding_id}\n{member_id}".encode()).hexdigest()[:32]
    return {"survey_id": f"finding/{finding_id}", "kind": f"member/{known}"}


def watch_key(subject: str) -> Key:
    """Return the key of what is known of a subject."""
    return {"survey_id": f"open/{subject}", "kind": FINDING}


def filed_key(answer_id: str, mark: str) -> Key:
    """Return the key that says an answer was filed under a mark."""
    return {"survey_id": f"filed/{answer_id}", "kind": mark}


def answer_key(answer_id: str) -> Key:
    """Return the key of an answer."""
    return {"survey_id": f"answer/{answer_id}", "kind": "answer"}


def improvement_key(finding_id: str) -> Key:
    """Return the key of what is public of a resolved finding."""
    return {"survey_id": f"{IMPROVEMENT}/{finding_id}", "kind": IMPROVEMENT}


def finding_part(finding: Finding) -> Part:
    """Return the part that writes a finding over exactly the version before it."""
    placed = finding.closed_at or finding.due_on
    row = {
        **finding_key(finding.finding_id),
        **_plain(finding),
        "recorded_at": finding.at,
        "shelf": OPEN_SHELF if finding.is_open else CLOSED_SHELF,
        "placed": f"{placed}/{finding.finding_id}",
    }
    return _over(row, finding.version - 1)


def finding_of(row: Mapping[str, Any] | None) -> Finding | None:
    """Return the finding a row holds."""
    if row is None:
        return None
    known = _known(Finding, row)
    lists = {name: tuple(row.get(name, ())) for name in ("happened", "history")}
    return Finding(**{**known, **lists, "state": FindingState(row["state"])})


def concern_part(concern: Concern) -> Part:
    """Return the part that writes a concern over exactly the version before it."""
    placed = f"{CONCERN}{concern.said_at}/{concern.finding_id}" if concern.member_id else None
    row = {
        **concern_key(concern.finding_id, concern.answer_id),
        **_plain(concern),
        "recorded_at": concern.at,
        "placed": placed,
    }
    # A late answer may be attached and told in one writing: then nothing was there before, whatever its version.
    return _over(row, 0 if concern.told_at and concern.version == 1 else concern.version - 1)


def concern_of(row: Mapping[str, Any]) -> Concern:
    """Return the concern a row holds."""
    return Concern(**{**_known(Concern, row), "happened": tuple(row.get("happened", ()))})


def note_part(note: Note) -> Part:
    """Return the part that writes a note once."""
    placed = f"{NOTE}{note.at}/{note.finding_id}" if note.member_id else None
    return _over({**note_key(note.finding_id, note.note_id), **_plain(note), "placed": placed}, 0)


def note_of(row: Mapping[str, Any] | None) -> Note | None:
    """Return the note a row holds."""
    return Note(**_known(Note, row)) if row else None


def member_part(finding_id: str, member_id: str, told_at: str | None, *, known: bool) -> Part:
    """Return the part that makes a member known to a finding, or told; nobody is told who was told."""
    row = {**member_key(finding_id, member_id), "told_at": told_at}
    condition = "attribute_exists(kind) AND attribute_not_exists(told_at)" if known else "attribute_not_exists(kind)"
    return {"Put": {"TableName": table(), "Item": to_item(row), "ConditionExpression": condition}}


def watch_part(watch: Watch) -> Part:
    """Return the part that writes what is known of a subject over exactly the version before it."""
    return _over({**watch_key(watch.subject), **_plain(watch)}, watch.version - 1)


def watch_of(subject: str, row: Mapping[str, Any] | None) -> Watch:
    """Return what is known of a subject."""
    if row is None:
        return Watch(subject)
    waiting = tuple(Waiting(one["answer_id"], one["at"]) for one in row.get("waiting", ()))
    return Watch(**{**_known(Watch, row), "waiting": waiting})


def filed_part(answer_id: str, mark: str, now: datetime, **facts: str | None) -> Part:
    """Return the part that files an answer under a mark, once."""
    return _over({**filed_key(answer_id, mark), **facts, "ttl": int((now + MARKS_KEPT).timestamp())}, 0)


def improvement_part(finding: Finding, name_zh: str, name_en: str) -> Part:
    """Return the part that makes public what was improved, with the department's names."""
    row = {
        **improvement_key(finding.finding_id),
        "improvement_id": finding.finding_id,
        "subject_code": finding.subject_code,
        "text_zh": finding.public_zh,
        "text_en": finding.public_en,
        "department_zh": name_zh,
        "department_en": name_en,
        "resolved_on": finding.resolved_on,
        "shelf": IMPROVEMENTS_SHELF,
        "placed": f"{finding.closed_at}/{finding.finding_id}",
    }
    return {"Put": {"TableName": table(), "Item": to_item(row)}}


def withdrawn_part(finding_id: str) -> Part:
    """Return the part that takes back what was public of a finding."""
    return {"Delete": {"TableName": table(), "Key": to_item(improvement_key(finding_id))}}


def _over(row: Item, before: int) -> Part:
    put: dict[str, Any] = {"TableName": table(), "Item": to_item(row)}
    if not before:
        return {"Put": {**put, "ConditionExpression": "attribute_not_exists(kind)"}}
    values = to_item({":before": before})
    return {"Put": {**put, "ConditionExpression": "version = :before", "ExpressionAttributeValues": values}}


def _plain(value: Any) -> Item:
    return asdict(value)


def _known(kind: type[Any], row: Mapping[str, Any]) -> Item:
    return {part.name: row[part.name] for part in fields(kind) if part.name in row}
