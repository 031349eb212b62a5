"""What a receipt costs: the till's amounts against the one price function. Pure.

A till that asked for a quote charges the price with the mall's own discounts (the tier's, campaigns'); a till that
knows nothing of them charges without. Both are true receipts: whichever price the till says was paid is recorded
(ADR 0611). Anything else is refused with the amounts that would be right.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from functions.earn.errors import AmountsDoNotAddUpError, PointsExceedBasketError
from functions.earn.terms import Purchase, Terms
from loyalty.coupons import refusals
from loyalty.coupons.codes import shown
from loyalty.coupons.coupon import Coupon, require_free, require_usable, till_reference
from loyalty.coupons.terms import Discount
from loyalty.errors import LoyaltyError, PointsNotConvertibleError
from loyalty.ladder import Tier
from loyalty.pricing.campaigns import Buyer, Visit, for_member
from loyalty.pricing.price import Basket, Offered, price
from loyalty.pricing.records import Priced
from loyalty.programme import Programme

Wallet = Mapping[str, Coupon]
"""The coupons a basket names, as they stand, by their code."""
TIER = "tier"
"""What the tier's own discount is called on a receipt."""


class Charge(NamedTuple):
    """A receipt's price and the coupons that made it."""

    priced: Priced
    coupons: tuple[Coupon, ...]


def charge(purchase: Purchase, tier: Tier, terms: Terms, wallet: Wallet, born: str | None = None) -> Charge:
    """Return what a receipt costs, as the till charged it.

    Args:
        born: the member's birthday, `mmdd`; None where it is unknown or no discount asks.

    Raises:
        PointsNotConvertibleError: if the points do not make whole fen.
        PointsExceedBasketError: if they are worth more than they may pay for.
        AmountsDoNotAddUpError: if gross is not the sum of the lines, or paid is no price of them.
        LoyaltyError: why a coupon cannot be used; `coupon` names it.
    """
    check_points(purchase.points, terms.programme)
    coupons = tuple(_usable(code, purchase, terms, wallet) for code in purchase.coupons)
    without = _priced(purchase, terms, coupons, ())
    discounts = discounts_for(purchase, tier, terms, born)
    with_discounts = _priced(purchase, terms, coupons, discounts) if discounts else without
    found = without if without.payable == purchase.paid else with_discounts
    _check(found, purchase, terms.programme)
    return Charge(found, coupons)


def discounts_for(purchase: Purchase, tier: Tier, terms: Terms, born: str | None) -> tuple[Discount, ...]:
    """Return the discounts that need no coupon: the tier's and those of campaigns that run (requirements T3, A11, B1).

    Args:
        born: the member's birthday, `mmdd`; None where it is unknown or no discount asks.
    """
    own = (Discount(code=TIER, percent=tier.discount_percent),) if tier.discount_percent else ()
    return (*own, *for_member(terms.campaigns, Buyer(tier.code, born), visit_of(purchase, terms.bought_on)))


def visit_of(purchase: Purchase, bought_on: date) -> Visit:
    """Return when and where a purchase is made, as discount campaigns ask for it."""
    return Visit(purchase.purchased_at, bought_on, purchase.tenant_id)


def check_points(points: int, programme: Programme) -> None:
    """Refuse points that cannot be money.

    Raises:
        PointsNotConvertibleError: if they do not make whole fen, or are fewer than may be redeemed.
    """
    rate = programme.redemption
    if points % rate.step or 0 < points < rate.min_points:
        raise PointsNotConvertibleError(step=rate.step, minimum=max(rate.min_points, rate.step))


def basket_of(purchase: Purchase, terms: Terms, coupons: Sequence[Coupon], discounts: tuple[Discount, ...]) -> Basket:
    """Return a purchase as the price function takes it."""
    return Basket(
        tenant_id=purchase.tenant_id,
        lines=purchase.lines,
        coupons=tuple(Offered(coupon.code, coupon.template_id, coupon.terms) for coupon in coupons),
        discounts=discounts,
        points_value=terms.programme.redemption.value_of(purchase.points),
        excluded=terms.programme.excluded,
    )


def usable(coupon: Coupon | None, purchase: Purchase, terms: Terms) -> Coupon:
    """Return a coupon that may stand on this receipt, whatever is in the basket.

    Raises:
        LoyaltyError: why it may not; `coupon` names it.
    """
    if coupon is None:
        raise refusals.UnknownCouponError
    reference = till_reference(purchase.tenant_id, purchase.receipt_no)
    day = coupon.day_for(reference, terms.today, terms.now)
    require_usable(coupon, purchase.member_id, purchase.tenant_id, day)
    require_free(coupon, reference, terms.now)
    return coupon


def named(refusal: LoyaltyError, code: str) -> LoyaltyError:
    """Return a refusal that says which coupon of the request it is about."""
    return type(refusal)(**{**refusal.params, "coupon": shown(code)})


def _usable(code: str, purchase: Purchase, terms: Terms, wallet: Wallet) -> Coupon:
    try:
        if purchase.coupons.count(code) > 1:
            raise refusals.CouponGivenTwiceError
        return usable(wallet.get(code), purchase, terms)
    except LoyaltyError as refusal:
        raise named(refusal, code) from None


def _priced(purchase: Purchase, terms: Terms, coupons: Sequence[Coupon], discounts: tuple[Discount, ...]) -> Priced:
    return price(basket_of(purchase, terms, coupons, discounts))


def _check(found: Priced, purchase: Purchase, programme: Programme) -> None:
    for refused in found.refused:
        raise named(refused.refusal, refused.code)
    rate = programme.redemption
    if rate.value_of(purchase.points) > found.points_room:
        raise PointsExceedBasketError(most_points=rate.points_within(found.points_room))
    if (purchase.gross, purchase.paid) != (found.gross, found.payable):
        raise AmountsDoNotAddUpError(expected_gross=found.gross, expected_paid=found.payable)
