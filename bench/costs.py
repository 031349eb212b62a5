"""What each operation calls and consumes, for a member with a short history and for one with a long one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.baskets import purchase, redemption
from bench.mall import TIME_ZONE, enrol, register_tenant, store, write_rows
from bench.meter import Bill, metered
from functions.earn import checkout, returns
from functions.earn.receipt import Return
from functions.earn.terms import Purchase
from functions.expiry.settlement import settle_due
from functions.redeem import desk
from loyalty import account_store, dynamo, ledger, programme_store
from loyalty.accounts import Account
from loyalty.buckets import BucketKey
from loyalty.clock import days_after, local_day
from loyalty.dynamo import Item
from loyalty.earning import running
from loyalty.types import MemberId, Purse, TenantId

TRACE = "1-67891233-abcdef012345678912345678"
PURCHASE = "purchase, due date stays"
FIRST = "purchase, the member's first points"
MOVING = "purchase, due date moves"
REPLAY = "purchase, replayed"
SPENDING = "purchase spending points, due date stays"
SPENDING_MOVING = "purchase spending points, due date moves"
SPENDING_REPLAY = "purchase spending points, replayed"
LAST_POINTS = "purchase spending the last points"
LAST_POINTS_REPLAY = "purchase spending the last points, replayed"
REDEMPTION = "redemption at the desk"
REDEMPTION_REPLAY = "redemption, replayed"
UNDO = "redemption undone"
REFUND = "refund of a purchase"
REFUND_REPLAY = "refund, replayed"
EXPIRY = "expiry of one member"
REMINDER = "reminder of one member"
NOT_DUE = "sweep of a member who is not due any more"


@dataclass(frozen=True)
class Cost:
    """One operation's bill."""

    operation: str
    bill: Bill

    def figures(self) -> tuple[Any, ...]:
        """Return what must not depend on the length of a member's history."""
        bill = self.bill
        return self.operation, tuple(bill.calls), bill.read, bill.write, bill.index


class Counter:
    """One member and one tenant, taken through every operation once."""

    def __init__(self, name: str, history: int) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)
        self.today = local_day(self.now, TIME_ZONE)
        self.tenant = register_tenant(f"shop-{name}")
        self.member = enrol(f"01K{name:0>23}")
        self.costs: list[Cost] = []
        _live(self.member, self.tenant, history, self.now)

    def run(self) -> dict[str, Cost]:
        """Return the bill of every operation by its name."""
        self._purchases()
        self._spending()
        self._redemptions()
        self._returns()
        self._sweep()
        return {cost.operation: cost for cost in self.costs}

    def _purchases(self) -> None:
        self._hold({})
        self._buy(FIRST, self._basket("A-20261121-0001"))
        self._buy(PURCHASE, self._basket("A-20261121-0002"))
        late = self._basket("A-20261121-0003", days_ago=100)
        self._buy(MOVING, late)
        self._buy(REPLAY, late)

    def _spending(self) -> None:
        self._hold({self._bucket(60): 5_000, self._bucket(200): 5_000})
        some = self._basket("A-20261121-0004", points=1_000)
        self._buy(SPENDING, some)
        self._buy(SPENDING_REPLAY, some)
        self._buy(SPENDING_MOVING, self._basket("A-20261121-0005", points=4_000))
        self._hold({self._bucket(60): 5_000})
        all_of_them = self._basket("A-20261121-0006", points=5_000)
        self._buy(LAST_POINTS, all_of_them)
        self._hold({})
        self._buy(LAST_POINTS_REPLAY, all_of_them)

    def _redemptions(self) -> None:
        self._hold({self._bucket(60): 5_000, self._bucket(200): 5_000})
        wish = redemption(self.tenant, self.member, "Wn3kq0yZJm7sB2cVx8dTgR5f", 1_000)
        redeemed = self._meter(REDEMPTION, lambda: desk.redeem(wish, self.now)).entry
        self._meter(REDEMPTION_REPLAY, lambda: desk.redeem(wish, self.now))
        self._meter(UNDO, lambda: desk.refund(redeemed, "till", TRACE, self.now))

    def _returns(self) -> None:
        source = f"receipt/{self.tenant}/A-20261121-0004"
        asked = Return("R-1", amount=50_000)
        for operation in (REFUND, REFUND_REPLAY):
            self._meter(operation, lambda: returns.record(source, self.tenant, asked, TRACE, self.now))

    def _sweep(self) -> None:
        self._hold({self._bucket(-1): 300, self._bucket(200): 5_000})
        for operation in (EXPIRY, NOT_DUE):
            self._meter(operation, lambda: settle_due(self.member, self.today, TRACE, self.now))
        self._hold({self._bucket(20): 300})
        self._meter(REMINDER, lambda: settle_due(self.member, self.today, TRACE, self.now))

    def _meter(self, operation: str, do: Callable[[], Any]) -> Any:
        programme_store.current(self.now)  # read once every half minute, whatever is asked for
        running.rules()  # likewise
        with metered(dynamo.client()) as bill:
            result = do()
        self.costs.append(Cost(operation, bill))
        return result

    def _buy(self, operation: str, asked: Purchase) -> None:
        self._meter(operation, lambda: checkout.record(asked, self.now))

    def _basket(self, receipt_no: str, *, points: int = 0, days_ago: int = 0) -> Purchase:
        at = self.now - timedelta(days=days_ago)
        return purchase(self.tenant, self.member, receipt_no, at, points=points)

    def _bucket(self, days: int) -> BucketKey:
        """Return the bucket whose last valid day lies so many days ahead."""
        return BucketKey(days_after(self.today, days))

    def _hold(self, buckets: dict[BucketKey, int]) -> None:
        """Let the account hold exactly these buckets, without an entry."""
        store(replace(_account(self.member), buckets={Purse.POINTS: buckets} if buckets else {}, reminded_on=None))


def _account(member_id: MemberId) -> Account:
    account = account_store.read(member_id, consistent=True)
    assert account
    return account


def _live(member_id: MemberId, tenant: TenantId, entries: int, now: datetime) -> None:
    """Give a member a history of so many entries, copies of a real one."""
    first = checkout.record(purchase(tenant, member_id, "H-1", now), now).entry
    row = ledger.read(first.cause.key)
    assert row
    write_rows(ledger.table(), _copies(row, tenant, entries))
    store(replace(_account(member_id), version=entries))


def _copies(row: Item, tenant: TenantId, entries: int) -> Iterator[Item]:
    for version in range(2, entries + 1):
        yield {**row, "source": f"receipt/{tenant}/H-{version}", "account_version": version}
