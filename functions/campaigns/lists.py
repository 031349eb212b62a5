"""Lists of members by name: who is on one is a key, so a rule that asks for it costs one read (requirements A4, L2).

row                                        key (`campaign_id`, `kind`)
a list and how many are on it              `memberlist/<id>`, `definition`
its place among the lists                  `list/memberlist`, `<id>`
a member on it                             `members/<list id>`, `<member id>`
a list a member is on                      `onlists/<member id>`, `<list id>`

The last row is there for erasure alone: what one member is on is one query, however many lists there are (ADR 0808).
Rows of both directions and the size change in one transaction; nobody counts twice, however often a call is repeated.
Segments keep who is in them by rows of the same shape (`loyalty.memberships`), so a campaign names either; their own
rows are theirs alone to write.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any

from loyalty import account_store, attempts, dynamo, memberships, segment_names
from loyalty.attempts import Plan
from loyalty.clock import iso
from loyalty.dynamo import Item, to_item
from loyalty.entries import fingerprint
from loyalty.errors import IdempotencyKeyReusedError, NotFoundError
from loyalty.memberships import delete, delete_standing, in_partition, list_key, member_key, put_new, reverse_key, table
from loyalty.offers import offer_id_for
from loyalty.types import MemberId, Status

NAME = memberships.LIST
A_READING = 100
A_TRANSACTION = 32
"""Members added at once: two rows each and the list's own stay below the hundred parts of a transaction."""


@dataclass(frozen=True, slots=True)
class MemberList:
    """A list of members.

    Attributes:
        made_by: the login that made it, at `made_at` (RFC 3339).
        size: how many members are on it.
    """

    list_id: str
    name: str
    made_by: str
    made_at: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class Added:
    """What adding members did: how many are new on the list, which were there before, which are no members."""

    added: int
    known: int
    unknown: tuple[str, ...]
    list: MemberList


def create(name: str, login: str, idempotency_key: str, now: datetime) -> Plan[MemberList]:
    """Make a list, once.

    Raises:
        IdempotencyKeyReusedError: if the key stands for a list of another name.
    """
    list_id, request = offer_id_for(NAME, login, idempotency_key), fingerprint({"name": name})

    def decide(row: Item | None) -> Plan[MemberList]:
        if row is None:
            new = {"name": name, "made_by": login, "made_at": iso(now), "size": 0, "request": request}
            parts = put_new(list_key(list_id), new), put_new({"campaign_id": f"list/{NAME}", "kind": list_id}, {})
            return Plan(_list(list_id, new), parts)
        if row["request"] != request:
            raise IdempotencyKeyReusedError
        return Plan(_list(list_id, row), replayed=True)

    return attempts.settle(lambda certain: dynamo.get(table(), list_key(list_id), consistent=certain), decide)


def read(list_id: str) -> MemberList:
    """Read a list.

    Raises:
        NotFoundError: if there is none.
    """
    row = dynamo.get(table(), list_key(list_id), consistent=True)
    if row is None:
        raise NotFoundError
    return _list(list_id, row)


def missing(list_ids: Sequence[str]) -> list[str]:
    """Return those of some ids, up to ten, that no list and no segment has."""
    rows = dynamo.batch_get(*((table(), list_key(one)) for one in list_ids), consistent=True) if list_ids else []
    return segment_names.missing([one for one, row in zip(list_ids, rows, strict=True) if row is None])


def page(after: str | None, limit: int) -> tuple[list[MemberList], str | None]:
    """Return up to `limit` lists in order of id, and the id after which the next page starts, if any."""
    where = {"campaign_id": f"list/{NAME}"}
    start = {"ExclusiveStartKey": to_item({**where, "kind": after})} if after else {}
    answer = dynamo.client().query(TableName=table(), Limit=limit, **in_partition(f"list/{NAME}"), **start)
    ids = [dynamo.from_item(item)["kind"] for item in answer["Items"]]
    rows = dynamo.batch_get(*((table(), list_key(one)) for one in ids)) if ids else []
    found = [_list(one, row) for one, row in zip(ids, rows, strict=True) if row]
    return found, ids[-1] if ids and "LastEvaluatedKey" in answer else None


def add(list_id: str, wanted: Sequence[str], login: str, now: datetime) -> Added:
    """Put members on a list; those who are on it already stay, ids that are nobody's are reported.

    Whom the same person put there at the same instant was put there by this very call: it is repeated.

    Raises:
        NotFoundError: if there is no such list.
    """
    read(list_id)
    ids = list(dict.fromkeys(wanted))
    unknown = [one for some in batched(ids, A_READING, strict=False) for one in _unknown(some)]
    members = [one for one in ids if one not in set(unknown)]
    row = {"by": login, "at": iso(now)}
    added = sum(_add(list_id, some, row) for some in batched(members, A_TRANSACTION, strict=False))
    return Added(added, len(members) - added, tuple(unknown), read(list_id))


def remove(list_id: str, member_id: str) -> bool:
    """Take a member off a list; return whether they were on it."""

    def decide(row: Item | None) -> Plan[bool]:
        if row is None:
            return Plan(False, replayed=True)
        gone = delete_standing(member_key(list_id, member_id))
        return Plan(True, (gone, delete(reverse_key(list_id, member_id)), _count(list_id, -1)))

    where = member_key(list_id, member_id)
    return attempts.settle(lambda _certain: dynamo.get(table(), where, consistent=True), decide).answer


def forget(member_id: str) -> int:
    """Take a member off every list they are on, and return off how many; segments forget by themselves."""
    rows = [row for row in memberships.of_member(member_id) if memberships.REFRESH not in row]
    return sum(remove(row["kind"], member_id) for row in rows)


def _unknown(ids: Sequence[str]) -> list[str]:
    """Return the ids that are nobody's, or an erased membership's."""
    keys = [(account_store.table(), {"member_id": MemberId(one)}) for one in ids]
    rows = dynamo.batch_get(*keys, consistent=True)
    return [one for one, row in zip(ids, rows, strict=True) if row is None or row["status"] == Status.ERASED]


def _add(list_id: str, members: Sequence[str], row: Mapping[str, str]) -> int:
    """Add members in one transaction; return how many of them were not on the list before."""

    def load(_certain: bool) -> list[Item | None]:
        return dynamo.batch_get(*((table(), member_key(list_id, one)) for one in members), consistent=True)

    def decide(standing: list[Item | None]) -> Plan[int]:
        new = [one for one, found in zip(members, standing, strict=True) if found is None]
        again = sum(found is not None and row.items() <= found.items() for found in standing)
        rows = [put_new(where(list_id, one), row) for one in new for where in (member_key, reverse_key)]
        added = len(new) + again
        return Plan(added, (*rows, _count(list_id, len(new)))) if new else Plan(added, replayed=True)

    return attempts.settle(load, decide).answer


def _count(list_id: str, change: int) -> dict[str, Any]:
    update = {
        "TableName": table(),
        "Key": to_item(list_key(list_id)),
        "UpdateExpression": "ADD #size :change",
        "ConditionExpression": "attribute_exists(kind)",
        "ExpressionAttributeNames": {"#size": "size"},
        "ExpressionAttributeValues": to_item({":change": change}),
    }
    return {"Update": update}


def _list(list_id: str, row: Mapping[str, Any]) -> MemberList:
    return MemberList(list_id, row["name"], row["made_by"], row["made_at"], row["size"])
