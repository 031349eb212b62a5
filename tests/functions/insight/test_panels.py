"""The panels: what they show, from how many reads, to whom, as JSON and as a table."""

import csv
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from functions.insight import panels
from functions.insight.live.arranging import per_mille
from loyalty import dynamo
from tests.functions.insight.stories import CAMPAIGN, NOW, OTHER, REWARD, TEMPLATE, bought, browsed, deliver, detail
from tests.support import Context, HttpAnswer, call, http_event, member_caller, staff_caller

MARKETER = staff_caller("marketer")
USED: dict[str, Any] = {"tenant_id": "shoes", "receipt_no": "R-1", "tier": "gold", "channel": "app"}
STORY = [
    detail(1, "CouponSent", tier="gold", channel="app"),
    detail(2, "CouponSent", tier="gold", channel="app"),
    detail(3, "CouponClaimed", tier="silver", channel="counter", template_id=OTHER, category="birthday"),
    detail(4, "CouponSeen", tier="gold", channel="app"),
    detail(5, "CouponRedeemed", off=5000, unit_cost=100, **USED),
    detail(6, "CouponRedeemed", off=3000, **USED),
    detail(7, "CouponReturned", off=3000, **USED),
    detail(8, "CouponExpired", channel="counter", template_id=OTHER, category="birthday"),
    browsed(9, ("seen", "coupon", TEMPLATE), ("clicked", "coupon", TEMPLATE), ("seen", "page", "home"), tier="gold"),
    bought(10, 10_000, tier="gold", first=True),
    bought(11, 5_001, tier="silver", channel="import"),
    detail(12, "PointsRedeemed", points=300, tier="gold", redeemed_for="gift"),
    detail(13, "MemberEnrolled", status="active", channel="counter"),
]


@pytest.fixture
def told(mall: Any) -> None:
    """A day of the mall."""
    assert deliver(STORY) == []


def ask(panel: str, query: Mapping[str, str] | None = None, caller: Mapping[str, Any] = MARKETER) -> HttpAnswer:
    return call(panels.handler, http_event(f"GET /insight/{panel}", caller=caller, query=query))


@contextmanager
def reads() -> Iterator[list[str]]:
    """Name the calls on the tables."""
    calls: list[str] = []
    events = dynamo.client().meta.events

    def count(model: Any, **_: Any) -> None:
        calls.append(model.name)

    events.register("before-call.dynamodb", count)
    try:
        yield calls
    finally:
        events.unregister("before-call.dynamodb", count)


def test_the_funnel_goes_from_issue_to_use(told: None) -> None:
    answer = ask("funnel")
    assert answer.status == 200
    assert answer.body["total"] == {
        "issued": 3,
        "sent": 2,
        "claimed": 1,
        "seen": 1,
        "redeemed": 2,
        "returned": 1,
        "expired": 1,
        "voided": 0,
        "off_fen": 5000,
        "cost_fen": 5100,
        "offers_seen": 1,
        "offers_clicked": 1,
        "seen_per_mille": 333,
        "used_per_mille": 333,
    }
    assert [item["group"] for item in answer.body["items"]] == ["2026-11-21"]
    assert (answer.body["first"], answer.body["last"]) == ("2026-11-15", "2026-11-21")


@pytest.mark.parametrize(
    ("by", "issued"),
    [
        ("tier", {"gold": 2, "silver": 1, None: 0}),
        ("category", {"festival": 2, "birthday": 1}),
        ("channel", {"app": 2, "counter": 1}),
        ("template", {TEMPLATE: 2, OTHER: 1}),
        ("hour", {"12": 3}),
    ],
)
def test_the_funnel_is_told_apart(told: None, by: str, issued: dict[str | None, int]) -> None:
    body = ask("funnel", {"by": by}).body
    assert {item["group"]: item["issued"] for item in body["items"]} == issued
    assert body["total"]["issued"] == 3


def test_a_look_is_not_told_by_category_and_says_so(told: None) -> None:
    assert ask("funnel", {"by": "category"}).body["total"]["offers_seen"] is None
    assert ask("funnel", {"by": "tier"}).body["total"]["offers_seen"] == 1


def test_traffic_has_the_average_receipt(told: None) -> None:
    body = ask("traffic", {"by": "tier"}).body
    assert body["total"]["average_fen"] == 7500
    assert body["total"]["enrolled"] == 1
    groups = {item["group"]: item for item in body["items"]}
    assert (groups["gold"]["paid_fen"], groups["gold"]["points_spent"], groups["gold"]["first_receipts"]) == (
        10_000,
        300,
        1,
    )
    assert groups["silver"]["average_fen"] == 5_001
    assert groups[None]["average_fen"] is None


def test_traffic_by_channel_has_what_is_on_no_receipt_by_who_recorded_it(told: None) -> None:
    groups = {item["group"]: item for item in ask("traffic", {"by": "channel"}).body["items"]}
    assert groups["till"]["receipts"] == groups["import"]["receipts"] == 1
    assert groups["member"]["points_spent"] == 300
    assert groups["counter"]["enrolled"] == 1


def test_today_stands_beside_yesterday_and_the_week_before(mall: Any) -> None:
    hours_ago = {0: NOW, 26: NOW - timedelta(hours=26), 22: NOW - timedelta(hours=22), 170: NOW - timedelta(hours=170)}
    deliver([bought(ago, 100 + ago, at) for ago, at in hours_ago.items()])
    deliver([detail(500, "CouponSeen", NOW - timedelta(hours=1))])
    body = ask("today").body
    assert body["hour"] == 12
    now, yesterday, week = body["days"]
    assert (now["which"], yesterday["which"], week["which"]) == ("today", "yesterday", "week_before")
    assert (now["total"]["paid_fen"], now["until_this_hour"]["paid_fen"], now["total"]["seen"]) == (100, 0, 1)
    assert now["until_this_hour"]["seen"] == 1
    assert (yesterday["total"]["receipts"], yesterday["until_this_hour"]["paid_fen"]) == (2, 126)
    assert week["hours"][10]["paid_fen"] == 270
    assert [hour["hour"] for hour in week["hours"]] == list(range(24))


def test_attention_goes_from_seen_to_clicked_to_used(told: None) -> None:
    body = ask("attention").body
    groups = {item.pop("group"): item for item in body["items"]}
    assert groups["coupon"] == {"seen": 1, "clicked": 1, "used": 1, "clicked_per_mille": 1000}
    assert groups["page"] == {"seen": 1, "clicked": 0, "used": None, "clicked_per_mille": 0}
    one = ask("attention", {"kind": "coupon", "ref": TEMPLATE}).body
    assert (one["total"]["seen"], one["total"]["used"], one["items"][0]["group"]) == (1, 1, "2026-11-21")
    assert ask("attention", {"kind": "reward", "ref": REWARD}).body["items"] == []


def test_an_order_is_used_once_and_no_more_when_given_up(mall: Any) -> None:
    order: dict[str, Any] = {
        "redemption_id": "o",
        "reward_id": REWARD,
        "reward_kind": "gift",
        "points": 1,
        "purse": "points",
    }
    deliver(
        [
            detail(1, "RewardReserved", order_seq=1, **order),
            detail(2, "RewardHandedOver", order_seq=2, **order),
            detail(3, "RewardHandedOver", order_seq=1, **order),
            detail(4, "RewardCancelled", order_seq=2, **order),
            detail(5, "CampaignAwarded", campaign_id=CAMPAIGN, purchased_at=NOW.isoformat(), paid=1),
        ]
    )
    assert ask("attention", {"kind": "reward", "ref": REWARD}).body["total"]["used"] == 1
    assert ask("attention", {"kind": "campaign", "ref": CAMPAIGN}).body["total"]["used"] == 1


TWO_MONTHS = {"from": "2026-09-21", "to": "2026-11-21"}


@pytest.mark.parametrize(
    ("panel", "query", "most"),
    [
        ("today", {}, 1),
        ("funnel", {}, 1),
        ("funnel", {**TWO_MONTHS, "by": "template"}, 3),
        ("traffic", {**TWO_MONTHS, "by": "channel"}, 3),
        ("attention", TWO_MONTHS, 3),
        ("attention", {**TWO_MONTHS, "kind": "coupon", "ref": TEMPLATE}, 1),
    ],
)
def test_a_panel_takes_three_reads_at_most(told: None, panel: str, query: dict[str, str], most: int) -> None:
    with reads() as calls:
        assert ask(panel, query).status == 200
    assert len(calls) == most <= 3


def test_many_groups_cost_no_more_reads(mall: Any) -> None:
    """A hundred templates, over two months: reads are bounded by days, not by what a mall offers."""
    deliver([detail(n, "CouponSeen", NOW - timedelta(days=n % 62), template_id=f"{n:024x}") for n in range(100)])
    with reads() as calls:
        body = ask("funnel", {**TWO_MONTHS, "by": "template"}).body
    assert len(body["items"]) == 100
    assert len(calls) == 3


@pytest.mark.parametrize("panel", ["funnel", "traffic", "attention"])
def test_a_panel_is_a_table_too(told: None, panel: str) -> None:
    by_header = _raw(panel, {"accept": "text/csv"}, {})
    by_parameter = _raw(panel, {}, {"format": "csv"})
    assert by_header["body"] == by_parameter["body"]
    assert by_header["headers"]["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(by_header["body"])))
    items = ask(panel).body["items"]
    assert [row["group"] for row in rows] == [item["group"] for item in items]
    assert rows[0].keys() == items[0].keys()
    assert _raw(panel, {"accept": "text/csv"}, {"format": "json"})["headers"]["Content-Type"] == "application/json"


def _raw(panel: str, headers: dict[str, str], query: dict[str, str]) -> Any:
    serve: Any = panels.handler
    event = http_event(f"GET /insight/{panel}", caller=MARKETER, query=query, headers=headers)
    return serve(event, Context())


def test_a_category_that_begins_like_a_formula_is_no_formula_in_a_table(mall: Any) -> None:
    deliver([detail(1, "CouponSent", category="=1+1")])
    assert "'=1+1" in _raw("funnel", {}, {"format": "csv", "by": "category"})["body"]


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2026-11-22"},
        {"from": "2026-09-20", "to": "2026-11-21"},
        {"to": "0001-01-01"},
        {"from": "1999-12-31", "to": "2000-01-01"},
        {"from": "2026-02-30"},
        {"from": "yesterday"},
        {"by": "member"},
        {"format": "xml"},
    ],
)
def test_what_is_no_period_or_group_is_refused(mall: Any, query: dict[str, str]) -> None:
    assert ask("funnel", query).status == 400


@pytest.mark.parametrize(
    "query", [{"kind": "coupon"}, {"ref": TEMPLATE}, {"kind": "coupon", "ref": "7KQ2M5V8X1C4B6N0"}]
)
def test_one_thing_is_asked_for_by_kind_and_id(mall: Any, query: dict[str, str]) -> None:
    assert ask("attention", query).status == 400


@pytest.mark.parametrize("panel", ["funnel", "traffic", "today", "attention"])
def test_panels_are_for_staff(mall: Any, panel: str) -> None:
    assert ask(panel, caller=member_caller("login-1")).status == 403
    for group in ("marketer", "approver", "operator", "auditor"):
        assert ask(panel, caller=staff_caller(group)).status == 200


def test_a_share_of_nothing_is_none() -> None:
    assert (per_mille(0, 0), per_mille(1, 3), per_mille(2, 1)) == (None, 333, 2000)
