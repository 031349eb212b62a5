"""How a finding's subject stood before it was resolved, and how it has stood since (requirement S4).

Both are read from figures counted day by day. A period in which fewer than five answered is hidden: a mean of two
says who answered what.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from functions.survey.findings.finding import Finding
from functions.survey.findings.finding_subject import Subject
from functions.survey.reporting import hiding, measure

DAYS_BEFORE = 28
MOST_DAYS_AFTER = 366


def before(subject: Subject, resolved_on: date) -> dict[str, Any]:
    """Return how a subject stood in the four weeks up to the day of its resolution."""
    return _measured(subject, resolved_on - timedelta(days=DAYS_BEFORE - 1), resolved_on)


def after(finding: Finding, today: date) -> dict[str, Any] | None:
    """Return how a resolved finding's subject has stood since the day after; None while there is no such day."""
    if finding.resolved_on is None:
        return None
    resolved_on = date.fromisoformat(finding.resolved_on)
    last = min(today, resolved_on + timedelta(days=MOST_DAYS_AFTER))
    return _measured(finding.subject, resolved_on + timedelta(days=1), last) if last > resolved_on else None


def is_shown(measured: Mapping[str, Any]) -> bool:
    """Tell whether enough people answered: scores where the subject was scored, else answers of any kind."""
    return not hiding.is_hidden(measured["n"] or measured["answers"])


def _measured(subject: Subject, first: date, last: date) -> dict[str, Any]:
    found = measure.dimension_between(None, subject.code, first, last, tenant_id=subject.tenant_id)
    return {
        "first_day": first.isoformat(),
        "last_day": last.isoformat(),
        "n": found.n,
        "mean_x100": found.mean_x100,
        "complaints": found.complaints,
        "answers": found.answers,
    }
