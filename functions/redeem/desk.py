"""Redeeming and undoing as use cases: keys, readings, and the one transaction each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from functions.redeem.errors import RedemptionNotFoundError
from functions.redeem.redemption import decide, undo
from loyalty import account_store, ledger, programme_store
from loyalty.clock import iso, local_day
from loyalty.entries import Cause, Entry, EntryKey, fingerprint, from_row, key_of
from loyalty.errors import SessionExpiredError
from loyalty.ledger import Decision, Loaded, Outcome
from loyalty.settings import time_zone
from loyalty.types import Kind, MemberId, Origin

MOVEMENT = "redeem"
UNDONE = "refund"


@dataclass(frozen=True, slots=True)
class Redemption:
    """A wish to redeem points.

    Attributes:
        source: the ledger source, made of who asks and the digest of their idempotency key.
        facts: what the entry keeps of the circumstances (the tenant, the kind).
    """

    source: str
    member_id: MemberId
    points: int
    facts: dict[str, Any]
    actor: str
    origin: Origin
    correlation_id: str


def redeem(wish: Redemption, now: datetime) -> Outcome:
    """Redeem points exactly once.

    Raises:
        LoyaltyError: the refusal, when nothing was redeemed.
    """
    programme, today = programme_store.current(now), local_day(now, time_zone())
    cause = Cause(
        key=EntryKey(wish.source, MOVEMENT),
        kind=Kind.REDEEM,
        at=iso(now),
        recorded_at=iso(now),
        actor=wish.actor,
        origin=wish.origin,
        correlation_id=wish.correlation_id,
        fingerprint=fingerprint({"member": wish.member_id, "points": wish.points, **wish.facts}),
    )

    def decided(loaded: Loaded[Any]) -> Decision:
        assert loaded.account is not None  # noqa: S101 - `settle` refuses unknown members itself
        return decide(loaded.account, wish.points, wish.facts, programme, today)

    return ledger.settle(cause, programme, _reading(wish.member_id, cause.key), decided)


def require_recorded(source: str) -> None:
    """Let a repetition through after the member's session is over, if the redemption was recorded in time.

    Raises:
        SessionExpiredError: if it was not.
    """
    if not ledger.is_entry(ledger.read(EntryKey(source, MOVEMENT))):
        raise SessionExpiredError


def find(redemption_id: str, prefix: str) -> Entry:
    """Return a redemption by its id, if its source starts with the caller's prefix.

    Raises:
        RedemptionNotFoundError: if there is none, or it is somebody else's.
    """
    key = key_of(redemption_id)
    if key is None or key.movement != MOVEMENT or not key.source.startswith(prefix):
        raise RedemptionNotFoundError
    row = ledger.read(key)
    if row is None:
        raise RedemptionNotFoundError
    return from_row(row)


def refund(redeemed: Entry, actor: str, trace: str, now: datetime) -> Outcome:
    """Undo a redemption; however often it is asked for, once."""
    programme, today = programme_store.current(now), local_day(now, time_zone())
    cause = Cause(
        key=EntryKey(redeemed.cause.key.source, UNDONE),
        kind=Kind.REFUND,
        at=iso(now),
        recorded_at=iso(now),
        actor=actor,
        origin=Origin.TILL,
        correlation_id=trace,
    )

    def decided(loaded: Loaded[Any]) -> Decision:
        assert loaded.account is not None  # noqa: S101 - `settle` refuses unknown members itself
        return undo(loaded.account, redeemed, today)

    return ledger.settle(cause, programme, _reading(redeemed.member_id, cause.key), decided)


def _reading(member_id: MemberId, key: EntryKey) -> ledger.Load:
    """Return how these movements read: the account alone, or, to be certain, with the entry."""

    def load(certain: bool) -> Loaded[None]:
        if not certain:
            return Loaded(account_store.read(member_id), None, None)
        account, row, _ = ledger.look_again(member_id, key)
        return Loaded(account, row, None)

    return load
