"""Where rewards, their stock, their orders and their counts lie in the rewards table."""

from collections.abc import Mapping
from typing import Any

from functions.redeem.order import Order, key_of_order, to_row
from functions.redeem.reward import NAME, CountedPer, Reward
from loyalty import stock
from loyalty.catalogue import Catalogue
from loyalty.dynamo import to_item
from loyalty.settings import setting
from loyalty.stock import MOST_SHARDS, Place
from loyalty.types import Day, MemberId

KEY = "reward_id"
COUNT = "count"
TableKey = tuple[str, Mapping[str, object]]


def table() -> str:
    """Return the rewards table's name."""
    return setting("REWARDS_TABLE")


def catalogue() -> Catalogue:
    """Return where rewards are defined."""
    return Catalogue(table(), KEY, NAME)


def place_of(reward_id: str, point: str | None, shards: int = MOST_SHARDS) -> Place:
    """Return where a reward's stock lies: at a pick-up point, or in the one place without a name.

    Read with all the shards there can be, so that nothing has to be known before; a row that is not there is empty.
    """
    return Place(table(), KEY, f"{NAME}/{reward_id}/{point}" if point else f"{NAME}/{reward_id}", shards)


def places_of(reward_id: str, reward: Reward) -> dict[str | None, Place]:
    """Return every place of a reward's stock, by pick-up point."""
    return {point: place_of(reward_id, point) for point in reward.places()}


def order_key(redemption_id: str) -> TableKey:
    """Return table and key of an order."""
    return table(), key_of_order(redemption_id)


def count_key(reward_id: str, member_id: MemberId, period: str = "") -> TableKey:
    """Return table and key of how many of a reward a member has redeemed, in a period or (empty) for ever."""
    counted = f"{reward_id}@{period}" if period else reward_id
    return table(), {KEY: f"{COUNT}/{counted}/{member_id}", "kind": COUNT}


def periods_of(day: Day) -> tuple[str, ...]:
    """Return every period in which one more could count on a day: which of them does, the reward says."""
    return ("", *(per.of(day) for per in CountedPer))


def counted(order: Order, most: int) -> dict[str, Any]:
    """Return the transaction part that counts one more for a member, up to a limit."""
    return _count(order, 1, "attribute_not_exists(taken) OR taken < :limit", most)


def uncounted(order: Order) -> dict[str, Any]:
    """Return the transaction part that counts one less for a member, in the period it was counted in."""
    return _count(order, -1, "taken >= :limit", 1)


def _count(order: Order, change: int, condition: str, limit: int) -> dict[str, Any]:
    _, key = count_key(order.reward, order.member_id, order.counted_in)
    return {
        "Update": {
            "TableName": table(),
            "Key": to_item(key),
            "UpdateExpression": "ADD taken :change",
            "ConditionExpression": condition,
            "ExpressionAttributeValues": to_item({":change": change, ":limit": limit}),
        }
    }


def written(order: Order) -> dict[str, Any]:
    """Return the transaction part that writes a new order, or its next version over exactly the one before."""
    put: dict[str, Any] = {"TableName": table(), "Item": to_item(to_row(order))}
    if order.version == 1:
        return {"Put": put | {"ConditionExpression": "attribute_not_exists(kind)"}}
    before = to_item({":before": order.version - 1})
    return {"Put": put | {"ConditionExpression": "version = :before", "ExpressionAttributeValues": before}}


def taken(order: Order) -> dict[str, Any]:
    """Return the transaction part that takes an order's unit out of its stock, or counts it where there is none."""
    place = place_of(order.reward, order.point)
    if order.limited:
        return stock.take(place, order.shard, points=order.points)
    return stock.count(place, order.shard, taken=1, points=order.points)


def put_back(order: Order) -> dict[str, Any]:
    """Return the transaction part that puts a cancelled order's unit back where it came from."""
    place = place_of(order.reward, order.point)
    if order.limited:
        return stock.give_back(place, order.shard, points=-order.points, cancelled=1)
    return stock.count(place, order.shard, taken=-1, points=-order.points, cancelled=1)


def noted_hand_over(order: Order) -> dict[str, Any]:
    """Return the transaction part that counts an order as handed over."""
    return stock.count(place_of(order.reward, order.point), order.shard, handed_over=1)
