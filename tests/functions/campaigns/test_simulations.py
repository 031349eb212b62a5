"""Simulations say what a receipt would earn: the checkout's own evaluation, at any time, drafts included (A10)."""

from typing import Any

import pytest

from functions.campaigns import publication
from loyalty import discounts, dynamo, stock
from loyalty.catalogue import Offer, OfferState
from loyalty.clock import zone
from loyalty.earning import lines as earned
from loyalty.earning.evaluation import Bought, Shopper, evaluate
from loyalty.earning.lines import PricedLine
from loyalty.earning.used import NOTHING, Gifts, after_award, row_key, to_rows
from loyalty.remembering import forget_everything
from loyalty.tiers import Rung
from loyalty.types import Day, Purse
from tests.functions.campaigns.desk import (
    APPROVER,
    AUDITOR,
    BUDGET,
    MARKETER,
    NOW,
    OPERATOR,
    approved,
    draft,
    enrol,
    everything,
    published,
    put_template,
    put_tenant,
    running_rules,
    send,
    step,
)
from tests.support import member_caller, staff_caller

pytestmark = pytest.mark.usefixtures("shop")
LINE = {"sku": "SKU-1", "category": "dining", "brand": "lotus", "quantity": 1, "amount": 60_000}
MEMBER = "member-anna"
STEPS = [
    {
        "kind": "steps",
        "over": "day",
        "steps": [{"at_least": 50_000, "gift": {"points": 50}}, {"at_least": 100_000, "gift": {"points": 100}}],
    }
]
LIST = "1" * 24


@pytest.fixture
def shop(desk: None) -> None:
    """A tenant to buy at."""
    put_tenant("tea-house")


def simulated(status: int = 200, **changes: Any) -> Any:
    forget_everything()
    who: dict[str, Any] = {} if "member_id" in changes else {"shopper": {}}
    answer = send("POST /campaigns/simulations", {"tenant_id": "tea-house", "lines": [LINE], **who, **changes}, AUDITOR)
    assert answer.status == status, answer.body
    return answer.body


def in_part(found: Any, part: str) -> dict[str, Any]:
    """Return what a part of the answer says of each campaign."""
    return {one["campaign_id"]: one["points"] if part == "awards" else one["why"] for one in found[part]}


def test_a_receipt_earns_its_base_the_tiers_bonus_and_what_campaigns_give() -> None:
    campaign_id = published()
    found = simulated(shopper={"tier": "gold"})
    assert (found["tier"], found["paid"], found["base_points"], found["tier_points"]) == ("gold", 60_000, 600, 120)
    assert in_part(found, "awards") == {campaign_id: {"points": 720}}
    assert found["points"] == 600 + 120 + 720
    assert found["awards"][0]["reason"] == "活动奖励：全场双倍积分"


def test_a_simulation_writes_nothing() -> None:
    published(budget=BUDGET)
    enrol(MEMBER)
    before = everything()
    simulated(member_id=MEMBER, drafts=True)
    assert everything() == before


def test_a_simulation_says_what_the_evaluation_says() -> None:
    published("a", priority=1, group="g", stacking="best")
    published("b", group="g", stacking="best", effects=STEPS)
    published("c", conditions={"first_purchase": True}, effects=[{"kind": "add", "gift": {"points": 7}}])
    found = simulated(shopper={"tier": "silver", "first_purchase": True})
    line = PricedLine("SKU-1", "dining", 1, 60_000, 60_000, 1000, True, 0, "lotus")
    at = NOW.astimezone(zone("Asia/Shanghai"))
    bought = Bought("any", "tea-house", at, "till", (line,), 1000)
    rules = tuple(running_rules().values())
    expected = evaluate(bought, Shopper("silver", True), rules, {}, {})
    assert in_part(found, "awards") == {
        one.rule.campaign_id: {purse.value: points for purse, points in one.points.items()} for one in expected.awards
    }
    assert in_part(found, "missed") == {one.rule.campaign_id: [one.why.value] for one in expected.missed}
    assert found["points"] == earned.points_for((line,), 1000) + sum(
        one.points.get(Purse.POINTS, 0) for one in expected.awards
    )
    assert (len(expected.awards), len(expected.missed)) == (2, 1)


@pytest.mark.parametrize("how", ["draft", "approved"])
def test_a_draft_takes_part_where_it_is_asked_for(how: str) -> None:
    campaign_id = approved() if how == "approved" else draft()
    assert simulated()["awards"] == []
    assert in_part(simulated(drafts=True), "awards") == {campaign_id: {"points": 600}}
    assert in_part(simulated(campaigns=[campaign_id]), "awards") == {campaign_id: {"points": 600}}
    assert simulated(404, campaigns=["0" * 24])["code"] == "not_found"


def test_a_paused_campaign_takes_part_where_it_is_named_with_what_is_left_of_its_budget() -> None:
    campaign_id = published(budget={"unit": "points", "amount": 700})
    place = publication.place(running_rules()[campaign_id])
    assert place is not None
    dynamo.client().transact_write_items(TransactItems=[stock.take(place, n, 24) for n in range(place.shards)])
    step(campaign_id, "pauses")
    unasked = simulated(drafts=True)
    assert (unasked["awards"], unasked["missed"], unasked["idle"]) == ([], [], [])
    assert in_part(simulated(campaigns=[campaign_id]), "missed") == {campaign_id: ["budget_exhausted"]}


def test_a_drafts_budget_is_untouched_and_may_still_be_too_small() -> None:
    enough = draft("a", budget={"unit": "points", "amount": 600})
    too_small = draft("b", budget={"unit": "points", "amount": 599})
    found = simulated(drafts=True)
    assert in_part(found, "awards") == {enough: {"points": 600}}
    assert in_part(found, "missed") == {too_small: ["budget_exhausted"]}


def test_a_given_time_decides_what_runs_then() -> None:
    later = {"from": "2027-06-05T00:00:00+08:00", "until": "2027-06-06T00:00:00+08:00"}
    campaign_id = published(**later)
    assert in_part(simulated(), "idle") == {campaign_id: ["dates"]}
    found = simulated(at="2027-06-04T16:30:00Z")
    assert (in_part(found, "awards"), found["at"]) == ({campaign_id: {"points": 600}}, "2027-06-05T00:30:00+08:00")
    assert simulated(at="2027-06-04T15:59:59Z")["awards"] == []


def test_a_members_own_facts_decide() -> None:
    enrol(MEMBER, rung=Rung("gold", Day("260101"), Day("271231")), first_on=Day("260301"))
    dynamo.client().put_item(
        TableName="members",
        Item=dynamo.to_item({"member_id": MEMBER, "kind": "dates", "born": "1224", "joined": "251215"}),
    )
    dynamo.client().put_item(
        TableName="campaigns", Item=dynamo.to_item({"campaign_id": f"members/{LIST}", "kind": MEMBER})
    )
    gift = [{"kind": "add", "gift": {"points": 10}}]
    windows = {
        "birthday": {"windows": {"birthday": "month"}},
        "anniversary": {"windows": {"anniversary": True}},
        "gold": {"tiers": ["gold"]},
        "list": {"lists": [LIST]},
        "first": {"first_purchase": True},
    }
    ids = {name: draft(name, conditions=asked, effects=gift) for name, asked in windows.items()}
    found = simulated(member_id=MEMBER, drafts=True)
    assert in_part(found, "awards").keys() == {ids[name] for name in ("birthday", "anniversary", "gold", "list")}
    assert in_part(found, "idle") == {ids["first"]: ["first_purchase"]}
    stranger = simulated(drafts=True)
    assert stranger["awards"] == []
    assert in_part(stranger, "idle")[ids["birthday"]] == ["birthday"]
    assumed = {"tier": "gold", "birthday": "12-24", "joined": "2025-12-15", "lists": [LIST], "first_purchase": True}
    assert in_part(simulated(shopper=assumed, drafts=True), "awards").keys() == set(ids.values())


def had_that_day(campaign_id: str) -> None:
    """The member got 50 points of a campaign today, for 500 yuan elsewhere."""
    rule = running_rules()[campaign_id]
    used = after_award(NOTHING, rule, "receipt/other/R-1", 50_000, Gifts({Purse.POINTS: 50}))
    ((row, attributes, _),) = to_rows(NOTHING, used, Day("261215"))
    item = {**row_key(campaign_id, MEMBER, row), **attributes}
    dynamo.client().put_item(TableName="campaigns", Item=dynamo.to_item(item))


def test_what_a_member_had_that_day_counts() -> None:
    enrol(MEMBER)
    campaign_id = published(effects=STEPS)
    had_that_day(campaign_id)
    assert in_part(simulated(member_id=MEMBER), "awards") == {campaign_id: {"points": 50}}
    assert in_part(simulated(), "awards") == {campaign_id: {"points": 50}}
    assert in_part(simulated(lines=[LINE | {"amount": 100_000}]), "awards") == {campaign_id: {"points": 100}}


def test_a_campaign_the_day_had_already_brings_nothing_more_and_nothing_else_is_in_the_way() -> None:
    enrol(MEMBER)
    gift = [{"kind": "add", "gift": {"points": 50}}]
    ids = published("a", effects=STEPS), published("b", conditions={"at_least": 50_000, "over": "day"}, effects=gift)
    for campaign_id in ids:
        had_that_day(campaign_id)
    found = simulated(member_id=MEMBER, lines=[LINE | {"amount": 1_000}])
    assert in_part(found, "idle") == {one: ["effect"] for one in ids}


@pytest.mark.parametrize(
    ("conditions", "changes", "why"),
    [
        ({"scope": {"tenants": ["other"]}}, {}, ["tenant"]),
        ({"scope": {"categories": ["books"]}}, {}, ["goods"]),
        ({"scope": {"brands": ["rose"]}, "at_least": 70_000}, {}, ["goods"]),
        ({}, {"lines": [LINE | {"category": "tobacco"}]}, ["goods"]),
        ({"at_least": 60_001}, {}, ["amount"]),
        ({"at_least": 60_001, "over": "day"}, {}, ["amount"]),
        ({"channels": ["import"]}, {}, ["channel"]),
        ({"windows": {"recurrence": "FREQ=MONTHLY;BYMONTHDAY=5"}}, {}, ["days"]),
        ({"windows": {"daily": {"from": "18:00", "until": "22:00"}}}, {}, ["hours"]),
        ({"windows": {"festivals": [{"festival": "mid_autumn"}]}}, {}, ["days"]),
        ({"tiers": ["gold"], "lists": [LIST]}, {}, ["tier", "list"]),
        ({"windows": {"birthday": "day"}}, {"shopper": {"birthday": "12-16"}}, ["birthday"]),
        ({"windows": {"anniversary": True}}, {"shopper": {"joined": "2026-12-15"}}, ["anniversary"]),
    ],
)
def test_what_stands_in_the_way_is_named(conditions: dict[str, Any], changes: dict[str, Any], why: list[str]) -> None:
    campaign_id = draft(conditions=conditions, effects=[{"kind": "add", "gift": {"points": 5}}])
    found = simulated(drafts=True, **changes)
    assert in_part(found, "idle") == {campaign_id: why}
    assert all(one["reason"] for one in found["idle"])


def test_a_discount_lowers_what_is_paid_and_what_that_earns() -> None:
    campaign = {
        "name_zh": "八折",
        "name_en": "20% off",
        "percent": 20,
        "from": "2026-01-01T00:00:00+08:00",
        "until": "2028-01-01T00:00:00+08:00",
    }
    offer = Offer("d" * 24, campaign, "mei", OfferState.PUBLISHED)
    dynamo.client().transact_write_items(TransactItems=list(discounts.catalogue().put_if_absent(offer)))
    forget_everything()
    campaign_id = published()
    found = simulated()
    assert (found["paid"], found["base_points"], in_part(found, "awards")) == (
        48_000,
        480,
        {campaign_id: {"points": 480}},
    )


def test_a_drafts_coupons_compete_by_what_they_take_off() -> None:
    voucher = [{"kind": "add", "gift": {"templates": [put_template()]}}]
    coupon = draft("a", group="g", stacking="best", effects=voucher, limits={"awards": 1})
    points = draft("b", group="g", stacking="best", effects=[{"kind": "add", "gift": {"points": 4_000}}])
    found = simulated(drafts=True)
    assert in_part(found, "awards") == {coupon: {}}
    assert found["awards"][0]["templates"] == ["c" * 24]
    assert in_part(found, "missed") == {points: ["outranked"]}


def test_who_is_simulated_must_be_clear() -> None:
    assert simulated(400, member_id=MEMBER, shopper={})["code"] == "invalid_request"
    assert send("POST /campaigns/simulations", {"tenant_id": "tea-house", "lines": [LINE]}, AUDITOR).status == 400
    assert simulated(422, member_id="member-nobody")["code"] == "unknown_member"
    assert simulated(422, tenant_id="nowhere")["code"] == "unknown_tenant"


def test_staff_alone_simulate() -> None:
    body = {"tenant_id": "tea-house", "lines": [LINE], "shopper": {}}
    for caller in (MARKETER, APPROVER, OPERATOR, AUDITOR):
        assert send("POST /campaigns/simulations", body, caller).status == 200
    for caller in (staff_caller(login="guest"), member_caller("anna")):
        assert send("POST /campaigns/simulations", body, caller).status == 403


def test_limits_do_not_hide_what_else_is_missing() -> None:
    campaign_id = draft(limits={"points": 100}, conditions={"tiers": ["gold"]})
    assert in_part(simulated(drafts=True), "idle") == {campaign_id: ["tier"]}
    assert in_part(simulated(drafts=True, shopper={"tier": "gold"}), "missed") == {campaign_id: ["limit_reached"]}
