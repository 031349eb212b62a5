"""Campaigns at the till: what runs is awarded in the receipt's own transaction, and told with its name."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from functions.earn import checkout
from loyalty import dynamo
from loyalty.clock import utc_now
from loyalty.coupons.codes import shown
from loyalty.coupons.coupon import Way
from loyalty.coupons.issue import code_for
from loyalty.earning import running
from loyalty.earning.rule import Conditions, Limits, Multiply, Over, Unit, Windows
from loyalty.remembering import forget_everything
from loyalty.types import MemberId, Origin, Purse
from tests.functions.till import (
    ANNA,
    BEN,
    account_of,
    everything,
    fetch,
    ledger_rows,
    ledger_sum,
    member,
    post,
    receipt,
)
from tests.running import budget, end, fixed, gift, left, on_list, rule, run, steps, taken
from tests.unit.earn.builders import SHOES, bill

GOODS = ("S-1", "shoes", 100_00)


@contextmanager
def calls() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(model: Any, **_: Any) -> None:
        seen.append(model.name)

    events = dynamo.client().meta.events
    events.register("before-call.dynamodb", note)
    try:
        yield seen
    finally:
        events.unregister("before-call.dynamodb", note)


def written() -> list[str]:
    """The keys of every row of the campaigns table that a receipt may write."""
    items = map(dynamo.from_item, dynamo.client().scan(TableName="campaigns")["Items"])
    return sorted(f"{row['campaign_id']} {row['kind']}" for row in items if row["campaign_id"].startswith("used/"))


def test_a_running_campaign_awards_and_is_named(mall: Any) -> None:
    run(rule("double", Multiply(2000)), fixed("more", 7))
    answer = post("/purchases", receipt("R-1", GOODS), accept_language="en")
    assert [(one["rule"], one["points"], one["reason"]) for one in answer.body["awards"]] == [
        ("base", 100, "Points for your purchase"),
        ("double", 100, "Campaign: Campaign double"),
        ("more", 7, "Campaign: Campaign more"),
    ]
    assert (answer.body["points_earned"], answer.body["balance"]) == (207, 207)
    assert account_of().total(Purse.POINTS) == ledger_sum() == 207


def test_the_sentence_is_in_chinese_unless_asked_otherwise(mall: Any) -> None:
    run(fixed("more", 7))
    assert post("/purchases", receipt("R-1", GOODS)).body["awards"][-1]["reason"] == "活动奖励：活动more"


def test_a_replay_is_answered_alike_though_the_campaign_is_over(mall: Any) -> None:
    run(fixed("more", 7, budget=budget(100)), steps("gift", Over.RECEIPT, (50_00, gift(0, Purse.POINTS, "tea"))))
    body = receipt("R-1", GOODS)
    first = post("/purchases", body)
    end("more")
    end("gift")
    forget_everything()
    before = everything()
    again = post("/purchases", body)
    assert (again.body, again.headers["idempotent-replayed"]) == (first.body, "true")
    assert everything() == before
    assert fetch("/purchases/R-1").body["gifts"] == first.body["gifts"]


def test_a_campaign_without_a_budget_adds_no_call_and_no_row(mall: Any) -> None:
    run(fixed("more", 7))
    running.rules()
    before = [len(rows) for rows in everything().values()]
    with calls() as seen:
        post("/purchases", receipt("R-1", GOODS))
    assert [name for name in seen if name != "Query"] == ["BatchGetItem", "TransactWriteItems"]
    assert sum(len(rows) for rows in everything().values()) == sum(before) + 1


def test_a_budget_is_taken_in_the_receipts_own_transaction(mall: Any) -> None:
    more = fixed("more", 7, budget=budget(1_000))
    run(more)
    with calls() as seen:
        post("/purchases", receipt("R-1", GOODS))
    assert [name for name in seen if name != "Query"] == ["BatchGetItem", "TransactWriteItems"]
    (row,) = ledger_rows()
    ((campaign, points, units, ((shard, of_it),)),) = row["facts"]["awards"]
    assert (campaign, points, units, of_it) == ("more", {"points": 7}, 7, 7)
    assert taken(more) == 7
    assert left(more)[shard] == 1_000 // 16 + (shard < 1_000 % 16) - 7


def test_a_whole_award_is_given_or_none_and_base_points_never_fail(mall: Any) -> None:
    more = fixed("more", 60, budget=budget(100, shards=1))
    run(more)
    first, second = (post("/purchases", receipt(f"R-{n}", GOODS)).body for n in range(2))
    assert (first["points_earned"], second["points_earned"]) == (160, 100)
    assert (left(more), taken(more)) == ([40], 60)


def test_no_budget_is_spent_on_points_that_would_lapse_at_once(mall: Any) -> None:
    more = fixed("more", 60, budget=budget(100, shards=1))
    run(more)
    late = (utc_now() - timedelta(days=500)).isoformat()
    assert post("/purchases", receipt("R-1", GOODS, purchased_at=late)).body["points_earned"] == 100
    assert (left(more), account_of().total(Purse.POINTS)) == ([100], 0)


def test_what_only_several_shards_hold_together_is_taken_from_several(mall: Any) -> None:
    more = fixed("more", 90, budget=budget(100, shards=4))
    run(more)
    assert post("/purchases", receipt("R-1", GOODS)).body["points_earned"] == 190
    assert (sum(left(more)), taken(more)) == (10, 90)
    refund = post("/purchases/R-1/refunds", {"refund_no": "B", "amount": GOODS[2]}).body
    assert (refund["balance"], left(more), taken(more)) == (0, [25] * 4, 0)


@pytest.mark.parametrize("unit", [Unit.POINTS, Unit.AWARDS])
def test_a_quote_says_what_the_checkout_would_and_why_not(mall: Any, unit: Unit) -> None:
    run(fixed("more", 60, budget=budget(61 if unit is Unit.POINTS else 1, unit, shards=1)))
    basket = {"member_id": ANNA, "lines": [{"sku": "S", "category": "shoes", "amount": 100_00}]}
    quoted = post("/quotes", basket, accept_language="en").body
    assert (quoted["points_earned"], quoted["missing"]) == (160, [])
    post("/purchases", receipt("R-1", GOODS))
    (missing,) = post("/quotes", basket, accept_language="en").body["missing"]
    assert (missing["code"], missing["campaign_id"]) == ("budget_exhausted", "more")
    assert missing["detail"] == "The rewards of “Campaign more” are used up."


def test_a_limit_is_kept_and_a_quote_says_so(mall: Any) -> None:
    run(fixed("more", 60, limits=Limits(awards=2, awards_a_day=1)))
    earned = [post("/purchases", receipt(f"R-{n}", GOODS)).body["points_earned"] for n in range(2)]
    assert earned == [160, 100]
    late = (utc_now() - timedelta(days=3)).isoformat()
    assert post("/purchases", receipt("R-3", GOODS, purchased_at=late)).body["points_earned"] == 160
    basket = {"member_id": ANNA, "lines": [{"sku": "S", "category": "shoes", "amount": 100_00}]}
    assert post("/quotes", basket).body["missing"][0]["code"] == "limit_reached"
    assert [key.rsplit(" ")[0] for key in written()] == [f"used/more/{ANNA}"] * 3


def test_a_gift_is_announced_with_the_code_it_will_have(mall: Any) -> None:
    run(steps("gift", Over.RECEIPT, (50_00, gift(0, Purse.POINTS, "tea", "tea"))))
    answer = post("/purchases", receipt("R-1", GOODS)).body
    refs = [f"{answer['entry_id']}/gift/{n}" for n in range(2)]
    assert answer["gifts"] == [
        {"campaign_id": "gift", "template_id": "tea", "coupon": shown(code_for(Way.EVENT, "campaign", ref))}
        for ref in refs
    ]
    (row,) = ledger_rows()
    assert row["facts"]["vouchers"] == [["gift", "tea", ref] for ref in refs]


def test_a_days_receipts_reach_a_step_together_and_the_higher_coupon_replaces_the_lower(mall: Any) -> None:
    day = steps("day", Over.DAY, (150_00, gift(50, Purse.POINTS, "small")), (300_00, gift(100, Purse.POINTS, "big")))
    run(day)
    found = [post("/purchases", receipt(f"R-{n}", GOODS)).body for n in range(3)]
    assert [one["points_earned"] for one in found] == [100, 150, 150]
    assert [gift["template_id"] for one in found for gift in one["gifts"]] == ["small", "big"]
    assert found[2]["gifts_replaced"] == found[1]["gifts"]
    rows = {row["source"]: row["facts"] for row in ledger_rows()}
    assert [rows[f"receipt/shoes/R-{n}"]["counted"] for n in range(3)] == [["day"]] * 3


def test_lists_birthdays_and_channels_are_read_where_a_rule_asks(mall: Any) -> None:
    today = utc_now() + timedelta(hours=8)
    run(
        fixed("listed", 1, conditions=Conditions(lists=frozenset({"vip"}))),
        fixed("born", 2, conditions=Conditions(windows=Windows(birthday="day"))),
        fixed("till", 4, conditions=Conditions(channels=frozenset({"till"}))),
        fixed("file", 8, conditions=Conditions(channels=frozenset({"import"}))),
    )
    at = utc_now().isoformat()
    assert post("/purchases", receipt("R-1", GOODS, purchased_at=at)).body["points_earned"] == 104
    on_list("vip", ANNA)
    dates = {"member_id": ANNA, "kind": "dates", "born": f"{today:%m%d}", "joined": f"{today:%y%m%d}"}
    dynamo.client().put_item(TableName="members", Item=dynamo.to_item(dates))
    with calls() as seen:
        assert post("/purchases", receipt("R-2", GOODS, purchased_at=at)).body["points_earned"] == 107
    assert [name for name in seen if name != "Query"] == ["BatchGetItem", "TransactWriteItems"]


def test_facts_say_what_a_receipt_was_decided_with(mall: Any) -> None:
    first, second = (post("/purchases", receipt(f"R-{n}", GOODS)) for n in range(2))
    assert (first.status, second.status) == (201, 201)
    facts = [row["facts"] for row in sorted(ledger_rows(), key=lambda row: row["source"])]
    assert [(one["tier"], one["till"], one.get("first"), one.get("channel")) for one in facts] == [
        ("regular", "client-of-shoes", True, None),
        ("regular", "client-of-shoes", None, None),
    ]
    assert account_of().first_on == facts[0]["bought_on"]


def test_pitfall_17_the_reward_for_a_first_purchase_is_not_paid_again(mall: Any) -> None:
    run(fixed("hello", 500, conditions=Conditions(first_purchase=True)))
    member(BEN)
    first = post("/purchases", receipt("R-1", GOODS)).body
    assert first["points_earned"] == 600
    back = post("/purchases/R-1/refunds", {"refund_no": "B", "amount": GOODS[2]}).body
    assert (back["balance"], back["points_taken_back"]) == (0, 600)
    assert back["awards_taken_back"][0]["points"] == {"points": 500}
    assert post("/purchases", receipt("R-2", GOODS)).body["points_earned"] == 100
    assert account_of().total(Purse.POINTS) == ledger_sum() == 100


def test_files_earn_what_campaigns_give_and_only_there_what_is_for_files(mall: Any) -> None:
    run(fixed("file", 8, conditions=Conditions(channels=frozenset({"import"})), budget=budget(100)))
    goods = ("S", "shoes", 100_00)
    purchase = bill(goods, member_id=MemberId(ANNA), origin=Origin.IMPORT, batch="batch", purchased_at=utc_now())
    with calls() as seen:
        entry = checkout.record(purchase, utc_now(), tenant=SHOES).entry
    assert [name for name in seen if name != "Query"] == ["BatchGetItem", "TransactWriteItems"]
    assert entry.answer["points_earned"] == 108
    assert (entry.facts["channel"], "till" in entry.facts) == ("import", False)


def test_files_still_read_the_account_alone_where_no_campaign_may_apply(mall: Any) -> None:
    run(fixed("till", 8, conditions=Conditions(channels=frozenset({"till"}))))
    purchase = bill(("S", "shoes", 100_00), member_id=MemberId(ANNA), origin=Origin.IMPORT, batch="batch")
    with calls() as seen:
        checkout.record(purchase, utc_now(), tenant=SHOES)
    assert [name for name in seen if name != "Query"] == ["GetItem", "TransactWriteItems"]
