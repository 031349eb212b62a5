"""The list of a template's coupons as a file: where each stands, and no word about whose it is but a random id."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import batched
from typing import Any

from loyalty import dynamo, exports
from loyalty.clock import date_of
from loyalty.coupons import store
from loyalty.coupons.coupon import Coupon
from loyalty.dynamo import to_item
from loyalty.exports import Page, Row
from loyalty.jobs import Job, Jobs

BY_TEMPLATE = "by_template"
KEYS_AT_ONCE = 1000
ROWS_AT_ONCE = 100
"""What one call reads of rows."""
HEADER = (
    "coupon_id", "member_id", "state", "way", "channel", "tier", "category", "issued_at", "valid_from", "valid_until",
    "tenant_id", "receipt_no", "redeemed_at", "off_fen", "unit_cost_fen",
)  # fmt: skip


def step(jobs: Jobs, job: Job, now: datetime) -> Job:
    """Write the next part of the list and return the job after it."""
    return exports.step(jobs, job, HEADER, lambda at: _page(job.owner, at), now)


def _page(template_id: str, at: Mapping[str, Any]) -> Page:
    """Return up to a thousand coupons from a position: a shelf of the index, and the last code read of it."""
    shelf, after = at.get("shelf", 0), at.get("after")
    answer = dynamo.client().query(**_asking(f"{template_id}/{shelf}", after))
    keys = [dynamo.from_item(item) for item in answer["Items"]]
    rows = [_row(coupon) for coupon in _coupons(keys)]
    if "LastEvaluatedKey" in answer:
        return Page(rows, {"shelf": shelf, "after": keys[-1]["coupon_id"]})
    return Page(rows, {"shelf": shelf + 1} if shelf + 1 < store.TEMPLATE_SHARDS else None)


def _asking(shelf: str, after: str | None) -> dict[str, Any]:
    start = {"shelf": shelf, **store.key(after)} if after else None
    return {
        "TableName": store.table(),
        "IndexName": BY_TEMPLATE,
        "KeyConditionExpression": "shelf = :shelf",
        "ExpressionAttributeValues": to_item({":shelf": shelf}),
        "Limit": KEYS_AT_ONCE,
        **({"ExclusiveStartKey": to_item(start)} if start else {}),
    }


def _coupons(keys: list[dynamo.Item]) -> Iterator[Coupon]:
    for some in batched(keys, ROWS_AT_ONCE, strict=False):
        rows = dynamo.batch_get(*((store.table(), store.key(key["coupon_id"])) for key in some))
        yield from (coupon for row in rows if (coupon := store.coupon_of(row)))


def _row(coupon: Coupon) -> Row:
    use = coupon.use
    return (
        coupon.code,
        coupon.member_id,
        coupon.state,
        coupon.way,
        coupon.channel,
        coupon.tier,
        coupon.category,
        coupon.issued_at,
        date_of(coupon.valid_from).isoformat(),
        date_of(coupon.valid_until).isoformat(),
        use.tenant_id if use else None,
        use.receipt_no if use else None,
        use.at if use else None,
        use.off if use else None,
        coupon.unit_cost,
    )
