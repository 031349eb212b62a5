"""The growth report in `GET /me/points`, and the lines of the statement that tell of more than points."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.accounts.api import handler as mine
from functions.accounts.models import entry_answer, points_answer
from loyalty import account_store, dynamo
from loyalty.buckets import NEVER, Leg
from loyalty.earning import running
from loyalty.earning.rule import Add, Gift, Rule, to_plain
from loyalty.entries import Cause, Entry, EntryKey, Reason, to_row
from loyalty.tiers import Record, Rung
from loyalty.types import Day, Kind, MemberId, Month, Origin, Points, Purse
from tests.conftest import put_programme
from tests.functions.tiers.claims import put, stands
from tests.functions.till import ANNA, account_of, bucket
from tests.support import call, http_event, member_caller
from tests.unit.earn.builders import account
from tests.unit.ledger.ladders import BY_POINTS, FREQUENT, WITH_BENEFITS, WITH_GRACE
from tests.unit.ledger.programmes import MALL_A

TODAY = Day("261121")
NO_MISSING = {"match": "all", "points": None, "purchases": None, "months": None}


@pytest.fixture
def signed_in(mall: Any) -> Any:
    row = {"member_id": "login/login-1", "kind": "lookup", "target": ANNA}
    mall.put_item(TableName="members", Item=dynamo.to_item(row))
    put_programme(WITH_BENEFITS)
    return mall


def get(path: str = "/me/points", language: str = "zh") -> dict[str, Any]:
    event = http_event(f"GET {path}", caller=member_caller("login-1"), headers={"accept-language": language})
    return dict(call(mine, event).body)


def growth(standing: Any, programme: Any, language: str = "en") -> dict[str, Any]:
    answer: dict[str, Any] = points_answer(standing, programme, TODAY, language).growth.model_dump(mode="json")
    return answer


def silver(**changes: Any) -> Any:
    return replace(account(), rung=Rung("silver", Day("260301"), Day("270331")), **changes)


def test_a_member_sees_where_they_stand_and_what_is_missing_up_and_to_stay() -> None:
    report = growth(silver(record=Record(spend={Month("2605"): 250_000})), WITH_GRACE)
    assert report["stands"] == {
        "window": "rolling_12_months",
        "spend_fen": 250_000,
        "points_earned": None,
        "purchases": None,
    }
    assert report["next"] == {"tier": "gold", "name": "Gold", "missing": {**NO_MISSING, "spend_fen": 750_000}}
    assert report["keep"] == {
        "tier": "silver",
        "name": "Silver",
        "until": "2027-03-31",
        "review_on": "2027-05-01",
        "is_at_risk": True,
        "missing": {**NO_MISSING, "spend_fen": 50_000},
    }


def test_nothing_is_above_the_top_and_the_lowest_tier_is_not_reviewed() -> None:
    assert growth(account(), MALL_A)["keep"] is None
    top = replace(account(), rung=Rung("diamond", Day("260301"), Day("270331")))
    assert growth(top, MALL_A)["next"] is None


def test_every_measure_the_ladder_asks_for_is_told() -> None:
    record = Record(spend={Month("2611"): 1}, earned={Month("2611"): 900}, visits={Month("2611"): 2})
    by_points = growth(replace(account(), record=record), BY_POINTS)
    assert (by_points["stands"]["points_earned"], by_points["stands"]["purchases"]) == (900, None)
    assert by_points["next"]["missing"] == {**NO_MISSING, "spend_fen": 299_999, "points": 2100}
    by_activity = growth(replace(account(), record=record), FREQUENT)
    assert (by_activity["stands"]["points_earned"], by_activity["stands"]["purchases"]) == (None, 2)
    assert by_activity["next"]["missing"] == {**NO_MISSING, "spend_fen": None, "purchases": 7, "months": 3}


def test_growth_value_is_a_purse_of_its_own_that_never_lapses(signed_in: Any) -> None:
    stands("gold", (bucket(60), 5))
    put(account_of().moved([Leg(Purse.GROWTH, NEVER, 700)]))
    body = get()
    assert (body["growth"]["value"], body["balance"]) == (700, 5)
    assert {"purse": "growth", "balance": 700, "pending": 0, "debt": 0} in body["purses"]
    assert {part["purse"]: part["expires_on"] is None for part in body["buckets"]} == {"points": False, "growth": True}


def test_unlocks_and_entitlements_are_told_with_what_is_missing_and_left(signed_in: Any) -> None:
    stands("gold", (bucket(60), 1000))
    report = get(language="en")["growth"]
    assert [(one["code"], one["is_open"], one["missing_fen"], one["missing_points"]) for one in report["unlocks"]] == [
        ("tasting", False, 500_000, None),
        ("rich", True, None, 0),
    ]
    assert [(one["name"], one["remaining"]) for one in report["entitlements"]] == [("Free parking", 4), ("Lounge", 1)]


def test_the_points_of_a_member_are_one_read(signed_in: Any) -> None:
    get()
    calls: list[str] = []

    def count(model: Any, **_: Any) -> None:
        calls.append(model.name)

    dynamo.client().meta.events.register("before-call.dynamodb", count)
    get()
    dynamo.client().meta.events.unregister("before-call.dynamodb", count)
    assert calls == ["GetItem"]


def entry(kind: Kind, *reasons: Reason, legs: tuple[Leg, ...] = (), version: int = 1) -> Entry:
    at = datetime(2026, 11, 21, tzinfo=UTC).isoformat()
    cause = Cause(EntryKey(f"{kind}/{ANNA}", str(version)), kind, at, at, "schedule", Origin.SCHEDULE, "trace")
    return Entry(cause, MemberId(ANNA), version, legs, reasons, {"balance": 9, "tier": "gold"})


def test_a_line_tells_of_every_purse_that_moved() -> None:
    legs = (
        Leg(Purse.POINTS, NEVER, 100),
        Leg(Purse.GROWTH, NEVER, 80),
        Leg(Purse.DRAWS, NEVER, 1),
        Leg(Purse.COURTESY, NEVER, 5),
    )
    reasons = (Reason("base", Purse.POINTS, 100), Reason("growth", Purse.GROWTH, 80))
    line = entry_answer(entry(Kind.PURCHASE, *reasons, legs=legs), "zh")
    assert (line.purse, line.points, line.tier) == ("points", 100, "gold")
    assert {one.purse: one.points for one in line.purses} == {"points": 100, "courtesy": 5, "growth": 80, "draws": 1}
    assert [reason.text for reason in line.reasons] == ["消费积分", "成长值"]


def test_the_statement_names_campaigns_tiers_and_entitlements(signed_in: Any) -> None:
    told = [
        entry(Kind.PURCHASE, Reason("campaign", Purse.POINTS, 50, "c-1"), legs=(Leg(Purse.POINTS, NEVER, 50),)),
        entry(Kind.REVIEW, Reason("tier_lowered", Purse.POINTS, 0, "silver"), version=2),
        entry(Kind.WARN, Reason("tier_at_risk", Purse.POINTS, 0, "silver"), version=3),
        entry(Kind.USE, Reason("entitlement_used", Purse.POINTS, 0, "parking"), version=4),
        entry(
            Kind.PURCHASE, Reason("campaign", Purse.POINTS, 5, "gone"), legs=(Leg(Purse.POINTS, NEVER, 5),), version=5
        ),
    ]
    for one in told:
        signed_in.put_item(TableName="ledger", Item=dynamo.to_item(to_row(one)))
    publish("c-1", "会员日双倍", "Member day")
    english = [item["reasons"][0]["text"] for item in get("/me/points/entries", "en")["items"]]
    assert english == [
        "Campaign",
        "Benefit used: Free parking",
        "Your tier is about to be reviewed: Silver",
        "Your tier after its review: Silver",
        "Campaign: Member day",
    ]
    chinese = [item["reasons"][0]["text"] for item in get("/me/points/entries")["items"]]
    assert chinese[-1] == "活动奖励：会员日双倍"
    assert [item["movement"] for item in get("/me/points/entries")["items"]][1:4] == ["use", "warn", "review"]


def publish(campaign_id: str, name_zh: str, name_en: str) -> None:
    """Put a campaign among those that run."""
    starts = datetime(2026, 11, 1, tzinfo=UTC)
    rule = Rule(campaign_id, name_zh, name_en, starts, starts + timedelta(days=30), (Add(Gift(Points(5))),))
    row = {"campaign_id": running.RUNNING, "kind": campaign_id, "rule": to_plain(rule)}
    dynamo.client().put_item(TableName="campaigns", Item=dynamo.to_item(row))


def test_an_account_that_moved_to_a_new_ladder_is_still_shown(signed_in: Any) -> None:
    dropped = replace(account_of(), rung=replace(account_of().rung, code="platinum"))
    row = account_store.to_row(dropped, WITH_BENEFITS)
    signed_in.put_item(TableName="accounts", Item=dynamo.to_item(row))
    body = get()
    assert (body["tier"]["code"], body["growth"]["keep"]) == ("regular", None)
