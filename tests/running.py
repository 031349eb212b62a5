"""Campaigns that run, as publication writes them, for tests of everything that earns."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from loyalty import dynamo, stock
from loyalty.earning import running
from loyalty.earning.rule import Add, Budget, Effect, Gift, Over, Rule, Steps, Unit, to_plain
from loyalty.earning.state import place
from loyalty.remembering import forget_everything
from loyalty.types import Fen, Points, Purse

STARTS, UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)


def rule(campaign_id: str, *effects: Effect, **more: Any) -> Rule:
    """A rule that has run for years, and says what is given."""
    return Rule(campaign_id, f"活动{campaign_id}", f"Campaign {campaign_id}", STARTS, UNTIL, effects, **more)


def gift(points: int = 0, purse: Purse = Purse.POINTS, *templates: str) -> Gift:
    """Points of a purse, or coupons."""
    return Gift(Points(points), purse, templates)


def fixed(campaign_id: str, points: int, **more: Any) -> Rule:
    """A rule that adds points to each receipt."""
    return rule(campaign_id, Add(gift(points)), **more)


def steps(campaign_id: str, over: Over, *found: tuple[int, Gift], **more: Any) -> Rule:
    """A rule of steps: fen, and what reaching them brings."""
    return rule(campaign_id, Steps(tuple((Fen(fen), one) for fen, one in found), over), **more)


def budget(amount: int, unit: Unit = Unit.POINTS, shards: int | None = None) -> Budget:
    """A budget as publication deals it."""
    return Budget(unit, amount, shards or stock.shards_for(amount))


def run(*rules: Rule) -> None:
    """Publish rules: what runs, the definition, and the budget."""
    for one in rules:
        plain = to_plain(one)
        _put({"campaign_id": running.RUNNING, "kind": one.campaign_id, "rule": plain})
        _put({"campaign_id": f"campaign/{one.campaign_id}", "kind": "definition", "facts": {"rule": plain}})
        if one.budget:
            parts = stock.opened(place(one), one.budget.amount)
            dynamo.client().transact_write_items(TransactItems=parts)
    forget_everything()


def end(campaign_id: str) -> None:
    """Close a campaign: it runs no more, its definition stays."""
    key = dynamo.to_item({"campaign_id": running.RUNNING, "kind": campaign_id})
    dynamo.client().delete_item(TableName=running.table(), Key=key)
    forget_everything()


def left(one: Rule) -> Sequence[int]:
    """What each shard of a budget holds."""
    return [shard.left for shard in stock.read(place(one), certain=True)]


def taken(one: Rule) -> int:
    """What was taken of a budget, given back units counted off."""
    return sum(shard.taken for shard in stock.read(place(one), certain=True))


def on_list(list_id: str, member_id: str) -> None:
    """Put a member on a static list."""
    _put({"campaign_id": f"members/{list_id}", "kind": member_id})


def _put(row: Mapping[str, object]) -> None:
    dynamo.client().put_item(TableName=running.table(), Item=dynamo.to_item(row))


def hours_ago(hours: float) -> str:
    """An instant so many hours ago, as a till writes it."""
    return (datetime.now(UTC) - timedelta(hours=hours)).isoformat()
