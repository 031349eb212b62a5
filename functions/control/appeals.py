"""Appeals: the member's word against a decision, and what staff make of it (requirement K5; ADR 0820)."""

import hashlib
from datetime import datetime

from functions.control import requests_store
from functions.control.asking import By
from functions.control.request import AppealState, ControlRequest, appealed, check_judge, inverse, judged
from functions.control.request_row import Act
from loyalty import account_store, attempts
from loyalty.accounts import Account
from loyalty.attempts import Plan
from loyalty.clock import iso
from loyalty.errors import NotFoundError
from loyalty.types import MemberId, Origin, Status


def appeal(request_id: str, member_id: MemberId, text: str, trace: str, now: datetime) -> Plan[ControlRequest]:
    """Keep a member's appeal, once; the same words again are answered alike.

    Raises:
        NotFoundError: if nothing was decided under that id, or it is about somebody else.
        NotAppealableError, AppealedBeforeError, AppealTooLateError.
    """

    def load(certain: bool) -> tuple[ControlRequest | None, Account | None]:
        account = account_store.read(member_id, consistent=True) if certain else None
        return requests_store.find(request_id, consistent=certain), account

    def decide(loaded: tuple[ControlRequest | None, Account | None]) -> Plan[ControlRequest]:
        found, account = loaded
        if found is None or found.asked.member_id != member_id or found.decided_at is None:
            raise NotFoundError
        if account and account.status is Status.ERASED:
            raise NotFoundError
        if found.appeal and found.appeal.text == text:
            return Plan(found, replayed=True)
        after = appealed(found, text, now)
        act = Act("ControlAppealed", iso(now), "member", Origin.MEMBER, trace)
        return Plan(after, (requests_store.put_if_unchanged(after, act), requests_store.still_member(member_id)))

    return attempts.settle(load, decide)


def judge(
    request_id: str, state: AppealState, version: int, by: By, now: datetime, *, nobody_else: bool = False
) -> Plan[ControlRequest]:
    """Decide an appeal; one that is upheld opens the request that undoes the decision, in the same transaction.

    Args:
        nobody_else: that the mall has no approver but the one who approved the decision; kept with the appeal.

    Raises:
        NotFoundError, NoOpenAppealError, OwnApprovalError, ChangedMeanwhileError.
    """

    def decide(found: ControlRequest | None) -> Plan[ControlRequest]:
        if found is None:
            raise NotFoundError
        if found.appeal and (found.appeal.state, found.appeal.judge) == (state, by.login):
            return Plan(found, replayed=True)
        standing = check_judge(found, by.login, version, nobody_else=nobody_else)
        opened = _opened(found, by.login, now) if state is AppealState.UPHELD else None
        after = judged(found, standing, state, by.login, now, opened.request_id if opened else None)
        writes = [requests_store.put_if_unchanged(after, by.act("ControlDecided", now))]
        if opened:
            writes.append(requests_store.put_if_absent(opened, by.act("ControlRequested", now)))
        return Plan(after, tuple(writes))

    return attempts.settle(lambda certain: requests_store.find(request_id, consistent=certain), decide)


def _opened(request: ControlRequest, login: str, now: datetime) -> ControlRequest:
    digest = hashlib.sha256(f"control\nappeal\n{request.request_id}".encode()).hexdigest()[:24]
    return inverse(request, digest, login, now, alone=login == request.checker)
