"""Places on a board: who leads, where a member stands, what is missing to be among the leaders. Pure.

Members with the same points share a place, and the next place is counted on: 1, 2, 2, 4.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from loyalty.types import MemberId

LEADERS = 100


class Leader(NamedTuple):
    """A member among the leaders."""

    place: int
    member_id: MemberId
    points: int


class Standing(NamedTuple):
    """Where a member stands.

    Attributes:
        place: exact; None beyond the leaders.
        missing: points to the last leader's place, or to a first point; None for who has a place.
    """

    points: int
    place: int | None
    missing: int | None


def leaders(scores: Iterable[tuple[MemberId, int]]) -> list[Leader]:
    """Return the first hundred of some members' scores, best first; nobody leads with nothing."""
    best = sorted(((points, member) for member, points in scores if points > 0), key=lambda one: (-one[0], one[1]))
    found: list[Leader] = []
    for number, (points, member_id) in enumerate(best[:LEADERS], start=1):
        shared = found and found[-1].points == points
        found.append(Leader(found[-1].place if shared else number, member_id, points))
    return found


def standing(board: Sequence[Leader], member_id: MemberId, points: int) -> Standing:
    """Return where a member with so many points stands beside the leaders.

    The board may be a moment older than the points, so the member's own line on it is not counted.
    """
    needed = board[-1].points if len(board) >= LEADERS else 1
    if points < needed:
        return Standing(points, None, needed - points)
    ahead = sum(one.points > points for one in board if one.member_id != member_id)
    return Standing(points, ahead + 1, None)
