"""Making one account's due movements, exactly once, whatever else happens to the account meanwhile."""

from datetime import datetime, time
from typing import Any

from functions.expiry.sweep import Due, what_is_due
from loyalty import account_store, ledger, programme_store
from loyalty.accounts import Account
from loyalty.clock import date_of, iso, local_day, zone
from loyalty.entries import Cause, EntryKey, source
from loyalty.errors import BusyError, ConflictError
from loyalty.ledger import Decision, Loaded
from loyalty.settings import time_zone
from loyalty.types import Day, MemberId, Origin

ROUNDS = 8


class AccountMovedError(ConflictError):
    """The account changed after it was found due; what is due has to be looked at again."""

    code = "account_moved"


def settle_due(member_id: MemberId, as_of: Day, trace: str, now: datetime) -> int:
    """Make every movement that is due for a member on a day; return how many were made.

    Raises:
        BusyError: if the account kept changing; the queue will bring it back.
    """
    made = 0
    for round_no in range(ROUNDS):
        account = account_store.read(member_id, consistent=round_no > 0)
        due = what_is_due(account, programme_store.current(now), as_of) if account else None
        if account is None or due is None:
            return made
        try:
            made += _make(account, due, as_of, trace, now)
        except AccountMovedError:
            continue
    raise BusyError(retry_after=1)


def _make(account: Account, due: Due, as_of: Day, trace: str, now: datetime) -> int:
    """Make one movement; its key names the account version it was decided on, so it cannot be made twice."""
    cause = Cause(
        key=EntryKey(source(due.kind, account.member_id), f"{as_of}/{account.version}"),
        kind=due.kind,
        at=iso(_instant(as_of, now)),
        recorded_at=iso(now),
        actor="schedule",
        origin=Origin.SCHEDULE,
        correlation_id=trace,
    )

    def load(certain: bool) -> Loaded[None]:
        if not certain:
            return Loaded(account, None, None)
        fresh, row, _ = ledger.look_again(account.member_id, cause.key)
        return Loaded(fresh, row, None)

    def decided(loaded: Loaded[Any]) -> Decision:
        if loaded.account is None or loaded.account.version != account.version:
            raise AccountMovedError
        return due.decision

    return int(not ledger.settle(cause, programme_store.current(now), load, decided).replayed)


def _instant(as_of: Day, now: datetime) -> datetime:
    """Return when the movement happened: now, or the start of the day the sweep was told to stand on."""
    if as_of == local_day(now, time_zone()):
        return now
    return datetime.combine(date_of(as_of), time.min, zone(time_zone()))
