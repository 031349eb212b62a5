"""Buckets: points that become usable and lapse together (requirements P5, P10, P14).

A bucket's key is its last valid day, `yymmdd`, followed by `/yymmdd` where it opens later than it was earned. Keys
therefore sort by expiry, and what is spendable is a function of the day: pending points need no release, expired
points are never spendable however late the sweep comes. All functions are pure; they answer in legs, the signed
movements of points that `loyalty.accounts.Account.moved` applies.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple, NewType

from loyalty.clock import add_months, day_of, month_end
from loyalty.programme import Expiry, ExpiryKind, Pending
from loyalty.types import Day, Purse

BucketKey = NewType("BucketKey", str)
Buckets = Mapping[BucketKey, int]

DEBT = BucketKey("debt")
"""The pseudo-bucket of what an account owes; a positive leg on it pays debt back."""
NEVER = BucketKey("991231")
"""The bucket of what does not lapse: growth value (requirements T6)."""


class Leg(NamedTuple):
    """A signed movement of points on one bucket of one purse; on `DEBT`, minus means owing more."""

    purse: Purse
    bucket: BucketKey
    points: int


def bucket_for(earned_on: date, expiry: Expiry, pending: Pending) -> BucketKey:
    """Return the bucket of points earned on a mall-local date (requirements P5, P10).

    Points that would lapse before they open live as long as points earned on the day they open.
    """
    opens = earned_on + timedelta(days=pending.days)
    last = _last_valid(earned_on, expiry)
    if last < opens:
        last = _last_valid(opens, expiry)
    return bucket_key(last, opens if pending.days else None)


def _last_valid(earned_on: date, expiry: Expiry) -> date:
    if expiry.kind is ExpiryKind.CALENDAR_YEAR:
        return date(earned_on.year + (expiry.months - 1) // 12, 12, 31)
    return month_end(add_months(earned_on, expiry.months))


def bucket_key(last_valid: date, opens: date | None = None) -> BucketKey:
    """Return the key of the bucket that is valid through one date and, if given, opens on another."""
    return BucketKey(f"{day_of(last_valid)}/{day_of(opens)}" if opens else day_of(last_valid))


def expires_on(key: BucketKey) -> Day:
    """Return the last day a bucket is valid."""
    return Day(key[:6])


def opens_on(key: BucketKey) -> Day | None:
    """Return the day a bucket opens, None where it was open from the start."""
    return Day(key[7:]) if len(key) > 6 else None


def is_expired(key: BucketKey, day: Day) -> bool:
    """Tell whether a bucket's last valid day lies before this one."""
    return key[:6] < day


def is_pending(key: BucketKey, day: Day) -> bool:
    """Tell whether a bucket opens only after this day."""
    return key[7:] > day


def is_open(key: BucketKey, day: Day) -> bool:
    """Tell whether a bucket can be spent from on this day."""
    return key[:6] >= day and key[7:] <= day


def spendable(buckets: Buckets, day: Day) -> int:
    """Return how many points can be spent on this day."""
    return sum(points for key, points in buckets.items() if is_open(key, day))


def pending(buckets: Buckets, day: Day) -> int:
    """Return how many points open only after this day."""
    return sum(points for key, points in buckets.items() if is_pending(key, day) and not is_expired(key, day))


def spend_earliest_first(purse: Purse, buckets: Buckets, points: int, day: Day) -> list[Leg]:
    """Take points from the open buckets, the earliest expiry first.

    The caller has checked that enough is spendable; what cannot be covered is left out.
    """
    return take(purse, buckets, points, sorted(key for key in buckets if is_open(key, day)))


def take(purse: Purse, buckets: Buckets, points: int, order: Iterable[BucketKey]) -> list[Leg]:
    """Take up to so many points from the buckets in the order given."""
    legs = []
    for key in order:
        part = min(points, buckets.get(key, 0))
        if part > 0:
            legs.append(Leg(purse, key, -part))
            points -= part
        if not points:
            break
    return legs


def take_back(purse: Purse, buckets: Buckets, points: int, same: BucketKey, day: Day) -> list[Leg]:
    """Take back points of a refunded purchase, down into debt where nothing is left (requirements P9).

    Order: not yet usable, the bucket they were earned into, the earliest expiry, debt. Expired points that the
    sweep has not met yet are left to it.
    """
    waiting = sorted(key for key in buckets if is_pending(key, day) and not is_expired(key, day))
    rest = sorted(key for key in buckets if is_open(key, day) and expires_on(key) != expires_on(same))
    earned_into = sorted(key for key in buckets if is_open(key, day) and expires_on(key) == expires_on(same))
    legs = take(purse, buckets, points, [*waiting, *earned_into, *rest])
    missing = points + sum(leg.points for leg in legs)
    return [*legs, Leg(purse, DEBT, -missing)] if missing else legs


def lapse(purse: Purse, buckets: Buckets, day: Day) -> list[Leg]:
    """Empty every bucket whose last valid day is past (requirements P5)."""
    return [Leg(purse, key, -points) for key, points in sorted(buckets.items()) if is_expired(key, day)]


def merge_opened(buckets: Buckets, day: Day) -> dict[BucketKey, int]:
    """Fold buckets that have opened into the plain bucket of their expiry, so that an account stays small."""
    merged: dict[BucketKey, int] = {}
    for key, points in buckets.items():
        plain = BucketKey(key[:6]) if len(key) > 6 and key[7:] <= day else key
        merged[plain] = merged.get(plain, 0) + points
    return merged
