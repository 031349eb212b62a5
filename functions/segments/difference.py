"""Who came and who went between two refreshes: two sorted results, merged (requirements G1, G3). Pure.

Memory is bounded by one member, and what has to be written grows with what changed, not with how many members there
are. An engine that sorted otherwise than we compare would yield differences that never happened, so order is checked.
"""

from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

Segments = frozenset[str]
NOWHERE: Segments = frozenset()


class UnsortedError(RuntimeError):
    """A result is not sorted by member, or names a member twice."""


class Standing(NamedTuple):
    """A member and the segments they are in."""

    member_id: str
    segments: Segments


_NOBODY = Standing("\U0010ffff", NOWHERE)
"""What follows the last standing: no id sorts behind it."""


class Move(NamedTuple):
    """A member who entered a segment, or left it."""

    member_id: str
    segment_id: str
    entered: bool


def ascending(standings: Iterable[Standing]) -> Iterator[Standing]:
    """Yield what is sorted by member, each once.

    Raises:
        UnsortedError: at the first one that is out of order.
    """
    last = ""
    for standing in standings:
        if standing.member_id <= last:
            raise UnsortedError
        last = standing.member_id
        yield standing


def differences(before: Iterable[Standing], after: Iterable[Standing]) -> Iterator[Move]:
    """Yield every move between two results, in order of member and segment.

    Raises:
        UnsortedError: if one of them is not sorted by member.
    """
    for member_id, was, now in _beside(ascending(before), ascending(after)):
        if was != now:
            yield from (Move(member_id, one, one in now) for one in sorted(was ^ now))


def _beside(before: Iterator[Standing], after: Iterator[Standing]) -> Iterator[tuple[str, Segments, Segments]]:
    """Yield every member of either result, with where they were and where they are.

    By hand, for twenty million standings pass here: `heapq.merge` and `groupby` take twice as long.
    """
    was, now = next(before, _NOBODY), next(after, _NOBODY)
    while was is not _NOBODY or now is not _NOBODY:
        if was.member_id < now.member_id:
            yield was.member_id, was.segments, NOWHERE
            was = next(before, _NOBODY)
        elif now.member_id < was.member_id:
            yield now.member_id, NOWHERE, now.segments
            now = next(after, _NOBODY)
        else:
            yield now.member_id, was.segments, now.segments
            was, now = next(before, _NOBODY), next(after, _NOBODY)


def joined(streams: Iterable[Iterable[Standing]]) -> Iterator[Standing]:
    """Yield the standings of several results as one: of a member in more than one of them, all their segments.

    Raises:
        UnsortedError: if one of them is not sorted by member.
    """
    merged = merge(*map(ascending, streams), key=itemgetter(0))
    for member_id, found in groupby(merged, key=itemgetter(0)):
        yield Standing(member_id, frozenset().union(*(standing.segments for standing in found)))
