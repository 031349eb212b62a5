"""A survey through its versions: each is an offer of its own, and at most one of them asks (requirements S2, S6).

    version 1 ──published──> asks ────────────────────────────────> ended, in the transaction that
    version 2 (drafted from 1) ──approved by another person──> published: asks

What was answered stays with the version that was answered; a series is reported as a whole.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from functions.survey.definition import EventTrigger, Question, ScaleQuestion, Survey
from loyalty import attempts, catalogue, offers
from loyalty.attempts import Plan
from loyalty.catalogue import Offer, OfferState, Step
from loyalty.clock import iso
from loyalty.surveys import running
from loyalty.surveys.running import RUNNING, Condition, Running, Trigger
from loyalty.types import Purse

SERIES, NUMBER, ASKED_BEFORE = "series_id", "number", "asked_before"
"""Facts of a version: its series, its number, and what kinds the questions of earlier versions were."""
ASKS = frozenset({OfferState.PUBLISHED, OfferState.PAUSED})


class _Found(NamedTuple):
    offer: Offer | None
    before: Offer | None


def definition_of(offer: Offer) -> Survey:
    """Return a version's definition."""
    return Survey.model_validate(offer.definition)


def series_of(offer: Offer) -> str:
    """Return the id of the survey through all its versions."""
    return str((offer.facts or {}).get(SERIES, offer.offer_id))


def number_of(offer: Offer) -> int:
    """Return a version's number: 1, 2, 3 ..."""
    return int((offer.facts or {}).get(NUMBER, 1))


def version_id(series_id: str, number: int) -> str:
    """Return the id of a version, so that there is only one of each number."""
    if number == 1:
        return series_id
    return hashlib.sha256(f"survey version\n{series_id}\n{number}".encode()).hexdigest()[:24]


def newer(offer: Offer) -> Iterator[Offer]:
    """Read the versions after this one, in their order."""
    number = number_of(offer) + 1
    while found := _version(series_of(offer), number):
        yield found
        number += 1


def asking_version(survey_id: str, now: datetime) -> Offer | None:
    """Read the version of a survey that asks now, from the one named on; None where none does."""
    named = running.catalogue().read(survey_id, consistent=True)
    versions = (named, *newer(named)) if named else ()
    return next((one for one in versions if one.state is OfferState.PUBLISHED and running_of(one).asks_at(now)), None)


def kinds(questions: tuple[Question, ...]) -> dict[str, str]:
    """Return what must stay of every question: its kind, and a scale's dimension."""
    return {
        one.code: f"{one.kind}/{one.dimension}" if isinstance(one, ScaleQuestion) else one.kind for one in questions
    }


def asked_by(offer: Offer) -> Mapping[str, Any]:
    """Return what the versions after this one must respect: the kinds of the questions asked up to it."""
    before = (offer.facts or {}).get(ASKED_BEFORE, {})
    return {**before, **kinds(definition_of(offer).questions)} if was_published(offer) else before


def questions_of(offer: Offer) -> list[str]:
    """Return the codes of all questions of a series, those of its earlier versions first."""
    codes = dict[str, str]()
    for version in (offer, *newer(offer)):
        codes |= {**asked_by(version), **kinds(definition_of(version).questions)}
    return list(codes)


def running_of(offer: Offer) -> Running:
    """Return the short form of a version that decides who is asked."""
    survey = definition_of(offer)
    return Running(
        survey_id=offer.offer_id,
        series_id=series_of(offer),
        version=number_of(offer),
        title_zh=survey.title_zh,
        title_en=survey.title_en,
        starts=iso(survey.valid_from) if survey.valid_from else None,
        ends=iso(survey.valid_until) if survey.valid_until else None,
        trigger=_trigger(survey.on_event) if survey.on_event else None,
        once_days=survey.once_days,
        open_days=survey.open_days,
        remind_days=survey.remind_days,
        purse=survey.reward.purse if survey.reward else Purse.POINTS.value,
        points=survey.reward.points if survey.reward else 0,
        priority=survey.priority,
        minds_fatigue=survey.minds_fatigue,
    )


def publish(survey_id: str, login: str, now: datetime) -> Plan[Offer]:
    """Publish an approved version, and end the one before it in the same transaction.

    Raises:
        NotFoundError, WrongStateError.
    """
    where = running.catalogue()

    def load(_certain: bool) -> _Found:
        # Always consistent: a version before it that is overlooked would go on asking.
        offer = where.read(survey_id, consistent=True)
        return _Found(offer, _asking_before(offer) if offer else None)

    def decide(found: _Found) -> Plan[Offer]:
        plan = offers.stepped(where, offers.required(found.offer), Step.PUBLISH, login, now)
        return plan if plan.replayed else _published(plan.answer, found.before, login, now)

    return attempts.settle(load, decide)


def _published(offer: Offer, before: Offer | None, login: str, now: datetime) -> Plan[Offer]:
    where = running.catalogue()
    short = running.to_plain(running_of(offer))
    after = replace(
        offer, facts={**(offer.facts or {}), SERIES: series_of(offer), NUMBER: number_of(offer), RUNNING: short}
    )
    ended = where.put_if_unchanged(catalogue.stepped(before, Step.END, login, iso(now))) if before else ()
    return Plan(after, (*where.put_if_unchanged(after), *ended))


def _asking_before(offer: Offer) -> Offer | None:
    """Return the earlier version that is published or paused; one that was published had ended all before it."""
    for number in range(number_of(offer) - 1, 0, -1):
        found = _version(series_of(offer), number)
        if found and found.state in ASKS:
            return found
        if found and was_published(found):
            return None
    return None


def was_published(offer: Offer) -> bool:
    """Tell whether a version ever asked anybody."""
    return any(state == OfferState.PUBLISHED for state, _, _ in offer.history)


def _version(series_id: str, number: int) -> Offer | None:
    return running.catalogue().read(version_id(series_id, number), consistent=True)


def _trigger(defined: EventTrigger) -> Trigger:
    return Trigger(
        events=tuple(event.value for event in defined.events),
        conditions=tuple(Condition(one.field, one.op, one.value) for one in defined.conditions),
        delay_minutes=defined.delay_minutes,
        sample_percent=defined.sample_percent,
    )
