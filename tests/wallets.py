"""Coupons in wallets, as tests of several capabilities put them there."""

from datetime import datetime, timedelta
from typing import Any

from loyalty import dynamo
from loyalty.clock import day_of, iso, utc_now
from loyalty.coupons import codes, store
from loyalty.coupons.coupon import Act, Coupon, Did, Way, from_row
from loyalty.coupons.terms import Terms
from loyalty.types import MemberId, Origin

FIFTY_OFF_500 = {"kind": "amount_off", "off_fen": 50_00, "threshold_fen": 500_00}
"""满 500 减 50."""
TEN_OFF = {"kind": "amount_off", "off_fen": 10_00, "stacking": {"group": "small"}}
TWENTY_PERCENT = {"kind": "percent_off", "percent": 20, "stacking": {"group": "percent"}}


def coupon(
    name: str = "one",
    terms: dict[str, Any] | None = None,
    member: str = "m",
    at: datetime | None = None,
    **changes: Any,
) -> Coupon:
    """A coupon that is valid for a month from an instant on, from now if none is named."""
    now = at or utc_now()
    act = Act(iso(now), iso(now), "member", Origin.MEMBER, "trace", "regular")
    fields: dict[str, Any] = {
        "code": codes.of_batch(b"tests", sum(map(ord, name)) * 1000 + len(name)),
        "template_id": f"t-{name}",
        "member_id": MemberId(member),
        "terms": Terms.model_validate(terms or FIFTY_OFF_500),
        "name_zh": "券",
        "name_en": name,
        "valid_from": day_of((now - timedelta(days=2)).date()),
        "valid_until": day_of((now + timedelta(days=30)).date()),
        "way": Way.CLAIM,
        "issued_at": iso(now),
        "act": act,
        "did": Did.CLAIMED,
    }
    return Coupon(**fields | changes)


def put(*coupons: Coupon) -> tuple[str, ...]:
    """Store coupons; returns their codes."""
    for one in coupons:
        dynamo.client().put_item(**store.put_if_absent(one))
    return tuple(one.code for one in coupons)


def stored(code: str) -> Coupon:
    """Return a coupon as it stands."""
    row = dynamo.get(store.table(), store.key(code), consistent=True)
    assert row is not None
    return from_row(row)
