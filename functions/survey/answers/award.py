"""What a complete answer brings (requirements S5). Pure.

Points are usable at once, whatever waits for a purchase to be final; debt in the purse is paid first.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from loyalty.accounts import Account, credit
from loyalty.buckets import bucket_for
from loyalty.clock import day_of
from loyalty.entries import EntryKey, Reason, source
from loyalty.ledger import Decision
from loyalty.programme import Pending, Programme
from loyalty.standing import ALLOWED, require
from loyalty.types import Kind, Purse

REASON = "survey"
AT_ONCE = Pending(days=0)


def key_of(answer_id: str) -> EntryKey:
    """Return the key of the entry that credits an answer: whoever sends it again meets the same one."""
    return EntryKey(source("survey", answer_id), "answer")


def may_receive(account: Account | None) -> bool:
    """Tell whether a membership of this status is credited points; an answer without them is kept all the same."""
    return account is not None and Kind.AWARD in ALLOWED[account.status]


def decide(
    account: Account,
    reward: tuple[Purse, int],
    facts: Mapping[str, Any],
    programme: Programme,
    today: date,
    beside: tuple[Mapping[str, Any], ...],
) -> Decision:
    """Credit the points of an answer, in the transaction that keeps it.

    Args:
        reward: the purse, and how many points.
        facts: which answer to which survey.

    Raises:
        MembershipStatusError: if a membership of this status is credited nothing.
    """
    require(account.status, Kind.AWARD)
    (purse, points), day = reward, day_of(today)
    before = account.tidied(day)
    legs = tuple(credit(before, purse, points, bucket_for(today, programme.expiry, AT_ONCE), day))
    after = before.moved(legs)
    return Decision(
        account=after,
        legs=legs,
        reasons=(Reason(REASON, purse, points),),
        answer={"points_earned": points, "balance": after.balance(Purse.POINTS, day), "tier": after.rung.code},
        facts={**facts, "purse": purse.value},
        beside=beside,
    )
