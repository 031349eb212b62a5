"""Using an entitlement and undoing it as use cases: keys, readings, one transaction each.

A use is an entry of the ledger that moves no points, so it is made exactly once, is told as an event, stands in the
statement, and the quota holds however many tills ask at the same time: the account's version decides.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from functions.tiers.errors import UseNotFoundError
from functions.tiers.use import decide, undo
from loyalty import account_store, ledger, programme_store
from loyalty.clock import iso, local_day
from loyalty.entries import Cause, Entry, EntryKey, fingerprint, from_row, key_of, source
from loyalty.errors import SessionExpiredError
from loyalty.ledger import Decision, Loaded, Outcome
from loyalty.pepper import digest
from loyalty.settings import time_zone
from loyalty.types import Kind, MemberId, Origin

MOVEMENT = "use"
UNDONE = "refund"


@dataclass(frozen=True, slots=True)
class By:
    """Who asks; a till is bound to the uses of its tenant."""

    actor: str
    origin: Origin
    correlation_id: str
    tenant_id: str | None = None


def key_for(member_id: MemberId, by: By, idempotency_key: str) -> EntryKey:
    """Return the ledger's key of a use: whoever repeats a request means the same use, two callers never do."""
    return EntryKey(source("use", member_id, digest("entitlement-use", f"{by.actor}\n{idempotency_key}")), MOVEMENT)


def use(member_id: MemberId, code: str, by: By, key: EntryKey, now: datetime) -> Outcome:
    """Use an entitlement exactly once.

    Raises:
        LoyaltyError: the refusal, when nothing was used.
    """
    programme, today = programme_store.current(now), local_day(now, time_zone())
    facts = {"tenant_id": by.tenant_id} if by.tenant_id else {}
    cause = _cause(key, Kind.USE, by, now, fingerprint({"entitlement": code, **facts}))

    def decided(loaded: Loaded[Any]) -> Decision:
        assert loaded.account is not None  # noqa: S101 - `settle` refuses unknown members itself
        return decide(loaded.account, code, facts, programme, today)

    return ledger.settle(cause, programme, _reading(member_id, key), decided)


def require_recorded(key: EntryKey) -> None:
    """Let a repetition through after the member's session is over, if the use was recorded in time.

    Raises:
        SessionExpiredError: if it was not.
    """
    if not ledger.is_entry(ledger.read(key)):
        raise SessionExpiredError


def undo_use(use_id: str, code: str, by: By, now: datetime, member_id: MemberId | None = None) -> Outcome:
    """Undo a use; however often it is asked for, once.

    Args:
        member_id: whose use it must be; None for a till, which is bound to its tenant's instead.

    Raises:
        UseNotFoundError: if there is no such use for this caller.
        UsePeriodOverError: if the period it counted in is over.
    """
    found = _find(use_id)
    is_theirs = found.member_id == member_id if member_id else found.facts.get("tenant_id") == by.tenant_id
    if not is_theirs or found.facts["entitlement"] != code:
        raise UseNotFoundError
    programme, today = programme_store.current(now), local_day(now, time_zone())
    cause = _cause(EntryKey(found.cause.key.source, UNDONE), Kind.REFUND, by, now)

    def decided(loaded: Loaded[Any]) -> Decision:
        assert loaded.account is not None  # noqa: S101 - `settle` refuses unknown members itself
        return undo(loaded.account, found, today)

    return ledger.settle(cause, programme, _reading(found.member_id, cause.key), decided)


def _find(use_id: str) -> Entry:
    key = key_of(use_id)
    row = ledger.read(key) if key and key.movement == MOVEMENT else None
    if row is None or row["kind"] != Kind.USE:
        raise UseNotFoundError
    return from_row(row)


def _cause(key: EntryKey, kind: Kind, by: By, now: datetime, digest_of_request: str = "") -> Cause:
    return Cause(
        key=key,
        kind=kind,
        at=iso(now),
        recorded_at=iso(now),
        actor=by.actor,
        origin=by.origin,
        correlation_id=by.correlation_id,
        fingerprint=digest_of_request,
    )


def _reading(member_id: MemberId, key: EntryKey) -> ledger.Load:
    """Return how these movements read: the account alone, or, to be certain, with the entry."""

    def load(certain: bool) -> Loaded[None]:
        if not certain:
            return Loaded(account_store.read(member_id), None, None)
        account, row, _ = ledger.look_again(member_id, key)
        return Loaded(account, row, None)

    return load
