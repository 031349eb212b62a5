"""What the leaderboard answers: to members without anybody's id, to staff with it (requirement P12)."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field

from functions.leaderboard.places import Standing
from functions.leaderboard.reading import Board
from loyalty.http import Answer
from loyalty.types import MemberId

NAMELESS = {"zh": "一位会员", "en": "A member"}
"""In place of who is not shown to others."""

_PERIOD: dict[str, Any] = {
    "period": "202611",
    "first_day": "2026-11-01",
    "last_day": "2026-11-30",
    "counts_until": "2026-11-21T04:00:00.000Z",
}
_LINES: list[Any] = [
    {"place": 1, "points": 9_820, "name": "爱喝茶的猫", "mine": False},
    {"place": 2, "points": 7_415, "name": "一位会员", "mine": True},
]
_OWN: dict[str, Any] = {"points": 7_415, "place": 2, "missing_points": None}
_STAFF_LINES: list[Any] = [
    {"place": 1, "points": 9_820, "member_id": "m_5cDq8ZkP2w", "name": "爱喝茶的猫"},
    {"place": 2, "points": 7_415, "member_id": "m_8vR2nT0xQa", "name": None},
]

CountsUntil = Annotated[
    datetime | None,
    Field(
        description="When the latest movement that is counted was recorded; what was recorded some seconds before it "
        "may still be under way. Null before the first one."
    ),
]


class LeaderboardPeriod(Answer):
    """A period in mall-local days, and until when it is counted."""

    period: Annotated[str, Field(description="`202611`, `2026q4` or `2026`.")]
    first_day: date
    last_day: date
    counts_until: CountsUntil


class LeaderboardLine(Answer):
    """A leader as other members see them; members with the same points share a place."""

    place: int
    points: int
    name: Annotated[str, Field(description="The name they chose to be shown by; without one, `A member`.")]
    mine: Annotated[bool, Field(description="Whether it is the caller's own line.")]


class OwnPlaceAnswer(Answer):
    """Where the caller stands."""

    points: int
    place: Annotated[int | None, Field(description="Exact among the first hundred; null beyond them.")]
    missing_points: Annotated[int | None, Field(description="To be among the first hundred; null for who is.")]

    @classmethod
    def of(cls, own: Standing) -> Self:
        """Tell a standing."""
        return cls(points=own.points, place=own.place, missing_points=own.missing)


class LeaderboardAnswer(LeaderboardPeriod):
    """A board as a member sees it: at most a hundred lines."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_PERIOD, "items": _LINES, "own": _OWN}]})

    items: tuple[LeaderboardLine, ...]
    own: OwnPlaceAnswer


class StaffLeaderboardLine(Answer):
    """A leader as staff see them."""

    place: int
    points: int
    member_id: str
    name: Annotated[str | None, Field(description="The name they chose to be shown by; null: others see none.")]


class StaffLeaderboardAnswer(LeaderboardPeriod):
    """A board as staff see it: at most a hundred lines."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_PERIOD, "items": _STAFF_LINES}]})

    items: tuple[StaffLeaderboardLine, ...]


def for_member(
    board: Board, own: Standing, names: dict[MemberId, str], member_id: MemberId, language: str
) -> LeaderboardAnswer:
    """Return a board as one of its members sees it."""
    lines = tuple(
        LeaderboardLine(
            place=one.place,
            points=one.points,
            name=names.get(one.member_id, NAMELESS[language]),
            mine=one.member_id == member_id,
        )
        for one in board.leaders
    )
    return LeaderboardAnswer(**_told(board), items=lines, own=OwnPlaceAnswer.of(own))


def for_staff(board: Board, names: dict[MemberId, str]) -> StaffLeaderboardAnswer:
    """Return a board as staff see it."""
    lines = tuple(
        StaffLeaderboardLine(place=one.place, points=one.points, member_id=one.member_id, name=names.get(one.member_id))
        for one in board.leaders
    )
    return StaffLeaderboardAnswer(**_told(board), items=lines)


def _told(board: Board) -> dict[str, Any]:
    until = datetime.fromisoformat(board.counts_until) if board.counts_until else None
    code, first, last = board.period
    return {"period": code, "first_day": first, "last_day": last, "counts_until": until}
