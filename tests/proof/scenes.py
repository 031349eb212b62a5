"""Every operation of the ledger, each with what must have happened before it can be asked for."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bench.baskets import FIVE_LINES, purchase, redemption
from bench.mall import enrol, register_tenant
from functions.earn.receipt import Return, ReturnedLine
from loyalty import account_store
from loyalty.buckets import expires_on
from loyalty.clock import days_after
from loyalty.pricing.basket import Line
from loyalty.types import Fen, MemberId, Purse, TenantId
from tests.proof.requests import Buy, GiveBack, Redeem, Request, Sweep, Undo

NOW = datetime.now(UTC).replace(microsecond=0)
POINTS = 500
EARNING = (Line("sku", "shoes", 1, Fen(POINTS * 100)),)
"""A basket that earns exactly `POINTS` at the lowest tier."""

Scene = Callable[[str], Request]


def earning(name: str) -> Buy:
    tenant, member = people(name)
    return Buy(purchase(tenant, member, "A-1", NOW))


def spending_the_last_points(name: str) -> Buy:
    tenant, member = with_points(name)
    return Buy(purchase(tenant, member, "A-2", NOW, lines=FIVE_LINES, points=POINTS))


def return_before_its_purchase(name: str) -> GiveBack:
    tenant, _ = people(name)
    return GiveBack(tenant, "A-1", Return("R-1", amount=10_000))


def second_return_before_its_purchase(name: str) -> GiveBack:
    early = return_before_its_purchase(name)
    early.ask(NOW)
    return GiveBack(early.tenant_id, "A-1", Return("R-2", amount=5_000))


def purchase_after_its_return(name: str) -> Buy:
    tenant, member = people(name)
    GiveBack(tenant, "A-1", Return("R-1", amount=10_000)).ask(NOW)
    return Buy(purchase(tenant, member, "A-1", NOW, lines=EARNING))


def partial_return(name: str) -> GiveBack:
    spending = spending_the_last_points(name)
    spending.ask(NOW)
    line = FIVE_LINES[0]
    returned = (ReturnedLine(line.sku, line.amount // 2),)
    return GiveBack(spending.purchase.tenant_id, "A-2", Return("R-1", lines=returned))


def return_of_spent_points(name: str) -> GiveBack:
    """The points are gone: the return leads into debt."""
    spent = redeeming_the_last_points(name)
    spent.ask(NOW)
    return GiveBack(_tenant(name), "A-1", Return("R-1", amount=POINTS * 100))


def redeeming_the_last_points(name: str) -> Redeem:
    tenant, member = with_points(name)
    return Redeem(redemption(tenant, member, f"key-{name}", POINTS))


def undoing(name: str) -> Undo:
    redeemed = redeeming_the_last_points(name)
    redeemed.ask(NOW)
    return Undo(redeemed.wish)


def expiring(name: str) -> Sweep:
    return _sweeping(name, days_after_last=1)


def reminding(name: str) -> Sweep:
    return _sweeping(name, days_after_last=-30)


SCENES: tuple[Scene, ...] = (
    earning,
    spending_the_last_points,
    return_before_its_purchase,
    second_return_before_its_purchase,
    purchase_after_its_return,
    partial_return,
    return_of_spent_points,
    redeeming_the_last_points,
    undoing,
    expiring,
    reminding,
)


def _tenant(name: str) -> TenantId:
    return TenantId(f"shop-{name}")


def people(name: str) -> tuple[TenantId, MemberId]:
    """Return a tenant and a member of a scene's own."""
    return register_tenant(_tenant(name)), enrol(f"01K-{name}")


def with_points(name: str, days_ago: int = 0) -> tuple[TenantId, MemberId]:
    """Return a tenant and a member who holds `POINTS`."""
    tenant, member = people(name)
    Buy(purchase(tenant, member, "A-1", NOW - timedelta(days=days_ago), lines=EARNING)).ask(NOW)
    return tenant, member


def _sweeping(name: str, days_after_last: int) -> Sweep:
    _, member = with_points(name, days_ago=300)
    account = account_store.read(member, consistent=True)
    assert account
    (bucket,) = account.held(Purse.POINTS)
    return Sweep(member, days_after(expires_on(bucket), days_after_last))
