"""What an hour brings to an invitation: opened, announced, reminded, expired (requirements S1, K6). Pure.

    planned ──opens_at──> open ──announce_at──> announced ──remind_at──> reminded ──expires_at──> expired
       └──its survey has ended──> cancelled

Where runs were missed, the steps are taken in order in one version, but nobody is told twice in a day: a reminder waits
a day after the announcement, and none is sent of what is over.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from loyalty.catalogue import OfferState
from loyalty.clock import iso
from loyalty.surveys.invitation import (
    EXPIRED,
    INVITED,
    OFFERED,
    REMINDED,
    WAITING,
    Invitation,
    InvitationState,
    opened,
)
from loyalty.surveys.settings import Settings

A_DAY = timedelta(days=1)


def swept(
    invitation: Invitation, now: datetime, rules: Settings, zone_name: str, survey: OfferState
) -> Invitation | None:
    """Return the invitation's next version; None where nothing is to do.

    Args:
        survey: where the survey stands that it asks; what has opened stays open whatever becomes of it.
    """
    if invitation.state not in WAITING:
        return None
    if invitation.state is InvitationState.PLANNED and survey is not OfferState.PUBLISHED:
        return _held_back(invitation, now, survey)
    if invitation.expires_at <= iso(now):
        return _expired(invitation, now)
    if invitation.state is InvitationState.PLANNED:
        return _opened(invitation, now, rules, zone_name) if invitation.opens_at <= iso(now) else None
    if rules.speakable(now, zone_name) > now:
        return None
    return _spoken(invitation, now, rules, zone_name)


def ended(invitation: Invitation, now: datetime, state: InvitationState, happened: tuple[str, ...] = ()) -> Invitation:
    """Return an invitation that nobody answers any more: nothing opens it, and what was begun is forgotten."""
    return invitation.moved(now, state=state, token="", partial={}, announce_at=None, remind_at=None, happened=happened)


def _held_back(invitation: Invitation, now: datetime, survey: OfferState) -> Invitation | None:
    """A paused survey may go on, so its plans wait while they can; those of an ended one never will."""
    waits = survey is OfferState.PAUSED and iso(now) < invitation.expires_at
    return None if waits else ended(invitation, now, InvitationState.CANCELLED)


def _expired(invitation: Invitation, now: datetime) -> Invitation:
    """A planned one was open in the app from its instant on, whether or not a sweep had said so: that is told first."""
    offered = (OFFERED,) if invitation.state is InvitationState.PLANNED else ()
    return ended(invitation, now, InvitationState.EXPIRED, (*offered, EXPIRED))


def _opened(invitation: Invitation, now: datetime, rules: Settings, zone_name: str) -> Invitation:
    after = opened(invitation, rules, now, zone_name)
    if after.announced_at is None:
        return after
    return replace(after, remind_at=_a_day_later(after, now, rules, zone_name))


def _spoken(invitation: Invitation, now: datetime, rules: Settings, zone_name: str) -> Invitation | None:
    if invitation.announce_at is not None:
        if iso(now) < invitation.announce_at:
            return None
        remind_at = _a_day_later(invitation, now, rules, zone_name)
        return invitation.moved(now, announce_at=None, announced_at=iso(now), remind_at=remind_at, happened=(INVITED,))
    if invitation.remind_at is None or iso(now) < invitation.remind_at:
        return None
    return invitation.moved(now, remind_at=None, reminded_at=iso(now), happened=(REMINDED,))


def _a_day_later(invitation: Invitation, now: datetime, rules: Settings, zone_name: str) -> str | None:
    """Return when to remind somebody who is told of it now; None where it is over by then."""
    if invitation.remind_at is None:
        return None
    at = max(invitation.remind_at, iso(rules.speakable(now + A_DAY, zone_name)))
    return at if at < invitation.expires_at else None
