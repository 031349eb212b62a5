"""How redeeming a reward refuses, whoever redeems it: what the routes of tills and members document."""

from functions.redeem import errors
from loyalty.coupons.entitlement import CouponLimitError, CouponNotOfferedError, CouponTierError
from loyalty.coupons.refusals import CouponExpiredError
from loyalty.errors import LoyaltyError
from loyalty.stock import SoldOutError

REWARD_REFUSALS: tuple[type[LoyaltyError], ...] = (
    errors.RewardNotFoundError,
    errors.RewardPausedError,
    errors.NotYetOfferedError,
    errors.NoLongerOfferedError,
    errors.TierOnlyError,
    errors.MemberLimitError,
    errors.PickUpPointError,
    SoldOutError,
    CouponNotOfferedError,
    CouponTierError,
    CouponLimitError,
    CouponExpiredError,
)
