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
from loyalty.tiers import Rung
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
        "spend": account.spend or None,
        "reminded_on": account.reminded_on,
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
        spend={Month(month): fen for month, fen in row.get("spend", {}).items()},
        reminded_on=row.get("reminded_on"),
    )


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
