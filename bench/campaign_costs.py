"""What campaigns cost at the till: nothing where they count nothing; an item for a budget, one for a limit or a day."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bench.baskets import purchase
from bench.costs import TRACE, Cost
from bench.mall import enrol, register_tenant
from bench.meter import metered
from functions.earn import checkout, returns
from functions.earn.receipt import Return
from loyalty import dynamo, programme_store
from loyalty.earning import running
from loyalty.earning.rule import Conditions, Limits, Multiply, Rule, Scope
from loyalty.types import TenantId
from tests.running import budget, rule, run

PLAIN = "purchase while a campaign without a budget runs"
PLAIN_REPLAY = "the same, replayed"
PLAIN_REFUND = "its refund"
PAID = "purchase that a campaign's budget pays for"
PAID_REPLAY = "a purchase that a budget paid for, replayed"
PAID_REFUND = "its refund, units given back"
COUNTED = "purchase that a budget pays for and a limit counts"
COUNTED_REFUND = "its refund, units and tally given back"


class CampaignCounter:
    """One member at three tenants, each with a campaign of its own kind."""

    def __init__(self, name: str) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)
        self.member = enrol(f"01K{name:0>23}")
        self.name = name
        self.costs: list[Cost] = []

    def run(self) -> dict[str, Cost]:
        """Return the bill of every operation by its name."""
        kinds: dict[str, dict[str, Any]] = {"plain": {}, "paid": {"budget": budget(100_000)}}
        kinds["counted"] = {**kinds["paid"], "limits": Limits(awards=99)}
        shops = {kind: register_tenant(f"shop-{self.name}-{kind}") for kind in kinds}
        run(*(self._rule(kind, shops[kind], more) for kind, more in kinds.items()))
        self._buy(None, shops["plain"], "A-0")  # so that no due date moves
        self._visit(shops["plain"], PLAIN, PLAIN_REPLAY, PLAIN_REFUND)
        self._visit(shops["paid"], PAID, PAID_REPLAY, PAID_REFUND)
        self._visit(shops["counted"], COUNTED, None, COUNTED_REFUND)
        return {cost.operation: cost for cost in self.costs}

    def _rule(self, kind: str, tenant: TenantId, more: Any) -> Rule:
        here = Conditions(scope=Scope(tenants=frozenset({tenant})))
        return rule(f"{self.name}-{kind}", Multiply(2000), conditions=here, **more)

    def _visit(self, tenant: TenantId, bought: str, replayed: str | None, refunded: str) -> None:
        self._buy(bought, tenant, "A-1")
        if replayed:
            self._buy(replayed, tenant, "A-1")
        source, asked = f"receipt/{tenant}/A-1", Return("R-1", amount=50_000)
        self._meter(refunded, lambda: returns.record(source, tenant, asked, TRACE, self.now))

    def _buy(self, operation: str | None, tenant: TenantId, receipt_no: str) -> None:
        wish = purchase(tenant, self.member, receipt_no, self.now)
        self._meter(operation, lambda: checkout.record(wish, self.now))

    def _meter(self, operation: str | None, do: Callable[[], Any]) -> None:
        programme_store.current(self.now)  # both are read once every half minute, whatever is asked for
        running.rules()
        with metered(dynamo.client()) as bill:
            do()
        if operation:
            self.costs.append(Cost(operation, bill))
