"""What campaigns gave a receipt, and what of it a return takes back (requirements P9). Pure.

Awards of the receipt itself are recomputed from the goods that are kept; a day's sum is recomputed from the day's row,
whichever of its receipts was awarded. What returns took back before is known from their entries, so many small
returns take what one would.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from functions.earn.awards import Change
from functions.earn.receipt import Receipt
from loyalty.earning.returning import settle, settle_day
from loyalty.earning.rule import Rule
from loyalty.earning.state import Parts
from loyalty.earning.used import NOTHING, Gifts, Used, after_return, rows_needed
from loyalty.types import Purse

Facts = Mapping[str, Any]


class Standing(NamedTuple):
    """What is left of one award: its gifts, and the budget's units by the shard they came from."""

    campaign_id: str
    gifts: Gifts
    parts: Mapping[int, int]


class Taken(NamedTuple):
    """What one campaign takes back."""

    campaign_id: str
    gifts: Gifts
    parts: Parts = ()


class TakenBack(NamedTuple):
    """What a return takes back of awards.

    Attributes:
        changes: the tallies that have to be written.
    """

    taken: tuple[Taken, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def points(self) -> Counter[Purse]:
        """The points taken back, by purse."""
        found = Counter[Purse]()
        for one in self.taken:
            found.update(one.gifts.points)
        return found

    def facts(self) -> dict[str, Any]:
        """Return what later returns, events and auditors need; parts that say nothing are left out."""
        awards = [
            [one.campaign_id, dict(one.gifts.points), one.gifts.units, [list(part) for part in one.parts]]
            for one in self.taken
        ]
        vouchers = [[one.campaign_id, *pair] for one in self.taken for pair in one.gifts.coupons]
        return {name: found for name, found in (("awards_back", awards), ("vouchers_back", vouchers)) if found}


class Given(NamedTuple):
    """What campaigns gave a receipt, as far as returns left it.

    Attributes:
        key: the ledger source of the receipt.
        awards: of the receipt itself; counted: the campaigns whose day's sum it is in.
        rules, used: what was read of these campaigns, by id.
    """

    key: str = ""
    awards: tuple[Standing, ...] = ()
    counted: tuple[str, ...] = ()
    rules: Mapping[str, Rule] = MappingProxyType({})
    used: Mapping[str, Used] = MappingProxyType({})

    def taken_back(self, after: Receipt) -> TakenBack:
        """Return what is taken back when this is what is left of the receipt."""
        found, changes = list[Taken](), list[Change]()
        for standing in self.awards:
            if rule := self.rules.get(standing.campaign_id):
                self._settle(standing, rule, after, found, changes)
        for campaign in self.counted:
            if rule := self.rules.get(campaign):
                before = self.used.get(campaign, NOTHING)
                day = settle_day(rule, before, self.key, after.kept.lines)
                found.append(Taken(campaign, day.taken, day.shards))
                changes.append((campaign, before, day.used))
        return TakenBack(
            tuple(one for one in found if one.gifts or one.gifts.units),
            tuple(change for change in changes if change[1] != change[2]),
        )

    def _settle(
        self, standing: Standing, rule: Rule, after: Receipt, found: list[Taken], changes: list[Change]
    ) -> None:
        settled = settle(rule, standing.gifts, after.kept.lines, after.multiplier)
        if not (settled.taken or settled.taken.units):
            return
        found.append(Taken(standing.campaign_id, settled.taken, _from(standing.parts, settled.taken.units)))
        if rows_needed(rule, after.bought_on):
            before = self.used.get(standing.campaign_id, NOTHING)
            used = after_return(before, rule, settled.taken, whole=not settled.kept)
            changes.append((standing.campaign_id, before, used))


def campaigns_of(purchase: Facts) -> tuple[str, ...]:
    """Return the campaigns a purchase names: those that gave it something, and those whose day's sum it is in."""
    awarded = [campaign for campaign, *_ in purchase.get("awards", ())]
    return tuple(dict.fromkeys([*awarded, *purchase.get("counted", ())]))


def standing(purchase: Facts, refunds: Iterable[Facts]) -> tuple[Standing, ...]:
    """Return the awards of a receipt itself, less what its refunds took back."""
    counted = frozenset(purchase.get("counted", ()))
    back = list(refunds)
    return tuple(
        _standing(award, purchase.get("vouchers", ()), back)
        for award in purchase.get("awards", ())
        if award[0] not in counted
    )


def _standing(award: Sequence[Any], vouchers: Sequence[Sequence[str]], refunds: Sequence[Facts]) -> Standing:
    campaign, points, units, parts = award
    left, shards = Counter[str](points), Counter[int](dict(map(tuple, parts)))
    for _, gone, of_budget, gone_parts in _of(campaign, refunds, "awards_back"):
        left.subtract(gone)
        shards.subtract(dict(map(tuple, gone_parts)))
        units -= of_budget
    fallen = {ref for _, _, ref in _of(campaign, refunds, "vouchers_back")}
    coupons = tuple((template, ref) for one, template, ref in vouchers if one == campaign and ref not in fallen)
    kept = {Purse(purse): number for purse, number in left.items() if number > 0}
    return Standing(campaign, Gifts(kept, coupons, units), +shards)


def _of(campaign: str, refunds: Sequence[Facts], name: str) -> list[Any]:
    return [one for facts in refunds for one in facts.get(name, ()) if one[0] == campaign]


def _from(parts: Mapping[int, int], units: int) -> Parts:
    """Return the shards that units go back to: those they came from."""
    found = list[tuple[int, int]]()
    for shard, held in sorted(parts.items()):
        if part := min(units, held):
            found.append((shard, part))
            units -= part
    return tuple(found)
