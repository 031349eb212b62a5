"""Reads what a return is decided on beside the account: the rules the purchase names, and the member's tallies of them.

A rule that runs is at hand; one that does not is read once and remembered. Plain receipts ask for nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from functions.earn.given import Facts, Given, campaigns_of, standing
from loyalty.dynamo import Item
from loyalty.earning import running
from loyalty.earning.rule import Rule
from loyalty.earning.state import Key
from loyalty.earning.used import ALL, from_rows, row_key, rows_needed
from loyalty.types import Day, MemberId


class GivenLookup(NamedTuple):
    """What has to be read before a return of a receipt can be decided.

    Attributes:
        key: the ledger source of the receipt.
        day: the mall-local day of the purchase.
        campaigns: those the purchase names; known: those of their rules that are at hand.
    """

    key: str
    member_id: MemberId
    day: Day
    campaigns: tuple[str, ...]
    known: Mapping[str, Rule]

    def keys(self) -> list[Key]:
        """Return the keys of the rules that are not at hand, and of the tallies."""
        unknown = [running.definition_key(campaign) for campaign in self.campaigns if campaign not in self.known]
        return [*unknown, *(self._tally_key(*named) for named in self._tallies())]

    def given(self, rows: Sequence[Item | None], purchase: Facts, refunds: Sequence[Facts]) -> Given:
        """Return what campaigns gave the receipt, from the rows of `keys` in their order."""
        found = iter(rows)
        unknown = [next(found) for campaign in self.campaigns if campaign not in self.known]
        rules = {**self.known, **{rule.campaign_id: rule for rule in map(running.remembered, filter(None, unknown))}}
        tallies: dict[str, dict[str, Mapping[str, Any] | None]] = {}
        for campaign, name in self._tallies():
            tallies.setdefault(campaign, {})[name] = next(found)
        used = {campaign: from_rows(own) for campaign, own in tallies.items()}
        return Given(self.key, standing(purchase, refunds), tuple(purchase.get("counted", ())), rules, used)

    def _tallies(self) -> list[tuple[str, str]]:
        """Return campaign and sort key of each tally: of a rule that is not at hand, both there may be."""
        return [
            (campaign, name)
            for campaign in self.campaigns
            for name in (rows_needed(self.known[campaign], self.day) if campaign in self.known else (ALL, self.day))
        ]

    def _tally_key(self, campaign: str, name: str) -> Key:
        return running.table(), row_key(campaign, self.member_id, name)


def lookup_of(key: str, member_id: MemberId, purchase: Facts) -> GivenLookup:
    """Return what a return of this purchase asks for."""
    campaigns = campaigns_of(purchase)
    known = running.known(campaigns) if campaigns else {}
    return GivenLookup(key, member_id, Day(purchase["bought_on"]), campaigns, known)
