"""Quotes: what a basket would cost and earn now, by the checkout's own rule; nothing is written."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from functions.earn.charge import Wallet, basket_of, check_points, discounts_for, named, usable, visit_of
from functions.earn.errors import PointsExceedBasketError
from functions.earn.purchase import NOTHING_BESIDE, Beside, decide
from functions.earn.terms import Purchase, Terms
from loyalty import tiers
from loyalty.accounts import Account
from loyalty.clock import day_of
from loyalty.coupons.coupon import Coupon
from loyalty.coupons.refusals import CouponGivenTwiceError
from loyalty.errors import LoyaltyError
from loyalty.ladder import Tier
from loyalty.ledger import Decision
from loyalty.pricing.best import best
from loyalty.pricing.campaigns import Buyer, Campaign, lacking_birthday
from loyalty.pricing.price import Basket, Offered, price
from loyalty.types import Fen, Points

if TYPE_CHECKING:
    from loyalty.earning.evaluation import Missed

MOST_CANDIDATES = 50
"""How many open coupons of a wallet are looked at for `best`: those that lapse first."""


class Quote(NamedTuple):
    """A priced basket.

    Attributes:
        purchase: the basket as it can be had, without the points and coupons that cannot be spent.
        refusals: what was wished for and cannot be had, each with what is missing.
        missed: campaigns that apply and give nothing, and why.
        lacking: discount campaigns for birthdays that might apply if the member's were known.
    """

    purchase: Purchase
    decision: Decision
    refusals: tuple[LoyaltyError, ...]
    missed: "tuple[Missed, ...]" = ()
    lacking: tuple[Campaign, ...] = ()


def quote(account: Account, basket: Purchase, terms: Terms, beside: Beside = NOTHING_BESIDE) -> Quote:
    """Price a basket with the coupons and points it wishes to spend, leaving out what is refused.

    Raises:
        MembershipStatusError: if the membership may not even earn.
    """
    try:
        return _granted(account, basket, terms, beside)
    except LoyaltyError as refusal:
        plain = replace(basket, points=Points(0))
        try:
            granted = _granted(account, plain, terms, beside)
        except LoyaltyError:
            granted = _granted(account, replace(plain, coupons=()), terms, beside._replace(wallet={}))
        return granted._replace(refusals=(refusal, *granted.refusals))


def best_of(
    account: Account,
    basket: Purchase,
    terms: Terms,
    candidates: Sequence[Coupon],
    beside: Beside = NOTHING_BESIDE,
) -> Quote:
    """Price a basket with the permitted combination of the member's coupons that costs least (see `best`).

    What is missing for the coupons that cannot be used at all is told as well.
    """
    usable_ones, refusals = _sorted_out(candidates, basket, terms)
    plain = basket_of(basket, terms, (), discounts_for(basket, _tier(account, terms), terms, beside.born))
    offered = [Offered(one.code, one.template_id, one.terms) for one in usable_ones if one.terms.is_money]
    chosen = best(plain, offered)
    beside = beside._replace(wallet={coupon.code: coupon for coupon in usable_ones})
    found = quote(account, replace(basket, coupons=tuple(one.code for one in chosen)), terms, beside)
    missing = [refusal for one in offered if one not in chosen for refusal in _alone(plain, one)]
    return found._replace(refusals=(*found.refusals, *refusals, *missing))


def _granted(account: Account, basket: Purchase, terms: Terms, beside: Beside) -> Quote:
    check_points(basket.points, terms.programme)
    if len(set(basket.coupons)) < len(basket.coupons):
        raise CouponGivenTwiceError
    coupons, refusals = _named_ones(basket, terms, beside.wallet)
    tier = _tier(account, terms)
    priced = price(basket_of(basket, terms, coupons, discounts_for(basket, tier, terms, beside.born)))
    rate = terms.programme.redemption
    if rate.value_of(basket.points) > priced.points_room:
        raise PointsExceedBasketError(most_points=rate.points_within(priced.points_room))
    refused = {one.code: named(one.refusal, one.code) for one in priced.refused}
    kept = tuple(coupon.code for coupon in coupons if coupon.code not in refused)
    full = replace(basket, coupons=kept, gross=Fen(priced.gross), paid=Fen(priced.payable))
    sale = decide(account, full, terms, (), beside)
    return Quote(
        purchase=full,
        decision=sale.decision,
        refusals=(*refusals, *refused.values()),
        missed=sale.grants.missed if sale.grants else (),
        lacking=_lacking(basket, Buyer(tier.code, beside.born), terms),
    )


def _lacking(basket: Purchase, buyer: Buyer, terms: Terms) -> tuple[Campaign, ...]:
    lines = [line for line in basket.lines if line.category not in terms.programme.excluded]
    return lacking_birthday(terms.campaigns, buyer, visit_of(basket, terms.bought_on), lines)


def _named_ones(basket: Purchase, terms: Terms, wallet: Wallet) -> tuple[list[Coupon], list[LoyaltyError]]:
    coupons, refusals = list[Coupon](), list[LoyaltyError]()
    for code in basket.coupons:
        try:
            coupons.append(usable(wallet.get(code), basket, terms))
        except LoyaltyError as refusal:
            refusals.append(named(refusal, code))
    return coupons, refusals


def _sorted_out(
    candidates: Sequence[Coupon], basket: Purchase, terms: Terms
) -> tuple[list[Coupon], list[LoyaltyError]]:
    codes = tuple(coupon.code for coupon in candidates)
    return _named_ones(replace(basket, coupons=codes), terms, {coupon.code: coupon for coupon in candidates})


def _alone(plain: Basket, one: Offered) -> list[LoyaltyError]:
    """Return what a coupon lacks by itself, if anything."""
    return [named(refused.refusal, one.code) for refused in price(replace(plain, coupons=(one,))).refused]


def _tier(account: Account, terms: Terms) -> Tier:
    """Return the tier that a purchase at that time is discounted by."""
    rung = tiers.reviewed(account.rung, account.record, day_of(terms.bought_on), terms.programme)
    return terms.programme.tier(rung.code)


def missing_part(refusal: LoyaltyError, language: str) -> dict[str, Any]:
    """Return a refusal as a part of the quote: its code, its sentence and what is missing."""
    return {"code": refusal.code, "detail": refusal.sentence(language), **refusal.params}
