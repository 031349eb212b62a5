"""Whether and when a member is written to because of an event (requirements N2, K1, K6). Pure.

Service is sent at once, or when the quiet hours end. Marketing needs the member's consent, room under the weekly cap,
and waits for the hour at which the member usually is in the mall, where that is known.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.notices import hours
from functions.notices.messages.member import Member
from functions.notices.messages.message import SKIPPED, Message, MessageState, Why, message_id_for
from functions.notices.rules import Mall
from functions.notices.templates.template import NoticeTemplate, Purpose
from loyalty.clock import iso
from loyalty.notices.occasions import Occasion
from loyalty.types import Status

WRITTEN_TO: dict[Purpose, frozenset[Status]] = {
    Purpose.SERVICE: frozenset({Status.ACTIVE, Status.QUALIFYING, Status.FROZEN}),
    Purpose.MARKETING: frozenset({Status.ACTIVE, Status.QUALIFYING}),
}
"""Whose membership hears from us: not who never claimed it, whose enrolment waits, who left."""


@dataclass(frozen=True, slots=True)
class Published:
    """A template that was published, and in which version."""

    template_id: str
    version: int
    template: NoticeTemplate


@dataclass(frozen=True, slots=True)
class Happening:
    """An event that a notice may follow.

    Attributes:
        facts: what a template may say of it.
        about: the segment, where a member entered one.
        over_at: when the moment has passed, whatever the template says; None: the template's hours tell.
    """

    event_id: str
    occasion: Occasion
    member_id: str
    origin: str
    facts: Mapping[str, Any]
    about: str | None = None
    correlation_id: str = ""
    over_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What decides whether somebody is written to.

    Attributes:
        status: None: there is no such member (any more).
        usual_hour: when they usually are in the mall, if they let us look.
    """

    member: Member
    status: Status | None
    agrees: bool
    usual_hour: int | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """When and by which rules it is decided."""

    now: datetime
    zone_name: str
    mall: Mall

    @classmethod
    def at(cls, as_of: str, now: datetime, zone_name: str, mall: Mall) -> "Moment":
        """Return the moment a run stands at: now, or later where a rehearsal says so."""
        return cls(max(now, datetime.fromisoformat(as_of)), zone_name, mall)


def follows(template: NoticeTemplate, happening: Happening) -> bool:
    """Tell whether a template is for an event."""
    return template.occasion is happening.occasion and template.segment_id in {None, happening.about}


def decided(published: Published, happening: Happening, known: Known, moment: Moment) -> Message:
    """Return the message an event brings by a template: planned, or skipped and why."""
    template, now = published.template, moment.now
    until = min(now + timedelta(hours=template.good_for_hours), happening.over_at or datetime.max.replace(tzinfo=UTC))
    message = Message(
        message_id=message_id_for(happening.event_id, happening.member_id, published.template_id),
        member_id=happening.member_id,
        template_id=published.template_id,
        template_seq=published.version,
        occasion=happening.occasion,
        purpose=template.purpose,
        cause=happening.event_id,
        planned_at=iso(now),
        expires_at=iso(until),
        origin=happening.origin,
        at=iso(now),
        facts=happening.facts,
        correlation_id=happening.correlation_id,
    )
    send_at = _send_at(template.purpose, known, moment, until)
    why = forbidden(template, known) or _crowded(template.purpose, known, send_at, moment.mall)
    if why is None and send_at > until:
        why = Why.TOO_LATE
    if why:
        return replace(message, state=MessageState.SKIPPED, why=why, facts=None, happened=(SKIPPED,))
    return replace(message, due_at=iso(send_at))


def forbidden(template: NoticeTemplate, known: Known) -> Why | None:
    """Return why a member may not be written to at all, as things are; None where they may."""
    if known.member.erased or known.status is None or known.status not in WRITTEN_TO[template.purpose]:
        return Why.STATUS
    if template.purpose is Purpose.MARKETING and not known.agrees:
        return Why.NO_CONSENT
    if all(known.member.refuses(channel, template.purpose) for channel in template.channels):
        return Why.OPTED_OUT
    return None


def _crowded(purpose: Purpose, known: Known, send_at: datetime, mall: Mall) -> Why | None:
    times = map(datetime.fromisoformat, known.member.recent)
    is_full = purpose is Purpose.MARKETING and not hours.fits_cap(times, send_at, mall.marketing_a_week)
    return Why.WEEKLY_CAP if is_full else None


def _send_at(purpose: Purpose, known: Known, moment: Moment, until: datetime) -> datetime:
    """Return when to send: at the member's usual hour if that comes in time, else as soon as it disturbs nobody."""
    mall, now = moment.mall, moment.now
    quiet = mall.quiet_from, mall.quiet_until, moment.zone_name
    if purpose is Purpose.MARKETING and known.usual_hour is not None:
        usual = hours.speakable(hours.next_at(now, known.usual_hour, 0, moment.zone_name), *quiet)
        if usual <= until:
            return usual
    return hours.speakable(now, *quiet)
