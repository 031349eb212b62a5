"""What the effects of one rule give for the lines that count: whole points by purse, and coupons. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from loyalty.earning.lines import PER_POINT, PricedLine
from loyalty.earning.rule import Add, Effect, Every, Gift, Multiply, Rule, Scope, Steps, Unit
from loyalty.parts import THOUSANDTHS
from loyalty.types import Purse

_WHOLE = PER_POINT * THOUSANDTHS * THOUSANDTHS
"""What one point is of fen x ratio x multiplier x factor."""


class Good(NamedTuple):
    """One line that may count, for it is not excluded: `net` is what was paid for it in money, in fen.

    `weight` is net times ratio: what it earns before any multiplier.
    """

    category: str
    brand: str
    sku: str
    net: int
    weight: int


class Counted(NamedTuple):
    """The lines of a scope together: fen paid in money, and their weight. No fen: there is no such line."""

    fen: int
    weight: int


class Total(NamedTuple):
    """What effects give together; nothing where both are empty."""

    points: Mapping[Purse, int]
    templates: tuple[str, ...]


class Goods(NamedTuple):
    """The lines of a receipt that may count, and all of them together."""

    lines: tuple[Good, ...]
    whole: Counted


def goods_of(lines: Sequence[PricedLine]) -> Goods:
    """Return the lines that may count; what points paid whole, and what came back, counts for nothing."""
    found = tuple(
        Good(line.category, line.brand, line.sku, line.net, line.net * line.ratio) for line in lines if line.payable
    )
    return Goods(found, Counted(sum(good.net for good in found), sum(good.weight for good in found)))


def counted(scope: Scope, goods: Goods) -> Counted:
    """Return the lines that fit every set of a scope that is not empty; its tenants are the receipt's business."""
    categories, brands, skus = scope.categories, scope.brands, scope.skus
    if not (categories or brands or skus):
        return goods.whole
    fen = weight = 0
    for category, brand, sku, net, worth in goods.lines:
        if (not categories or category in categories) and (not brands or brand in brands) and (not skus or sku in skus):
            fen += net
            weight += worth
    return Counted(fen, weight)


def total(rule: Rule, found: Counted, multiplier: int) -> Total:
    """Return what a rule's effects give for lines that count: of one receipt, or, without weight, of a day.

    Nothing where they do not reach what the rule asks for at least.
    """
    at_least = rule.conditions.at_least
    if found.fen <= 0 or (at_least is not None and found.fen < at_least):
        return Total({}, ())
    points, templates = _multiplied(rule.effects, found.weight * multiplier), tuple[str, ...]()
    for effect in rule.effects:
        gift, times = _gift(effect, found.fen)
        if more := gift.points * times:
            points[gift.purse] = points.get(gift.purse, 0) + more
        if gift.templates:
            templates += gift.templates * times
    return Total(points, templates)


def _multiplied(effects: Iterable[Effect], weight: int) -> dict[Purse, int]:
    """Return what multiplying brings by purse, rounded down once; the receipt earns the single points itself."""
    factors: dict[Purse, int] = {}
    for effect in effects:
        if isinstance(effect, Multiply):
            earned_anyway = THOUSANDTHS if effect.purse is Purse.POINTS else 0
            factors[effect.purse] = factors.get(effect.purse, 0) + effect.factor - earned_anyway
    return {purse: points for purse, factor in factors.items() if (points := weight * factor // _WHOLE) > 0}


def _gift(effect: Effect, fen: int) -> tuple[Gift, int]:
    """Return the gift of an effect, and how many times it is given; none for what only multiplies."""
    match effect:
        case Add(gift):
            return gift, 1
        case Every(each, gift, most):
            return gift, min(fen // each, most)
        case Steps(steps):
            return next(((gift, 1) for least, gift in reversed(steps) if least <= fen), _NO_GIFT)
    return _NO_GIFT


_NO_GIFT = (Gift(), 0)


def may_give_coupons(rule: Rule) -> bool:
    """Tell whether any effect of a rule names templates."""
    gifts = (gift for effect in rule.effects for gift in _gifts_named(effect))
    return any(gift.templates for gift in gifts)


def _gifts_named(effect: Effect) -> Iterable[Gift]:
    match effect:
        case Add(gift) | Every(gift=gift):
            return (gift,)
        case Steps(steps):
            return (gift for _, gift in steps)
    return ()


def units(rule: Rule, points: Mapping[Purse, int]) -> int:
    """Return what an award takes from its budget; 0 where there is none."""
    if rule.budget is None:
        return 0
    return 1 if rule.budget.unit is Unit.AWARDS else sum(points.values())


def kept_coupons(given: Sequence[tuple[str, str]], templates: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return the coupons that are kept: of each template as many as it gives now, those given first."""
    free, kept = Counter(templates), []
    for template, name in given:
        if free[template] > 0:
            free[template] -= 1
            kept.append((template, name))
    return tuple(kept)
