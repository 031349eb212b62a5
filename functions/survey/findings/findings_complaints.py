"""A complaint that staff take down: understood, and filed like an answer that speaks for itself (requirement D4)."""

import hashlib
from datetime import datetime

from functions.survey.findings import findings
from functions.survey.findings.departments import Filing
from functions.survey.findings.finding import By
from functions.survey.findings.finding_filing import Report
from functions.survey.findings.finding_models import FindingRequest
from functions.survey.findings.finding_subject import OTHER, Subject
from functions.survey.findings.findings import Filed
from functions.survey.findings.findings_work import UnknownDepartmentError
from functions.survey.understanding.analysis import Sentiment, analyse
from loyalty import account_store, dynamo
from loyalty.attempts import Plan
from loyalty.clock import iso
from loyalty.errors import UnknownMemberError
from loyalty.types import Origin, Status

MARK = "request"


def take_down(body: FindingRequest, key: str, filing: Filing, by: By, now: datetime) -> tuple[Plan[Filed], str]:
    """File a complaint once per person and key; return what became of it, and its id.

    Raises:
        UnknownMemberError, UnknownDepartmentError, IdempotencyKeyReusedError, BusyError.
    """
    if body.department is not None and filing.department(body.department) is None:
        raise UnknownDepartmentError(department=body.department)
    _require_member(body.member_id)
    concern_id = "staff-" + hashlib.sha256("\n".join((MARK, by.actor, key)).encode()).hexdigest()[:24]
    report = Report(
        answer_id=concern_id,
        mark=MARK,
        subject=_subject(body, concern_id),
        said_at=iso(now),
        source=body.source.value,
        origin=Origin.STAFF.value,
        opens=True,
        by=by,
        member_id=body.member_id,
        text=body.text,
        department=body.department,
        owner=body.owner,
        due_on=body.due_on.isoformat() if body.due_on else None,
    )
    return findings.file(report, filing, now), concern_id


def _subject(body: FindingRequest, concern_id: str) -> Subject:
    """Return what it is about: as staff say; else the gravest complaint of the words, or what they are about."""
    code = body.subject_code or next(iter(_understood(body.text)), OTHER)
    return Subject(code, body.tenant_id, concern_id if code == OTHER else None)


def _understood(text: str) -> tuple[str, ...]:
    """Return what words complain of, the gravest first; nothing for a plain wish, such as to be called back."""
    found = analyse(text)
    return (*found.complaints, *(found.aspects if found.sentiment is Sentiment.NEGATIVE else ()))


def _require_member(member_id: str | None) -> None:
    if member_id is None:
        return
    row = dynamo.get(account_store.table(), {"member_id": member_id})
    if row is None or row.get("status") == Status.ERASED:
        raise UnknownMemberError
