"""What a member may claim beside points: unlocks that open by themselves, entitlements with a quota (T3, T5). Pure.

Nothing is granted and nothing runs out by a job: which unlocks are open, and how often an entitlement may still be
used, are functions of the account, the programme and the day. What the account keeps is how often each was used in
the period that runs; a new period begins with none.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from loyalty import tiers
from loyalty.accounts import Account
from loyalty.clock import add_months, date_of, day_of, month_of, quarter_of
from loyalty.ladder import Entitlement, Period, Tier, Unlock
from loyalty.programme import Programme
from loyalty.types import Day, Fen, Month, Purse

_MONTHS = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}


@dataclass(frozen=True, slots=True)
class Term:
    """A period of the calendar in mall time: its name as accounts keep it, its first day and its last."""

    name: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Gate:
    """An unlock as it stands for one member: what is missing, in the measure it asks for; 0: it is open."""

    unlock: Unlock
    missing_fen: Fen | None
    missing_points: int | None

    @property
    def is_open(self) -> bool:
        """Whether its benefits can be claimed."""
        return not (self.missing_fen or self.missing_points)


@dataclass(frozen=True, slots=True)
class Right:
    """An entitlement as one member has it: what the tier and the open unlocks give together, and what was used."""

    entitlement: Entitlement
    quota: int
    used: int
    period: Term

    @property
    def remaining(self) -> int:
        """How often it may still be used; a lower tier may leave less than was used."""
        return max(0, self.quota - self.used)

    @property
    def resets_on(self) -> date:
        """The first day of the next period."""
        return self.period.last + timedelta(days=1)


def period_of(day: Day, period: Period) -> Term:
    """Return the period a day lies in: `2611`, `26Q4` or `26`."""
    months, at = _MONTHS[period], date_of(day)
    first = at.replace(month=(at.month - 1) // months * months + 1, day=1)
    last = add_months(first, months) - timedelta(days=1)
    names = {Period.MONTH: f"{at:%y%m}", Period.QUARTER: quarter_of(day), Period.YEAR: f"{at:%y}"}
    return Term(names[period], first, last)


def quarter_spend(account: Account, day: Day) -> Fen:
    """Return what purchases of the running calendar quarter count, in fen."""
    quarter = period_of(day, Period.QUARTER)
    first, last = month_of(day_of(quarter.first)), month_of(day_of(quarter.last))
    return Fen(sum(fen for month, fen in account.record.spend.items() if first <= Month(month) <= last))


def tier_on(account: Account, programme: Programme, day: Day) -> Tier:
    """Return the tier a member has on a day, every review that has come due done."""
    return programme.tier(tiers.reviewed(account.rung, account.record, day, programme).code)


def gates(account: Account, programme: Programme, day: Day) -> list[Gate]:
    """Return the unlocks for the member's tier, open or not (requirements T5)."""
    tier, spend = tier_on(account, programme, day), quarter_spend(account, day)
    balance = account.balance(Purse.POINTS, day)
    return [
        Gate(
            unlock,
            missing_fen=None if (asked := unlock.quarter_spend_fen) is None else Fen(max(0, asked - spend)),
            missing_points=None if (least := unlock.balance_points) is None else max(0, least - balance),
        )
        for unlock in programme.tiers.unlocks
        if not unlock.tiers or tier.code in unlock.tiers
    ]


def rights(account: Account, programme: Programme, day: Day) -> list[Right]:
    """Return what a member may claim on a day: of the tier and of open unlocks, added up by code (T3, T5)."""
    held = [*tier_on(account, programme, day).entitlements]
    held += [one for gate in gates(account, programme, day) if gate.is_open for one in gate.unlock.entitlements]
    return [_right(account, same, day) for same in _by_code(held).values()]


def right(account: Account, programme: Programme, code: str, day: Day) -> Right | None:
    """Return one entitlement as a member has it on a day; None where they have none of it."""
    return next((one for one in rights(account, programme, day) if one.entitlement.code == code), None)


def used(account: Account, code: str, period: str, times: int = 1) -> Account:
    """Return the account with one more use in a period, or, with -1, one less."""
    kept, before = account.uses.get(code, (period, 0))
    count = (before if kept == period else 0) + times
    others = {other: use for other, use in account.uses.items() if other != code}
    return replace(account, uses=others | ({code: (period, count)} if count > 0 else {}))


def _by_code(held: Iterable[Entitlement]) -> dict[str, list[Entitlement]]:
    found: dict[str, list[Entitlement]] = {}
    for one in held:
        found.setdefault(one.code, []).append(one)
    return found


def _right(account: Account, same: list[Entitlement], day: Day) -> Right:
    first, period = same[0], period_of(day, same[0].per)
    kept, times = account.uses.get(first.code, ("", 0))
    return Right(first, sum(one.quota for one in same), times if kept == period.name else 0, period)
