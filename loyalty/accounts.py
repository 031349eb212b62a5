"""The account: what one member holds, owes and is, as one immutable value.

The invariant of the product lives here: for every purse, sum(buckets) - debt equals the sum of the legs ever
applied, because `moved` is the only way points change and it applies exactly the legs the ledger records.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from loyalty import buckets as b
from loyalty import tiers
from loyalty.buckets import DEBT, BucketKey, Leg
from loyalty.clock import days_after
from loyalty.programme import Programme
from loyalty.standing import ALLOWED
from loyalty.tiers import Record, Rung, first_rung
from loyalty.types import Day, Kind, MemberId, Purse, Status


class BrokenLedgerError(AssertionError):
    """A rule asked for an impossible movement, such as taking more than a bucket holds: nothing may be written."""


@dataclass(frozen=True, slots=True)
class Account:
    """One member's account at one version; each version is made by exactly one ledger entry.

    Attributes:
        buckets: points by purse and bucket, every amount above zero.
        debt: points owed by purse, above zero; while there is debt, nothing in the purse can be spent.
        record: what the member did, by month: what the tier is decided on.
        reminded_on: the last day expiry reminders were written.
        first_on: the mall-local day of the first purchase ever recorded; a return does not take it back.
        moved_on: the mall-local day of the last movement: the books' cut needs to know who moved after it.
        welcomed: points that reaching a tier brought, by the tier's code; a tier welcomes once. 0: they stay, whatever
            goods come back.
        uses: how often an entitlement was used in the period named: `{code: (period, times)}`.
        recent: points earned by purchases that may still be returned, by purchase day; kept where members may transfer.
        given: what the member transferred: `(day, points that day, year, points that year)`.
        warned_on: the last day a coming review was announced.
    """

    member_id: MemberId
    status: Status
    rung: Rung
    version: int = 0
    buckets: Mapping[Purse, Mapping[BucketKey, int]] = field(default_factory=dict)
    debt: Mapping[Purse, int] = field(default_factory=dict)
    record: Record = field(default_factory=Record)
    reminded_on: Day | None = None
    first_on: Day | None = None
    moved_on: Day | None = None
    welcomed: Mapping[str, int] = field(default_factory=dict)
    uses: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    recent: Mapping[Day, int] = field(default_factory=dict)
    given: tuple[Day, int, str, int] | None = None
    warned_on: Day | None = None

    def held(self, purse: Purse) -> Mapping[BucketKey, int]:
        """Return the buckets of one purse."""
        return self.buckets.get(purse, {})

    def spendable(self, purse: Purse, day: Day) -> int:
        """Return what can be spent from a purse on this day."""
        return b.spendable(self.held(purse), day)

    def balance(self, purse: Purse, day: Day) -> int:
        """Return what a member may call theirs on this day: spendable points, less what is owed."""
        return self.spendable(purse, day) - self.debt.get(purse, 0)

    def total(self, purse: Purse) -> int:
        """Return buckets minus debt: what the ledger's legs of this purse add up to."""
        return sum(self.held(purse).values()) - self.debt.get(purse, 0)

    def moved(self, legs: Iterable[Leg]) -> "Account":
        """Apply legs to buckets and debt.

        Raises:
            BrokenLedgerError: if a bucket or the debt would become negative.
        """
        held = {purse: dict(self.held(purse)) for purse in self.buckets}
        debt = dict(self.debt)
        for purse, bucket, points in legs:
            if bucket == DEBT:
                debt[purse] = debt.get(purse, 0) - points
            else:
                own = held.setdefault(purse, {})
                own[bucket] = own.get(bucket, 0) + points
        return replace(self, buckets=_positive_buckets(held), debt=_positive(debt))

    def tidied(self, day: Day) -> "Account":
        """Fold the buckets that have opened by this day into the plain ones of the same expiry."""
        if not any(len(key) > 6 for own in self.buckets.values() for key in own):
            return self
        return replace(self, buckets={purse: b.merge_opened(own, day) for purse, own in self.buckets.items()})


def open_account(member_id: MemberId, status: Status, programme: Programme, day: Day) -> Account:
    """Return the empty account of a new member."""
    return Account(member_id, status, first_rung(programme, day))


def credit(account: Account, purse: Purse, points: int, key: BucketKey, day: Day) -> list[Leg]:
    """Return the legs that credit points: debt is paid first, and a bucket already past lapses in the same breath."""
    paid = min(points, account.debt.get(purse, 0))
    legs = [Leg(purse, DEBT, paid)] if paid else []
    if rest := points - paid:
        legs.append(Leg(purse, key, rest))
        if b.is_expired(key, day):
            legs.append(Leg(purse, key, -rest))
    return legs


def review_day(account: Account, programme: Programme) -> Day | None:
    """Return the day on which the tier is reviewed; None on the lowest, and for who is no member (yet or any more)."""
    if not programme.rank(account.rung.code) or Kind.REVIEW not in ALLOWED[account.status]:
        return None
    return days_after(tiers.kept_until(account.rung, programme), 1)


def warning_day(account: Account, programme: Programme) -> Day | None:
    """Return the day on which a review that lowers the tier is announced; None where it is, or needs no warning."""
    if review_day(account, programme) is None:
        return None
    day = tiers.warning_day(account.rung, account.record, programme)
    return None if day is None or day <= (account.warned_on or "") else day


def due_on(account: Account, programme: Programme) -> Day | None:
    """Return the first day the sweep has something to do: a reminder, an expiry, a warning or a review; None: never."""
    of_tier = [day for rule in (review_day, warning_day) if (day := rule(account, programme))]
    of_points = [
        day
        for own in account.buckets.values()
        for key in own
        if key != b.NEVER
        for day in _due_days(key, programme.expiry.reminder_days, account.reminded_on)
    ]
    return min((*of_tier, *of_points), default=None)


def _due_days(key: BucketKey, reminder_days: tuple[int, ...], reminded_on: Day | None) -> list[Day]:
    last = b.expires_on(key)
    reminders = [days_after(last, -before) for before in reminder_days]
    return [days_after(last, 1), *(day for day in reminders if reminded_on is None or day > reminded_on)]


def _positive(amounts: Mapping[Purse, int]) -> dict[Purse, int]:
    if any(value < 0 for value in amounts.values()):
        raise BrokenLedgerError("debt below zero")
    return {key: value for key, value in amounts.items() if value}


def _positive_buckets(held: Mapping[Purse, Mapping[BucketKey, int]]) -> dict[Purse, dict[BucketKey, int]]:
    if any(points < 0 for own in held.values() for points in own.values()):
        raise BrokenLedgerError("bucket below zero")
    kept = {purse: {key: points for key, points in own.items() if points} for purse, own in held.items()}
    return {purse: own for purse, own in kept.items() if own}
