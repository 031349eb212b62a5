"""An invitation to answer a survey: one value, and every change it can go through. Pure.

    planned ──its delay is over──> open ──answered──> answered
                                    │ announced once, reminded once, never in quiet hours
                                    ├──its time is over──> expired
                                    └──membership erased──> cancelled

Every version says in `happened` which events it means; a version that means none says so too.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from loyalty.clock import iso, local_date
from loyalty.surveys.occasion import Occasion
from loyalty.surveys.running import Running
from loyalty.surveys.settings import Settings

LINK_PATH = "/s/"
"""Where the page for those without the app stands, below the mall's API."""
OFFERED, INVITED, REMINDED, EXPIRED = "SurveyOffered", "SurveyInvited", "SurveyReminded", "SurveyExpired"


class InvitationState(StrEnum):
    """Where an invitation stands."""

    PLANNED = "planned"
    OPEN = "open"
    ANSWERED = "answered"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class AskedBy(StrEnum):
    """Why a member is asked."""

    AT_ONCE = "at_once"
    EVENT = "event"
    SCHEDULE = "schedule"
    LIST = "list"
    STAFF = "staff"


WAITING = frozenset({InvitationState.PLANNED, InvitationState.OPEN})


@dataclass(frozen=True, slots=True)
class Invitation:
    """One member, asked one survey, for one occasion. Instants are RFC 3339 in UTC.

    Attributes:
        token: opens it without a login, once; empty when there is nothing left to open.
        version: 1, 2, 3 ...; every write is over exactly the one before.
        happened: the events that this version means.
        occurred_at: when the occasion was; `invited_at`: when it was decided to ask; `opened_on`: the mall-local
            day it opens, the one it is counted on.
        partial: answers by question that are not complete yet.
        purse, points: what answering brings.
    """

    invitation_id: str
    token: str
    member_id: str
    survey_id: str
    series_id: str
    survey_version: int
    title_zh: str
    state: InvitationState
    way: AskedBy
    origin: str
    occurred_at: str
    invited_at: str
    opens_at: str
    opened_on: str
    expires_at: str
    title_en: str | None = None
    version: int = 1
    happened: tuple[str, ...] = ()
    at: str = ""
    cause: str | None = None
    tenant_id: str | None = None
    about: str | None = None
    tier: str | None = None
    announced_at: str | None = None
    announce_at: str | None = None
    remind_at: str | None = None
    reminded_at: str | None = None
    answered_at: str | None = None
    purse: str = "points"
    points: int = 0
    partial: Mapping[str, Any] = field(default_factory=dict)
    correlation_id: str = ""

    def is_open(self, now: datetime) -> bool:
        """Tell whether it can be answered; the sweep that opens or closes it may be some minutes behind."""
        return self.state in WAITING and self.opens_at <= iso(now) < self.expires_at

    @property
    def due_at(self) -> str | None:
        """The next instant at which the sweep has something to do; None: never."""
        match self.state:
            case InvitationState.PLANNED:
                return self.opens_at
            case InvitationState.OPEN:
                steps = (self.announce_at, self.remind_at, self.expires_at)
                return min(step for step in steps if step is not None)
        return None

    def moved(self, at: datetime, **changes: Any) -> "Invitation":
        """Return the next version; it means no event unless told which."""
        return replace(self, **{"happened": (), "at": iso(at), "version": self.version + 1, **changes})


@dataclass(frozen=True, slots=True)
class Asked:
    """Who decided to ask, in what circumstances."""

    way: AskedBy
    tier: str | None
    now: datetime
    zone_name: str
    correlation_id: str = ""


def invited(token: str, running: Running, occasion: Occasion, rules: Settings, asked: Asked) -> Invitation:
    """Return the first version: open at once, or planned where the survey wants some time to pass."""
    delay = running.trigger.delay_minutes if running.trigger else 0
    opens = max(occasion.at + timedelta(minutes=delay), asked.now) if delay else asked.now
    planned = Invitation(
        invitation_id=invitation_id_of(token),
        token=token,
        member_id=occasion.member_id,
        survey_id=running.survey_id,
        series_id=running.series_id,
        survey_version=running.version,
        title_zh=running.title_zh,
        title_en=running.title_en,
        state=InvitationState.PLANNED,
        way=asked.way,
        origin=occasion.origin,
        occurred_at=iso(occasion.at),
        invited_at=iso(asked.now),
        opens_at=iso(opens),
        opened_on=local_date(opens, asked.zone_name).isoformat(),
        expires_at=iso(opens + timedelta(days=running.open_days)),
        at=iso(asked.now),
        cause=occasion.event or None,
        tenant_id=occasion.tenant_id,
        about=occasion.about,
        tier=asked.tier,
        purse=running.purse,
        points=running.points,
        remind_at=_remind_at(running, rules, opens, asked.zone_name),
        correlation_id=asked.correlation_id,
    )
    return planned if opens > asked.now else replace(opened(planned, rules, asked.now, asked.zone_name), version=1)


def opened(invitation: Invitation, rules: Settings, now: datetime, zone_name: str) -> Invitation:
    """Return a planned invitation as open; announced in the same breath where nobody is disturbed by it."""
    at = rules.speakable(now, zone_name)
    if at <= now:
        return invitation.moved(
            now, state=InvitationState.OPEN, announced_at=iso(now), announce_at=None, happened=(OFFERED, INVITED)
        )
    return invitation.moved(now, state=InvitationState.OPEN, announce_at=iso(at), happened=(OFFERED,))


def _remind_at(running: Running, rules: Settings, opens: datetime, zone_name: str) -> str | None:
    if running.remind_days is None or running.remind_days >= running.open_days:
        return None
    return iso(rules.speakable(opens + timedelta(days=running.remind_days), zone_name))


def invitation_id_of(token: str) -> str:
    """Return the id a link's token leads to; nothing leads back."""
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()[:18]).decode()


_STORED = {"survey_id": "survey"}
"""Attributes that a row calls otherwise: `survey_id` is the table's key."""


def to_row(invitation: Invitation) -> dict[str, Any]:
    """Return the invitation's own attributes as they are stored; keys and indexes are `inviting`'s."""
    return {
        **{_STORED.get(name, name): value for name, value in asdict(invitation).items()},
        "happened": list(invitation.happened),
        "partial": invitation.partial or None,
    }


def from_row(row: Mapping[str, Any]) -> Invitation:
    """Return the invitation a row holds."""
    stored = {part.name: _STORED.get(part.name, part.name) for part in fields(Invitation)}
    known = {name: row[as_stored] for name, as_stored in stored.items() if as_stored in row}
    return Invitation(
        **{
            **known,
            "state": InvitationState(row["state"]),
            "way": AskedBy(row["way"]),
            "happened": tuple(row.get("happened", ())),
        }
    )
