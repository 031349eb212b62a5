"""How findings are shown to staff, and to everybody (requirement S4). Members and words: to operators only."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import ConfigDict

from functions.survey.findings import finding_measures
from functions.survey.findings.departments import Filing
from functions.survey.findings.finding import Finding, FindingState
from functions.survey.findings.finding_concern import Concern
from functions.survey.findings.finding_labels import label_of
from functions.survey.findings.finding_models import EXAMPLE_FINDING_ID, SurveySettingsRequest
from functions.survey.findings.finding_rows import Note
from loyalty.dynamo import Item
from loyalty.http import Answer

_EXAMPLE: dict[str, Any] = {
    "finding_id": EXAMPLE_FINDING_ID,
    "subject_code": "parking.payment",
    "subject": "停车缴费或减免失败",
    "tenant_id": None,
    "department": "facilities",
    "department_name": "工程物业部",
    "owner": "ling",
    "due_on": "2026-11-29",
    "is_overdue": False,
    "state": "in_progress",
    "version": 4,
    "source": "survey",
    "answers": 3,
    "members": 2,
    "first_seen": "2026-11-20T01:30:00.000Z",
    "last_seen": "2026-11-22T01:30:00.000Z",
    "follows": None,
    "public_zh": None,
    "public_en": None,
    "published": False,
    "resolved_on": None,
}
_SETTINGS: dict[str, Any] = {
    **SurveySettingsRequest(version=0).model_dump(mode="json"),
    "version": 1,
    "changed_by": "staff-0001",
    "changed_at": "2026-11-02T01:30:00.000Z",
}


class FindingAnswer(Answer):
    """A finding; `answers` are attached to it, of so many known `members`."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    finding_id: str
    subject_code: str
    subject: str
    tenant_id: str | None
    department: str
    department_name: str
    owner: str | None
    due_on: str
    is_overdue: bool
    state: FindingState
    version: int
    source: str
    answers: int
    members: int
    first_seen: str
    last_seen: str
    follows: str | None
    public_zh: str | None
    public_en: str | None
    published: bool
    resolved_on: str | None


class FindingsAnswer(Answer):
    """A page of findings."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_EXAMPLE], "next": None}]})

    items: tuple[FindingAnswer, ...]
    next: str | None


class FiledAnswer(FindingAnswer):
    """The finding a complaint was filed under; `joined`: it was open before. `concern_id` is the complaint in it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_EXAMPLE, "joined": True, "concern_id": "staff-1"}]})

    joined: bool
    concern_id: str


class FindingNote(Answer):
    """What staff wrote."""

    text: str
    member_id: str | None
    outcome: str | None


class FindingStep(Answer):
    """One step of a finding's history; `to` says what changed, `note` what staff wrote (operators only)."""

    at: str
    actor: str
    what: str
    to: dict[str, str]
    note: FindingNote | None


class ConcernAnswer(Answer):
    """An answer or complaint attached to a finding; member and words are for operators only.

    Very long words are cut where a page holds many concerns: a smaller `limit` shows them whole.
    """

    concern_id: str
    source: str
    said_at: str
    told_at: str | None
    member_id: str | None
    texts: tuple[str, ...]


class FindingMeasure(Answer):
    """How the subject stood between two days: mean score in hundredths over `n` scores, complaints of all answers.

    `is_hidden`: fewer than five answered, so nothing of it is told.
    """

    first_day: str
    last_day: str
    is_hidden: bool
    n: int | None
    mean_x100: int | None
    complaints: int | None
    answers: int | None


class FindingDetail(FindingAnswer):
    """A finding with its history and a page of its concerns; resolved, how its subject stood before and stands since.

    The history keeps the latest 200 steps; `history_dropped` tells how many older ones are gone.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **_EXAMPLE,
                    "history": [
                        {"at": _EXAMPLE["first_seen"], "actor": "survey", "what": "opened", "to": {}, "note": None}
                    ],
                    "history_dropped": 0,
                    "concerns": [
                        {
                            "concern_id": "2J7oIhWm0kzT",
                            "source": "survey",
                            "said_at": _EXAMPLE["first_seen"],
                            "told_at": None,
                            "member_id": "m_5cDq8ZkP2w",
                            "texts": ["缴费机坏了"],
                        }
                    ],
                    "next": None,
                    "before": None,
                    "after": None,
                }
            ]
        }
    )

    history: tuple[FindingStep, ...]
    history_dropped: int
    concerns: tuple[ConcernAnswer, ...]
    next: str | None
    before: FindingMeasure | None
    after: FindingMeasure | None


class DepartmentAnswer(Answer):
    """A department."""

    code: str
    name_zh: str
    name_en: str
    owner: str | None
    due_days: int


class RecurringAnswer(Answer):
    """When words alone open a finding."""

    complaints: int
    within_days: int


class SurveySettingsAnswer(Answer):
    """The settings of surveys; `version` 0: nobody has changed them yet."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SETTINGS]})

    version: int
    fatigue_days: int
    quiet_from: str
    quiet_until: str
    late_hours: int
    departments: tuple[DepartmentAnswer, ...]
    filed_to: dict[str, str]
    default_department: str
    recurring: RecurringAnswer
    changed_by: str | None = None
    changed_at: str | None = None


def settings_answer(row: Item | None) -> SurveySettingsAnswer:
    """Return the settings a row holds; what it does not say is as it is by default."""
    defaults = SurveySettingsRequest(version=0).model_dump(mode="json")
    return SurveySettingsAnswer.model_validate({**defaults, **(row or {})})


def shown(finding: Finding, filing: Filing, today: date, language: str) -> dict[str, Any]:
    """Return what every kind of answer tells of a finding."""
    department = filing.department(finding.department)
    names = (department.name_zh, department.name_en) if department else (finding.department, finding.department)
    return {
        **{name: getattr(finding, name, None) for name in FindingAnswer.model_fields},
        "subject": label_of(finding.subject_code, language),
        "department_name": names[1] if language == "en" else names[0],
        "is_overdue": finding.is_overdue(today),
    }


def step_answer(step: Mapping[str, Any], notes: Mapping[str, Note]) -> FindingStep:
    """Return a step of the history, with what staff wrote where that is shown."""
    note = notes.get(step.get("note_id", ""))
    return FindingStep(
        at=step["at"],
        actor=step["actor"],
        what=step["what"],
        to=step.get("to", {}),
        note=FindingNote(text=note.text, member_id=note.member_id, outcome=note.outcome) if note else None,
    )


def concern_answer(concern: Concern, texts: tuple[str, ...], *, personal: bool) -> ConcernAnswer:
    """Return a concern; the member and the words only where persons may be seen."""
    return ConcernAnswer(
        concern_id=concern.answer_id,
        source=concern.source,
        said_at=concern.said_at,
        told_at=concern.told_at,
        member_id=concern.member_id if personal else None,
        texts=texts if personal else (),
    )


def measure_answer(measured: Mapping[str, Any] | None) -> FindingMeasure | None:
    """Return a measure, hidden where too few answered; None where there is none."""
    if not measured:
        return None
    days = {name: measured[name] for name in ("first_day", "last_day")}
    if finding_measures.is_shown(measured):
        scored = {"mean_x100": measured["mean_x100"] if measured["n"] else None}
        return FindingMeasure(**{**measured, **scored, "is_hidden": False})
    return FindingMeasure(**days, is_hidden=True, n=None, mean_x100=None, complaints=None, answers=None)
