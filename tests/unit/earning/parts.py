"""Rules, receipts and members for the tests of earning, each with what the test is about and nothing else."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from loyalty.earning.evaluation import Bought, Evaluation, Shopper, evaluate
from loyalty.earning.lines import PricedLine
from loyalty.earning.rule import Add, Budget, Conditions, Effect, Gift, Limits, Multiply, Rule, Unit
from loyalty.earning.used import Used
from loyalty.types import Points, Purse

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 3, 5, 12, tzinfo=SHANGHAI)
KEY = "receipt/t/1"
ANYBODY = Shopper("silver", first_purchase=False)
DOUBLE = Multiply(2000)


def line(yuan: int = 100, **changes: Any) -> PricedLine:
    """One line of so many yuan, paid in money, that earns a point a yuan."""
    whole = PricedLine("s1", "fashion", 1, yuan * 100, yuan * 100, 1000, True, 0, "b1")
    return whole._replace(**changes)


def bought(*lines: PricedLine, at: datetime = NOON, key: str = KEY, **changes: Any) -> Bought:
    """A till's receipt of tenant `t`, without a tier's multiplier."""
    return Bought(key, **{"tenant_id": "t", "channel": "till", "multiplier": 1000, **changes}, at=at, lines=lines)


def add(points: int, purse: Purse = Purse.POINTS) -> Add:
    return Add(Gift(Points(points), purse))


def rule(*effects: Effect, campaign_id: str = "c", conditions: Conditions = Conditions(), **changes: Any) -> Rule:  # noqa: B008 - immutable
    """A rule that runs all of 2020 to 2039 and gives 10 points a receipt unless effects are named."""
    return Rule(
        campaign_id=campaign_id,
        name_zh="活动",
        name_en="Campaign",
        starts=datetime(2020, 1, 1, tzinfo=UTC),
        until=datetime(2040, 1, 1, tzinfo=UTC),
        effects=effects or (add(10),),
        conditions=conditions,
        **changes,
    )


def limited(*effects: Effect, **limits: int) -> Rule:
    return rule(*effects, limits=Limits(**limits))


def budgeted(*effects: Effect, unit: Unit = Unit.POINTS) -> Rule:
    return rule(*effects, budget=Budget(unit, 1000, 4))


def evaluated(
    receipt: Bought, *rules: Rule, shopper: Shopper = ANYBODY, used: dict[str, Used] | None = None, left: int = 10**9
) -> Evaluation:
    """Evaluate rules that each have so much budget left."""
    return evaluate(receipt, shopper, rules, used or {}, {one.campaign_id: left for one in rules})


def points(found: Evaluation, purse: Purse = Purse.POINTS) -> int:
    return sum(award.points.get(purse, 0) for award in found.awards)


def given_to(found: Evaluation) -> list[str]:
    return [award.rule.campaign_id for award in found.awards]


def missed(found: Evaluation) -> dict[str, str]:
    return {one.rule.campaign_id: one.why.value for one in found.missed}
