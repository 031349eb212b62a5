"""The leaderboard table: where every row lies.

(<period>/<shard>, <member>)   a member's score in a period; index by_score
(<year>/<shard>, <member>)     the same of an erased member: `erased`, no score, and never one again
(seen/<event id>, "seen")      an event that was counted
(progress/<nn>, "progress")    until when events were counted, by the runs that spread over it

A period's board lies over sixteen shards by its members, in the table as in the index.
"""

import re
import zlib
from collections.abc import Mapping
from typing import Any

from functions.leaderboard.periods import Period
from loyalty.dynamo import to_item
from loyalty.settings import setting
from loyalty.types import MemberId

SHARDS = 16
"""A thousand receipts a second write each shard of a period some 62 times a second."""
BY_SCORE = "by_score"
SEEN, PROGRESS = "seen", "progress"


def table() -> str:
    """Return the leaderboard table's name."""
    return setting("LEADERBOARD_TABLE")


def key(board: str, member_id: str) -> dict[str, str]:
    """Return a row's key."""
    return {"board": board, "member_id": member_id}


def board(period: Period, shard: int) -> str:
    """Return one shard of a period's board."""
    return f"{period.code}/{shard:02d}"


def score_key(period: Period, member_id: MemberId) -> dict[str, str]:
    """Return the key of a member's score in a period."""
    return key(board(period, shard_of(member_id)), member_id)


def seen_key(event_id: str) -> dict[str, str]:
    """Return the key of the mark of an event that was counted."""
    return key(f"{SEEN}/{event_id}", SEEN)


def progress_keys() -> list[dict[str, str]]:
    """Return the keys of all rows that say until when events were counted."""
    return [key(f"{PROGRESS}/{shard:02d}", PROGRESS) for shard in range(SHARDS)]


def shard_of(text: str) -> int:
    """Return the shard in which something lies."""
    return zlib.crc32(text.encode()) % SHARDS


def update(where: Mapping[str, str], expression: str, condition: str = "", **values: Any) -> dict[str, Any]:
    """Return the request that changes a row, on a condition if there is one; `#name` is a name the service reserves."""
    return {
        "TableName": table(),
        "Key": to_item(where),
        "UpdateExpression": expression,
        **({"ConditionExpression": condition} if condition else {}),
        "ExpressionAttributeNames": {f"#{name}": name for name in re.findall(r"#(\w+)", expression)},
        "ExpressionAttributeValues": to_item({f":{name}": value for name, value in values.items()}),
    }
