"""Somebody's concern in a finding: one answer or complaint attached to it (requirements S4, D4). Pure.

The words of an answer stay with the answer; those of a complaint that staff took down are here, and in no event or log.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from functions.survey.findings.finding import Finding
from loyalty.clock import iso
from loyalty.types import Origin

ANNOUNCED = "ImprovementAnnounced"


@dataclass(frozen=True, slots=True)
class Concern:
    """One answer or complaint attached to a finding.

    Attributes:
        answer_id: the answer's id, or the id staff's complaint was given.
        said_at: when it was given; `at`: when this version was written.
        member_id: who gave it; None: not known, or erased.
        text: what was said to staff, in its words.
        taken_by: the login of the staff who took it down.
        told_at: when the member was told what was improved; the facts of that event stand beside it.
    """

    finding_id: str
    answer_id: str
    source: str
    origin: str
    said_at: str
    at: str
    member_id: str | None = None
    text: str | None = None
    taken_by: str | None = None
    version: int = 1
    happened: tuple[str, ...] = ()
    told_at: str | None = None
    subject_code: str | None = None
    text_zh: str | None = None
    text_en: str | None = None
    resolved_on: str | None = None
    correlation_id: str = ""


def told(concern: Concern, finding: Finding, now: datetime, trace: str) -> Concern:
    """Return the concern of a member who is told what was improved; it means the event that tells them.

    Raises:
        ValueError: if nothing was published of the finding.
    """
    if not finding.published or finding.public_zh is None:
        raise ValueError("nothing was published")
    return replace(
        concern,
        version=concern.version + 1,
        happened=(ANNOUNCED,),
        at=iso(now),
        told_at=iso(now),
        subject_code=finding.subject_code,
        text_zh=finding.public_zh,
        text_en=finding.public_en,
        resolved_on=finding.resolved_on,
        origin=Origin.STAFF.value,
        correlation_id=trace,
    )


def forgotten(concern: Concern, now: datetime) -> Concern:
    """Return the concern without the member and their words; that somebody complained stays."""
    return replace(concern, version=concern.version + 1, happened=(), at=iso(now), member_id=None, text=None)
