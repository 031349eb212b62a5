"""The purchase that docs/worked-example.md follows, executed."""

from datetime import UTC, datetime
from typing import Any

import pytest

from functions.earn import checkout, returns
from functions.earn.receipt import Return
from functions.earn.terms import Purchase
from loyalty import account_store, dynamo
from loyalty.accounts import Account
from loyalty.buckets import BucketKey
from loyalty.entries import Entry, EntryKey
from loyalty.ledger import read
from loyalty.pricing.basket import Line
from loyalty.tiers import Record, Rung
from loyalty.types import Day, Fen, MemberId, Month, Origin, Points, Purse, ReceiptNo, Status, TenantId
from tests.support import PROGRAMME

NOW = datetime(2026, 11, 21, 10, 30, 5, tzinfo=UTC)
MEMBER = MemberId("wang-fang")
SOURCE = "receipt/muzuo-home/A-1042"


@pytest.fixture
def purchase(cloud: Any) -> Purchase:
    account = Account(
        member_id=MEMBER,
        status=Status.ACTIVE,
        rung=Rung("gold", Day("261001"), Day("271031")),
        version=41,
        buckets={Purse.POINTS: {BucketKey("270331"): 1500, BucketKey("271130"): 800}},
        record=Record(spend={Month("2610"): 1_000_000}),
    )
    cloud.put_item(TableName="accounts", Item=dynamo.to_item(account_store.to_row(account, PROGRAMME)))
    cloud.put_item(TableName="tenants", Item=dynamo.to_item({"tenant_id": "muzuo-home", "kind": "tenant"}))
    return Purchase(
        tenant_id=TenantId("muzuo-home"),
        receipt_no=ReceiptNo("A-1042"),
        member_id=MEMBER,
        purchased_at=datetime(2026, 11, 21, 10, 30, tzinfo=UTC),
        lines=(Line("SHOE-42", "shoes", 1, Fen(59900)),),
        gross=Fen(59900),
        points=Points(1000),
        paid=Fen(58900),
        actor="till:muzuo-home",
        origin=Origin.TILL,
        correlation_id="trace",
    )


def account() -> Account:
    found = account_store.read(MEMBER, consistent=True)
    assert found is not None
    return found


def test_the_checkout_spends_the_earliest_and_earns_by_the_tier(purchase: Purchase) -> None:
    entry: Entry = checkout.record(purchase, NOW).entry
    assert [tuple(leg) for leg in entry.legs] == [("points", "270331", -1000), ("points", "271130", 706)]
    assert {reason.code: reason.points for reason in entry.reasons} == {
        "redeemed": -1000,
        "base": 589,
        "tier_multiplier": 117,
    }
    after = account()
    assert (after.version, entry.account_version) == (42, 42)
    assert after.held(Purse.POINTS) == {"270331": 500, "271130": 1506}
    assert after.record.spend[Month("2611")] == 58900


def test_a_lost_answer_is_found_again(purchase: Purchase) -> None:
    first = checkout.record(purchase, NOW)
    again = checkout.record(purchase, NOW)
    assert again.replayed
    assert again.entry.answer == first.entry.answer
    assert account().version == 42


def test_the_shoes_come_back(purchase: Purchase) -> None:
    checkout.record(purchase, NOW)
    settled = returns.record(SOURCE, purchase.tenant_id, Return("R-7", 59900), "trace", NOW)
    assert not isinstance(settled, returns.EarlyReturn)
    answer = settled.entry.answer
    assert (answer["points_given_back"], answer["points_taken_back"], answer["money_back"]) == (1000, 706, 58900)
    assert account().held(Purse.POINTS) == {"270331": 1500, "271130": 800}
    assert account().version == 43
    assert read(EntryKey(SOURCE, "return/0001")) is not None
