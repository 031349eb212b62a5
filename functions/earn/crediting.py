"""Points of several purses into their buckets. Pure."""

from collections.abc import Mapping

from loyalty.accounts import Account, credit
from loyalty.buckets import NEVER, BucketKey, Leg
from loyalty.types import Day, Purse


def bucket_of(purse: Purse, bucket: BucketKey) -> BucketKey:
    """Return the bucket of a purse that points of a receipt go to: its own, or the one that never lapses (T6)."""
    return NEVER if purse is Purse.GROWTH else bucket


def credited(account: Account, points: Mapping[Purse, int], bucket: BucketKey, today: Day) -> tuple[Account, list[Leg]]:
    """Credit points of several purses; debt of a purse is paid first."""
    found = list[Leg]()
    for purse, number in points.items():
        if number:
            legs = credit(account, purse, number, bucket_of(purse, bucket), today)
            account = account.moved(legs)
            found += legs
    return account, found
