"""The accounts table: one small item per member, and the sparse index of who is due.

Accounts are only ever written together with the ledger entry that explains the change (`loyalty.ledger`), except
for the empty account a new member starts with.
"""

import zlib
from typing import Any

from loyalty.accounts import Account, due_on
from loyalty.buckets import BucketKey
from loyalty.dynamo import Item, from_item, get, to_item
from loyalty.programme import Programme
from loyalty.settings import setting
from loyalty.tiers import Record, Rung
from loyalty.types import Day, MemberId, Month, Purse, Status

DUE_SHARDS = 64


def due_shard(member_id: MemberId) -> int:
    """Return which of the 64 shards of the due index a member lies in."""
    return zlib.crc32(member_id.encode()) % DUE_SHARDS


def table() -> str:
    """Return the accounts table's name."""
    return setting("ACCOUNTS_TABLE")


def to_row(account: Account, programme: Programme) -> Item:
    """Return the account as the row that is stored, its due day computed."""
    due = due_on(account, programme)
    return {
        "member_id": account.member_id,
        "version": account.version,
        "status": account.status,
        "tier": account.rung.code,
        "tier_since": account.rung.since,
        "tier_until": account.rung.until,
        "buckets": account.buckets or None,
        "debt": account.debt or None,
        "spend": account.record.spend or None,
        "earned": account.record.earned or None,
        "visits": account.record.visits or None,
        "reminded_on": account.reminded_on,
        "first_on": account.first_on,
        "moved_on": account.moved_on,
        "welcomed": account.welcomed or None,
        "uses": account.uses or None,
        "recent": account.recent or None,
        "given": account.given,
        "warned_on": account.warned_on,
        "due_on": due,
        "due_shard": due_shard(account.member_id) if due else None,
    }


def from_row(row: Item) -> Account:
    """Return the account a stored row holds."""
    return Account(
        member_id=MemberId(row["member_id"]),
        status=Status(row["status"]),
        rung=Rung(row["tier"], Day(row["tier_since"]), Day(row["tier_until"])),
        version=row["version"],
        buckets={
            Purse(purse): {BucketKey(key): points for key, points in own.items()}
            for purse, own in row.get("buckets", {}).items()
        },
        debt={Purse(purse): points for purse, points in row.get("debt", {}).items()},
        record=Record(*(_by_month(row, name) for name in ("spend", "earned", "visits"))),
        reminded_on=row.get("reminded_on"),
        first_on=row.get("first_on"),
        moved_on=row.get("moved_on"),
        welcomed=row.get("welcomed", {}),
        uses={code: (period, times) for code, (period, times) in row.get("uses", {}).items()},
        recent={Day(day): points for day, points in row.get("recent", {}).items()},
        given=tuple(row["given"]) if "given" in row else None,
        warned_on=row.get("warned_on"),
    )


def _by_month(row: Item, name: str) -> dict[Month, int]:
    return {Month(month): number for month, number in row.get(name, {}).items()}


def read(member_id: MemberId, *, consistent: bool = False) -> Account | None:
    """Read an account; None where there is no such member."""
    row = get(table(), {"member_id": member_id}, consistent=consistent)
    return from_row(row) if row else None


def put_if_absent(account: Account, programme: Programme) -> dict[str, Any]:
    """Return the transaction part that opens an account, refused where the member already has one."""
    return {
        "Put": {
            "TableName": table(),
            "Item": to_item(to_row(account, programme)),
            "ConditionExpression": "attribute_not_exists(member_id)",
        }
    }


def put_if_unchanged(account: Account, expected_version: int, programme: Programme) -> dict[str, Any]:
    """Return the transaction part that writes an account's next version over exactly the one that was read."""
    return {
        "Put": {
            "TableName": table(),
            "Item": to_item(to_row(account, programme)),
            "ConditionExpression": "version = :version",
            "ExpressionAttributeValues": to_item({":version": expected_version}),
        }
    }


def from_image(image: dict[str, Any]) -> Account:
    """Return the account in a DynamoDB image, such as a failed condition's or a stream's."""
    return from_row(from_item(image))
