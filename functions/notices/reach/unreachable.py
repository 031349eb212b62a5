"""Who does not get what we send: members with an address that does not work (requirement M3; ADR 1042).

Marks are put by receipts (`marks`). Whether one still stands is asked when it is read: whoever has another address by
then is reached again.
"""

from collections.abc import Iterator, Sequence
from itertools import batched, islice
from typing import NamedTuple

from functions.notices.messages.addresses import FIELDS, addresses
from functions.notices.reach import marks
from functions.notices.templates.words import Channel
from loyalty import dynamo, identity
from loyalty.dynamo import Item
from loyalty.types import MemberId

A_READING = 50
"""How many members are looked at in one call: two rows of each."""
_READ = tuple(sorted({*FIELDS.values()} - {"member_id"}))


class Unreachable(NamedTuple):
    """A member whom a channel does not reach, and since when that is known."""

    channel: Channel
    member_id: str
    since: str


class Page(NamedTuple):
    """Some of the list, and the position after which it goes on; None at its end."""

    items: Sequence[Unreachable]
    following: str | None


def page(wanted: Channel | None, after: str | None, limit: int) -> Page:
    """Return the next members on the list, channel by channel in order of their ids.

    It may hold fewer than `limit`, for those who have another address by now are left out.

    Args:
        wanted: only this channel.
        after: the position that the page before ended with.

    Raises:
        BusyError: if members stayed throttled; asking again is safe.
    """
    rows = list(islice(marks.after(after, wanted, limit + 1), limit + 1))
    standing = tuple(one for some in batched(rows[:limit], A_READING, strict=False) for one in _standing(some))
    return Page(standing, marks.position_of(rows[limit - 1]) if len(rows) > limit else None)


def _standing(rows: Sequence[Item]) -> Iterator[Unreachable]:
    """Yield who still has the address that did not work; nothing of it is kept or told."""
    keys = [key for row in rows for key in _keys(MemberId(row["kind"]))]
    found = dynamo.batch_get(*((identity.table(), key) for key in keys), attributes=_READ)
    for row, (profile, wechat) in zip(rows, batched(found, 2, strict=True), strict=True):
        channel, member_id = marks.channel_of(row), row["kind"]
        address = addresses(member_id, profile, wechat).get(channel)
        if address and address.digest == row["to"]:
            yield Unreachable(channel, member_id, row["since"])


def _keys(member_id: MemberId) -> tuple[dict[str, object], dict[str, object]]:
    return {"member_id": member_id, "kind": "profile"}, identity.wechat_key(member_id)
