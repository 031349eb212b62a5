"""Giving points as a use case: two look-ups and one transaction that moves both accounts, or neither (pitfall 1)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from functions.transfer.errors import CannotReceiveError
from functions.transfer.transfer import Allowance, allowance, give
from loyalty import account_store, dynamo, identity, ledger, programme_store
from loyalty.accounts import Account
from loyalty.clock import iso, local_day
from loyalty.dynamo import Item
from loyalty.entries import Cause, EntryKey, fingerprint
from loyalty.errors import NotEnrolledError
from loyalty.ledger import Decision, Loaded, Outcome
from loyalty.limits import Counters, Limit, refuse_if_spent
from loyalty.pepper import digest
from loyalty.programme import Transfers
from loyalty.settings import time_zone
from loyalty.types import Kind, MemberId, Origin

OUT, IN = "out", "in"
"""The two movements of a transfer."""
WRONG_PHONES = Limit(10, timedelta(days=1))
"""How many phones that cannot receive a member may name, so that nobody finds out who is a member by trying."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish to give points.

    Attributes:
        source: the ledger source, made of the giver and the digest of their idempotency key.
        phone: the receiver's, as E.164.
    """

    source: str
    giver: MemberId
    phone: str
    points: int
    correlation_id: str


@dataclass(frozen=True, slots=True)
class _Other:
    """The other side, None where nobody has the phone, and how many wrong phones were named before."""

    account: Account | None
    tries: Item | None


def transfer(wish: Wish, now: datetime) -> Outcome:
    """Give points exactly once.

    Raises:
        LoyaltyError: the refusal, when nothing was moved.
        TooManyError: too many phones that cannot receive.
    """
    programme, today = programme_store.current(now), local_day(now, time_zone())
    cause = _cause(wish, now)
    received = replace(cause, key=EntryKey(wish.source, IN), fingerprint="")
    counters, subject = Counters(identity.table(), "member_id"), f"transfer-phones/{wish.giver}"
    tries_key = counters.key(subject, WRONG_PHONES, now)

    def decide(loaded: Loaded[_Other]) -> Decision:
        assert loaded.account is not None  # noqa: S101 - `settle` refuses unknown members itself
        refuse_if_spent(loaded.extra.tries, WRONG_PHONES, now)
        receiver = loaded.extra.account
        out, into = give(loaded.account, receiver, wish.points, programme.transfers, today)
        assert receiver is not None  # noqa: S101 - `give` refuses who cannot receive
        _, beside = ledger.movement(received, programme, receiver, into)
        return replace(out, beside=beside)

    try:
        return ledger.settle(cause, programme, lambda certain: _read(wish, cause.key, tries_key, certain), decide)
    except CannotReceiveError:
        counters.take(subject, WRONG_PHONES, now)
        raise


def limits(member_id: MemberId, now: datetime) -> tuple[Allowance, Transfers]:
    """Return what a member may give now, and the mall's rules.

    Raises:
        NotEnrolledError: there is no such account.
    """
    rules = programme_store.current(now).transfers
    account = account_store.read(member_id, consistent=True)
    if account is None:
        raise NotEnrolledError
    return allowance(account, rules, local_day(now, time_zone())), rules


def _cause(wish: Wish, now: datetime) -> Cause:
    asked = {"phone": digest("transfer-phone", wish.phone), "points": wish.points}
    return Cause(
        key=EntryKey(wish.source, OUT),
        kind=Kind.TRANSFER,
        at=iso(now),
        recorded_at=iso(now),
        actor="member",
        origin=Origin.MEMBER,
        correlation_id=wish.correlation_id,
        fingerprint=fingerprint(asked),
    )


def _read(wish: Wish, key: EntryKey, tries_key: Mapping[str, str], certain: bool) -> Loaded[_Other]:
    """Read whose phone it is, then both accounts; to be certain, the accounts and the entry of one instant."""
    members = identity.table()
    phone_key = {"member_id": identity.phone_key(wish.phone), "kind": identity.LOOKUP}
    found, tries = dynamo.batch_get((members, phone_key), (members, tries_key), consistent=certain)
    target = (found or {}).get("target", wish.giver)
    other = [] if target == wish.giver else [_account(target)]
    if certain:
        account, row, others = ledger.look_again(wish.giver, key, *other)
    else:
        giver, *others = dynamo.batch_get(_account(wish.giver), *other)
        account, row = (account_store.from_row(giver) if giver else None), None
    receiver = account_store.from_row(others[0]) if others and others[0] else None
    return Loaded(account, row, _Other(account if found and target == wish.giver else receiver, tries))


def _account(member_id: str) -> tuple[str, Mapping[str, str]]:
    return account_store.table(), {"member_id": member_id}
