"""The rows of notices: messages, what is known of members, which message a provider's id means.

row                                 key (`notice_id`, `kind`)
a message                           `message/<id>`, `message`
a member, as far as notices go      `member/<member id>`, `member`; of one who is erased only that, for a while
the message of a provider's id      `provider/<channel>/<id>`, `lookup`
how a provider answered lately      `circuit/<channel>`, `circuit`
an address that does not work       `unreachable/<channel>`, `<member id>`      (see `reach.marks`)

A message that has something due stands in the sparse index `due`, over sixteen shards; each stands in `by_member`.
"""

import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from functions.notices.channels.circuit import Circuit
from functions.notices.messages import member as member_rows
from functions.notices.messages import message as message_rows
from functions.notices.messages.member import Member
from functions.notices.messages.message import Message
from loyalty import dynamo
from loyalty.dynamo import to_item
from loyalty.notices import known

MESSAGE, LOOKUP, CIRCUIT = "message", "lookup", "circuit"
DUE_SHARDS = 16
KEPT = timedelta(days=180)
"""How long a message can be asked for; events older than three days bring none, so none is ever written again."""
LOOKUP_KEPT = timedelta(days=14)
"""Longer than any provider goes on trying."""

Part = Mapping[str, Any]


def table() -> str:
    """Return the table's name."""
    return known.table()


def message_key(message_id: str) -> dict[str, str]:
    """Return the key of a message."""
    return {"notice_id": f"{MESSAGE}/{message_id}", "kind": MESSAGE}


def member_key(member_id: str) -> dict[str, str]:
    """Return the key of what notices know of a member."""
    return known.member_key(member_id)


def lookup_key(channel: str, provider_id: str) -> dict[str, str]:
    """Return the key of the row that says which message a provider means."""
    return {"notice_id": f"provider/{channel}/{provider_id}", "kind": LOOKUP}


def circuit_key(channel: str) -> dict[str, str]:
    """Return the key of the row that says how a provider answered lately."""
    return {"notice_id": f"{CIRCUIT}/{channel}", "kind": CIRCUIT}


def read_circuit(channel: str) -> Circuit:
    """Read how a provider answered lately."""
    row = dynamo.get(table(), circuit_key(channel)) or {}
    return Circuit(row.get("failures", 0), row.get("open_until"))


def keep_circuit(channel: str, circuit: Circuit) -> None:
    """Write how a provider answers; of several senders the last one counts, which is exact enough."""
    item = to_item({**circuit_key(channel), "failures": circuit.failures, "open_until": circuit.open_until})
    dynamo.client().put_item(TableName=table(), Item=item)


def read(message_id: str) -> Message | None:
    """Read a message as it is now."""
    row = dynamo.get(table(), message_key(message_id), consistent=True)
    return message_rows.from_row(row) if row else None


def read_member(member_id: str) -> Member:
    """Read what is known of a member now."""
    return member_rows.from_row(member_id, dynamo.get(table(), member_key(member_id), consistent=True))


def put_if_absent(message: Message) -> Part:
    """Return the part that writes a new message."""
    return {"Put": _put(_row(message), "attribute_not_exists(kind)")}


def put_if_unchanged(message: Message) -> Part:
    """Return the part that writes a message's next version over exactly the one that was read."""
    return {"Put": _put(_row(message), "version = :before", {":before": message.version - 1})}


def put_member(member: Member) -> Part:
    """Return the part that writes a member's next version over exactly the one that was read."""
    row = {**member_key(member.member_id), **member_rows.to_row(member)}
    if member.version == 1:
        return {"Put": _put(row, "attribute_not_exists(kind)")}
    return {"Put": _put(row, "version = :before", {":before": member.version - 1})}


def forget(member_id: str, now: datetime) -> None:
    """Replace what is known of a member by the mark that they are erased.

    Providers still tell of messages sent before: without the mark a bounce would write the row anew. It goes when the
    last of those messages does.
    """
    mark = {"version": 0, "erased": True, "ttl": int((now + KEPT).timestamp())}
    dynamo.client().put_item(TableName=table(), Item=to_item({**member_key(member_id), **mark}))


def put_lookup(message: Message, now: datetime) -> Part:
    """Return the part that writes which message a provider's id means."""
    over = int((now + LOOKUP_KEPT).timestamp())
    key = lookup_key(str(message.channel), str(message.provider_id))
    item = to_item({**key, "message_id": message.message_id, "ttl": over})
    return {"Put": {"TableName": table(), "Item": item}}


def _row(message: Message) -> dict[str, Any]:
    over = datetime.fromisoformat(message.planned_at) + KEPT
    return {
        **message_key(message.message_id),
        **message_rows.to_row(message),
        "due_shard": zlib.crc32(message.message_id.encode()) % DUE_SHARDS if message.due_at else None,
        "due_on": message.due_at,
        "ttl": int(over.timestamp()),
    }


def _put(row: Mapping[str, Any], condition: str, values: Mapping[str, object] | None = None) -> dict[str, Any]:
    more = {"ExpressionAttributeValues": to_item(values)} if values else {}
    return {"TableName": table(), "Item": to_item(row), "ConditionExpression": condition, **more}
