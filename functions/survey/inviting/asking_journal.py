"""Reading the journal of trigger events, one shard at a time: all that a member did in it, in order of time."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from loyalty import dynamo
from loyalty.clock import day_of, iso, local_date
from loyalty.dynamo import Item, to_item
from loyalty.settings import time_zone
from loyalty.surveys import settings
from loyalty.surveys.occasion import IMPORTED, Occasion, TriggerEvent, of_event

FARTHEST = timedelta(days=31)
"""How long a time may be looked at: the journal keeps a little more."""
REDEMPTIONS = (TriggerEvent.POINTS_REDEEMED, TriggerEvent.COUPON_REDEEMED, TriggerEvent.REWARD_HANDED_OVER)


class Time(NamedTuple):
    """From an instant on, until before another one."""

    since: datetime
    until: datetime

    def plain(self) -> dict[str, str]:
        """Return it as a job keeps it."""
        return {"from": iso(self.since), "until": iso(self.until)}


def time_of(plain: Mapping[str, Any]) -> Time:
    """Return the time a job keeps."""
    return Time(datetime.fromisoformat(plain["from"]), datetime.fromisoformat(plain["until"]))


def occasions(shard: int, when: Time) -> list[Occasion]:
    """Return what members of a shard did in a time, in order of time."""
    rows = [row for day in _days(when) for row in dynamo.query(settings.table(), **_asking(f"heard/{day}/{shard}"))]
    rows = [row for row in rows if iso(when.since) <= row["at"] < iso(when.until)]
    return [_occasion(row) for row in sorted(rows, key=lambda row: (row["at"], row["kind"]))]


def members(shard: int, wanted: Mapping[str, Any]) -> list[str]:
    """Return who of a shard redeemed what is wanted, each once, in order of their ids; none because of an import."""
    found = (one for one in occasions(shard, time_of(wanted)) if _is_wanted(one, wanted))
    return sorted({one.member_id for one in found})


def _is_wanted(occasion: Occasion, wanted: Mapping[str, Any]) -> bool:
    stands = {
        "tenant_id": occasion.tenant_id,
        "reward_id": occasion.data.get("reward_id"),
        "template_id": occasion.data.get("template_id"),
    }
    return (
        occasion.event in wanted.get("events", REDEMPTIONS)
        and occasion.origin != IMPORTED
        and all(stands[name] == wanted[name] for name in stands if name in wanted)
    )


def _days(when: Time) -> Iterator[str]:
    day, last = (local_date(instant, time_zone()) for instant in when)
    while day <= last:
        yield day_of(day)
        day += timedelta(days=1)


def _asking(partition: str) -> dict[str, Any]:
    return {
        "KeyConditionExpression": "survey_id = :partition",
        "ExpressionAttributeValues": to_item({":partition": partition}),
    }


def _occasion(row: Item) -> Occasion:
    at = datetime.fromisoformat(row["at"])
    return of_event(row["event"], row["member_id"], at, row["origin"], row["data"], row["kind"])
