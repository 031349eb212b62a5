"""From a coupon back to the offer that gave it: what tells a report which coupons were used (ADR 1024).

The row is written in the transaction that gives, so it is there before the coupon is. It knows the coupon by the
reference its events carry, and neither its code nor its holder, who may be a friend by then.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from functions.lifecycle import shelf
from functions.lifecycle.counting import Trace
from loyalty import dynamo
from loyalty.coupons import codes, issue
from loyalty.dynamo import to_item

KEPT = timedelta(days=1100)
"""A coupon of a gift is good for less than three years."""
A_READING = 100
COUPON = "coupon"


def put(ref: str, offer_id: str, tier: str | None, now: datetime) -> Mapping[str, Any]:
    """Return the transaction part that writes where a coupon comes from."""
    ttl = int((now + KEPT).timestamp())
    row = {**_key(codes.reference(issue.code_named(ref))), "offer_id": offer_id, "tier": tier, "ttl": ttl}
    return {"Put": {"TableName": shelf.table(), "Item": to_item(row)}}


def read(references: Iterable[str]) -> dict[str, Trace]:
    """Return where coupons come from that a gift brought, by reference; others are left out."""
    found = dict[str, Trace]()
    for some in batched(dict.fromkeys(references), A_READING, strict=False):
        rows = dynamo.batch_get(*((shelf.table(), _key(one)) for one in some))
        found |= {
            one: Trace(row["offer_id"], row.get("tier")) for one, row in zip(some, rows, strict=True) if row is not None
        }
    return found


def _key(reference: str) -> dict[str, str]:
    return {"occasion_id": f"{COUPON}/{reference}", "kind": COUPON}
