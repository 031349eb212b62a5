"""Stock that many want at once: counted in shards, never below zero (requirements C3, A2, P7; ADR 0608).

One row that everybody takes from would be written a thousand times a second; so a quantity is dealt to shards, each a
row in a partition of its own. A request takes from the shard its key points at, or from the fullest where that one is
empty; the part of the transaction carries the condition, so a shard never gives what it does not hold. When all are
empty nothing is written: what is read says so.

    quantity 1,000 ──dealt──> 0: 63, 1: 63, ... 15: 62      take = 1 update in the caller's own transaction

The same rows keep the figures that go with the units (points, hand-overs): a number everybody adds to needs shards
for the same reason, and one update does both. What is not limited has such rows too, without anything `left` to take.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from loyalty import dynamo
from loyalty.dynamo import Item, to_item
from loyalty.errors import RuleError

STOCK = "stock"
MOST_SHARDS = 16
UNITS_A_SHARD = 25
"""Below so many units a shard is not worth a row of its own: small stock is not what many race for."""
MOST_KEYS = 100
"""How many rows one call reads."""
_OWN = frozenset({"left", "taken"})


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
        shards: over how many rows it is dealt.
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
    """One row: what is `left` to take, and what was `taken` so far, given back units counted off.

    Attributes:
        figures: whatever else is counted with the units, by name.
    """

    number: int
    left: int
    taken: int
    figures: Mapping[str, int] = field(default_factory=dict)


def shards_for(quantity: int) -> int:
    """Return over how many rows a quantity is dealt."""
    return max(1, min(MOST_SHARDS, quantity // UNITS_A_SHARD))


def dealt(quantity: int, shards: int) -> list[int]:
    """Return each shard's share of a quantity: whole units that differ by one at most."""
    base, more = divmod(quantity, shards)
    return [base + (n < more) for n in range(shards)]


def shards_of(rows: Sequence[Item | None]) -> list[Shard]:
    """Return the shards that rows hold, in the order of `Place.keys`; a row that is not there holds nothing."""
    return [_shard(number, row or {}) for number, row in enumerate(rows)]


def _shard(number: int, row: Item) -> Shard:
    more = {name: value for name, value in row.items() if name not in _OWN and isinstance(value, int)}
    return Shard(number, row.get("left", 0), row.get("taken", 0), more)


def own(wish: str, shards: int) -> int:
    """Return the number of the shard a wish points at: rivals spread over the shards by it."""
    return zlib.crc32(wish.encode()) % shards


def chosen(shards: Sequence[Shard], wish: str, units: int = 1) -> int:
    """Return the number of the shard to take from: the wish's own, or else the fullest.

    Args:
        wish: what asks, such as the request's idempotency key.

    Raises:
        SoldOutError: if no shard holds so many units.
    """
    mine = own(wish, len(shards))
    if shards[mine].left >= units:
        return mine
    fullest = max(shards, key=lambda shard: shard.left)
    if fullest.left < units:
        raise SoldOutError(left=sum(shard.left for shard in shards))
    return fullest.number


def take(place: Place, shard: int, units: int = 1, **figures: int) -> dict[str, Any]:
    """Return the transaction part that takes units from a shard, if it holds them; figures are added beside."""
    return _add(place, shard, {"left": -units, "taken": units, **figures}, "#left >= :least", units)


def give_back(place: Place, shard: int, units: int = 1, **figures: int) -> dict[str, Any]:
    """Return the transaction part that gives taken units back to the shard they came from."""
    return _add(place, shard, {"left": units, "taken": -units, **figures}, "#taken >= :least", units)


def count(place: Place, shard: int, **figures: int) -> dict[str, Any]:
    """Return the transaction part that adds to the figures of a shard, and to `taken` where nothing is limited."""
    return _add(place, shard, figures)


def stocked(place: Place, shards: Sequence[Shard], units: int) -> list[dict[str, Any]]:
    """Return the transaction parts that add units to a stock, open or not; nobody who takes meanwhile is in the way."""
    rows = max(_rows(shards), shards_for(sum(shard.left for shard in shards) + units))
    return [
        _add(place, number, {"left": share, "taken": 0}) for number, share in enumerate(dealt(units, rows)) if share
    ]


def _add(
    place: Place, shard: int, changes: Mapping[str, int], condition: str | None = None, least: int = 0
) -> dict[str, Any]:
    names = list(changes)
    values = {f":change{n}": changes[name] for n, name in enumerate(names)}
    update: dict[str, Any] = {
        "TableName": place.table,
        "Key": to_item(place.key(shard)),
        "UpdateExpression": "ADD " + ", ".join(f"#{name} :change{n}" for n, name in enumerate(names)),
        "ExpressionAttributeNames": {f"#{name}": name for name in names},
        "ExpressionAttributeValues": to_item(values | ({":least": least} if condition else {})),
    }
    return {"Update": update | ({"ConditionExpression": condition} if condition else {})}


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
    shares = zip(shards, _shares(shards, left + change), strict=True)
    return [_set(place, shard, new) for shard, new in shares if shard.left or new]


def _shares(shards: Sequence[Shard], left: int) -> list[int]:
    """Deal what is left over the rows there are, or over more if there is more; the others hold nothing."""
    rows = min(len(shards), max(_rows(shards), shards_for(left)))
    return [*dealt(left, rows), *[0] * (len(shards) - rows)]


def _rows(shards: Sequence[Shard]) -> int:
    """Return how many rows have ever held something; they are opened from the first one on."""
    return max((shard.number + 1 for shard in shards if shard.left or shard.taken), default=1)


def _set(place: Place, shard: Shard, new: int) -> dict[str, Any]:
    """Set what a shard holds, also to the same: a unit taken meanwhile would make the sum another."""
    absent = "" if shard.left else "attribute_not_exists(#left) OR "
    return {
        "Update": {
            "TableName": place.table,
            "Key": to_item(place.key(shard.number)),
            "UpdateExpression": "SET #left = :new, taken = if_not_exists(taken, :none)",
            "ConditionExpression": f"{absent}#left = :old",
            "ExpressionAttributeNames": {"#left": "left"},
            "ExpressionAttributeValues": to_item({":new": new, ":old": shard.left, ":none": 0}),
        }
    }


def read(place: Place, *, certain: bool = False) -> list[Shard]:
    """Read every shard; no older than the call when it must be certain.

    Not a transaction: reading sixteen rows of one instant would fail whenever somebody takes from one of them.
    """
    return read_all([place], certain=certain)[place.owner]


def read_all(places: Sequence[Place], *, certain: bool = False) -> dict[str, list[Shard]]:
    """Read the shards of several stocks, a hundred rows a call; returned by owner."""
    keys = [key for place in places for key in place.keys()]  # noqa: SIM118 - a place is no mapping
    rows: list[Item | None] = []
    for first in range(0, len(keys), MOST_KEYS):
        rows += dynamo.batch_get(*keys[first : first + MOST_KEYS], consistent=certain)
    found, first = dict[str, list[Shard]](), 0
    for place in places:
        found[place.owner] = shards_of(rows[first : first + place.shards])
        first += place.shards
    return found
