"""Why a rule does not apply to a receipt: each condition asked alone, by the very evaluation that decides. Pure.

Conditions must all hold, so those that fail alone are exactly what stands in the way; there is no second reading of a
rule here that could say otherwise than the checkout does.
"""

from collections.abc import Iterator
from dataclasses import replace

from loyalty.earning.evaluation import Bought, Shopper, evaluate
from loyalty.earning.rule import Add, Conditions, Gift, Limits, Rule, Scope, Windows
from loyalty.earning.used import DayTally, Used
from loyalty.types import Points

DATES, GOODS, HOURS, EFFECT = "dates", "goods", "hours", "effect"
"""The receipt's time lies outside the campaign; no line counts; outside the daily hours; all holds, and nothing comes
of it."""
_UNKNOWN_THEN = {GOODS: ("amount",), HOURS: ("days", "birthday", "anniversary")}
"""What nobody can say where something else fails: no hours, no day that a night's receipt belongs to."""


def obstacles(rule: Rule, bought: Bought, shopper: Shopper, used: Used) -> tuple[str, ...]:
    """Return what keeps a receipt from getting anything of a rule.

    Each is one of: dates, channel, tenant, goods, amount, hours, days, tier, list, first_purchase, birthday,
    anniversary, effect.
    """
    if not rule.starts <= bought.at < rule.until:
        return (DATES,)
    bare = replace(
        rule, effects=(Add(Gift(Points(1))),), conditions=Conditions(), limits=Limits(), budget=None, control_share=0
    )
    had = {rule.campaign_id: Used(day=DayTally(receipts=used.day.receipts))}

    def holds(conditions: Conditions) -> bool:
        return bool(evaluate(bought, shopper, (replace(bare, conditions=conditions),), had, {}).awards)

    if not holds(Conditions()):
        return (GOODS,)
    found = [name for name, conditions in _alone(rule.conditions) if not holds(conditions)]
    unknown = {name for cause in found for name in _UNKNOWN_THEN.get(cause, ())}
    return tuple(name for name in found if name not in unknown) or (EFFECT,)


def _alone(asked: Conditions) -> Iterator[tuple[str, Conditions]]:
    """Yield each condition as if it were the only one, with what it is measured by."""
    scope, windows = asked.scope, asked.windows
    goods = Scope(categories=scope.categories, brands=scope.brands, skus=scope.skus)
    hours = Windows(minutes=windows.minutes)
    yield GOODS, Conditions(scope=goods)
    if asked.at_least is not None:
        yield "amount", Conditions(scope=goods, at_least=asked.at_least, over=asked.over)
    yield "channel", Conditions(channels=asked.channels)
    yield "tenant", Conditions(scope=Scope(tenants=scope.tenants))
    yield HOURS, Conditions(windows=hours)
    yield "days", Conditions(windows=replace(hours, recurrence=windows.recurrence, dates=windows.dates))
    yield "tier", Conditions(tiers=asked.tiers)
    yield "list", Conditions(lists=asked.lists)
    yield "first_purchase", Conditions(first_purchase=asked.first_purchase)
    yield "birthday", Conditions(windows=replace(hours, birthday=windows.birthday))
    yield "anniversary", Conditions(windows=replace(hours, anniversary=windows.anniversary))
