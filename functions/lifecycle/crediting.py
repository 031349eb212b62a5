"""What a gift's points do to an account: usable at once, good as long as points earned today (ADR 1021). Pure."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from functions.lifecycle.definition import OccasionOffer
from loyalty.accounts import Account, credit
from loyalty.buckets import bucket_for
from loyalty.clock import day_of, iso
from loyalty.entries import Cause, EntryKey, Reason
from loyalty.ledger import Decision
from loyalty.programme import Pending, Programme
from loyalty.standing import require
from loyalty.types import Kind, Origin, Purse

REASON = "occasion"
AT_ONCE = Pending(days=0)


def decide(
    account: Account,
    offer: OccasionOffer,
    offer_id: str,
    programme: Programme,
    today: date,
    beside: tuple[Mapping[str, Any], ...],
) -> Decision:
    """Credit the points of a gift, in the transaction that gives it; debt of the purse is paid first.

    Raises:
        MembershipStatusError: if a membership of this status is credited nothing.
    """
    require(account.status, Kind.AWARD)
    purse, day = Purse(offer.purse), day_of(today)
    before = account.tidied(day)
    legs = tuple(credit(before, purse, offer.points, bucket_for(today, programme.expiry, AT_ONCE), day))
    after = before.moved(legs)
    return Decision(
        account=after,
        legs=legs,
        reasons=(Reason(REASON, purse, offer.points, offer_id),),
        answer={"points_earned": offer.points, "balance": after.balance(Purse.POINTS, day), "tier": after.rung.code},
        facts={"offer_id": offer_id, "purse": purse.value},
        beside=beside,
    )


def cause_of(key: EntryKey, actor: str, trace: str, now: datetime) -> Cause:
    """Return what asks for the points of a gift."""
    return Cause(
        key=key,
        kind=Kind.AWARD,
        at=iso(now),
        recorded_at=iso(now),
        actor=actor,
        origin=Origin.SCHEDULE,
        correlation_id=trace,
    )
