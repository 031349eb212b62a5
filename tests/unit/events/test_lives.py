"""Whatever the real rules decide over a member's life comes out as events, leg by leg."""

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from events.examples import MALL, MEMBER
from functions.earn import purchase as checkout
from functions.earn import refund
from functions.earn.errors import ReturnExceedsPurchaseError
from functions.earn.receipt import Return, recorded
from functions.earn.terms import Purchase, Terms
from functions.expiry.sweep import what_is_due
from functions.outbox.conversion import of_ledger
from functions.redeem import redemption
from loyalty.accounts import Account, open_account
from loyalty.clock import day_of, iso
from loyalty.dynamo import Item, from_item, to_item
from loyalty.entries import Cause, Entry, EntryKey, from_row, to_row
from loyalty.events.envelope import Event
from loyalty.ledger import Decision
from loyalty.pricing.basket import Line
from loyalty.tenants import TenantTerms
from loyalty.types import Fen, Kind, Origin, Points, Purse, ReceiptNo, Status, TenantId
from tests.support import PROGRAMME
from tests.unit.events.reading import as_json

START = date(2026, 11, 21)
SIGN = {"PointsEarned": 1, "PointsRedeemed": -1, "PointsExpired": -1}


TERMS = TenantTerms(TenantId("shoes"))
steps = st.lists(
    st.one_of(
        st.tuples(st.just("buy"), st.integers(0, 90_000), st.integers(0, 30), st.integers(-800, 0)),
        st.tuples(st.just("return"), st.integers(1, 60_000), st.integers(0, 9), st.just(0)),
        st.tuples(st.just("redeem"), st.integers(1, 20), st.just(0), st.just(0)),
        st.tuples(st.just("undo"), st.integers(0, 5), st.just(0), st.just(0)),
        st.tuples(st.just("sweep"), st.integers(1, 300), st.just(0), st.just(0)),
    ),
    min_size=1,
    max_size=25,
)


class Life:
    """One member's account, moved by the real rules; keeps every row they write."""

    def __init__(self) -> None:
        self.day = START
        self.account = open_account(MEMBER, Status.ACTIVE, PROGRAMME, day_of(START))
        self.rows: list[Item] = []
        self.purchases: list[tuple[Entry, list[dict[str, Any]]]] = []
        self.redemptions: list[Entry] = []

    def buy(self, amount: int, hundreds: int, days: int) -> None:
        points = min(hundreds * 100, self.account.spendable(Purse.POINTS, day_of(self.day)) // 100 * 100)
        points = min(points, amount // 100 * 100)
        bought_on = self.day + timedelta(days=days)
        number = ReceiptNo(str(len(self.rows)))
        asked = Purchase(
            tenant_id=TERMS.tenant_id,
            receipt_no=number,
            member_id=MEMBER,
            purchased_at=datetime.combine(bought_on, datetime.min.time(), UTC),
            lines=(Line("A", "shoes", 1, Fen(amount - amount // 3)), Line("B", "hats", 1, Fen(amount // 3))),
            gross=Fen(amount),
            points=Points(points),
            paid=Fen(amount - points),
            actor="till:shoes",
            origin=Origin.TILL,
            correlation_id="c",
        )
        early = [Return("early", amount=amount // 2)] if amount % 5 == 4 else []
        terms = Terms(TERMS, PROGRAMME, bought_on, day_of(self.day), asked.purchased_at)
        decision = checkout.decide(self.account, asked, terms, early).decision
        entry = self.write(Kind.PURCHASE, EntryKey(f"receipt/shoes/{number}", "purchase"), decision)
        self.purchases.append((entry, []))

    def give_back(self, amount: int, which: int) -> None:
        if not self.purchases:
            return
        entry, refunds = self.purchases[which % len(self.purchases)]
        receipt = recorded(entry.facts, refunds)
        source = entry.cause.key.source
        try:
            decision = refund.decide(
                self.account, receipt, Return("R", amount=amount), source, day_of(self.day), PROGRAMME
            ).decision
        except ReturnExceedsPurchaseError:
            return
        written = self.write(Kind.REFUND, EntryKey(source, f"refund/{len(refunds)}"), decision)
        refunds.append(dict(written.facts))

    def redeem(self, hundreds: int) -> None:
        points = min(hundreds * 100, self.account.spendable(Purse.POINTS, day_of(self.day)) // 100 * 100)
        if points > 0:
            decision = redemption.decide(self.account, points, {"kind": "cash"}, PROGRAMME, day_of(self.day))
            key = EntryKey(f"redeem/m/{len(self.rows)}", "redeem")
            self.redemptions.append(self.write(Kind.REDEEM, key, decision))

    def undo(self, which: int) -> None:
        if self.redemptions:
            entry = self.redemptions.pop(which % len(self.redemptions))
            decision = redemption.undo(self.account, entry, day_of(self.day))
            self.write(Kind.REFUND, EntryKey(entry.cause.key.source, "refund"), decision)

    def sweep(self, days: int) -> None:
        self.day += timedelta(days=days)
        while due := what_is_due(self.account, PROGRAMME, day_of(self.day)):
            self.write(due.kind, EntryKey(f"{due.kind}/{MEMBER}", str(len(self.rows))), due.decision)

    def write(self, kind: Kind, key: EntryKey, decision: Decision) -> Entry:
        self.account = replace(decision.account, version=self.account.version + 1)
        now = iso(datetime.combine(self.day, datetime.min.time(), UTC))
        entry = Entry(
            cause=Cause(key, kind, now, now, "till:shoes", Origin.TILL, "c"),
            member_id=MEMBER,
            account_version=self.account.version,
            legs=decision.legs,
            reasons=decision.reasons,
            answer=decision.answer,
            facts=decision.facts,
        )
        self.rows.append(from_item(json.loads(json.dumps(to_item(to_row(entry))))))
        return entry

    def step(self, what: str, a: int, b: int, c: int) -> None:
        match what:
            case "buy":
                self.buy(a, b, c)
            case "return":
                self.give_back(a, b)
            case "redeem":
                self.redeem(a)
            case "undo":
                self.undo(a)
            case "sweep":
                self.sweep(a)


def legs_told(events: list[Event]) -> Counter[tuple[str, str | None, int]]:
    told = [leg for event in events for leg in as_json(event)["data"].get("legs", [])]
    return Counter((leg["purse"], leg.get("expires_on"), leg["points"]) for leg in told)


def legs_moved(entry: Entry) -> Counter[tuple[str, str | None, int]]:
    def last(bucket: str) -> str | None:
        return None if bucket == "debt" else f"20{bucket[:2]}-{bucket[2:4]}-{bucket[4:6]}"

    return Counter((str(leg.purse), last(leg.bucket), leg.points) for leg in entry.legs)


def points_told(events: list[Event]) -> int:
    """What the headline numbers of an entry's events add up to."""
    told = 0
    for event in events:
        data = as_json(event)["data"]
        told += SIGN.get(event.type, 0) * data.get("points", 0) + data.get("given_back", 0) - data.get("taken_back", 0)
    return told


@given(steps=steps)
def test_over_a_members_life_the_events_account_for_every_leg(steps: list[tuple[str, int, int, int]]) -> None:
    life = Life()
    for step in steps:
        life.step(*step)

    ids: list[str] = []
    for row in life.rows:
        entry, events = from_row(row), of_ledger(row, MALL)
        assert legs_told(events) == legs_moved(entry)
        assert points_told(events) == entry.points()
        assert [event.id for event in events] == [event.id for event in of_ledger(row, MALL)]
        assert any(event.type == "TierChanged" for event in events) == ("tier_after" in entry.facts)
        ids += [event.id for event in events]
    assert len(set(ids)) == len(ids)
    assert sum(from_row(row).points() for row in life.rows) == Account.total(life.account, Purse.POINTS)
