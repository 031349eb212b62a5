"""Any order of purchases, returns, redemptions, lapses and reminders keeps the books exact (requirements P13).

The machine drives the pure rules only; `tests/proof` drives the same rules through the database, concurrently.
"""

import os
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from functions.earn import purchase as purchases
from functions.earn import refund
from functions.earn.errors import PointsExceedBasketError
from functions.earn.receipt import Receipt, Return, recorded
from functions.earn.terms import Purchase, Terms
from functions.expiry.sweep import what_is_due
from functions.redeem import redemption
from loyalty.accounts import Account, open_account
from loyalty.buckets import is_open, is_pending
from loyalty.clock import day_of
from loyalty.entries import Cause, Entry, EntryKey
from loyalty.errors import InsufficientPointsError
from loyalty.ledger import Decision
from loyalty.pricing.basket import Line
from loyalty.programme import Programme
from loyalty.tenants import TenantTerms
from loyalty.types import Fen, Kind, MemberId, Origin, Points, Purse, ReceiptNo, Status, TenantId
from tests.unit.ledger.programmes import PROGRAMMES

RUNS = int(os.environ.get("MACHINE_RUNS", "60"))
LINES = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["shoes", "food", "tobacco"]),
        st.integers(0, 300_000),
    ),
    min_size=1,
    max_size=4,
)
SHARES = st.sampled_from([0, 0.1, 0.5, 1, 1, 1.2])


class LedgerMachine(RuleBasedStateMachine):
    """One member, one tenant, days that only go forward."""

    @initialize(programme=st.sampled_from(PROGRAMMES))
    def enrol(self, programme: Programme) -> None:
        self.programme = programme
        self.today = date(2026, 1, 31)
        self.account = open_account(MemberId("m"), Status.ACTIVE, programme, day_of(self.today))
        self.moved = 0
        self.receipts: dict[str, tuple[dict[str, object], list[dict[str, object]]]] = {}
        self.redeemed: list[Entry] = []

    @rule(days=st.integers(0, 120))
    def days_pass(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule(lines=LINES, share=SHARES, late=st.sampled_from([0, 0, 0, 3, 40, 400]))
    def buy(self, lines: list[tuple[str, str, int]], share: float, late: int) -> None:
        rate = self.programme.redemption
        points = self._points(share)
        gross = sum(amount for _, _, amount in lines)
        purchase = self._purchase(lines, points, gross - rate.value_of(points))
        terms = self._terms(self.today - timedelta(days=late))
        try:
            decision = purchases.decide(self.account, purchase, terms).decision
        except (PointsExceedBasketError, InsufficientPointsError):
            return
        event("points paid" if points else "money only")
        self._apply(decision)
        self.receipts[purchase.receipt_no] = (dict(decision.facts), [])
        assert decision.answer["points_spent"] == points
        assert sum(net for *_, net, _, _ in decision.facts["lines"]) == purchase.paid

    @precondition(lambda self: self.receipts)
    @rule(data=st.data(), share=SHARES)
    def take_goods_back(self, data: st.DataObject, share: float) -> None:
        number = data.draw(st.sampled_from(sorted(self.receipts)))
        bought, returned = self.receipts[number]
        receipt = recorded(bought, returned)
        amount = min(receipt.returnable, int(receipt.returnable * share))
        if not amount:
            return
        asked, today = Return("r", amount), day_of(self.today)
        decision = refund.decide(self.account, receipt, asked, "s", today, self.programme).decision
        self._apply(decision)
        returned.append(dict(decision.facts))
        given, taken = decision.answer["points_given_back"], decision.answer["points_taken_back"]
        lapsed = sum(reason.points for reason in decision.reasons if reason.code == "lapsed")
        assert sum(leg.points for leg in decision.legs) == given + lapsed - taken
        event(f"debt {bool(self.account.debt)}")
        if receipt.returnable == amount:
            event("wholly returned")
            self._assert_wholly_undone(recorded(bought, returned))

    @rule(share=SHARES)
    def redeem(self, share: float) -> None:
        points = max(self._points(share), self.programme.redemption.step)
        spendable = self.account.spendable(Purse.POINTS, day_of(self.today))
        if points > spendable:
            with pytest.raises(InsufficientPointsError) as refusal:
                redemption.decide(self.account, points, {}, self.programme, day_of(self.today))
            assert refusal.value.params["missing_points"] == points - spendable
            return
        decision = redemption.decide(self.account, points, {"kind": "cash"}, self.programme, day_of(self.today))
        self._apply(decision)
        self.redeemed.append(self._entry(decision))

    @precondition(lambda self: self.redeemed)
    @rule()
    def undo_redemption(self) -> None:
        entry = self.redeemed.pop()
        decision = redemption.undo(self.account, entry, day_of(self.today))
        self._apply(decision)
        assert decision.answer["points_given_back"] == -entry.points()

    @rule()
    def sweep(self) -> None:
        for _ in range(3):
            due = what_is_due(self.account, self.programme, day_of(self.today))
            if due is None:
                break
            self._apply(due.decision)
        assert what_is_due(self.account, self.programme, day_of(self.today)) is None

    @invariant()
    def ledger_equals_buckets_minus_debt(self) -> None:
        if hasattr(self, "account"):
            assert self.moved == self.account.total(Purse.POINTS)

    @invariant()
    def nothing_is_negative_and_debt_means_empty(self) -> None:
        if hasattr(self, "account"):
            held = self.account.held(Purse.POINTS)
            assert all(points > 0 for points in held.values())
            today = day_of(self.today)
            if self.account.debt:
                assert not any(is_open(key, today) or is_pending(key, today) for key in held if key[:6] >= today)

    @invariant()
    def spend_is_never_negative_and_two_years_at_most(self) -> None:
        if hasattr(self, "account"):
            assert all(fen > 0 for fen in self.account.record.spend.values())
            assert len(self.account.record.spend) <= 24

    def _points(self, share: float) -> int:
        """A share of what can be spent, in whole steps; above 1 it is more than there is."""
        step = self.programme.redemption.step
        return int(self.account.spendable(Purse.POINTS, day_of(self.today)) * share) // step * step

    def _assert_wholly_undone(self, receipt: Receipt) -> None:
        assert receipt.earned_now == 0
        assert receipt.given_back == sum(points for _, points in receipt.spent)
        assert receipt.money_back == sum(line.net for line in receipt.lines)

    def _apply(self, decision: Decision) -> None:
        self.moved += sum(leg.points for leg in decision.legs)
        self.account = replace(decision.account, version=self.account.version + 1)

    def _terms(self, bought_on: date) -> Terms:
        tenant = TenantTerms(TenantId("t"), ratios={"food": 500})
        noon = datetime.combine(self.today, time(12), UTC)
        return Terms(tenant, self.programme, bought_on, day_of(self.today), noon)

    def _purchase(self, lines: list[tuple[str, str, int]], points: int, paid: int) -> Purchase:
        return Purchase(
            tenant_id=TenantId("t"),
            receipt_no=ReceiptNo(f"r{len(self.receipts)}"),
            member_id=MemberId("m"),
            purchased_at=datetime(2026, 1, 1, tzinfo=UTC),
            lines=tuple(Line(sku, category, 1, Fen(amount)) for sku, category, amount in lines),
            gross=Fen(sum(amount for _, _, amount in lines)),
            points=Points(points),
            paid=Fen(paid),
            actor="till:t",
            origin=Origin.TILL,
            correlation_id="x",
        )

    def _entry(self, decision: Decision) -> Entry:
        cause = Cause(EntryKey("s", "redeem"), Kind.REDEEM, "", "", "till:t", Origin.TILL, "x")
        account: Account = self.account
        return Entry(cause, account.member_id, account.version, decision.legs, decision.reasons, decision.answer, {})


LedgerMachine.TestCase.settings = settings(
    max_examples=RUNS, stateful_step_count=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestLedger = LedgerMachine.TestCase
