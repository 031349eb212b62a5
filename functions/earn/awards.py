"""What campaigns give a receipt: the evaluation, paid from budgets, as movements of points and facts. Pure.

Awards are evaluated on what is kept of the receipt (returns may have come first) and go to the bucket of the purchase
day; a budget pays a whole award or none of it. A receipt so late that its points would lapse at once is awarded
nothing: no budget is spent on what nobody can have. Imported only where a campaign may apply: a cold start must not
wait for what most malls do not run.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, NamedTuple

from functions.earn.receipt import Receipt
from loyalty.buckets import is_expired
from loyalty.earning.evaluation import Award, Evaluation, Missed, Shopper, Why, evaluate
from loyalty.earning.state import Parts, State, drawn
from loyalty.earning.used import NOTHING, Used, ref, with_shards
from loyalty.entries import Reason
from loyalty.types import Day, Purse

Change = tuple[str, Used, Used]
"""A campaign, what the member had of it, and what they have now."""


class Grants(NamedTuple):
    """What campaigns gave one receipt.

    Attributes:
        key: the ledger source of the receipt.
        parts: where budgets were taken from, by campaign.
        changes: the tallies that have to be written.
        missed: what applied and could not be given.
    """

    key: str = ""
    awards: tuple[Award, ...] = ()
    parts: Mapping[str, Parts] = MappingProxyType({})
    changes: tuple[Change, ...] = ()
    missed: tuple[Missed, ...] = ()

    @property
    def points(self) -> Counter[Purse]:
        """The points of all awards, by purse."""
        found = Counter[Purse]()
        for award in self.awards:
            found.update(award.points)
        return found

    def reasons(self) -> list[Reason]:
        """Return why points moved, award by award."""
        return [
            Reason("campaign", purse, points, award.rule.campaign_id)
            for award in self.awards
            for purse, points in award.points.items()
        ]

    def facts(self) -> dict[str, Any]:
        """Return what returns, events and auditors need; parts that say nothing are left out."""
        found: dict[str, Any] = {
            "awards": [self._plain(award) for award in self.awards],
            "vouchers": [
                [award.rule.campaign_id, template, ref(self.key, award.rule.campaign_id, n)]
                for award in self.awards
                for n, template in enumerate(award.templates)
            ],
            "vouchers_back": [[award.rule.campaign_id, *pair] for award in self.awards for pair in award.replaced],
            "withheld": [one.rule.campaign_id for one in self.missed if one.why is Why.CONTROL],
            "counted": [campaign for campaign, _, after in self.changes if self.key in after.day.receipts],
        }
        return {name: value for name, value in found.items() if value}

    def _plain(self, award: Award) -> list[Any]:
        campaign = award.rule.campaign_id
        return [campaign, dict(award.points), award.units, [list(part) for part in self.parts.get(campaign, ())]]


def granted(receipt: Receipt, state: State, key: str, shopper: Shopper, today: Day) -> Grants:
    """Return what campaigns give for what is kept of a receipt.

    Args:
        key: the ledger source of the receipt.
        shopper: the member as far as the account tells; dates and lists come with the state.
    """
    if state.bought is None or is_expired(receipt.bucket, today):
        return Grants()
    bought = replace(state.bought, key=key, lines=receipt.kept.lines, multiplier=receipt.multiplier)
    whole = replace(shopper, born=state.born, joined=state.joined, lists=state.lists, member_id=state.member_id)
    found = evaluate(bought, whole, state.rules, state.used, state.left)
    parts = {
        award.rule.campaign_id: drawn(state.shards[award.rule.campaign_id], key, award.units)
        for award in found.awards
        if award.units
    }
    return Grants(key, found.awards, parts, _changes(found, state, key, parts), found.missed)


def _changes(found: Evaluation, state: State, key: str, parts: Mapping[str, Parts]) -> tuple[Change, ...]:
    after = dict(found.counted)
    for award in found.awards:
        campaign = award.rule.campaign_id
        if award.used is not None:
            summed = key in award.used.day.receipts
            after[campaign] = with_shards(award.used, parts.get(campaign, ())) if summed else award.used
    return tuple((campaign, state.used.get(campaign, NOTHING), used) for campaign, used in after.items())
