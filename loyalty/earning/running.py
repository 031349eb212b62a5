"""The campaigns that run, in the form that decides awards; cached for half a minute (requirements P4, A3, A9, B1).

Publishing puts a campaign's rule into one partition, pausing and ending delete it, so what the checkout reads does not
grow with what ever ran. Half a minute of what ran before is harmless: a campaign is approved ahead of its first
instant, and its budget is taken by condition, however old the rule.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from loyalty import dynamo
from loyalty.dynamo import Item
from loyalty.remembering import HALF_A_MINUTE, forgotten_by, kept_for
from loyalty.settings import setting

if TYPE_CHECKING:
    from loyalty.earning.rule import Rule

RUNNING = "running/campaign"
"""The partition of the rules that run; the sort key is the campaign's id."""
_MOST_REMEMBERED = 1000


_remembered: dict[str, "Rule"] = {}
"""Rules that entries name and that do not run any more, by the campaign's id; a published rule never changes."""
forgotten_by(_remembered.clear)


def table() -> str:
    """Return the campaigns table's name."""
    return setting("CAMPAIGNS_TABLE")


@kept_for(HALF_A_MINUTE)
def rules() -> "tuple[Rule, ...]":
    """Return the rules that run, in order of id; a receipt's own time decides which of them apply to it."""
    rows = dynamo.query(
        table(),
        KeyConditionExpression="campaign_id = :running",
        ExpressionAttributeValues=dynamo.to_item({":running": RUNNING}),
    )
    return tuple(_parsed(row["rule"]) for row in rows)


def known(campaign_ids: Iterable[str]) -> "dict[str, Rule]":
    """Return those of the rules that are at hand without asking for them."""
    at_hand = _remembered | {rule.campaign_id: rule for rule in rules()}
    return {one: at_hand[one] for one in campaign_ids if one in at_hand}


def definition_key(campaign_id: str) -> tuple[str, dict[str, str]]:
    """Return table and key of a campaign's own row, which keeps the rule it was published with."""
    return table(), {"campaign_id": f"campaign/{campaign_id}", "kind": "definition"}


def remembered(row: Item) -> "Rule":
    """Return the rule that a campaign's own row keeps, and remember it: it never changes."""
    rule = _parsed(row["facts"]["rule"])
    if len(_remembered) >= _MOST_REMEMBERED:
        _remembered.clear()
    _remembered[rule.campaign_id] = rule
    return rule


def find(campaign_ids: Iterable[str]) -> "dict[str, Rule]":
    """Return the rules of campaigns, running or not, reading those that are not at hand; unknown ones are missing."""
    wanted = tuple(dict.fromkeys(campaign_ids))
    found = known(wanted)
    missing = [definition_key(one) for one in wanted if one not in found]
    rows = dynamo.batch_get(*missing) if missing else []
    return found | {rule.campaign_id: rule for rule in map(remembered, filter(None, rows))}


def _parsed(plain: Mapping[str, Any]) -> "Rule":
    from loyalty.earning.rule import from_plain  # a cold start must not wait for what is not running

    return from_plain(plain)
