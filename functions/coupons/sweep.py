"""Which coupons lapse on a day (requirements C2). Pure."""

from datetime import datetime

from loyalty.coupons.coupon import Act, Coupon, CouponState, HoldKind, expired
from loyalty.types import Day


def lapsed(coupon: Coupon, as_of: Day, now: datetime, act: Act) -> Coupon | None:
    """Return the coupon as it lapses; None if it is used, void, still valid, or just being paid with.

    A till's hold is kept, so that who locked a coupon before midnight is not cheated of it; the next sweep finds it.
    """
    hold = coupon.held(now)
    if coupon.state is not CouponState.ISSUED or coupon.valid_until >= as_of or (hold and hold.kind is HoldKind.TILL):
        return None
    return expired(coupon, act)
