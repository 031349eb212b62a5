"""What coupons cost: the checkout that redeems two of them with points, its return, and the till's lock."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.baskets import purchase
from bench.costs import TRACE, Cost
from bench.mall import TIME_ZONE, enrol, issue, register_tenant, store
from bench.meter import metered
from functions.coupons import locks
from functions.coupons.callers import Caller
from functions.earn import checkout, returns
from functions.earn.receipt import Return
from loyalty import account_store, discounts, dynamo, programme_store
from loyalty.buckets import BucketKey, Leg
from loyalty.clock import days_after, local_day
from loyalty.earning import running as running_campaigns
from loyalty.sessions import Session
from loyalty.types import Origin, Purse, ReceiptNo

CHECKOUT = "purchase with two coupons and points"
CHECKOUT_REPLAY = "purchase with two coupons, replayed"
RETURN = "return that brings both coupons back"
LOCK = "till locks a coupon"
LOCK_REPLAY = "till locks it again for the same receipt"
ROLLBACK = "till gives the coupon back"


class CouponCounter:
    """One member with two coupons at one tenant."""

    def __init__(self, name: str) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)
        self.tenant = register_tenant(f"shop-{name}")
        self.member = enrol(f"01K{name:0>23}")
        self.costs: list[Cost] = []
        account = account_store.read(self.member, consistent=True)
        assert account
        last = BucketKey(days_after(local_day(self.now, TIME_ZONE), 200))
        store(account.moved([Leg(Purse.POINTS, last, 5_000)]))

    def run(self) -> dict[str, Cost]:
        """Return the bill of every operation by its name."""
        codes = tuple(issue(self.member, name, 10_00, group=name) for name in ("first", "second"))
        wish = purchase(self.tenant, self.member, "A-1", self.now, points=500, coupons=codes, off=20_00)
        gross = wish.gross
        self._lock(codes[0])
        self._meter(CHECKOUT, lambda: checkout.record(wish, self.now))
        self._meter(CHECKOUT_REPLAY, lambda: checkout.record(wish, self.now))
        source = f"receipt/{self.tenant}/A-1"
        asked = Return("R-1", amount=gross)
        self._meter(RETURN, lambda: returns.record(source, self.tenant, asked, TRACE, self.now))
        return {cost.operation: cost for cost in self.costs}

    def _lock(self, code: str) -> None:
        receipt = locks.Receipt(self.tenant, ReceiptNo("A-0"))
        session = Session(self.member, self.tenant, self.now + timedelta(minutes=15))
        caller = Caller(f"till:{self.tenant}", Origin.TILL, TRACE, self.now)
        for operation in (LOCK, LOCK_REPLAY):
            self._meter(operation, lambda: locks.lock(code, receipt, session, caller))
        self._meter(ROLLBACK, lambda: locks.roll_back(code, receipt, caller))

    def _meter(self, operation: str, do: Callable[[], Any]) -> None:
        programme_store.current(self.now)  # these two are read once every half minute, whatever is asked for
        running_campaigns.rules()
        discounts.running(self.now)
        with metered(dynamo.client()) as bill:
            do()
        self.costs.append(Cost(operation, bill))
