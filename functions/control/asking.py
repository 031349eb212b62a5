"""Asking for something, once per idempotency key."""

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime

from functions.control import movement, requests_store
from functions.control.request import Asked, ControlRequest
from functions.control.request_row import Act
from loyalty import account_store, attempts
from loyalty.accounts import Account
from loyalty.attempts import Plan
from loyalty.clock import iso, local_day
from loyalty.entries import fingerprint
from loyalty.errors import IdempotencyKeyReusedError, NotFoundError
from loyalty.settings import time_zone
from loyalty.types import Origin


@dataclass(frozen=True, slots=True)
class By:
    """Which member of staff is asking, and the trace of their request."""

    login: str
    correlation_id: str

    def act(self, happened: str, now: datetime) -> Act:
        """Return what they do, as the row keeps it."""
        return Act(happened, iso(now), self.login, Origin.STAFF, self.correlation_id)


def request_id_for(login: str, idempotency_key: str) -> str:
    """Return the id of the request that this person's key stands for: a repetition finds it."""
    return hashlib.sha256("\n".join(("control", login, idempotency_key)).encode()).hexdigest()[:24]


def ask(asked: Asked, text: str, idempotency_key: str, by: By, now: datetime) -> Plan[ControlRequest]:
    """Write a request that waits for another person.

    Raises:
        NotFoundError: if there is no such member.
        MembershipStatusError, LastDayError: what could not be approved is not asked for.
        IdempotencyKeyReusedError: if the key stands for another request.
    """
    request_id, today = request_id_for(by.login, idempotency_key), local_day(now, time_zone())
    print_ = fingerprint({**asdict(asked), "text": text})

    def load(certain: bool) -> tuple[ControlRequest | None, Account | None]:
        standing = requests_store.find(request_id, consistent=certain)
        return standing, account_store.read(asked.member_id, consistent=certain)

    def decide(loaded: tuple[ControlRequest | None, Account | None]) -> Plan[ControlRequest]:
        standing, account = loaded
        if standing:
            if standing.fingerprint != print_:
                raise IdempotencyKeyReusedError
            return Plan(standing, replayed=True)
        if account is None:
            raise NotFoundError
        movement.require_possible(asked, account.status, today)
        request = ControlRequest(request_id, asked, by.login, iso(now), text, print_)
        writes = (
            requests_store.put_if_absent(request, by.act("ControlRequested", now)),
            requests_store.still_member(asked.member_id),
        )
        return Plan(request, writes)

    return attempts.settle(load, decide)
