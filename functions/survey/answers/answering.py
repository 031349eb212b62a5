"""Answering an invitation as use cases: look at it, keep what is there so far, answer it (requirements S2, S5).

    read the invitation ──> read what is around it ──> one transaction: invitation answered, answer written,
         (one call)              (one call)            and, where it brings points, entry and account

The answer's id is the invitation's, and so is the key of the entry that credits it: however often and by however many
ways at once it is answered, there is one answer, and points come once. Whoever sends the same answers again is told
the same; whoever sends others is told that it is answered (ADR 0702).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from functions.survey.answers import answer_row, answering_reads, award
from functions.survey.answers.answer import checked, request_of
from functions.survey.answers.answer_row import Circumstances
from functions.survey.answers.answering_reads import Opened
from functions.survey.definition import Survey
from functions.survey.errors import (
    SurveyAnsweredError,
    SurveyExpiredError,
    SurveyLinkUnknownError,
    SurveyNotOpenError,
)
from functions.survey.understanding.analysis import Analysis, analyse
from loyalty import attempts, ledger, programme_store
from loyalty.attempts import Plan
from loyalty.clock import iso, local_date
from loyalty.dynamo import Item
from loyalty.entries import Cause
from loyalty.errors import IdempotencyKeyReusedError, MembershipStatusError, UnknownMemberError
from loyalty.http import logger
from loyalty.ledger import Decision, Loaded
from loyalty.settings import time_zone
from loyalty.surveys import inviting
from loyalty.surveys.invitation import OFFERED, Invitation, InvitationState
from loyalty.types import Kind, Origin, Purse


@dataclass(frozen=True, slots=True)
class By:
    """Who answers, in what way.

    Attributes:
        channel: `app`, `link`, `telephone` ...; `mode` says more precisely.
        member_id: the member, where it is known who calls: another one's invitation is then unknown to them.
        language: what they read, `zh` or `en`.
    """

    channel: str
    mode: str
    actor: str
    origin: Origin
    trace: str
    language: str
    member_id: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """An answer that stands, and whether this request found it rather than gave it."""

    row: Item
    survey: Survey
    replayed: bool


def look(invitation_id: str, member_id: str | None, now: datetime) -> Opened:
    """Return an invitation that can be answered now, with what is asked.

    Raises:
        SurveyLinkUnknownError, SurveyAnsweredError, SurveyExpiredError, SurveyNotOpenError.
    """
    opened = answering_reads.around(_found(invitation_id, member_id))
    _require_open(opened, now)
    return opened


def keep(invitation_id: str, answers: Mapping[str, Any], by: By, now: datetime) -> Opened:
    """Keep answers that are not complete yet, in place of those kept before.

    Raises:
        InvalidRequestError: an answer that is there is not a right one.
        BusyError, and whatever `look` raises.
    """
    first = answering_reads.around(_found(invitation_id, by.member_id))

    def decide(opened: Opened) -> Plan[Opened]:
        _require_open(opened, now)
        partial = checked(opened.survey, answers, complete=False)
        if partial == opened.invitation.partial:
            return Plan(opened, replayed=True)
        after = opened.invitation.moved(now, partial=partial)
        return Plan(replace(opened, invitation=after), (inviting.put_if_unchanged(after),))

    return attempts.settle(lambda certain: _again(first)[0] if certain else first, decide).answer


def answer(invitation_id: str, answers: Mapping[str, Any], by: By, now: datetime) -> Taken:
    """Answer an invitation, once.

    Raises:
        InvalidRequestError: an answer is wrong, or one that must be there is missing.
        SurveyAnsweredError: it was answered otherwise, or answered by other answers.
        BusyError, and whatever `look` raises.
    """
    found = _found(invitation_id, by.member_id)
    if found.state is InvitationState.ANSWERED:
        survey = answering_reads.definitions((found.survey_id,))[found.survey_id]
        return _standing(found, survey, request_of(found.survey_id, checked(survey, answers, complete=True)))
    return _Answering(answering_reads.around(found), answers, by, now).settle()


class _Answering:
    """One request to answer, whose words are understood once however often it is decided."""

    def __init__(self, first: Opened, answers: Mapping[str, Any], by: By, now: datetime) -> None:
        _require_open(first, now)
        self.first, self.by, self.now = first, by, now
        self.values = checked(first.survey, answers, complete=True)
        self.request = request_of(first.invitation.survey_id, self.values)
        self.analysis = understood(answer_row.words(first.survey, self.values), by.language)

    def settle(self) -> Taken:
        if self.first.invitation.points and not award.may_receive(self.first.account):
            self.first = _again(self.first)[0]  # points are not withheld on a reading that may be a moment old
        try:
            if self.first.invitation.points and award.may_receive(self.first.account):
                return self._with_points()
            return self._without_points()
        except (MembershipStatusError, UnknownMemberError):  # since it was read, the membership has come to its end
            return self._without_points()
        except (SurveyAnsweredError, IdempotencyKeyReusedError):
            return _standing(self.first.invitation, self.first.survey, self.request)

    def _with_points(self) -> Taken:
        found, programme = self.first.invitation, programme_store.current(self.now)
        reward = (Purse(found.purse), found.points)
        cause = cause_of(found.invitation_id, self.by, self.request, self.now)

        def load(certain: bool) -> Loaded[Opened]:
            opened, entry = _again(self.first) if certain else (self.first, None)
            return Loaded(opened.account, entry, opened)

        def decide(loaded: Loaded[Opened]) -> Decision:
            assert loaded.account is not None  # noqa: S101 - `settle` refuses unknown members itself
            _, parts = self._decided(loaded.extra, reward)
            facts = {"answer_id": found.invitation_id, "series_id": found.series_id}
            today = local_date(self.now, time_zone())
            return award.decide(loaded.account, reward, facts, programme, today, parts)

        outcome = ledger.settle(cause, programme, load, decide)
        row = self._row(found) | reward_of(reward)
        return Taken(row, self.first.survey, outcome.replayed)

    def _without_points(self) -> Taken:
        def decide(opened: Opened) -> Plan[Item]:
            return Plan(*self._decided(opened, None))

        plan = attempts.settle(lambda certain: _again(self.first)[0] if certain else self.first, decide)
        return Taken(plan.answer, self.first.survey, replayed=False)

    def _decided(self, opened: Opened, reward: tuple[Purse, int] | None) -> tuple[Item, tuple[Mapping[str, Any], ...]]:
        """Return the answer's row and the writes that make it so."""
        _require_open(opened, self.now)
        row = self._row(opened.invitation) | reward_of(reward)
        return row, (
            inviting.put_if_unchanged(answered(opened.invitation, self.now)),
            answering_reads.put_answer(row),
            answering_reads.put_answered(row, opened.last, invited=True),
        )

    def _row(self, found: Invitation) -> Item:
        return answer_row.row_of(self.first.survey, self.values, _came(found, self.by, self.now), self.analysis)


def answered(found: Invitation, now: datetime) -> Invitation:
    """Return an invitation after it was answered; one that the sweep had not opened yet was offered all the same."""
    return found.moved(
        now,
        state=InvitationState.ANSWERED,
        answered_at=iso(now),
        token="",  # nothing is left to open
        partial={},
        happened=(OFFERED,) if found.state is InvitationState.PLANNED else (),
    )


def understood(words: str, language: str) -> Analysis | None:
    """Return what somebody's words say; None where there are none, or a defect of ours keeps us from reading them."""
    try:
        return analyse(words, language) if words else None
    except Exception as error:  # noqa: BLE001 - an answer must never be lost because we do not understand it
        logger.error("words not understood", error=type(error).__name__)
        return None


def reward_of(reward: tuple[Purse, int] | None) -> dict[str, Any]:
    """Return what an answer's row says about what it brought."""
    return {"purse": reward[0].value, "points": reward[1]} if reward else {}


def cause_of(answer_id: str, by: By, request: str, now: datetime) -> Cause:
    """Return what asks for the points of an answer."""
    return Cause(
        key=award.key_of(answer_id),
        kind=Kind.AWARD,
        at=iso(now),
        recorded_at=iso(now),
        actor=by.actor,
        origin=by.origin,
        correlation_id=by.trace,
        fingerprint=request,
    )


def _found(invitation_id: str, member_id: str | None) -> Invitation:
    found = answering_reads.invitation(invitation_id)
    if found is None or (member_id is not None and found.member_id != member_id):
        raise SurveyLinkUnknownError
    return found


def _again(first: Opened) -> tuple[Opened, Item | None]:
    return answering_reads.certain(first, award.key_of(first.invitation.invitation_id))


def _require_open(opened: Opened, now: datetime) -> None:
    """Refuse what cannot be answered now."""
    found = opened.invitation
    if found.state in {InvitationState.ANSWERED, InvitationState.CANCELLED} or _was_told_otherwise(opened):
        raise SurveyAnsweredError
    if found.state is InvitationState.EXPIRED or iso(now) >= found.expires_at:
        raise SurveyExpiredError
    if not found.is_open(now):
        raise SurveyNotOpenError(opens_at=found.opens_at)


def _was_told_otherwise(opened: Opened) -> bool:
    """Tell whether the member answered staff since they were invited: then this is no other answer to wait for."""
    last, found = opened.last, opened.invitation
    return bool(last and not last["invited"] and last["at"] >= found.invited_at and opened.survey.once_days)


def _standing(found: Invitation, survey: Survey, request: str) -> Taken:
    """Return the answer that stands, to whoever sent the very same."""
    row = answering_reads.answer(found.invitation_id)
    if row is None or row.get("request") != request:
        raise SurveyAnsweredError
    return Taken(row, survey, replayed=True)


def _came(found: Invitation, by: By, now: datetime) -> Circumstances:
    return Circumstances(
        answer_id=found.invitation_id,
        series_id=found.series_id,
        survey_id=found.survey_id,
        survey_version=found.survey_version,
        channel=by.channel,
        mode=by.mode,
        answered_at=now,
        recorded_at=now,
        zone_name=time_zone(),
        language=by.language,
        origin=by.origin,
        trace=by.trace,
        member_id=found.member_id,
        invited_on=local_date(datetime.fromisoformat(found.opens_at), time_zone()).isoformat(),
        tenant_id=found.tenant_id,
        about=found.about,
        tier=found.tier,
    )
