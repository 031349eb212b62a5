"""Answers that staff take, on the telephone or face to face, as a use case (requirement S7).

Whoever answers staff is identified or stays unknown. An identified member answers a survey once in the time it sets,
in whatever way: one row says when, and every answer is written together with that row.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from functions.survey.answers import answer_row, answering, answering_reads, award
from functions.survey.answers.answer import checked
from functions.survey.answers.answer_row import Circumstances
from functions.survey.answers.answering import By, Taken
from functions.survey.definition import Survey
from functions.survey.errors import SurveyAnsweredBeforeError
from loyalty import account_store, attempts, dynamo, ledger, offers, programme_store
from loyalty.accounts import Account
from loyalty.attempts import Plan
from loyalty.catalogue import OfferState, WrongStateError
from loyalty.clock import iso, local_date
from loyalty.dynamo import Item, to_item
from loyalty.entries import fingerprint
from loyalty.errors import IdempotencyKeyReusedError, MembershipStatusError, NotFoundError, UnknownMemberError
from loyalty.ledger import Decision, Loaded
from loyalty.settings import time_zone
from loyalty.surveys import inviting, running
from loyalty.surveys.running import Running
from loyalty.surveys.settings import table
from loyalty.types import MemberId, Purse, Status

ASKABLE = frozenset({OfferState.PUBLISHED, OfferState.PAUSED})


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody told staff.

    Attributes:
        key: digest of the person of staff and their idempotency key.
        invitation_id: the invitation it answers, if any.
    """

    survey_id: str
    answers: Mapping[str, Any]
    key: str
    member_id: str | None = None
    tenant_id: str | None = None
    invitation_id: str | None = None


@dataclass(frozen=True, slots=True)
class _Reading:
    """Who answers, when they did last, and whether this very answer stands already."""

    account: Account | None
    last: Item | None
    standing: Item | None


def take(told: Told, by: By, now: datetime) -> Taken:
    """Keep an answer that staff took, once, and credit what it brings to whoever is known.

    Raises:
        NotFoundError: there is no such survey, or no such invitation of this member to it.
        WrongStateError: it is not running.
        UnknownMemberError: there is no such member.
        SurveyAnsweredBeforeError: the member has answered it lately.
        InvalidRequestError, IdempotencyKeyReusedError, BusyError, and for an invitation whatever answering it raises.
    """
    if told.invitation_id is not None:
        return _invited(told, told.invitation_id, by, now)
    offer = offers.read(running.catalogue(), told.survey_id)
    if offer.state not in ASKABLE:
        raise WrongStateError(state=offer.state.value)
    survey = Survey.model_validate(offer.definition)
    asked = running.from_plain((offer.facts or {})[running.RUNNING])
    return _Taking(told, by, now, survey, asked).settle()


def _invited(told: Told, invitation_id: str, by: By, now: datetime) -> Taken:
    found = answering_reads.invitation(invitation_id)
    if found is None or found.survey_id != told.survey_id or found.member_id != told.member_id:
        raise NotFoundError
    return answering.answer(invitation_id, told.answers, replace(by, member_id=told.member_id), now)


class _Taking:
    """One request to keep what somebody told staff, without an invitation."""

    def __init__(self, told: Told, by: By, now: datetime, survey: Survey, asked: Running) -> None:
        self.told, self.by, self.now, self.survey, self.asked = told, by, now, survey, asked
        self.values = checked(survey, told.answers, complete=True)
        self.analysis = answering.understood(answer_row.words(survey, self.values), by.language)
        self.answer_id = fingerprint({"series": asked.series_id, "key": told.key})
        request = {"answers": self.values, "survey": told.survey_id, "by": by.mode, "at": told.tenant_id}
        self.request = fingerprint({**request, "member": told.member_id})

    def settle(self) -> Taken:
        first = self._first()
        if first.standing:
            return self._found(first.standing)
        if self.told.member_id and (first.account is None or first.account.status is Status.ERASED):
            raise UnknownMemberError
        try:
            if self.told.member_id and self.asked.points and award.may_receive(first.account):
                return self._with_points(first)
            return self._without_points(first)
        except MembershipStatusError:
            return self._without_points(first)
        except (SurveyAnsweredBeforeError, IdempotencyKeyReusedError):
            if row := answering_reads.answer(self.answer_id):
                return self._found(row)
            raise

    def _first(self) -> _Reading:
        """Read what decides; again, as it is now, before a member is refused or goes without points."""
        first = self._read()
        is_enough = self.told.member_id is None or award.may_receive(first.account)
        return first if is_enough else self._read(certain=True)

    def _with_points(self, first: _Reading) -> Taken:
        reward, programme = (Purse(self.asked.purse), self.asked.points), programme_store.current(self.now)
        cause = answering.cause_of(self.answer_id, self.by, self.request, self.now)

        def load(certain: bool) -> Loaded[_Reading]:
            if not certain:
                return Loaded(first.account, None, first)
            account, entry, (last, row) = ledger.look_again(
                MemberId(self.told.member_id or ""), cause.key, (table(), self._last_key()), self._own_key()
            )
            return Loaded(account, entry, _Reading(account, last, row))

        def decide(loaded: Loaded[_Reading]) -> Decision:
            assert loaded.account is not None  # noqa: S101 - `settle` refuses unknown members itself
            _, parts = self._decided(loaded.extra, reward)
            facts = {"answer_id": self.answer_id, "series_id": self.asked.series_id}
            today = local_date(self.now, time_zone())
            return award.decide(loaded.account, reward, facts, programme, today, parts)

        outcome = ledger.settle(cause, programme, load, decide)
        return Taken(self._row(first.account, reward), self.survey, outcome.replayed)

    def _without_points(self, first: _Reading) -> Taken:
        def decide(read: _Reading) -> Plan[Item]:
            return Plan(*self._decided(read, None))

        plan = attempts.settle(lambda certain: self._read(certain=True) if certain else first, decide)
        return Taken(plan.answer, self.survey, replayed=False)

    def _decided(self, read: _Reading, reward: tuple[Purse, int] | None) -> tuple[Item, tuple[Mapping[str, Any], ...]]:
        if read.standing:
            raise IdempotencyKeyReusedError  # or this very request: whoever asked looks
        self._require_rested(read.last)
        row = self._row(read.account, reward)
        if self.told.member_id is None:
            return row, (answering_reads.put_answer(row),)
        noted = answering_reads.put_answered(row, read.last, invited=False)
        return row, (answering_reads.put_answer(row), noted, self._asked())

    def _require_rested(self, last: Item | None) -> None:
        since = iso(self.now - timedelta(days=self.asked.once_days))
        if last and self.asked.once_days and last["at"] > since:
            raise SurveyAnsweredBeforeError

    def _asked(self) -> Mapping[str, Any]:
        """Return the part that notes that the member was asked, so that no invitation asks them again too soon."""
        update = {
            "TableName": table(),
            "Key": to_item(inviting.slot_key(self.told.member_id or "")),
            "UpdateExpression": "SET #asked = :now",
            "ExpressionAttributeNames": {"#asked": inviting.ASKED + self.asked.series_id},
            "ExpressionAttributeValues": to_item({":now": iso(self.now)}),
        }
        return {"Update": update}

    def _found(self, row: Item) -> Taken:
        if row.get("request") != self.request:
            raise IdempotencyKeyReusedError
        return Taken(row, self.survey, replayed=True)

    def _read(self, *, certain: bool = False) -> _Reading:
        if self.told.member_id is None:
            return _Reading(None, None, dynamo.get(*self._own_key(), consistent=certain))
        account = (account_store.table(), {"member_id": self.told.member_id})
        found, last, row = dynamo.batch_get(account, (table(), self._last_key()), self._own_key(), consistent=certain)
        return _Reading(account_store.from_row(found) if found else None, last, row)

    def _last_key(self) -> dict[str, str]:
        return answering_reads.answered_key(self.told.member_id or "", self.asked.series_id)

    def _own_key(self) -> tuple[str, dict[str, str]]:
        return table(), answer_row.key(self.answer_id)

    def _row(self, account: Account | None, reward: tuple[Purse, int] | None) -> Item:
        row = answer_row.row_of(self.survey, self.values, self._came(account), self.analysis)
        return row | answering.reward_of(reward) | {"request": self.request}

    def _came(self, account: Account | None) -> Circumstances:
        return Circumstances(
            answer_id=self.answer_id,
            series_id=self.asked.series_id,
            survey_id=self.asked.survey_id,
            survey_version=self.asked.version,
            channel=self.by.channel,
            mode=self.by.mode,
            answered_at=self.now,
            recorded_at=self.now,
            zone_name=time_zone(),
            language=self.by.language,
            origin=self.by.origin,
            trace=self.by.trace,
            member_id=self.told.member_id,
            tenant_id=self.told.tenant_id,
            tier=programme_store.tier_of(account, self.now) if account else None,
        )
