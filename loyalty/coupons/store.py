"""The coupons table: keys, indexes, and the transaction parts that write a coupon.

row                         key (`coupon_id`, `kind`)
a coupon                    its code, `coupon`
a code nobody claimed yet   the code or festival word, `code`      never changed once written
a gift on its way           the gift's code, `gift`
how many a member had       `count/<template>/<member>`, `count`
a template, a campaign      `template/<id>` or `discount/<id>`, `definition`   (see `loyalty.catalogue`)
stock of a template         `stock/template/<id>/<shard>`, `stock` (see `loyalty.stock`)

Index `by_member` lists a wallet: open coupons by their last day, then those that are over. Index `due` finds what
lapses; it holds open coupons only. Index `by_template` finds a template's coupons, spread over eight partitions.
"""

import zlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from loyalty import dynamo
from loyalty.coupons.coupon import Coupon, CouponState, from_row, to_row
from loyalty.dynamo import Item, to_item
from loyalty.settings import setting
from loyalty.types import Day, MemberId


class Shelf(StrEnum):
    """Which coupons of a wallet: those that can be used, today or later, or those whose life is over."""

    OPEN = "open"
    OVER = "over"


COUPON, CODE, GIFT, COUNT = "coupon", "code", "gift", "count"
DUE_SHARDS = 16
TEMPLATE_SHARDS = 8
OPEN, OVER = "open/", "over/"


def table() -> str:
    """Return the coupons table's name."""
    return setting("COUPONS_TABLE")


def key(coupon_id: str, kind: str = COUPON) -> dict[str, str]:
    """Return the key of a row."""
    return {"coupon_id": coupon_id, "kind": kind}


def count_key(template_id: str, member_id: MemberId) -> dict[str, str]:
    """Return the key of the row that counts what a member had of a template."""
    return key(f"count/{template_id}/{member_id}", COUNT)


def shard_of_template(code: str) -> int:
    """Return which of a template's partitions a coupon is listed in."""
    return zlib.crc32(code.encode()) % TEMPLATE_SHARDS


def row_of(coupon: Coupon) -> Item:
    """Return the coupon as the row that is stored."""
    is_open = coupon.state is CouponState.ISSUED
    return {
        **key(coupon.code),
        **to_row(coupon),
        "placed": f"{OPEN}{coupon.valid_until}/{coupon.code}" if is_open else f"{OVER}{coupon.act.at}/{coupon.code}",
        "shelf": f"{coupon.template_id}/{shard_of_template(coupon.code)}",
        "due_shard": zlib.crc32(coupon.code.encode()) % DUE_SHARDS if is_open else None,
        "due_on": coupon.valid_until if is_open else None,
    }


def coupon_of(row: Mapping[str, Any] | None) -> Coupon | None:
    """Return the coupon a row holds; None where there is no row."""
    return from_row(row) if row else None


def put_if_absent(coupon: Coupon) -> dict[str, Any]:
    """Return the arguments of the write that issues a coupon, refused where its code exists."""
    return {
        "TableName": table(),
        "Item": to_item(row_of(coupon)),
        "ConditionExpression": "attribute_not_exists(coupon_id)",
    }


def put_if_unchanged(coupon: Coupon) -> dict[str, Any]:
    """Return the arguments of the write that makes a coupon's next version over exactly the one that was read."""
    return {
        "TableName": table(),
        "Item": to_item(row_of(coupon)),
        "ConditionExpression": "version = :before",
        "ExpressionAttributeValues": to_item({":before": coupon.version - 1}),
    }


def count_one(template_id: str, member_id: MemberId, most: int) -> dict[str, Any]:
    """Return the arguments of the update that counts one more coupon of a template for a member, up to a limit."""
    return {
        "TableName": table(),
        "Key": to_item(count_key(template_id, member_id)),
        "UpdateExpression": "SET taken = if_not_exists(taken, :none) + :one",
        "ConditionExpression": "attribute_not_exists(taken) OR taken < :most",
        "ExpressionAttributeValues": to_item({":none": 0, ":one": 1, ":most": most}),
    }


def page(
    member_id: MemberId, shelf: Shelf, limit: int, after: str | None, today: Day
) -> tuple[list[Coupon], str | None]:
    """Return up to `limit` coupons and the place after which the next page starts, if any.

    Open ones come by their last day, the soonest first; those past it are left out, swept or not. Those that are over
    come newest first.

    Args:
        after: the `placed` of the page before's last coupon.
    """
    lowest = f"{OPEN}{today}" if shelf is Shelf.OPEN else OVER
    highest = f"{OPEN if shelf is Shelf.OPEN else OVER}~"
    start = {"ExclusiveStartKey": to_item(_index_key(member_id, after))} if after else {}
    answer = dynamo.client().query(
        TableName=table(),
        IndexName="by_member",
        KeyConditionExpression="member_id = :member AND placed BETWEEN :lowest AND :highest",
        ExpressionAttributeValues=to_item({":member": member_id, ":lowest": lowest, ":highest": highest}),
        ScanIndexForward=shelf is Shelf.OPEN,
        Limit=limit,
        **start,
    )
    rows = [dynamo.from_item(item) for item in answer["Items"]]
    following = rows[-1]["placed"] if rows and "LastEvaluatedKey" in answer else None
    return [coupon for row in rows if (coupon := coupon_of(row))], following


def _index_key(member_id: MemberId, placed: str) -> dict[str, str]:
    return {"member_id": member_id, "placed": placed, **key(placed.rsplit("/", 1)[1])}
