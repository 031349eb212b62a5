"""What reaching a tier brings at once, once in a membership, and what becomes of it (requirements T4). Pure.

A refund that lowers the tier takes the welcome back and forgets it: who reaches the tier again is welcomed again.
Reviews take nothing, and who comes back after one is not welcomed twice: the welcome of the earlier stay is then theirs
for good, for no refund of this stay's goods undoes what brought it.
"""

from dataclasses import replace

from functions.earn.crediting import credited
from loyalty.accounts import Account
from loyalty.buckets import Leg, bucket_for
from loyalty.clock import date_of
from loyalty.entries import Reason
from loyalty.programme import Programme
from loyalty.types import Day, Purse

KEPT = 0
"""Stands for the points of a welcome that no refund takes any more."""


def welcomed(
    account: Account, before: str, programme: Programme, today: Day
) -> tuple[Account, list[Leg], list[Reason]]:
    """Return the account with the welcome of the tier it has risen to, if there is one to give.

    The points live as long as points earned today.

    Args:
        before: the code of the tier held before.
    """
    code, floor = account.rung.code, programme.rank(before)
    welcome, top = programme.tier(code).welcome, programme.rank(account.rung.code)
    kept = {one: KEPT if floor < programme.rank(one) <= top else had for one, had in account.welcomed.items()}
    account = replace(account, welcomed=kept)
    if top <= floor or welcome is None or code in kept:
        return account, [], []
    bucket = bucket_for(date_of(today), programme.expiry, programme.pending)
    after, legs = credited(account, {welcome.purse: welcome.points}, bucket, today)
    after = replace(after, welcomed={**kept, code: welcome.points})
    return after, legs, [Reason("tier_welcome", welcome.purse, welcome.points, code)]


def unwelcomed(account: Account, after: str, programme: Programme) -> tuple[dict[str, int], list[Reason]]:
    """Return the welcomes that are left when a refund lowers the tier, and the reasons for those taken back.

    Args:
        account: as it stood before the refund; after: the code of the tier it falls to.
    """
    floor, held = programme.rank(after), programme.rank(account.rung.code)
    lost = {
        code: points
        for code, points in account.welcomed.items()
        if points != KEPT and floor < programme.rank(code) <= held
    }
    left = {code: points for code, points in account.welcomed.items() if code not in lost}
    return left, [Reason("welcome_back", _purse(code, programme), -points, code) for code, points in lost.items()]


def _purse(code: str, programme: Programme) -> Purse:
    welcome = programme.tier(code).welcome
    return welcome.purse if welcome else Purse.POINTS
