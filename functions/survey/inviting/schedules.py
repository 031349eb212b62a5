"""Starts the surveys that ask on days of a recurrence (requirement S1): one job per day, however often it is tried.

    RRULE, from `starts_on`, at `hour` of the mall ──due in the last 26 hours──> job `invitations`

An instant before the survey was published, or while it was paused, starts nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from functions.survey.defining import publication
from functions.survey.definition import Audience, ScheduleTrigger, Survey
from functions.survey.inviting.asking_journal import Time
from functions.survey.inviting.jobs_desk_begin import scheduled
from loyalty.catalogue import Offer, OfferState
from loyalty.clock import local_date, zone
from loyalty.recurrence import recurrence
from loyalty.settings import time_zone
from loyalty.surveys import running

LOOKS_BACK = timedelta(hours=26)
"""How long after its hour a run is still started: a day of sweeps may be missed."""


def due_runs(survey: Survey, since: datetime, now: datetime, zone_name: str) -> list[datetime]:
    """Return when a survey's schedule asks after `since`, up to `now`.

    An hour that the clocks skip is taken an hour later, one that comes twice at its first coming.
    """
    if survey.on_schedule is None:
        return []
    found = (at for at in _instants(survey.on_schedule, since, now, zone_name) if since < at <= now)
    return [at for at in found if survey.asks_at(at)]


def start(as_of: datetime) -> int:
    """Begin what is due; return how many jobs were begun that were not there before."""
    begun = [scheduled(offer, day, audience, as_of) for offer, day, audience in _due(as_of)]
    return sum(not replayed for _, replayed in begun)


def _due(as_of: datetime) -> Iterator[tuple[Offer, str, Mapping[str, Any]]]:
    for offer in running.catalogue().everything():
        if offer.state is not OfferState.PUBLISHED or not offer.definition.get("on_schedule"):
            continue
        survey = publication.definition_of(offer)
        since = max(as_of - LOOKS_BACK, _published_at(offer.history))
        for at in due_runs(survey, since, as_of, time_zone()):
            if survey.on_schedule and survey.asks_at(as_of):
                day = local_date(at, time_zone()).isoformat()
                yield offer, day, _audience(survey.on_schedule.audience, at)


def _instants(schedule: ScheduleTrigger, since: datetime, now: datetime, zone_name: str) -> Iterator[datetime]:
    rule = recurrence(schedule.rrule, date.fromisoformat(schedule.starts_on))
    day, last = local_date(since, zone_name), local_date(now, zone_name)
    while day <= last:
        if rule.is_on(day):
            yield datetime(day.year, day.month, day.day, schedule.hour, tzinfo=zone(zone_name)).astimezone(UTC)
        day += timedelta(days=1)


def _published_at(history: Iterable[tuple[str, str, str]]) -> datetime:
    """Return when a survey began to ask, or began again after a pause."""
    return max(datetime.fromisoformat(at) for state, _, at in history if state == OfferState.PUBLISHED)


def _audience(audience: Audience, at: datetime) -> Mapping[str, Any]:
    if audience.members:
        return {"members": list(dict.fromkeys(audience.members))}
    when = Time(at - timedelta(days=audience.active_within_days or 0), at)
    return {"redeemed": {**when.plain(), "events": [event.value for event in audience.events]}}
