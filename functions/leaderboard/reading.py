"""Reading a board: its leaders, a member's own score, the names leaders chose, until when it counts (ADR 0828).

An answer costs sixteen queries and two batches of reads, whatever the mall's size: no row beyond the hundredth of a
shard is ever read. Names are read where they are kept, with the member's profile, and nothing else of it.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from functions.leaderboard import places, store
from functions.leaderboard.periods import Period
from functions.leaderboard.places import LEADERS, Leader, Standing
from loyalty import dynamo, identity
from loyalty.dynamo import to_item
from loyalty.types import MemberId

PROFILE, NAME = "profile", "leaderboard_name"
"""The row of the members table, and the one attribute of it that may be read here."""


class Board(NamedTuple):
    """A period's leaders, and until when events were counted: an RFC 3339 instant, None before the first one."""

    period: Period
    leaders: Sequence[Leader]
    counts_until: str | None


def read(period: Period) -> Board:
    """Return a period's board."""
    rows = dynamo.batch_get(*((store.table(), key) for key in store.progress_keys()))
    return Board(period, _leaders(period), _until(rows))


def read_with(period: Period, member_id: MemberId) -> tuple[Board, Standing]:
    """Return a period's board, and where a member stands beside it."""
    keys = [*store.progress_keys(), store.score_key(period, member_id)]
    *progress, own = dynamo.batch_get(*((store.table(), key) for key in keys))
    board = Board(period, _leaders(period), _until(progress))
    return board, places.standing(board.leaders, member_id, (own or {}).get("score", 0))


def names(leaders: Sequence[Leader]) -> dict[MemberId, str]:
    """Return the names under which leaders want to be shown; who chose none is missing, and so is an erased member."""
    if not leaders:
        return {}
    keys = [(identity.table(), {"member_id": one.member_id, "kind": PROFILE}) for one in leaders]
    rows = dynamo.batch_get(*keys, attributes=(NAME,))
    return {MemberId(row["member_id"]): row[NAME] for row in rows if row and NAME in row}


def _leaders(period: Period) -> list[Leader]:
    return places.leaders(score for shard in range(store.SHARDS) for score in _first_of(store.board(period, shard)))


def _first_of(board: str) -> Iterator[tuple[MemberId, int]]:
    """Yield the best of a shard: any hundred of the leaders may lie in the same one."""
    rows = dynamo.query(
        store.table(),
        IndexName=store.BY_SCORE,
        KeyConditionExpression="board = :board AND score > :nothing",
        ExpressionAttributeValues=to_item({":board": board, ":nothing": 0}),
        ScanIndexForward=False,
        Limit=LEADERS,
    )
    return ((MemberId(row["member_id"]), row["score"]) for row in islice(rows, LEADERS))


def _until(rows: Sequence[dynamo.Item | None]) -> str | None:
    return max((row["until"] for row in rows if row), default=None)
