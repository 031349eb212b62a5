"""The order a redeemed reward leaves behind: its states, its row, and the decisions that make and undo it. Pure.

    reserved ──handed over──> handed_over          done: a donation, a voucher, money off: complete at once
        └──cancelled──> cancelled

An order is written in the transaction that takes its points and its unit of stock, and cancelled in the one that
gives both back (ADR 0609). Its row keeps where the unit came from, so that is where it returns to.
"""

import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Any

from functions.redeem.errors import OrderStateError
from functions.redeem.redemption import spent
from functions.redeem.reward import Reward, RewardKind
from loyalty.accounts import Account
from loyalty.entries import Cause
from loyalty.ledger import Decision
from loyalty.standing import require
from loyalty.types import Day, Kind, MemberId, Purse

ORDER = "order"
SHELVES = 16
"""Over how many partitions of the index by reward its orders lie: a flash sale writes them all at once."""


class OrderState(StrEnum):
    """Where an order stands."""

    RESERVED = "reserved"
    HANDED_OVER = "handed_over"
    CANCELLED = "cancelled"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Order:
    """One order, at one version.

    Attributes:
        redemption_id: the ledger entry's id; `reward` is the reward's.
        at, recorded_at, actor, origin, correlation_id: of what made this version.
        point: where it is handed over; `shard` is which row of that stock the unit came from.
        limited: whether it came out of a stock at all; `counted`: whether the member's limit counts
            it, and in which period.
        handed_over_by_key: digest of the request that handed it over, so that only that one may be repeated.
        code: of the coupon a voucher gave.
    """

    redemption_id: str
    member_id: MemberId
    reward: str
    reward_kind: str
    name_zh: str
    name_en: str
    state: OrderState
    points: int
    purse: str
    at: str
    recorded_at: str
    actor: str
    origin: str
    correlation_id: str
    ordered_at: str
    shard: int
    point: str | None = None
    limited: bool = False
    cash_fen: int = 0
    units: int | None = None
    counted: bool = False
    counted_in: str = ""
    code: str | None = None
    handed_over_at: str | None = None
    handed_over_by_key: str | None = None
    version: int = 1


_FIELDS = tuple(field.name for field in fields(Order) if field.name != "redemption_id")


def to_row(order: Order) -> dict[str, Any]:
    """Return the row of an order, its places in the indexes included; `placed` sorts by time."""
    shelf = zlib.crc32(order.redemption_id.encode()) % SHELVES
    row = asdict(order)
    return {
        **{name: row[name] for name in _FIELDS},
        **key_of_order(order.redemption_id),
        "placed": f"{order.ordered_at}/{order.redemption_id}",
        "shelf": shelf_of(order.reward, shelf),
    }


def key_of_order(redemption_id: str) -> dict[str, str]:
    """Return the key of an order's row."""
    return {"reward_id": f"{ORDER}/{redemption_id}", "kind": ORDER}


def shelf_of(reward_id: str, number: int) -> str:
    """Return the partition of the index by reward that holds a share of its orders."""
    return f"{reward_id}/{number:02d}"


def from_row(row: Mapping[str, Any]) -> Order:
    """Return the order a row holds."""
    known = {name: row[name] for name in _FIELDS if name in row}
    redemption_id = str(row["reward_id"]).removeprefix(f"{ORDER}/")
    return Order(redemption_id=redemption_id, **{**known, "state": OrderState(row["state"])})


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is redeemed: the reward, where it is picked up, and from which shard of that stock."""

    reward_id: str
    reward: Reward
    point: str | None
    shard: int


def ordered(chosen: Chosen, entry_id: str, member_id: MemberId, cause: Cause, today: Day) -> Order:
    """Return the order of a redemption on a mall-local day."""
    reward = chosen.reward
    return Order(
        redemption_id=entry_id,
        member_id=member_id,
        reward=chosen.reward_id,
        reward_kind=reward.kind.value,
        name_zh=reward.name_zh,
        name_en=reward.name_en,
        state=OrderState.DONE if reward.at_once else OrderState.RESERVED,
        points=reward.points,
        purse=reward.purse,
        at=cause.at,
        recorded_at=cause.recorded_at,
        actor=cause.actor,
        origin=cause.origin,
        correlation_id=cause.correlation_id,
        ordered_at=cause.at,
        shard=chosen.shard,
        point=chosen.point,
        limited=reward.limited,
        cash_fen=reward.cash_fen,
        units=reward.units,
        counted=reward.per_member is not None,
        counted_in=reward.counted_in(today),
    )


def redeemed(account: Account, chosen: Chosen, order: Order, facts: Mapping[str, Any], today: Day) -> Decision:
    """Spend what a reward costs; the caller puts the stock and the order beside.

    Args:
        facts: what the entry keeps of who asked (the tenant).

    Raises:
        MembershipStatusError: if the membership may not redeem.
        InsufficientPointsError: with the points that are missing.
    """
    require(account.status, Kind.REDEEM)
    reward = chosen.reward
    purse = reward.paid_from
    after, legs, reasons = spent(account, purse, reward.points, today)
    answer = {
        "points_spent": reward.points,
        "value_fen": reward.value_fen,
        "balance": after.balance(Purse.POINTS, today),
        "tier": after.rung.code,
        "state": order.state.value,
    }
    kept = {"reward_id": chosen.reward_id, "purse": purse.value, "shard": chosen.shard, "cash_fen": reward.cash_fen}
    named = {"point": chosen.point, "code": order.code}
    return Decision(
        account=after,
        legs=legs,
        reasons=reasons,
        answer=answer,
        facts={**facts, "kind": reward.kind.value, **kept, **{k: v for k, v in named.items() if v is not None}},
    )


def require_cancellable(order: Order, *, at_till: bool) -> None:
    """Refuse to undo what has been handed over, or was complete at once; a till may take money off back.

    Raises:
        OrderStateError: with the state.
    """
    money = at_till and order.reward_kind == RewardKind.CASH
    if order.state is not OrderState.RESERVED and not (order.state is OrderState.DONE and money):
        raise OrderStateError(state=order.state.value)


def cancelled(order: Order, cause: Cause) -> Order:
    """Return the order after it was cancelled."""
    return _next(order, OrderState.CANCELLED, cause.at, cause.actor, cause.origin, cause.correlation_id)


def handed_over(order: Order, request: str, at: str, actor: str, origin: str, trace: str) -> Order:
    """Return the order after its goods were handed over, or its service used: once.

    Args:
        request: digest of the request's key.

    Raises:
        OrderStateError: with the state, if it is not reserved.
    """
    if order.state is not OrderState.RESERVED:
        raise OrderStateError(state=order.state.value)
    after = _next(order, OrderState.HANDED_OVER, at, actor, origin, trace)
    return replace(after, handed_over_at=at, handed_over_by_key=request)


def _next(order: Order, state: OrderState, at: str, actor: str, origin: str, trace: str) -> Order:
    return replace(
        order,
        state=state,
        at=at,
        recorded_at=at,
        actor=actor,
        origin=origin,
        correlation_id=trace,
        version=order.version + 1,
    )
