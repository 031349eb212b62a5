"""Issuing a coupon as a use case: one reading, one transaction, however often it is asked for.

    account + coupon + count + template + stock ──> decide ──> coupon, count and stock together

How many shards a template's stock has never changes, so it is remembered; what was read is read again where the
template says otherwise. A refusal for want of stock is certain when the shards were read, consistently, before the
coupon: a unit that an earlier try of ours took is then found as its coupon.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from functions.coupons.callers import Caller
from loyalty import account_store, attempts, dynamo
from loyalty.accounts import Account
from loyalty.attempts import Plan
from loyalty.coupons import issue
from loyalty.coupons.coupon import Coupon
from loyalty.coupons.issue import Found, Wish
from loyalty.dynamo import Item
from loyalty.errors import UnknownMemberError

_dealt: dict[str, int] = {}
"""Over how many rows a published template's stock lies."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a wish is decided on."""

    account: Account | None
    found: Found


def issue_coupon(wish: Wish, caller: Caller) -> Plan[Coupon]:
    """Issue one coupon exactly once; `replayed` where it was issued before.

    Raises:
        UnknownMemberError: if there is no such member.
        LoyaltyError: see `loyalty.coupons.issue.issued`; nothing was written.
    """

    def decide(loaded: Loaded) -> Plan[Coupon]:
        if loaded.account is None:
            raise UnknownMemberError
        act = caller.act(loaded.account)
        return issue.issued(wish, loaded.found, loaded.account.status, act, caller.today)

    return attempts.settle(lambda certain: _read(wish, certain), decide)


def _read(wish: Wish, certain: bool) -> Loaded:
    loaded = _read_shards(wish, _dealt.get(wish.template_id, 0), certain)
    if loaded.found.is_whole:
        return loaded
    shards = _dealt[wish.template_id] = issue.shards_of(loaded.found.offer)
    return _read_shards(wish, shards, certain)


def _read_shards(wish: Wish, shards: int, certain: bool) -> Loaded:
    stock = issue.place(wish.template_id, shards).keys()
    others = [(account_store.table(), {"member_id": wish.member_id}), *issue.reading(wish, 0)]
    account, *rows = _read_stock_first(others, stock) if certain else dynamo.batch_get(*others, *stock)
    return Loaded(account_store.from_row(account) if account else None, issue.found_in(rows))


def _read_stock_first(
    others: list[tuple[str, Mapping[str, object]]], stock: list[tuple[str, Mapping[str, object]]]
) -> list[Item | None]:
    left = dynamo.batch_get(*stock, consistent=True) if stock else []
    return [*dynamo.transact_get(*others), *left]
