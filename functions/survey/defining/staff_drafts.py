"""Drafts of surveys and of their next versions (requirements S2, S6).

A survey's first version has the id of its maker's key; the next ones have ids made of the series and their number, so
that of two people at work one drafts it, and the other is told which draft there is.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from functions.survey.defining import publication
from functions.survey.defining.publication import ASKED_BEFORE, NUMBER, SERIES
from functions.survey.defining.staff_models import DraftSurvey, SurveyPatch, VersionRequest
from functions.survey.definition import Question, Survey
from loyalty import attempts, catalogue, offers
from loyalty.attempts import Plan
from loyalty.catalogue import Offer, OfferState, WrongStateError
from loyalty.clock import iso
from loyalty.entries import fingerprint
from loyalty.errors import ConflictError, IdempotencyKeyReusedError, RuleError
from loyalty.offers import REQUEST
from loyalty.surveys import running

KEY = "key"
"""The fact that names whose key asked for a version."""
NOT_YET_OUT = frozenset({OfferState.DRAFT, OfferState.APPROVED})


class NewerVersionError(ConflictError):
    """A newer version is being worked on: `survey_id` says which."""

    code = "newer_version_exists"
    zh = "已有更新的版本正在编辑（{survey_id}）。"
    en = "A newer version is being worked on: {survey_id}."


class QuestionKindError(RuleError):
    """The question `question` was of another kind, or on another dimension, in a version before."""

    code = "question_kind_changed"
    zh = "题目 {question} 在以前的版本中类型不同，请使用新的 code。"
    en = "Question {question} was of another kind in an earlier version; give it a new code."


class _Series(NamedTuple):
    given: Offer
    newer: tuple[Offer, ...]


def create(survey: Survey, login: str, idempotency_key: str, now: datetime) -> Plan[Offer]:
    """Draft a new survey, once.

    Raises:
        IdempotencyKeyReusedError: if the key stands for another draft.
    """
    where, definition = running.catalogue(), offers.stored(survey)
    survey_id = offers.offer_id_for(where.name, login, idempotency_key)
    facts = {REQUEST: fingerprint(definition), SERIES: survey_id, NUMBER: 1}

    def decide(standing: Offer | None) -> Plan[Offer]:
        if standing is None:
            return _drafted(survey_id, definition, facts, login, now)
        return _repeated(standing, facts)

    return attempts.settle(lambda certain: where.read(survey_id, consistent=certain), decide)


def change(survey_id: str, patch: SurveyPatch, login: str, now: datetime) -> Plan[Offer]:
    """Put other values in a draft; what was approved is a draft again.

    Raises:
        NotFoundError, WrongStateError, QuestionKindError.
        InvalidRequestError: if it would not be a valid survey.
    """
    where = running.catalogue()
    before = offers.read(where, survey_id)
    _require_same_kinds((before.facts or {}).get(ASKED_BEFORE, {}), patch.questions or ())
    return offers.change(where, survey_id, DraftSurvey, patch.changes(), login, now)


def next_version(survey_id: str, wish: VersionRequest, login: str, idempotency_key: str, now: datetime) -> Plan[Offer]:
    """Draft the next version of a survey from this one, once.

    Raises:
        NotFoundError, IdempotencyKeyReusedError, NewerVersionError, QuestionKindError.
        WrongStateError: if this one is a draft itself.
        InvalidRequestError: if it would not be a valid survey.
    """
    facts = {
        KEY: fingerprint({"login": login, "key": idempotency_key}),
        REQUEST: fingerprint({"from": survey_id, "changes": wish.changes()}),
    }

    def load(_certain: bool) -> _Series:
        given = offers.read(running.catalogue(), survey_id)
        return _Series(given, tuple(publication.newer(given)))

    def decide(series: _Series) -> Plan[Offer]:
        mine = next((one for one in series.newer if (one.facts or {}).get(KEY) == facts[KEY]), None)
        return _repeated(mine, facts) if mine else _next(series, wish, facts, login, now)

    return attempts.settle(load, decide)


def _next(series: _Series, wish: VersionRequest, facts: Mapping[str, Any], login: str, now: datetime) -> Plan[Offer]:
    given, waiting = series.given, [one for one in series.newer if one.state in NOT_YET_OUT]
    if waiting:
        raise NewerVersionError(survey_id=waiting[-1].offer_id)
    if given.state in NOT_YET_OUT:
        raise WrongStateError(state=given.state.value)
    survey = offers.valid(DraftSurvey, {**given.definition, **wish.changes()})
    asked: dict[str, str] = {}
    for version in (given, *series.newer):
        asked |= publication.asked_by(version)
    _require_same_kinds(asked, survey.questions)
    series_id, number = publication.series_of(given), publication.number_of((given, *series.newer)[-1]) + 1
    facts = {**facts, SERIES: series_id, NUMBER: number, ASKED_BEFORE: asked}
    return _drafted(publication.version_id(series_id, number), offers.stored(survey), facts, login, now)


def _drafted(
    survey_id: str, definition: Mapping[str, Any], facts: Mapping[str, Any], login: str, now: datetime
) -> Plan[Offer]:
    draft = replace(catalogue.drafted(survey_id, definition, login, iso(now)), facts=facts)
    return Plan(draft, running.catalogue().put_if_absent(draft))


def _repeated(standing: Offer, facts: Mapping[str, Any]) -> Plan[Offer]:
    if (standing.facts or {}).get(REQUEST) != facts[REQUEST]:
        raise IdempotencyKeyReusedError
    return Plan(standing, replayed=True)


def _require_same_kinds(before: Mapping[str, str], questions: tuple[Question, ...]) -> None:
    now = publication.kinds(questions)
    other = next((code for code in now if before.get(code, now[code]) != now[code]), None)
    if other:
        raise QuestionKindError(question=other)
