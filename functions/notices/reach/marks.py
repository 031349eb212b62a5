"""Marks of addresses that do not work, listed by channel, so that they are found without a scan (M3; ADR 1042).

    row `unreachable/<channel>`, `<member id>`    `since`, and the keyed digest of the address (`to`)

A mark is written with what is known of its member, by the receipt that says so, and goes with their erasure. Whether
it still stands is asked when it is read (`unreachable`).
"""

from collections.abc import Iterator
from datetime import datetime

from functions.notices.messages import outgoing
from functions.notices.templates.words import Channel
from loyalty import dynamo
from loyalty.clock import iso
from loyalty.dynamo import Item, to_item

MARK = "unreachable"


def put(channel: Channel, member_id: str, to: str, now: datetime) -> outgoing.Part:
    """Return the transaction part that marks the address a member has in a channel."""
    row = {**_key(channel, member_id), "to": to, "since": iso(now)}
    return {"Put": {"TableName": outgoing.table(), "Item": to_item(row)}}


def forget(member_id: str) -> None:
    """Delete the marks of somebody who is erased."""
    for channel in Channel:
        dynamo.client().delete_item(TableName=outgoing.table(), Key=to_item(_key(channel, member_id)))


def after(position: str | None, wanted: Channel | None, page_size: int) -> Iterator[Item]:
    """Yield marks after a position, channel by channel in order of members' ids.

    Args:
        wanted: only those of this channel.
        page_size: how many are read at a time.
    """
    begun, _, last = (position or "").partition("/")
    for channel in sorted(Channel):
        if channel < begun or wanted not in {None, channel}:
            continue
        beyond = {"ExclusiveStartKey": to_item(_key(channel, last))} if channel == begun else {}
        yield from dynamo.query(
            outgoing.table(),
            KeyConditionExpression="notice_id = :own",
            ExpressionAttributeValues=to_item({":own": f"{MARK}/{channel}"}),
            Limit=page_size,
            **beyond,
        )


def position_of(row: Item) -> str:
    """Return the position at which a mark stands."""
    return f"{channel_of(row)}/{row['kind']}"


def channel_of(row: Item) -> Channel:
    """Return the channel of a mark."""
    return Channel(str(row["notice_id"]).partition("/")[2])


def _key(channel: str, member_id: str) -> dict[str, str]:
    return {"notice_id": f"{MARK}/{channel}", "kind": member_id}
