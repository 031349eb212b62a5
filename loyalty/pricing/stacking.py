"""Which coupons may stand side by side on a receipt (requirements C4). Pure."""

from collections.abc import Iterable, Sequence

from loyalty.coupons.refusals import NotCombinableError, TooManyOfTemplateError
from loyalty.coupons.terms import Combines, Stacking
from loyalty.errors import LoyaltyError
from loyalty.pricing.basket import Offered


def in_the_way(coupon: Offered, others: Iterable[Offered]) -> LoyaltyError | None:
    """Return why a coupon cannot stand beside others; None where it can.

    How many coupons of one template a receipt takes is that template's own word; between templates both must agree.
    """
    alike = [coupon]
    for other in others:
        if other.template_id == coupon.template_id:
            alike.append(other)
        elif not _agree(coupon.terms.stacking, other.terms.stacking):
            return NotCombinableError(**{"with": other.code})
    most = min(one.terms.stacking.per_receipt for one in alike)
    return TooManyOfTemplateError(per_receipt=most) if len(alike) > most else None


def _agree(one: Stacking, other: Stacking) -> bool:
    ways = {one.combines, other.combines}
    if Combines.NONE in ways:
        return False
    return one.group != other.group or ways == {Combines.ALL}


def permitted(coupons: Sequence[Offered]) -> bool:
    """Tell whether coupons may all be used on one receipt."""
    return all(in_the_way(coupon, coupons[:n]) is None for n, coupon in enumerate(coupons))
