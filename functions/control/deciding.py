"""Approving and refusing: the movement and the request's new state in one transaction (ADR 0819).

    request (open, v1) ──approve──> ledger entry control/<request> + account's next version + request (approved, v2)

The entry's key is the request's, so however many approvals race or are repeated, the account moves once.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from functions.control import movement, request_row, requests_store
from functions.control.asking import By
from functions.control.request import ControlRequest, ControlState, ControlTask, check, decided, was_decided
from functions.control.request_row import Act
from functions.control.shelves import table
from loyalty import account_store, attempts, dynamo, ledger, programme_store
from loyalty.attempts import Plan
from loyalty.catalogue import WrongStateError
from loyalty.clock import iso, local_day
from loyalty.dynamo import Item
from loyalty.entries import Cause, EntryKey, source
from loyalty.errors import NotFoundError
from loyalty.ledger import Decision, Loaded
from loyalty.settings import time_zone
from loyalty.types import MemberId, Origin, Status

DECIDED = "ControlDecided"


def approve(request_id: str, version: int, by: By, now: datetime) -> Plan[ControlRequest]:
    """Do what a request asks for; a repetition by the same person is answered alike.

    Raises:
        NotFoundError, OwnApprovalError, WrongStateError, ChangedMeanwhileError: as `request.check` says.
        MembershipStatusError, LastDayError, NothingToVoidError: the account is no longer what the request needs.
    """
    request = requests_store.read(request_id)
    if was_decided(request, ControlState.APPROVED, by.login):
        return Plan(request, replayed=True)
    programme, today = programme_store.current(now), local_day(now, time_zone())
    cause = _cause(request, by, now)

    def decide(loaded: Loaded[list[Item | None]]) -> Decision:
        found, frozen = loaded.extra
        assert found is not None  # noqa: S101 - requests are kept
        assert loaded.account is not None  # noqa: S101 - `settle` refuses unknown members itself
        standing = request_row.from_row(found)
        check(standing, by.login, version, now)
        before = Status(frozen["before"]) if frozen else None
        decision = movement.decide(standing, loaded.account, before, programme, today)
        after = _approved(standing, cause, decision, by.login, now)
        return replace(decision, beside=_beside(after, loaded.account.status, by.act(DECIDED, now)))

    outcome = ledger.settle(cause, programme, _reading(request.asked.member_id, cause.key, request_id), decide)
    after = requests_store.read(request_id)
    if not was_decided(after, ControlState.APPROVED, by.login):
        raise WrongStateError(state=after.state.value)
    return Plan(after, replayed=outcome.replayed)


def refuse(request_id: str, version: int, by: By, now: datetime) -> Plan[ControlRequest]:
    """Turn a request down; a repetition by the same person is answered alike.

    Raises:
        NotFoundError, OwnApprovalError, WrongStateError, ChangedMeanwhileError.
    """

    def decide(request: ControlRequest | None) -> Plan[ControlRequest]:
        if request is None:
            raise NotFoundError
        if was_decided(request, ControlState.REFUSED, by.login):
            return Plan(request, replayed=True)
        check(request, by.login, version, now)
        after = decided(request, ControlState.REFUSED, by.login, now)
        return Plan(after, (requests_store.put_if_unchanged(after, by.act(DECIDED, now)),))

    return attempts.settle(lambda certain: requests_store.find(request_id, consistent=certain), decide)


def _cause(request: ControlRequest, by: By, now: datetime) -> Cause:
    return Cause(
        key=EntryKey(source("control", request.request_id), request.asked.task),
        kind=movement.KINDS[request.asked.task],
        at=iso(now),
        recorded_at=iso(now),
        actor=f"staff:{by.login}",
        origin=Origin.STAFF,
        correlation_id=by.correlation_id,
    )


def _approved(request: ControlRequest, cause: Cause, decision: Decision, login: str, now: datetime) -> ControlRequest:
    after = decided(request, ControlState.APPROVED, login, now)
    return replace(after, moved=decision.answer.get("points"), entry_id=cause.key.entry_id)


def _beside(after: ControlRequest, status: Status, act: Act) -> tuple[dict[str, Any], ...]:
    """Return what is written with the entry: the request, and what a frozen membership was."""
    member_id, own = after.asked.member_id, requests_store.put_if_unchanged(after, act)
    match after.asked.task:
        case ControlTask.FREEZE:
            return own, requests_store.remember(member_id, status)
        case ControlTask.UNFREEZE:
            return own, requests_store.forget(member_id)
    return (own,)


def _reading(member_id: MemberId, key: EntryKey, request_id: str) -> ledger.Load:
    """Return how a decision reads: account, request and what a frozen membership was; of one instant to be certain."""
    rows = (
        (table(), request_row.key(request_id)),
        (table(), request_row.frozen_key(member_id)),
    )

    def load(certain: bool) -> Loaded[list[Item | None]]:
        if certain:
            return Loaded(*ledger.look_again(member_id, key, *rows))
        return Loaded(account_store.read(member_id), None, dynamo.batch_get(*rows, consistent=True))

    return load
