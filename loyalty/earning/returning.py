"""What a return takes back of awards: recomputed from what is kept, never more than was given (requirements P9). Pure.

A return never gives an award. What rules ask of the member (tier, first purchase, birthday) was decided when the
goods were bought; what they ask of the goods is asked again of those that are kept. Nothing of one receipt is rounded
by the return: taking back part after part ends where taking back at once does (pitfall 7).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from loyalty.earning.effects import Counted, Total, counted, goods_of, kept_coupons, may_give_coupons, total, units
from loyalty.earning.lines import PricedLine
from loyalty.earning.rule import Over, Rule, Unit
from loyalty.earning.used import Gifts, Used, after_return
from loyalty.types import Fen


@dataclass(frozen=True, slots=True)
class Settled:
    """An award after a return.

    Attributes:
        kept: what is left of it.
        taken: what is taken back.
    """

    kept: Gifts
    taken: Gifts


@dataclass(frozen=True, slots=True)
class SettledDay:
    """A day's sum after a return.

    Attributes:
        used: the tallies after it, the campaign's too.
        taken: what is taken back, of whichever of the day's receipts it was given for.
        shards: where the budget's units go back to: (number, units).
    """

    used: Used
    taken: Gifts
    shards: tuple[tuple[int, int], ...]


def settle(rule: Rule, given: Gifts, lines: Sequence[PricedLine], multiplier: int) -> Settled:
    """Return what is kept and what is taken back of what one receipt was given.

    Args:
        given: what is still kept of the award, that is what it gave less what returns took back before.
        lines: the receipt's lines after all returns.
        multiplier: the tier's at the purchase, thousandths.
    """
    found = counted(rule.conditions.scope, goods_of(lines))
    return _settled(rule, given, total(rule, found, multiplier))


def settle_day(rule: Rule, used: Used, key: str, lines: Sequence[PricedLine]) -> SettledDay:
    """Return a day's sum without what came back of one of its receipts, and what is taken back of what the day got.

    Args:
        key: the ledger source of the receipt; one that does not count changes nothing.
        lines: the receipt's lines after all returns.
    """
    day = used.day
    if key not in day.receipts:
        return SettledDay(used, Gifts(), ())
    receipts = {name: fen for name, fen in day.receipts.items() if name != key}
    if fen := min(day.receipts[key], _fen_kept(rule, lines)):
        receipts[key] = Fen(fen)
    given = Gifts(day.given, day.coupons, sum(day.shards.values()))
    settled = _settled(rule, given, total(rule, Counted(sum(receipts.values()), 0), 0))
    left, shards = _given_back(day.shards, settled.taken.units)
    after = after_return(used, rule, settled.taken, whole=bool(given) and not settled.kept)
    again = bool(settled.kept) and (day.again or bool(settled.taken.coupons))
    kept = settled.kept
    now = replace(after.day, receipts=receipts, given=kept.points, coupons=kept.coupons, shards=left, again=again)
    return SettledDay(replace(after, day=now), settled.taken, shards)


def _fen_kept(rule: Rule, lines: Sequence[PricedLine]) -> int:
    """Return the fen of the lines that still count; none where the receipt itself must reach an amount and does not."""
    fen = counted(rule.conditions.scope, goods_of(lines)).fen
    asked = rule.conditions
    return 0 if asked.over is Over.RECEIPT and asked.at_least is not None and fen < asked.at_least else fen


def _settled(rule: Rule, given: Gifts, now: Total) -> Settled:
    points = {purse: min(had, now.points.get(purse, 0)) for purse, had in given.points.items()}
    coupons = kept_coupons(given.coupons, now.templates)
    kept = Gifts({purse: value for purse, value in points.items() if value}, coupons)
    left = _units_left(rule, given.units, kept)
    taken = Gifts(
        {purse: had - points[purse] for purse, had in given.points.items() if had > points[purse]},
        tuple(pair for pair in given.coupons if pair not in coupons),
        given.units - left,
    )
    return Settled(replace(kept, units=left), taken)


def _units_left(rule: Rule, had: int, kept: Gifts) -> int:
    """Return the units that stay taken: a day given coupons again after a return took one for each time.

    A budget of awards with coupons gets none back: a coupon may have been used, and what was used is kept.
    """
    by_awards = rule.budget is not None and rule.budget.unit is Unit.AWARDS
    if by_awards and may_give_coupons(rule):
        return had
    if not kept:
        return 0
    return had if by_awards else min(had, units(rule, kept.points))


def _given_back(shards: Mapping[int, int], wanted: int) -> tuple[dict[int, int], tuple[tuple[int, int], ...]]:
    """Give units back to the shards they came from; return what each still holds, and what each gets."""
    left, back = {}, []
    for number, had in sorted(shards.items()):
        part = min(had, wanted)
        wanted -= part
        if part:
            back.append((number, part))
        if had > part:
            left[number] = had - part
    return left, tuple(back)
