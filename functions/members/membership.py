"""Where a membership stands, and how that changes (requirements M2, M6, M8).

The account's status changes only together with its version and an entry of the ledger that says so: a purchase that
is being booked at the same instant condition on the version, so it can never write an old status back (ADR 0201).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from functions.members.errors import NotAwaitingApprovalError
from loyalty import account_store, ledger
from loyalty.accounts import Account
from loyalty.buckets import Leg
from loyalty.clock import iso, local_day
from loyalty.entries import Cause, EntryKey, Reason, source
from loyalty.ledger import Decision, Loaded, Outcome
from loyalty.programme import Enrolment, Programme
from loyalty.settings import time_zone
from loyalty.standing import entered
from loyalty.types import Day, Kind, MemberId, Origin, Purse, Status

ERASED_REASON = "erased"
REFUSE = "refuse"
"""The movement of a refusal in the ledger."""


@dataclass(frozen=True, slots=True)
class Trail:
    """Who asked for a change, as the ledger keeps it.

    Attributes:
        actor: `member`, `till:<tenant>` or `staff:<login>`.
        correlation_id: the trace of the request.
    """

    origin: Origin
    actor: str
    correlation_id: str


def claim(profile: Mapping[str, Any], trail: Trail, programme: Programme, now: datetime) -> Status:
    """Let a member redeem who has confirmed age and terms; whoever is not unclaimed stays what they are.

    Args:
        profile: the member's; who came with a file is asked for no minimum spend.

    Returns:
        The status afterwards.
    """
    member_id = MemberId(profile["member_id"])
    account = account_store.read(member_id, consistent=True)
    if account is None or account.status is not Status.UNCLAIMED:
        return account.status if account else Status.ERASED
    rules = Enrolment() if profile["origin"] == Origin.IMPORT else programme.enrolment
    cause = _cause(Kind.STATUS, member_id, "claim", trail, now)
    outcome = _settle(cause, member_id, programme, now, lambda account, day: claimed(account, rules, day))
    return Status(outcome.entry.answer["status"])


def approve(member_id: MemberId, status: Status, trail: Trail, programme: Programme, now: datetime) -> Status:
    """Take an applicant in; a repetition is answered alike.

    Raises:
        NotAwaitingApprovalError: the membership awaits no approval.
    """
    cause = _cause(Kind.STATUS, member_id, "approve", trail, now)
    outcome = _settle(cause, member_id, programme, now, lambda account, day: decided(account, status, day))
    return Status(outcome.entry.answer["status"])


def refuse(member_id: MemberId, trail: Trail, programme: Programme, now: datetime) -> None:
    """Turn an applicant down; a repetition is answered alike.

    Raises:
        NotAwaitingApprovalError: the membership awaits no approval.
    """
    cause = _cause(Kind.STATUS, member_id, REFUSE, trail, now)
    _settle(cause, member_id, programme, now, lambda account, day: decided(account, Status.ERASED, day))


def was_refused(member_id: MemberId) -> bool:
    """Tell whether this applicant was turned down."""
    return ledger.read(EntryKey(source(Kind.STATUS, member_id), REFUSE)) is not None


def erase(member_id: MemberId, trail: Trail, programme: Programme, now: datetime) -> None:
    """Close an account for ever, its points forfeited; a repetition changes nothing."""
    account = account_store.read(member_id, consistent=True)
    if account and account.status is not Status.ERASED:
        _settle(_cause(Kind.ERASE, member_id, "erase", trail, now), member_id, programme, now, forfeited)


def claimed(account: Account, rules: Enrolment, day: Day) -> Decision:
    """Return the account of a member who confirmed age and terms; entry may still ask for a spend."""
    status = entered(account.record.spend, rules) if account.status is Status.UNCLAIMED else account.status
    return _changed(account, status, day)


def decided(account: Account, status: Status, day: Day) -> Decision:
    """Return the account of an applicant somebody decided about.

    Raises:
        NotAwaitingApprovalError: the membership awaits no approval.
    """
    if account.status is not Status.AWAITING_APPROVAL:
        raise NotAwaitingApprovalError(status=account.status.value)
    return _changed(account, status, day)


def forfeited(account: Account, day: Day) -> Decision:
    """Return the account emptied and closed: every bucket of every purse goes, what is owed stays on the books."""
    legs = tuple(
        Leg(purse, bucket, -points) for purse, own in account.buckets.items() for bucket, points in own.items()
    )
    reasons = tuple(Reason(ERASED_REASON, purse, -sum(own.values())) for purse, own in account.buckets.items())
    closed = _changed(account.moved(legs), Status.ERASED, day)
    return replace(closed, legs=legs, reasons=reasons)


def _changed(account: Account, status: Status, day: Day) -> Decision:
    """Return the account in its new status; the answer is what every entry's is, so that a statement can show it."""
    answer = {
        "status": status,
        "points_earned": 0,
        "points_spent": 0,
        "balance": account.balance(Purse.POINTS, day),
        "tier": account.rung.code,
    }
    facts = {"status_before": account.status, "status_after": status}
    return Decision(replace(account, status=status), legs=(), reasons=(), answer=answer, facts=facts)


def _cause(kind: Kind, member_id: MemberId, movement: str, trail: Trail, now: datetime) -> Cause:
    return Cause(
        key=EntryKey(source(kind, member_id), movement),
        kind=kind,
        at=iso(now),
        recorded_at=iso(now),
        actor=trail.actor,
        origin=trail.origin,
        correlation_id=trail.correlation_id,
    )


Rule = Callable[[Account, Day], Decision]


def _settle(cause: Cause, member_id: MemberId, programme: Programme, now: datetime, rule: Rule) -> Outcome:
    day = local_day(now, time_zone())

    def load(certain: bool) -> Loaded[None]:
        if certain:
            account, standing, _ = ledger.look_again(member_id, cause.key)
            return Loaded(account, standing, None)
        return Loaded(account_store.read(member_id), None, None)

    def decide(loaded: Loaded[None]) -> Decision:
        assert loaded.account is not None  # noqa: S101 - `settle` asks only where there is an account
        return rule(loaded.account, day)

    return ledger.settle(cause, programme, load, decide)
