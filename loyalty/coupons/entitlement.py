"""Who gets a coupon of a template today, and for which days (requirements C3). Pure."""

from datetime import date, timedelta

from loyalty.clock import date_of, day_of
from loyalty.coupons.coupon import Way
from loyalty.coupons.refusals import CouponExpiredError
from loyalty.coupons.template import Template, Validity
from loyalty.errors import RuleError
from loyalty.standing import require
from loyalty.types import Day, Kind, Status


class CouponNotOfferedError(RuleError):
    """No such template, or not (or no longer) to be had this way: the caller cannot tell which."""

    code = "coupon_not_offered"
    zh = "该优惠券未在发放。"
    en = "This coupon is not on offer."


class CouponTierError(RuleError):
    """It is for other tiers; `tiers` names them."""

    code = "coupon_tier"
    zh = "您的会员等级暂不能领取该优惠券。"
    en = "This coupon is for other tiers."


class CouponLimitError(RuleError):
    """The member had as many as one may have; `per_member` says how many that is."""

    code = "coupon_limit"
    zh = "该优惠券每人限领 {per_member} 张。"
    en = "Each member may have {per_member} of this coupon."


def days(validity: Validity, today: Day) -> tuple[Day, Day]:
    """Return the first and the last mall-local day a coupon issued today can be used.

    Raises:
        CouponExpiredError: if there is no such day any more.
    """
    issued = date_of(today)
    first = max(issued, validity.starts or issued)
    last = min(_ends(validity, issued))
    if last < first:
        raise CouponExpiredError(valid_until=last.isoformat())
    return day_of(first), day_of(last)


def _ends(validity: Validity, issued: date) -> list[date]:
    ends = [validity.until] if validity.until else []
    return ends if validity.days_after_issue is None else [*ends, issued + timedelta(days=validity.days_after_issue)]


_WAITS = frozenset({Way.EVENT, Way.OCCASION})
"""Ways that do not come twice."""


def require_entitled(template: Template, way: Way, status: Status, tier: str, had: int) -> None:
    """Refuse a coupon of a published template to a member it is not for.

    What an event brings also reaches those who cannot redeem yet (unclaimed, awaiting approval): the event does not
    come twice, and the coupon waits in the wallet. Everybody else must be able to redeem.

    Args:
        had: how many of the template the member already had.

    Raises:
        CouponNotOfferedError: if members may not claim it by themselves, and this one tries to.
        MembershipStatusError, CouponTierError, CouponLimitError.
    """
    if way is Way.CLAIM and not template.claimable:
        raise CouponNotOfferedError
    if way not in _WAITS or status is Status.ERASED:
        require(status, Kind.REDEEM)
    if template.tiers and tier not in template.tiers:
        raise CouponTierError(tiers=list(template.tiers))
    if had >= template.per_member:
        raise CouponLimitError(per_member=template.per_member)
