"""What rules are decided on beside the receipt and the account, and how it is read and written (requirements P4, A9).

    needs ──> keys ──┐ the checkout's one BatchGetItem ┌──> State ──> evaluate ──> parts of the one transaction: budgets
    (what rules ask) └─────────────────────────────────┘                   by condition, tallies over what was read

Nothing here costs a call, nor an item, where no running rule asks for it.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from loyalty import identity, stock
from loyalty.dynamo import Item, to_item
from loyalty.earning import used as tallies
from loyalty.earning.evaluation import Bought, Needs
from loyalty.earning.rule import Rule
from loyalty.earning.running import table
from loyalty.earning.used import Used
from loyalty.stock import Place, Shard
from loyalty.types import Day, MemberId

Key = tuple[str, Mapping[str, object]]
Parts = tuple[tuple[int, int], ...]
"""Units of a budget: (shard, units) each."""
MOST_COUNTED = 20
"""So many campaigns that count something (a budget, a limit, a day's sum) one receipt may be decided on: what they
write has to fit into the receipt's one transaction. The ones of highest priority are looked at."""


class State(NamedTuple):
    """What was read for one receipt.

    Attributes:
        bought: the receipt as it was asked for, not priced yet; None: no campaign is looked at.
        born: `mmdd`; joined: `yymmdd`; None where it is unknown or no rule asks.
        lists: those of the lists that rules ask for which the member is on.
        used: what the member was given before, by campaign.
        shards: what is left of budgets, by campaign.
        member_id: whose receipt it is.
    """

    bought: Bought | None = None
    rules: tuple[Rule, ...] = ()
    born: str | None = None
    joined: Day | None = None
    lists: frozenset[str] = frozenset()
    used: Mapping[str, Used] = MappingProxyType({})
    shards: Mapping[str, Sequence[Shard]] = MappingProxyType({})
    member_id: str = ""

    @property
    def left(self) -> dict[str, int]:
        """What is left of each budget, over all its shards."""
        return {campaign: sum(shard.left for shard in shards) for campaign, shards in self.shards.items()}


class Lookup(NamedTuple):
    """What has to be read before a member's receipt of a mall-local day can be evaluated."""

    bought: Bought
    needs: Needs
    member_id: MemberId
    day: Day

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that may apply, without counting ones that are too many."""
        counting = self.needs.used | self.needs.budgets
        ordered = sorted(self.needs.rules, key=lambda rule: (-rule.priority, rule.campaign_id))
        counted = [rule.campaign_id for rule in ordered if rule.campaign_id in counting]
        dropped = frozenset(counted[MOST_COUNTED:])
        return tuple(rule for rule in self.needs.rules if rule.campaign_id not in dropped)

    def facts(self) -> list[Key]:
        """Return the keys of what is only looked at: dates, lists and budgets."""
        dates: list[Key] = [(identity.table(), identity.dates_key(self.member_id))] if self.needs.dates else []
        lists = [(table(), list_key(one, self.member_id)) for one in sorted(self.needs.lists)]
        return [*dates, *lists, *(key for rule in self._budgets() for key in place(rule).keys())]  # noqa: SIM118

    def tallies(self) -> list[Key]:
        """Return the keys of the rows that the receipt may change."""
        return [key for rule in self._counting() for key in tally_keys(rule, self.member_id, self.day)]

    def state(self, facts: Sequence[Item | None], counted: Sequence[Item | None]) -> State:
        """Return what the rows of `facts` and `tallies` say, in their order."""
        rows = iter(facts)
        dates = (next(rows) if self.needs.dates else None) or {}
        lists = frozenset([one for one in sorted(self.needs.lists) if next(rows)])
        shards = {
            rule.campaign_id: stock.shards_of([next(rows) for _ in range(place(rule).shards)])
            for rule in self._budgets()
        }
        found = iter(counted)
        used = {
            rule.campaign_id: tallies.from_rows({row: next(found) for row in tallies.rows_needed(rule, self.day)})
            for rule in self._counting()
        }
        joined = dates.get("joined")
        return State(self.bought, self.rules, dates.get("born"), joined, lists, used, shards, self.member_id)

    def _budgets(self) -> list[Rule]:
        return [rule for rule in self.rules if rule.campaign_id in self.needs.budgets]

    def _counting(self) -> list[Rule]:
        return [rule for rule in self.rules if rule.campaign_id in self.needs.used]


def list_key(list_id: str, member_id: MemberId) -> dict[str, str]:
    """Return the key of a row that is there when the member is on the list."""
    return {"campaign_id": f"members/{list_id}", "kind": member_id}


def tally_keys(rule: Rule, member_id: MemberId, day: Day) -> list[Key]:
    """Return the keys of the rows in which a rule counts what a member had, for a purchase of that day."""
    rows = tallies.rows_needed(rule, day)
    return [(table(), tallies.row_key(rule.campaign_id, member_id, row)) for row in rows]


def place(rule: Rule) -> Place:
    """Return where a rule's budget lies."""
    return place_of(rule.campaign_id, rule.budget.shards if rule.budget else 0)


def place_of(campaign_id: str, shards: int) -> Place:
    """Return where a campaign's budget lies, dealt over so many rows."""
    return Place(table(), "campaign_id", f"campaign/{campaign_id}", shards)


def drawn(shards: Sequence[Shard], wish: str, units: int) -> Parts:
    """Return which shards units are taken from: the wish's own, else the fullest, else as many as it needs.

    The caller has checked that together they hold enough.
    """
    if shards[mine := stock.own(wish, len(shards))].left >= units:
        return ((mine, units),)
    found = list[tuple[int, int]]()
    for shard in sorted(shards, key=lambda shard: shard.left, reverse=True):
        part = min(units, shard.left)
        if part > 0:
            found.append((shard.number, part))
            units -= part
    return tuple(found)


def takes(campaign_id: str, parts: Parts) -> list[Mapping[str, Any]]:
    """Return the transaction parts that take units of a budget, each only if its shard still holds them."""
    return [stock.take(place_of(campaign_id, 0), shard, units) for shard, units in parts]


def gives_back(campaign_id: str, parts: Parts) -> list[Mapping[str, Any]]:
    """Return the transaction parts that give units of a budget back to the shards they came from."""
    return [stock.give_back(place_of(campaign_id, 0), shard, units) for shard, units in parts]


def tally_puts(member_id: MemberId, day: Day, changes: Iterable[tuple[str, Used, Used]]) -> list[Mapping[str, Any]]:
    """Return the transaction parts that write tallies over exactly those that were read.

    Args:
        changes: campaign, what was read, what it is now.
    """
    return [
        _put(tallies.row_key(campaign_id, member_id, row), attributes, version)
        for campaign_id, before, after in changes
        for row, attributes, version in tallies.to_rows(before, after, day)
    ]


def _put(key: Mapping[str, str], attributes: Mapping[str, object], version: int) -> Mapping[str, Any]:
    put: dict[str, Any] = {"TableName": table(), "Item": to_item({**key, **attributes})}
    if not version:
        return {"Put": put | {"ConditionExpression": "attribute_not_exists(version)"}}
    values = to_item({":version": version})
    return {"Put": put | {"ConditionExpression": "version = :version", "ExpressionAttributeValues": values}}
