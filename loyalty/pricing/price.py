"""The price of a basket: one pure function for quotes, previews and the checkout (requirements C4, A11, T3, K7).

    automatic discounts   every line gets the best one: the tier's or a campaign's
    coupons               special prices, free pieces, percentages, amounts; within a kind by template, then code
    points                spread over what is left of the goods that points may pay for

The stages and their order are fixed, so the order in which coupons are given changes nothing (pitfall 9). Nothing
becomes negative, and the parts of every reduction add up to the fen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from loyalty.coupons.refusals import CouponGivenTwiceError, CouponWithoutEffectError
from loyalty.coupons.terms import Kind
from loyalty.pricing.basket import Basket, Line, Offered, spread
from loyalty.pricing.effects import Work, applied, turn
from loyalty.pricing.records import AUTOMATIC, Condition, Priced, Reduction, Refused
from loyalty.pricing.sheet import Sheet, Use, sheet_of, use_of
from loyalty.pricing.stacking import in_the_way, permitted

__all__ = ["Basket", "Condition", "Line", "Offered", "Priced", "Reduction", "Refused", "gains", "price", "reduced"]


@dataclass(frozen=True, slots=True)
class Reduced:
    """A basket with its coupons taken off: what each took, line by line, in their turn, and what is left."""

    displaced: tuple[bool, ...]
    uses: tuple[Use, ...]
    parts: tuple[tuple[int, ...], ...]
    pieces: tuple[tuple[int, ...], ...]
    after: Work

    @property
    def left(self) -> int:
        """Return what is left to pay before points, in fen."""
        return sum(self.after.rest)


def price(basket: Basket) -> Priced:
    """Price a basket.

    Every coupon named is either among the reductions or refused with its reason. Of coupons that do not combine, the
    one that takes most off by itself stays. Coupons that displace automatic discounts are refused together where the
    basket would be no cheaper with them. Points beyond `points_room` are not taken.
    """
    sheet = sheet_of(basket)
    uses, refused = _usable(sheet)
    uses, conflicting = _combined(sheet, uses)
    found, idle = _effective(sheet, uses)
    room = _points_room(sheet, found)
    points = spread(min(basket.points_value, sum(room)), room)
    return Priced(
        gross=sum(sheet.amounts),
        reductions=(*_automatic(sheet, found.displaced), *_by_coupons(found)),
        refused=tuple(sorted((*refused, *conflicting, *idle), key=lambda refusal: refusal.code)),
        points_room=sum(room),
        points=tuple(points),
        nets=tuple(left - paid for left, paid in zip(found.after.rest, points, strict=True)),
    )


def reduced(sheet: Sheet, uses: Iterable[Use]) -> Reduced:
    """Take coupons off a basket, each in its turn."""
    ordered = tuple(sorted(uses, key=turn))
    displaced = _displaced(sheet, ordered)
    base = sheet.base(displaced)
    work = Work(sheet.quantities, base, base, (0,) * len(base))
    parts, pieces = [], []
    for use in ordered:
        off, after = applied(use, work)
        parts.append(tuple(off))
        pieces.append(tuple(now - before for now, before in zip(after.taken, work.taken, strict=True)))
        work = after
    return Reduced(displaced, ordered, tuple(parts), tuple(pieces), work)


def gains(sheet: Sheet, uses: Iterable[Use]) -> list[tuple[Use, int]]:
    """Return by how many fen each coupon alone makes the basket cheaper; less than 0 if it displaces more than that."""
    without = reduced(sheet, ()).left
    return [(use, without - reduced(sheet, (use,)).left) for use in uses]


def _displaced(sheet: Sheet, uses: Iterable[Use]) -> tuple[bool, ...]:
    masks = [use.covers for use in uses if use.displaces]
    return tuple(map(any, zip(*masks, strict=True))) if masks else sheet.displaced()


def _usable(sheet: Sheet) -> tuple[list[Use], list[Refused]]:
    """Look at each coupon by itself; one that is named twice counts once."""
    uses, refused, seen = [], [], set()
    for offered in sheet.basket.coupons:
        if offered.code in seen:
            refused.append(Refused(offered.code, CouponGivenTwiceError()))
            continue
        seen.add(offered.code)
        found = use_of(sheet, offered)
        if isinstance(found, Use):
            uses.append(found)
        else:
            refused.append(Refused(offered.code, found))
    return uses, refused


def _combined(sheet: Sheet, uses: Sequence[Use]) -> tuple[list[Use], list[Refused]]:
    """Keep coupons that may stand together; the largest gain alone goes first, then the smaller code."""
    if permitted([use.offered for use in uses]):
        return list(uses), []
    kept: list[Use] = []
    refused: list[Refused] = []
    for use, _ in sorted(gains(sheet, uses), key=lambda one: (-one[1], one[0].offered.code)):
        if refusal := in_the_way(use.offered, [other.offered for other in kept]):
            refused.append(Refused(use.offered.code, refusal))
        else:
            kept.append(use)
    return kept, refused


def _effective(sheet: Sheet, uses: Sequence[Use]) -> tuple[Reduced, list[Refused]]:
    """Leave out coupons that take nothing off, and those whose goods would be no cheaper than with the discounts."""
    found = reduced(sheet, uses)
    idle = {use.offered.code for use, parts in zip(found.uses, found.parts, strict=True) if _is_idle(use, parts)}
    if not idle and any(found.displaced):
        dear = {use.offered.code for use in found.uses if use.displaces and use.terms.is_money}
        if dear and reduced(sheet, [use for use in uses if use.offered.code not in dear]).left <= found.left:
            idle = dear
    if not idle:
        return found, []
    again, more = _effective(sheet, [use for use in uses if use.offered.code not in idle])
    return again, [*more, *(Refused(code, CouponWithoutEffectError()) for code in idle)]


def _is_idle(use: Use, parts: Sequence[int]) -> bool:
    return use.terms.is_money and not any(parts)


def _points_room(sheet: Sheet, found: Reduced) -> list[int]:
    """Return what points may pay of each line."""
    if not all(use.terms.stacking.with_points for use in found.uses):
        return [0] * len(sheet.goods)
    return [left if counts else 0 for left, counts in zip(found.after.rest, sheet.goods, strict=True)]


def _automatic(sheet: Sheet, displaced: Sequence[bool]) -> list[Reduction]:
    """Return the automatic discounts in order of their codes."""
    by_code: dict[str, list[int]] = {}
    for n, discount in enumerate(sheet.discounts):
        if discount and sheet.automatic[n] and not displaced[n]:
            by_code.setdefault(discount.code, [0] * len(sheet.amounts))[n] = sheet.automatic[n]
    return [Reduction(code, None, AUTOMATIC, tuple(parts)) for code, parts in sorted(by_code.items())]


def _by_coupons(found: Reduced) -> list[Reduction]:
    """Return what each coupon took, with the goods that must stay."""
    spare = [has - taken for has, taken in zip(found.after.quantities, found.after.taken, strict=True)]
    reductions = []
    for use, parts, pieces in zip(found.uses, found.parts, found.pieces, strict=True):
        offered, condition = use.offered, None
        if use.terms.kind is Kind.BUY_GET:
            condition = replace(use.condition, pieces=tuple(pieces[n] + spare[n] for n in use.condition.lines))
        elif use.terms.is_money and use.condition.threshold_fen:
            condition = use.condition
        reductions.append(Reduction(offered.code, offered.template_id, use.terms.kind.value, parts, condition))
    return reductions
