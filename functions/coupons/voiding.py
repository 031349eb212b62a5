"""Taking a coupon out of the world, with a reason: any that could still be used, once (requirements C2)."""

from dataclasses import replace

from functions.coupons.callers import Caller
from loyalty import attempts, dynamo
from loyalty.attempts import Plan
from loyalty.coupons import coupon as changes
from loyalty.coupons import store
from loyalty.coupons.codes import normalized
from loyalty.coupons.coupon import Coupon, CouponState
from loyalty.coupons.refusals import CouponNotFoundError


def void(code: str, reason: str, caller: Caller) -> Plan[Coupon]:
    """Void a coupon; one that is void already is answered as it is.

    Raises:
        CouponNotFoundError: if there is no such coupon.
        CouponUsedError, CouponExpiredError: if its life is over.
    """
    key = store.key(normalized(code))

    def decide(found: Coupon | None) -> Plan[Coupon]:
        if found is None:
            raise CouponNotFoundError
        if found.state is CouponState.VOIDED:
            return Plan(found, replayed=True)
        changes.require_open(found, caller.today)
        after = changes.voided(found, replace(caller.act(), note=reason, tier=found.tier))
        return Plan(after, ({"Put": store.put_if_unchanged(after)},))

    return attempts.settle(lambda certain: store.coupon_of(dynamo.get(store.table(), key, consistent=certain)), decide)
