"""The basket prepared for pricing: what counts, what discounts take off, and which coupons apply by themselves. Pure.

Whether a coupon applies depends on the goods alone, never on another coupon: thresholds and pieces are measured after
automatic discounts and before any coupon, or on gross amounts for a coupon that displaces those discounts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from loyalty.coupons.refusals import (
    CouponElsewhereError,
    NothingInScopeError,
    NotWithPointsError,
    ThresholdNotReachedError,
    TooFewPiecesError,
)
from loyalty.coupons.terms import Discount, Kind, Scope, Terms
from loyalty.errors import LoyaltyError
from loyalty.pricing.basket import Basket, Line, Offered
from loyalty.pricing.records import Condition


@dataclass(frozen=True, slots=True)
class Sheet:
    """A basket's figures, line by line.

    Attributes:
        goods: whether the line counts at all: what is excluded gets nothing and counts for nothing.
        discounts: the automatic discount of each line, and `automatic` what it takes off, in fen.
    """

    basket: Basket
    amounts: tuple[int, ...]
    quantities: tuple[int, ...]
    goods: tuple[bool, ...]
    discounts: tuple[Discount | None, ...]
    automatic: tuple[int, ...]

    def measured(self, terms: Terms) -> Sequence[int]:
        """Return what each line counts for under a coupon's measure, in fen."""
        return self.base(self.displaced() if terms.stacking.with_discounts else self.goods)

    def displaced(self) -> tuple[bool, ...]:
        """Return for no line that its automatic discount is displaced."""
        return (False,) * len(self.amounts)

    def base(self, displaced: Sequence[bool]) -> list[int]:
        """Return what each line costs before coupons, where some lines get no automatic discount."""
        return [
            amount if without else amount - off
            for amount, off, without in zip(self.amounts, self.automatic, displaced, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Use:
    """A coupon that applies to the basket by itself.

    Attributes:
        covers: whether it is for a line's goods.
        condition: the goods it needs, as measured now; of a coupon that asks for none, with nothing to reach.
    """

    offered: Offered
    covers: tuple[bool, ...]
    condition: Condition

    @property
    def terms(self) -> Terms:
        """Return the coupon's terms."""
        return self.offered.terms

    @property
    def displaces(self) -> bool:
        """Whether goods it covers get no automatic discount."""
        return not self.offered.terms.stacking.with_discounts


def sheet_of(basket: Basket) -> Sheet:
    """Prepare a basket: every line gets the highest discount open to it, the smaller code where two are equal."""
    goods = tuple(line.category not in basket.excluded for line in basket.lines)
    ranked = sorted(basket.discounts, key=lambda discount: (-discount.percent, discount.code))
    masks = [(discount, _covered(basket, goods, discount.scope)) for discount in ranked]
    discounts = tuple(next((found for found, covers in masks if covers[n]), None) for n in range(len(goods)))
    amounts = tuple(line.amount for line in basket.lines)
    return Sheet(
        basket=basket,
        amounts=amounts,
        quantities=tuple(line.quantity for line in basket.lines),
        goods=goods,
        discounts=discounts,
        automatic=tuple(
            percent_of(amount, found.percent) if found else 0 for amount, found in zip(amounts, discounts, strict=True)
        ),
    )


def percent_of(amount: int, percent: int) -> int:
    """Return what a percentage takes off so that the price left is rounded to the nearest fen, half a fen up."""
    return (amount * percent + 49) // 100


def use_of(sheet: Sheet, offered: Offered) -> Use | LoyaltyError:
    """Return how a coupon applies to the basket by itself, or why it does not."""
    terms, basket = offered.terms, sheet.basket
    if terms.scope.tenants and basket.tenant_id not in terms.scope.tenants:
        return CouponElsewhereError(tenants=list(terms.scope.tenants))
    covers = _covered(basket, sheet.goods, terms.scope)
    if not any(covers):
        return NothingInScopeError()
    measured = sheet.measured(terms)
    if terms.kind is Kind.BUY_GET:
        covers = tuple(covered and fen > 0 for covered, fen in zip(covers, measured, strict=True))
    condition = _condition(sheet, terms, covers, measured)
    if refusal := _lacking(sheet, condition):
        return refusal
    if basket.points_value and not terms.stacking.with_points:
        return NotWithPointsError()
    return Use(offered, covers, condition)


def goods_of(scope: Scope) -> Callable[[Line], bool]:
    """Return what tells whether a line holds goods that a scope names, wherever it is rung up."""
    skus, categories, brands = frozenset(scope.skus), frozenset(scope.categories), frozenset(scope.brands)

    def fits(line: Line) -> bool:
        return (
            (not skus or line.sku in skus)
            and (not categories or line.category in categories)
            and (not brands or line.brand in brands)
        )

    return fits


def _covered(basket: Basket, goods: Sequence[bool], scope: Scope) -> tuple[bool, ...]:
    if scope.tenants and basket.tenant_id not in scope.tenants:
        return (False,) * len(goods)
    fits = goods_of(scope)
    return tuple(counts and fits(line) for line, counts in zip(basket.lines, goods, strict=True))


def _condition(sheet: Sheet, terms: Terms, covers: Sequence[bool], measured: Sequence[int]) -> Condition:
    """Return what the coupon asks of the goods: of those it covers, or of the others for a special price."""
    others = terms.kind is Kind.SPECIAL_PRICE
    lines = tuple(n for n, goods in enumerate(sheet.goods) if goods and covers[n] is not others)
    return Condition(
        kind=terms.kind,
        lines=lines,
        threshold_fen=terms.threshold_fen,
        buy=terms.buy or 0,
        get=terms.get or 0,
        sets=terms.sets or 0,
        counted=tuple(measured[n] for n in lines),
    )


def _lacking(sheet: Sheet, condition: Condition) -> LoyaltyError | None:
    if (missing := condition.threshold_fen - sum(condition.counted)) > 0:
        return ThresholdNotReachedError(missing_fen=missing)
    pieces = sum(sheet.quantities[n] for n in condition.lines)
    if (short := condition.buy + condition.get - pieces) > 0:
        return TooFewPiecesError(missing_pieces=short)
    return None
