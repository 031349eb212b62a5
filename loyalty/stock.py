"""Stock that many want at once: counted in shards, never below zero (requirements C3, A2, P7).

One row that everybody takes from would be written a thousand times a second; so a quantity is dealt to shards, each a
row in a partition of its own. A request takes from the shard its key points at, or from the fullest where that one is
empty; the part of the transaction carries the condition, so a shard never gives what it does not hold. When all are
empty nothing is written: what is read says so.

    quantity 1,000 ──dealt──> 0: 63, 1: 63, ... 15: 62      take = 1 update in the caller's own transaction
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from loyalty import dynamo
from loyalty.dynamo import Item, to_item
from loyalty.errors import RuleError

STOCK = "stock"
MOST_SHARDS = 16
UNITS_A_SHARD = 25
"""Below so many units a shard is not worth a row of its own: small stock is not what many race for."""


class SoldOutError(RuleError):
    """Nothing is left; `left` says how much there is, where more than one was wanted."""

    code = "sold_out"
    zh = "已兑完（剩余 {left}）。"
    en = "Sold out ({left} left)."


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stock lies.

    Attributes:
        table: the table of its rows; `key_name` is that table's partition key, whose sort key is `kind`.
        owner: what is stocked, such as `template/<id>` or `reward/<id>/<pick-up point>`.
        shards: over how many rows it was dealt when it was opened.
    """

    table: str
    key_name: str
    owner: str
    shards: int

    def key(self, shard: int) -> dict[str, str]:
        """Return the key of one shard's row."""
        return {self.key_name: f"stock/{self.owner}/{shard:02d}", "kind": STOCK}

    def keys(self) -> list[tuple[str, Mapping[str, object]]]:
        """Return table and key of every shard, as `dynamo.batch_get` and `transact_get` take them."""
        return [(self.table, self.key(shard)) for shard in range(self.shards)]


@dataclass(frozen=True, slots=True)
class Shard:
    """One row: what is `left` to take, and what was `taken` so far, given back units counted off."""

    number: int
    left: int
    taken: int


def shards_for(quantity: int) -> int:
    """Return over how many rows a quantity is dealt."""
    return max(1, min(MOST_SHARDS, quantity // UNITS_A_SHARD))


def dealt(quantity: int, shards: int) -> list[int]:
    """Return each shard's share of a quantity: whole units that differ by one at most."""
    base, more = divmod(quantity, shards)
    return [base + (n < more) for n in range(shards)]


def shards_of(rows: Sequence[Item | None]) -> list[Shard]:
    """Return the shards that rows hold, in the order of `Place.keys`; a row that is not there holds nothing."""
    return [Shard(number, row["left"], row["taken"]) if row else Shard(number, 0, 0) for number, row in enumerate(rows)]


def chosen(shards: Sequence[Shard], wish: str, units: int = 1) -> int:
    """Return the number of the shard to take from: the wish's own, or else the fullest.

    Args:
        wish: what asks, such as the request's idempotency key: rivals spread over the shards by it.

    Raises:
        SoldOutError: if no shard holds so many units.
    """
    own = zlib.crc32(wish.encode()) % len(shards)
    if shards[own].left >= units:
        return own
    fullest = max(shards, key=lambda shard: shard.left)
    if fullest.left < units:
        raise SoldOutError(left=sum(shard.left for shard in shards))
    return fullest.number


def take(place: Place, shard: int, units: int = 1) -> dict[str, Any]:
    """Return the transaction part that takes units from a shard, if it holds them."""
    return _move(place, shard, -units, condition="#left >= :units", units=units)


def give_back(place: Place, shard: int, units: int = 1) -> dict[str, Any]:
    """Return the transaction part that gives taken units back to the shard they came from."""
    return _move(place, shard, units, condition="taken >= :units", units=units)


def _move(place: Place, shard: int, change: int, *, condition: str, units: int) -> dict[str, Any]:
    return {
        "Update": {
            "TableName": place.table,
            "Key": to_item(place.key(shard)),
            "UpdateExpression": "SET #left = #left + :change, taken = taken - :change",
            "ConditionExpression": condition,
            "ExpressionAttributeNames": {"#left": "left"},
            "ExpressionAttributeValues": to_item({":change": change, ":units": units}),
        }
    }


def opened(place: Place, quantity: int) -> list[dict[str, Any]]:
    """Return the transaction parts that open a stock with a quantity, refused where it was opened before."""
    return [
        {
            "Put": {
                "TableName": place.table,
                "Item": to_item({**place.key(number), "left": share, "taken": 0}),
                "ConditionExpression": "attribute_not_exists(taken)",
            }
        }
        for number, share in enumerate(dealt(quantity, place.shards))
    ]


def changed(place: Place, shards: Sequence[Shard], change: int) -> list[dict[str, Any]]:
    """Return the transaction parts that add units to a stock (or take uncounted ones away, when negative).

    The result is dealt evenly again, each shard only if it still holds what was read.

    Raises:
        SoldOutError: if more is taken away than is left.
    """
    left = sum(shard.left for shard in shards)
    if left + change < 0:
        raise SoldOutError(left=left)
    return [
        {
            "Update": {
                "TableName": place.table,
                "Key": to_item(place.key(shard.number)),
                "UpdateExpression": "SET #left = :new",
                "ConditionExpression": "#left = :old",
                "ExpressionAttributeNames": {"#left": "left"},
                "ExpressionAttributeValues": to_item({":new": new, ":old": shard.left}),
            }
        }
        for shard, new in zip(shards, dealt(left + change, len(shards)), strict=True)
        if new != shard.left
    ]


def read(place: Place, *, certain: bool = False) -> list[Shard]:
    """Read every shard; of one instant when it must be certain."""
    rows = dynamo.transact_get(*place.keys()) if certain else dynamo.batch_get(*place.keys())
    return shards_of(rows)
