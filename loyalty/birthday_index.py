"""Who has a birthday on a day: members themselves and their relatives, found without reading anybody else (B2, M4).

A sparse index of the members table lists the rows that hold a birthday by month and day, spread over shards: a
member's `dates` row, and the rows of relatives whose consent stands (`loyalty.family`). A row that goes, by erasure,
withdrawal or time to live, leaves the index with it. The index may be a moment behind: whoever acts on a row reads it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Self

from loyalty import dynamo
from loyalty.birthdays import SHARDS, born_on
from loyalty.dynamo import Item
from loyalty.family import RELATIVE
from loyalty.identity import table
from loyalty.types import MemberId

INDEX = "by_birthday"


@dataclass(frozen=True, slots=True)
class Born:
    """A row with a birthday: whose membership, and which relative of theirs; None is the member."""

    member_id: MemberId
    relative_id: str | None

    @classmethod
    def of(cls, keys: Item) -> Self:
        """Read the keys the index carries."""
        kind = str(keys["kind"])
        relative_id = kind.removeprefix(RELATIVE) if kind.startswith(RELATIVE) else None
        return cls(MemberId(keys["member_id"]), relative_id)


def born_that_day(day: date, shard: int) -> Iterator[Born]:
    """Yield everybody of a shard whose birthday is celebrated on a mall-local date, 29 February on the 28th if need be.

    Args:
        shard: 0 to `SHARDS` - 1; each is a query of its own, so that workers can share a day.
    """
    for mmdd in born_on(day):
        found = dynamo.query(
            table(),
            IndexName=INDEX,
            KeyConditionExpression="born_on = :born_on",
            ExpressionAttributeValues=dynamo.to_item({":born_on": f"{mmdd}/{shard % SHARDS:02d}"}),
        )
        yield from map(Born.of, found)
