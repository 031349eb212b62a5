"""Coupons that campaigns give by themselves and may take back, in whichever order the two are heard of (P4, P9).

    the award heard first    the coupon is issued, and voided when it is taken back, if nobody used it by then
    taken back first         a mark (`revoked/<code>`) is written; the transaction that issues checks that there is none

Each side's transaction carries the other side as its condition, so of two at the same time one is decided again.
"""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from functions.coupons.callers import Caller
from loyalty import attempts, dynamo
from loyalty.attempts import Plan
from loyalty.coupons import coupon as changes
from loyalty.coupons import store
from loyalty.coupons.coupon import Coupon, CouponState
from loyalty.dynamo import to_item
from loyalty.errors import LoyaltyError, RuleError

REVOKED = "revoked"
NOTE = "campaign_taken_back"
"""Why the coupon is void, as its row says."""


class CouponRevokedError(RuleError):
    """The goods that brought the coupon came back before it was issued."""

    code = "coupon_revoked"
    zh = "商品已退货，该优惠券不再发放。"
    en = "The goods that brought this coupon came back."


class Revocation(StrEnum):
    """What became of a coupon that is taken back: `kept` where its life was over already."""

    VOIDED = "voided"
    KEPT = "kept"
    NEVER_ISSUED = "never_issued"


def mark_key(code: str) -> dict[str, str]:
    """Return the key of the mark that says: never issue this one."""
    return store.key(f"{REVOKED}/{code}", REVOKED)


def unmarked(code: str) -> Mapping[str, Any]:
    """Return the transaction part that lets a coupon be issued only while it is not taken back."""
    return _absent(mark_key(code))


def revoke(code: str, caller: Caller) -> Plan[Revocation]:
    """Take a coupon back that was given, or never let it be issued; one that was used or is over stays as it is.

    Raises:
        BusyError: nothing was written; repeat it.
    """
    keys = ((store.table(), store.key(code)), (store.table(), mark_key(code)))

    def decide(rows: list[dict[str, Any] | None]) -> Plan[Revocation]:
        coupon, mark = store.coupon_of(rows[0]), rows[1]
        if coupon:
            return _taken(coupon, caller)
        if mark:
            return Plan(Revocation.NEVER_ISSUED, replayed=True)
        return Plan(Revocation.NEVER_ISSUED, (_mark(code), _absent(store.key(code))))

    return attempts.settle(lambda _certain: dynamo.batch_get(*keys, consistent=True), decide)


def _taken(coupon: Coupon, caller: Caller) -> Plan[Revocation]:
    if coupon.state is CouponState.VOIDED:
        return Plan(Revocation.VOIDED, replayed=True)
    try:
        changes.require_open(coupon, caller.today)
    except LoyaltyError:
        return Plan(Revocation.KEPT)
    after = changes.voided(coupon, replace(caller.act(), note=NOTE, tier=coupon.tier))
    return Plan(Revocation.VOIDED, ({"Put": store.put_if_unchanged(after)},))


def _mark(code: str) -> Mapping[str, Any]:
    return {"Put": {"TableName": store.table(), "Item": to_item(mark_key(code))}}


def _absent(key: Mapping[str, str]) -> Mapping[str, Any]:
    return {
        "ConditionCheck": {
            "TableName": store.table(),
            "Key": to_item(key),
            "ConditionExpression": "attribute_not_exists(coupon_id)",
        }
    }
