"""What findings are about, and when complaints in words have become a finding (requirement S4). Pure.

A score so low that somebody must look opens a finding at once. Words alone open one when they recur: so many answers
complain of the same, at the same tenant, within so many days. Until then the subject's row remembers which they were.
After a resolution, one complaint is enough for as many days: the improvement did not hold.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from functions.survey.findings.departments import Recurring

OTHER = "other"
"""The subject of what nobody could name: each a case of its own, so strangers never share a finding."""
MOST_WAITING = 40
"""How many answers a subject remembers: all of them may have to be attached in one transaction of 100 items."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A dimension, an aspect or a complaint, at one tenant or in the mall; `case` tells single cases apart."""

    code: str
    tenant_id: str | None = None
    case: str | None = None

    @property
    def key(self) -> str:
        """The subject as one text."""
        tenant = f"@{self.tenant_id}" if self.tenant_id else ""
        return f"{self.code}{tenant}" + (f"#{self.case}" if self.case else "")


@dataclass(frozen=True, slots=True)
class Waiting:
    """An answer that complained and has no finding yet; `at` is when it was given."""

    answer_id: str
    at: str


@dataclass(frozen=True, slots=True)
class Watch:
    """What is known of a subject: its open finding, or who complained so far.

    Attributes:
        finding_id: the open finding; None: there is none.
        last_id, last_closed_at: the finding that was closed last, and when; `improved`: by a resolution.
        version: 0 before the first writing.
    """

    subject: str
    finding_id: str | None = None
    waiting: tuple[Waiting, ...] = ()
    last_id: str | None = None
    last_closed_at: str | None = None
    improved: bool = False
    version: int = 0

    def is_settled(self, at: str) -> bool:
        """Tell whether what was said at an instant belongs to the finding that was closed after it."""
        return self.finding_id is None and self.last_closed_at is not None and at <= self.last_closed_at

    def near(self, at: str, rule: Recurring) -> tuple[Waiting, ...]:
        """Return the answers that wait and were given so few days before or after an instant."""
        return tuple(one for one in self.waiting if _apart(one.at, at) <= timedelta(days=rule.within_days))

    def recurs(self, said: Waiting, rule: Recurring) -> bool:
        """Tell whether with one more complaint there is a finding."""
        within = timedelta(days=rule.within_days)
        if self.improved and self.last_closed_at and _apart(said.at, self.last_closed_at) <= within:
            return True
        times = sorted([said.at, *(one.at for one in self.near(said.at, rule))])
        spans = zip(times, times[rule.complaints - 1 :], strict=False)
        return any(_apart(first, last) <= within for first, last in spans)

    def waited(self, said: Waiting) -> "Watch":
        """Return the subject with one more answer waiting; the oldest are forgotten when there are too many."""
        waiting = sorted((*self.waiting, said), key=lambda one: (one.at, one.answer_id))[-MOST_WAITING:]
        return replace(self, waiting=tuple(waiting), version=self.version + 1)

    def opened(self, finding_id: str) -> "Watch":
        """Return the subject with an open finding; nobody waits any more."""
        return replace(self, finding_id=finding_id, waiting=(), version=self.version + 1)

    def closed(self, closed_at: str, *, improved: bool) -> "Watch":
        """Return the subject after its open finding was closed."""
        return replace(
            self,
            finding_id=None,
            last_id=self.finding_id,
            last_closed_at=closed_at,
            improved=improved,
            version=self.version + 1,
        )


def _apart(one: str, other: str) -> timedelta:
    return abs(datetime.fromisoformat(one) - datetime.fromisoformat(other))
