"""Why a coupon cannot be used: each a code, a sentence, and what is missing (requirements C2, C3, C4)."""

from loyalty.errors import GoneError, LoyaltyError, NotFoundError, RuleError


class UnknownCouponError(RuleError):
    """A coupon that is not in the member's wallet, or does not exist: the caller cannot tell."""

    code = "unknown_coupon"
    zh = "优惠券不存在。"
    en = "There is no such coupon."


class CouponNotFoundError(NotFoundError):
    """The same where the coupon is named by the address."""

    code = "coupon_not_found"
    zh = "未找到该优惠券。"
    en = "There is no such coupon."


class CouponUsedError(RuleError):
    """It was redeemed before; `used_at` says when."""

    code = "coupon_used"
    zh = "优惠券已使用。"
    en = "The coupon has been used."


class CouponExpiredError(GoneError):
    """Its last day, `valid_until`, is over."""

    code = "coupon_expired"
    zh = "优惠券已于 {valid_until} 过期。"
    en = "The coupon expired on {valid_until}."


class CouponVoidedError(GoneError):
    """Staff have taken it back."""

    code = "coupon_voided"
    zh = "优惠券已作废。"
    en = "The coupon is void."


class CouponNotYetValidError(RuleError):
    """Its first day, `valid_from`, is still to come."""

    code = "coupon_not_yet_valid"
    zh = "优惠券自 {valid_from} 起可用。"
    en = "The coupon can be used from {valid_from}."


class CouponElsewhereError(RuleError):
    """Other tenants redeem it; `tenants` names them."""

    code = "coupon_not_at_this_tenant"
    zh = "本店不可使用该优惠券。"
    en = "The coupon cannot be used at this tenant."


class CouponHeldError(RuleError):
    """It is held for another receipt (`till`) or for a friend until `held_until`."""

    code = "coupon_held"
    zh = "优惠券已被占用，{held_until} 前不可使用。"
    en = "The coupon is held until {held_until}."


class CouponNotGiftableError(RuleError):
    """Its template does not allow giving it away."""

    code = "coupon_not_giftable"
    zh = "该优惠券不可转赠。"
    en = "This coupon cannot be given away."


class NothingInScopeError(RuleError):
    """No goods in the basket are among those it is for."""

    code = "no_goods_for_coupon"
    zh = "没有适用该优惠券的商品。"
    en = "The basket holds no goods this coupon is for."


class ThresholdNotReachedError(RuleError):
    """The goods it counts do not come to enough; `missing_fen` says what is missing."""

    code = "coupon_threshold"
    zh = "还差 {missing_fen} 分即可使用该优惠券。"
    en = "{missing_fen} fen more are needed to use this coupon."


class TooFewPiecesError(RuleError):
    """Too few pieces of its goods; `missing_pieces` says how many are missing."""

    code = "coupon_pieces"
    zh = "还差 {missing_pieces} 件商品即可使用该优惠券。"
    en = "{missing_pieces} more pieces are needed to use this coupon."


class NotCombinableError(RuleError):
    """It cannot stand beside another coupon of the receipt; `with` names that one."""

    code = "coupon_not_combinable"
    zh = "该优惠券不能与其他优惠券同时使用。"
    en = "The coupon cannot be combined with another one used here."


class TooManyOfTemplateError(RuleError):
    """More coupons of one template than a receipt takes; `per_receipt` says how many it takes."""

    code = "coupon_per_receipt"
    zh = "同类优惠券每单最多使用 {per_receipt} 张。"
    en = "At most {per_receipt} of these coupons can be used on one receipt."


class NotWithPointsError(RuleError):
    """It cannot be used on a receipt that is partly paid with points."""

    code = "coupon_not_with_points"
    zh = "该优惠券不能与积分抵扣同时使用。"
    en = "The coupon cannot be used together with points."


class CouponGivenTwiceError(RuleError):
    """The request names one coupon twice."""

    code = "coupon_repeated"
    zh = "同一优惠券重复提交。"
    en = "The same coupon is named twice."


class CouponNeedsPurchaseError(RuleError):
    """It takes money off a basket, so it is redeemed with a purchase."""

    code = "coupon_needs_purchase"
    zh = "该优惠券须在消费时使用。"
    en = "This coupon is redeemed with a purchase."


class CouponWithoutEffectError(RuleError):
    """Nothing it gives is left to give in this basket: other reductions already took all of it."""

    code = "coupon_without_effect"
    zh = "该优惠券在本单中没有优惠金额。"
    en = "The coupon takes nothing off this basket."


OF_A_BASKET: tuple[type[LoyaltyError], ...] = (
    UnknownCouponError,
    CouponUsedError,
    CouponExpiredError,
    CouponVoidedError,
    CouponNotYetValidError,
    CouponElsewhereError,
    CouponHeldError,
    NothingInScopeError,
    ThresholdNotReachedError,
    TooFewPiecesError,
    NotCombinableError,
    TooManyOfTemplateError,
    NotWithPointsError,
    CouponGivenTwiceError,
    CouponWithoutEffectError,
)
"""Every way in which a checkout refuses a coupon."""
