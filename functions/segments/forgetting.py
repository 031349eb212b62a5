"""Taking a member out of every segment at once: the membership was erased, or profiling refused (requirements M6, K1).

The lake learns of it as well, but only the next refresh asks it. What the refresh before found is not true any more of
who refused and may agree again, so a row among the `outs` says so, written with every segment that is left: who was in
none has no row, however many members refuse.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from functions.segments import applying, outs
from loyalty import attempts, dynamo, memberships
from loyalty.attempts import Plan
from loyalty.clock import iso
from loyalty.dynamo import Item

KEPT_FROM_THE_ENTRY = ("refresh_id", "refresh_no", "segment_seq", "as_of", "correlation_id")
"""What a member's leaving says by the refresh they had entered with: no other one found it."""


def erase(member_id: str) -> int:
    """Delete who was in what of an erased member, without a word; return how many segments it was."""

    def parts(segment_id: str, _row: Item) -> list[dict[str, Any]]:
        own, back = (where(segment_id, member_id) for where in (memberships.member_key, memberships.reverse_key))
        return [memberships.delete_standing(own), memberships.delete(back)]

    return sum(_left(segment_id, member_id, parts) for segment_id in _segments_of(member_id))


def refuse(member_id: str, now: datetime) -> int:
    """Let a member who refused profiling leave every segment; return how many they left."""

    def parts(segment_id: str, row: Item) -> list[dict[str, Any]]:
        facts = {name: row[name] for name in KEPT_FROM_THE_ENTRY}
        facts |= {"at": iso(now), "recorded_at": iso(now), "origin": "member"}
        return [*applying.leaving(segment_id, member_id, facts, applying.REFUSED, now), outs.noted(member_id, now)]

    return sum(_left(segment_id, member_id, parts) for segment_id in _segments_of(member_id))


def _segments_of(member_id: str) -> list[str]:
    return [row["kind"] for row in memberships.of_member(member_id) if memberships.REFRESH in row]


def _left(segment_id: str, member_id: str, parts: Callable[[str, Item], list[dict[str, Any]]]) -> bool:
    where = memberships.member_key(segment_id, member_id)

    def decide(row: Item | None) -> Plan[bool]:
        return Plan(True, tuple(parts(segment_id, row))) if row else Plan(False, replayed=True)

    def load(_certain: bool) -> Item | None:
        return dynamo.get(memberships.table(), where, consistent=True)

    return attempts.settle(load, decide).answer
