"""Quotes: what a basket would cost and earn now, by the checkout's own rule; nothing is written."""

from dataclasses import dataclass, replace
from typing import Any

from functions.earn.purchase import Purchase, Terms, check_amounts, decide
from loyalty.accounts import Account
from loyalty.errors import LoyaltyError
from loyalty.ledger import Decision
from loyalty.types import Fen, Points


@dataclass(frozen=True, slots=True)
class Quote:
    """A priced basket.

    Attributes:
        purchase: the basket as it can be had, without the points that cannot be spent.
        refusals: what was wished for and cannot be had, each with what is missing.
    """

    purchase: Purchase
    decision: Decision
    refusals: tuple[LoyaltyError, ...]


def quote(account: Account, basket: Purchase, terms: Terms) -> Quote:
    """Price a basket with the points it wishes to spend, or without them where that is refused.

    Raises:
        MembershipStatusError: if the membership may not even earn.
    """
    try:
        wished = priced(basket, terms)
        return Quote(wished, decide(account, wished, terms), ())
    except LoyaltyError as refusal:
        plain = priced(replace(basket, points=Points(0)), terms)
        return Quote(plain, decide(account, plain, terms), (refusal,))


def priced(basket: Purchase, terms: Terms) -> Purchase:
    """Return the basket with the amounts a till would have to send for it.

    Raises:
        PointsNotConvertibleError: if the points do not make whole fen.
        PointsExceedBasketError: if they are worth more than they may pay for.
    """
    gross = sum(line.amount for line in basket.lines)
    paid = gross - terms.programme.redemption.value_of(basket.points)
    full = replace(basket, gross=Fen(gross), paid=Fen(paid))
    check_amounts(full, terms.programme)
    return full


def missing_part(refusal: LoyaltyError, language: str) -> dict[str, Any]:
    """Return a refusal as a part of the quote: its code, its sentence and what is missing."""
    return {"code": refusal.code, "detail": refusal.sentence(language), **refusal.params}
