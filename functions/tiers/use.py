"""The rule of using an entitlement and of undoing a use (requirements T3). Pure."""

from collections.abc import Mapping
from typing import Any

from functions.tiers.errors import EntitlementNotHeldError, EntitlementUsedUpError, UsePeriodOverError
from loyalty import benefits
from loyalty.accounts import Account
from loyalty.clock import date_of, day_of
from loyalty.entries import Entry, Reason
from loyalty.ledger import Decision
from loyalty.programme import Programme
from loyalty.standing import require
from loyalty.types import Day, Kind, Purse


def decide(account: Account, code: str, facts: Mapping[str, Any], programme: Programme, today: Day) -> Decision:
    """Use an entitlement once.

    Args:
        facts: what the entry keeps of the circumstances (the tenant).

    Raises:
        MembershipStatusError: if the membership may not use benefits.
        EntitlementNotHeldError: if neither tier nor open unlock brings it.
        EntitlementUsedUpError: if nothing of the period's quota is left.
    """
    require(account.status, Kind.USE)
    right = benefits.right(account, programme, code, today)
    if right is None:
        raise EntitlementNotHeldError(entitlement=code)
    resets_on = right.resets_on.isoformat()
    if not right.remaining:
        raise EntitlementUsedUpError(quota=right.quota, used=right.used, resets_on=resets_on)
    after = benefits.used(account, code, right.period.name)
    tier = benefits.tier_on(account, programme, today).code
    return Decision(
        account=after,
        legs=(),
        reasons=(Reason("entitlement_used", Purse.POINTS, 0, code),),
        answer={
            **_standing(after, today),
            "quota": right.quota,
            "used": right.used + 1,
            "resets_on": resets_on,
        },
        facts={
            "entitlement": code,
            "period": right.period.name,
            "until": day_of(right.period.last),
            "tier": tier,
            **facts,
        },
    )


def undo(account: Account, use: Entry, today: Day) -> Decision:
    """Undo a use within its period, so that it may be used again.

    Raises:
        MembershipStatusError: never for a use of a member who left: undoing always proceeds, as returns do.
        UsePeriodOverError: if its period is over.
    """
    require(account.status, Kind.REFUND)
    code, period, until = (use.facts[name] for name in ("entitlement", "period", "until"))
    if today > until:
        raise UsePeriodOverError(until=date_of(until).isoformat())
    after = benefits.used(account, code, period, -1)
    return Decision(
        account=after,
        legs=(),
        reasons=(Reason("use_undone", Purse.POINTS, 0, code),),
        answer={**_standing(after, today), "used": after.uses.get(code, (period, 0))[1]},
        facts={"undone": use.entry_id, **{name: use.facts[name] for name in _KEPT if name in use.facts}},
    )


_KEPT = ("entitlement", "period", "tier", "tenant_id")


def _standing(after: Account, today: Day) -> dict[str, Any]:
    return {"balance": after.balance(Purse.POINTS, today), "tier": after.rung.code}
