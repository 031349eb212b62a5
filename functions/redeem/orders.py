"""Redeeming rewards as use cases: order, cancel, hand over; each one transaction (ADR 0609)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from functions.redeem import shelves, vouchers
from functions.redeem.desk import MOVEMENT, UNDONE
from functions.redeem.errors import RedemptionNotFoundError
from functions.redeem.order import (
    Chosen,
    Order,
    cancelled,
    from_row,
    handed_over,
    ordered,
    redeemed,
    require_cancellable,
)
from functions.redeem.redemption import undo
from functions.redeem.reward import offered, require_for, reward_of
from loyalty import account_store, attempts, dynamo, ledger, programme_store, stock
from loyalty.accounts import Account
from loyalty.attempts import Plan
from loyalty.catalogue import Offer, offer_of
from loyalty.clock import iso, local_day
from loyalty.coupons.issue import Found
from loyalty.coupons.issue import Wish as CouponWish
from loyalty.dynamo import Item
from loyalty.entries import Cause, Entry, EntryKey, fingerprint
from loyalty.ledger import Decision, Loaded, Outcome
from loyalty.settings import time_zone
from loyalty.stock import Shard, shards_of
from loyalty.types import Day, Kind, MemberId, Origin


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish to redeem points for a reward.

    Attributes:
        source: the ledger source, made of who asks and the digest of their idempotency key.
        point: where it shall be picked up; None for a reward without pick-up points.
        facts: what the entry keeps of the circumstances (the tenant).
    """

    source: str
    member_id: MemberId
    reward_id: str
    point: str | None
    facts: Mapping[str, Any]
    actor: str
    origin: Origin
    correlation_id: str


@dataclass(frozen=True, slots=True)
class By:
    """Who does something to an order; a till is bound to its tenant's pick-up point."""

    actor: str
    origin: Origin
    correlation_id: str
    tenant_id: str | None = None


_Voucher = tuple[CouponWish, Found]


@dataclass(frozen=True, slots=True)
class _Reading:
    """What is read of a reward: its offer, its stock at one place, what the member had by period, a voucher."""

    offer: Offer | None
    shards: list[Shard]
    had: Mapping[str, int]
    voucher: _Voucher | None


def redeem(wish: Wish, now: datetime) -> Outcome:
    """Redeem points for a reward exactly once.

    Raises:
        LoyaltyError: the refusal, when nothing was redeemed.
    """
    programme, today = programme_store.current(now), local_day(now, time_zone())
    asked = {"member": wish.member_id, "reward": wish.reward_id, "point": wish.point, **wish.facts}
    cause = _cause(
        EntryKey(wish.source, MOVEMENT), Kind.REDEEM, By(wish.actor, wish.origin, wish.correlation_id), now,
        fingerprint(asked),
    )  # fmt: skip

    def decided(loaded: Loaded[_Reading]) -> Decision:
        assert loaded.account is not None  # noqa: S101 - `settle` refuses unknown members itself
        return _decided(wish, cause, loaded.account, loaded.extra, now, today)

    return ledger.settle(cause, programme, lambda certain: _read(wish, cause.key, today, certain), decided)


def cancel(entry: Entry, by: By, now: datetime) -> Outcome:
    """Undo a redeemed reward that was not handed over; however often it is asked for, once.

    Args:
        entry: the redemption's own.

    Raises:
        OrderStateError: if it was handed over, or complete at once.
    """
    programme, today = programme_store.current(now), local_day(now, time_zone())
    cause = _cause(EntryKey(entry.cause.key.source, UNDONE), Kind.REFUND, by, now)

    def load(certain: bool) -> Loaded[Item | None]:
        key = shelves.order_key(entry.entry_id)
        if certain:
            account, row, (order,) = ledger.look_again(entry.member_id, cause.key, key)
            return Loaded(account, row, order)
        account_row, order = dynamo.batch_get(_account_key(entry.member_id), key)
        return Loaded(_account(account_row), None, order)

    def decided(loaded: Loaded[Item | None]) -> Decision:
        if loaded.account is None or loaded.extra is None:
            raise RedemptionNotFoundError
        order = from_row(loaded.extra)
        require_cancellable(order, at_till=by.tenant_id is not None)
        return replace(undo(loaded.account, entry, today), beside=_undone(order, cause))

    return ledger.settle(cause, programme, load, decided)


def is_reward(entry: Entry) -> bool:
    """Tell whether a redemption was for a reward, and not for money off at the mall's rate."""
    return "reward_id" in entry.facts


def hand_over(redemption_id: str, by: By, request: str, now: datetime) -> Plan[Order]:
    """Note that an order's goods were handed over, or its service used: once.

    Args:
        request: digest of the request's key: only that request may be repeated.

    Raises:
        RedemptionNotFoundError: if there is none, or it is picked up elsewhere: a till cannot tell.
        OrderStateError: if it was handed over before, cancelled, or complete at once.
    """

    def decide(order: Order | None) -> Plan[Order]:
        if order is None or (by.tenant_id and order.point != by.tenant_id):
            raise RedemptionNotFoundError
        if order.handed_over_by_key == request:
            return Plan(order, replayed=True)
        after = handed_over(order, request, iso(now), by.actor, by.origin, by.correlation_id)
        return Plan(after, (shelves.written(after), shelves.noted_hand_over(after)))

    return attempts.settle(lambda certain: _order(redemption_id, consistent=certain), decide)


def page(member_id: MemberId, before: str | None, limit: int) -> tuple[list[Order], str | None]:
    """Return up to `limit` orders of a member, newest first, and where the next page starts, if anywhere."""
    values = {":member": member_id} | ({":before": before} if before else {})
    answer = dynamo.client().query(
        TableName=shelves.table(),
        IndexName="by_member",
        KeyConditionExpression="member_id = :member" + (" AND placed < :before" if before else ""),
        ExpressionAttributeValues=dynamo.to_item(values),
        ScanIndexForward=False,
        Limit=limit,
    )
    rows = [dynamo.from_item(item) for item in answer["Items"]]
    return [from_row(row) for row in rows], rows[-1]["placed"] if rows and "LastEvaluatedKey" in answer else None


def _decided(wish: Wish, cause: Cause, account: Account, read: _Reading, now: datetime, today: Day) -> Decision:
    reward, tier = offered(read.offer, now), programme_store.tier_of(account, now)
    require_for(reward, tier, read.had.get(reward.counted_in(today), 0), wish.point)
    limited = reward.limited
    shard = stock.chosen(read.shards, wish.source) if limited else stock.own(wish.source, len(read.shards))
    chosen = Chosen(wish.reward_id, reward, wish.point, shard)
    order = ordered(chosen, cause.key.entry_id, wish.member_id, cause, today)
    coupon: tuple[Mapping[str, Any], ...] = ()
    if read.voucher:
        order, coupon = vouchers.issued(order, *read.voucher, account.status, tier, today)
    limit = reward.per_member
    count = [shelves.counted(order, limit)] if limit is not None else []
    beside = (shelves.taken(order), shelves.written(order), *count, *coupon)
    return replace(redeemed(account, chosen, order, wish.facts, today), beside=beside)


def _undone(order: Order, cause: Cause) -> tuple[Mapping[str, Any], ...]:
    count = [shelves.uncounted(order)] if order.counted else []
    return shelves.written(cancelled(order, cause)), shelves.put_back(order), *count


def _read(wish: Wish, key: EntryKey, today: Day, certain: bool) -> Loaded[_Reading]:
    """Read what a redemption needs, in one call; a voucher's template in a second one.

    To be certain, the stock is read first and the entry after it, each as it is then: the stock is everybody's, and a
    transaction over all its rows would fail as long as anybody takes from one of them. If our own lost try took the
    last unit, its entry is there by the time we look.
    """
    definition = (shelves.table(), shelves.catalogue().key(wish.reward_id))
    periods = shelves.periods_of(today)
    counts = [shelves.count_key(wish.reward_id, wish.member_id, period) for period in periods]
    stocked = shelves.place_of(wish.reward_id, wish.point).keys()
    if certain:
        offer, *rows = dynamo.batch_get(definition, *stocked, consistent=True)
        voucher = _voucher(wish, key, offer_of(offer), certain=True)
        account, row, taken = ledger.look_again(wish.member_id, key, *counts)
    else:
        first, offer, *rest = dynamo.batch_get(_account_key(wish.member_id), definition, *counts, *stocked)
        taken, rows = rest[: len(counts)], rest[len(counts) :]
        account, row, voucher = _account(first), None, _voucher(wish, key, offer_of(offer), certain=False)
    had = {period: (count or {}).get("taken", 0) for period, count in zip(periods, taken, strict=True)}
    return Loaded(account, row, _Reading(offer_of(offer), shards_of(rows), had, voucher))


def _voucher(wish: Wish, key: EntryKey, offer: Offer | None, *, certain: bool) -> _Voucher | None:
    coupon = vouchers.wish_for(reward_of(offer.definition), wish.member_id, key.entry_id) if offer else None
    return (coupon, vouchers.read(coupon, certain=certain)) if coupon else None


def _order(redemption_id: str, *, consistent: bool) -> Order | None:
    name, key = shelves.order_key(redemption_id)
    row = dynamo.get(name, key, consistent=consistent)
    return from_row(row) if row else None


def _account_key(member_id: MemberId) -> shelves.TableKey:
    return account_store.table(), {"member_id": member_id}


def _account(row: Item | None) -> Account | None:
    return account_store.from_row(row) if row else None


def _cause(key: EntryKey, kind: Kind, by: By, now: datetime, request: str = "") -> Cause:
    return Cause(
        key=key,
        kind=kind,
        at=iso(now),
        recorded_at=iso(now),
        actor=by.actor,
        origin=by.origin,
        correlation_id=by.correlation_id,
        fingerprint=request,
    )
