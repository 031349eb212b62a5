"""A mall with a leaderboard: events as the bus brings them, scores as they are stored, boards as they are read."""

import json
import random
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from functions.leaderboard import me, on_event, staff
from functions.leaderboard.store import shard_of
from functions.outbox import conversion
from loyalty import dynamo
from loyalty.clock import iso
from tests.functions.till import ANNA, ledger_rows
from tests.support import Context, HttpAnswer, call, http_event, member_caller, staff_caller

TABLE = "leaderboard"


def event(
    number: int, points: int, at: datetime, member: str = ANNA, recorded: datetime | None = None, **data: Any
) -> dict[str, Any]:
    """An event that says points were earned, or taken back; by a credit without a receipt unless `data` says more."""
    kind, named = ("PointsEarned", "points") if points >= 0 else ("PointsRefunded", "taken_back")
    return {
        "id": f"event-{number}",
        "type": kind,
        "subject": member,
        "time": iso(at),
        "recordedat": iso(recorded or at),
        "data": {"entry_id": f"entry-{number}", "movement": "award", named: abs(points), **data},
    }


def erased(member: str, at: datetime) -> dict[str, Any]:
    """The event of an erasure."""
    return {**event(0, 0, at, member), "id": f"erased-{member}", "type": "MemberErased"}


def events() -> list[dict[str, Any]]:
    """The events of every row of the ledger."""
    found = [one for row in ledger_rows() for one in conversion.of_ledger(row, "aurora")]
    return [one.model_dump(mode="json", exclude_none=True) for one in found]


def deliver(given: Iterable[Mapping[str, Any]], shuffle: random.Random | None = None) -> list[str]:
    """Deliver events in batches of ten; shuffled, and half of them twice, where asked. Returns what comes back."""
    deliveries = list(given)
    if shuffle:
        deliveries = [*deliveries, *shuffle.sample(deliveries, len(deliveries) // 2)]
        shuffle.shuffle(deliveries)
    records = [{"messageId": str(n), "body": json.dumps({"detail": one})} for n, one in enumerate(deliveries)]
    failed: list[str] = []
    for first in range(0, len(records), 10):
        answer = on_event.handler({"Records": records[first : first + 10]}, Context())
        failed += [one["itemIdentifier"] for one in answer["batchItemFailures"]]
    return failed


def rows() -> list[dict[str, Any]]:
    """Every row of the table."""
    return [dynamo.from_item(item) for item in dynamo.client().scan(TableName=TABLE)["Items"]]


def scores(member: str = ANNA) -> dict[str, int]:
    """A member's scores by period."""
    own = [row for row in rows() if row["member_id"] == member and "score" in row]
    return {row["board"].partition("/")[0]: row["score"] for row in own}


def put_scores(period: str, points: Mapping[str, int], shard: int | None = None) -> None:
    """Write scores as counting leaves them, all in one shard where asked."""
    for member, score in points.items():
        board = f"{period}/{shard_of(member) if shard is None else shard:02d}"
        row = {"board": board, "member_id": member, "score": score}
        dynamo.client().put_item(TableName=TABLE, Item=dynamo.to_item(row))


def enrol(member: str, name: str | None = None, login: str | None = None) -> None:
    """Write a member's profile, with the name they chose, and their login."""
    found: list[dict[str, object]] = [
        {"member_id": member, "kind": "profile", "name": "王小明", "leaderboard_name": name}
    ]
    if login:
        found.append({"member_id": f"login/{login}", "kind": "lookup", "target": member})
    for row in found:
        dynamo.client().put_item(TableName="members", Item=dynamo.to_item(row))


def look(login: str = "anna", language: str = "zh", **query: str) -> HttpAnswer:
    """Read the board as a member."""
    headers = {"accept-language": language}
    return call(
        me.handler, http_event("GET /me/leaderboard", caller=member_caller(login), headers=headers, query=query)
    )


def of_staff(period: str, group: str = "marketer") -> HttpAnswer:
    """Read a period's board as staff."""
    return call(staff.handler, http_event(f"GET /leaderboards/{period}", caller=staff_caller(group)))


def days(number: int) -> timedelta:
    """So many days."""
    return timedelta(days=number)
