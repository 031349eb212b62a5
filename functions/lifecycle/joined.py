"""When members joined, found by the day of the year: what anniversaries are swept by (requirement B4; ADR 1023).

row `joined/<member>`, `joined`: `joined` is `yymmdd`, and `day_on` (`mmdd/<shard>`) places it in the index `by_day`.
Everybody has one, imported or not, from the event of their enrolment; publishing such events again writes missing ones.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from functions.lifecycle import shelf
from loyalty import dynamo
from loyalty.birthdays import SHARDS, born_on, shard_of
from loyalty.clock import day_of

JOINED = "joined"
INDEX = "by_day"


class Joined(NamedTuple):
    """A member, and the day they joined, `yymmdd`."""

    member_id: str
    joined: str


def key(member_id: str) -> dict[str, str]:
    """Return the key of a member's row."""
    return {"occasion_id": f"{JOINED}/{member_id}", "kind": JOINED}


def note(member_id: str, day: date) -> None:
    """Keep the day on which somebody joined; noting it again changes nothing."""
    row = {**key(member_id), "joined": day_of(day), "day_on": shard_of(f"{day:%m%d}", member_id)}
    dynamo.client().put_item(TableName=shelf.table(), Item=dynamo.to_item(row))


def forget(member_id: str) -> None:
    """Delete the row of somebody who was erased."""
    dynamo.client().delete_item(TableName=shelf.table(), Key=dynamo.to_item(key(member_id)))


def joined_that_day(day: date) -> Iterator[Joined]:
    """Yield everybody who joined on this day of some year, this one included; the leap day's on the 28th if need be."""
    for mmdd in born_on(day):
        for shard in range(SHARDS):
            found = dynamo.query(
                shelf.table(),
                IndexName=INDEX,
                KeyConditionExpression="day_on = :day_on",
                ExpressionAttributeValues=dynamo.to_item({":day_on": f"{mmdd}/{shard:02d}"}),
            )
            yield from map(_of, found)


def _of(row: Mapping[str, str]) -> Joined:
    return Joined(row["occasion_id"].removeprefix(f"{JOINED}/"), row["joined"])
