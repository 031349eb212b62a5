"""Issuing a coupon as a use case: one reading, one transaction, however often it is asked for.

    account + coupon + count + template + stock ──> decide ──> coupon, count and stock together

How many shards a template's stock has never changes, so it is remembered; what was read is read again where the
template says otherwise. A refusal for want of stock is certain when the shards were read, consistently, before the
coupon: a unit that an earlier try of ours took is then found as its coupon.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from functions.coupons.callers import Caller
from functions.coupons.revoking import CouponRevokedError, mark_key, unmarked
from loyalty import account_store, attempts, dynamo
from loyalty.accounts import Account
from loyalty.attempts import Plan
from loyalty.coupons import issue, store
from loyalty.coupons.coupon import Coupon
from loyalty.coupons.issue import Found, Wish
from loyalty.dynamo import Item
from loyalty.errors import UnknownMemberError
from loyalty.remembering import forgotten_by

Key = tuple[str, Mapping[str, object]]
"""Table and key of a row to read."""

_dealt: dict[str, int] = {}
"""Over how many rows a published template's stock lies."""
forgotten_by(_dealt.clear)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a wish is decided on; `revoked`: it was taken back before it was issued."""

    account: Account | None
    found: Found
    revoked: bool


def issue_coupon(wish: Wish, caller: Caller, *, revocable: bool = False) -> Plan[Coupon]:
    """Issue one coupon exactly once; `replayed` where it was issued before.

    Args:
        revocable: whether it may be taken back before it is issued (`functions.coupons.revoking`).

    Raises:
        UnknownMemberError: if there is no such member.
        CouponRevokedError: if it was taken back.
        LoyaltyError: see `loyalty.coupons.issue.issued`; nothing was written.
    """

    def decide(loaded: Loaded) -> Plan[Coupon]:
        if loaded.account is None:
            raise UnknownMemberError
        if loaded.revoked and not loaded.found.coupon:
            raise CouponRevokedError
        act = caller.act(loaded.account)
        plan = issue.issued(wish, loaded.found, loaded.account.status, act, caller.today)
        check = (unmarked(wish.code),) if revocable and plan.writes else ()
        return replace(plan, writes=(*plan.writes, *check))

    return attempts.settle(lambda certain: _read(wish, certain, revocable), decide)


def _read(wish: Wish, certain: bool, revocable: bool) -> Loaded:
    loaded = _read_shards(wish, _dealt.get(wish.template_id, 0), certain, revocable)
    if loaded.found.is_whole:
        return loaded
    shards = _dealt[wish.template_id] = issue.shards_of(loaded.found.offer)
    return _read_shards(wish, shards, certain, revocable)


def _read_shards(wish: Wish, shards: int, certain: bool, revocable: bool) -> Loaded:
    stock = issue.place(wish.template_id, shards).keys()
    marks = [(store.table(), mark_key(wish.code))] if revocable else []
    account_key: Key = (account_store.table(), {"member_id": wish.member_id})
    others: list[Key] = [account_key, *marks, *issue.reading(wish, 0)]
    account, *rows = _read_stock_first(others, stock) if certain else dynamo.batch_get(*others, *stock)
    mark, rows = (rows[0], rows[1:]) if revocable else (None, rows)
    return Loaded(account_store.from_row(account) if account else None, issue.found_in(rows), mark is not None)


def _read_stock_first(others: list[Key], stock: list[Key]) -> list[Item | None]:
    left = dynamo.batch_get(*stock, consistent=True) if stock else []
    return [*dynamo.transact_get(*others), *left]
