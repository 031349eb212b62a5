"""What campaigns give and take back comes out as events, each campaign by itself, and chances apart from points."""

from typing import Any

import pytest

from events.campaign_examples import CAMPAIGN_ENTRIES, DOUBLE, NEVER, RECEIPT, STEPS, TEMPLATE
from events.examples import MALL, NEXT_YEAR
from functions.outbox.conversion import of_ledger
from loyalty.entries import EntryKey, from_row
from tests.unit.events.reading import as_json

ENTRY = EntryKey(RECEIPT, "purchase").entry_id
COUPON = {"template_id": TEMPLATE, "ref": f"{ENTRY}/{STEPS}/1"}


def converted(name: str, kind: str, **facts: Any) -> list[dict[str, Any]]:
    """The data of an example's events of a type, in order."""
    row = CAMPAIGN_ENTRIES[name]
    row = {**row, "facts": {**row["facts"], **facts}}
    return [as_json(event) for event in of_ledger(row, MALL) if event.type == kind]


def test_every_campaign_of_a_purchase_says_what_it_gave() -> None:
    double, steps = (event["data"] for event in converted("purchase_with_campaigns", "CampaignAwarded"))

    assert (double["campaign_id"], double["units"]) == (DOUBLE, 599)
    assert double["points"] == [{"purse": "draws", "points": 2}, {"purse": "points", "points": 597}]
    assert double["coupons"] == []
    assert (steps["campaign_id"], steps["points"]) == (STEPS, [{"purse": "courtesy", "points": 50}])
    assert steps["coupons"] == [COUPON]
    assert {double["entry_id"], steps["entry_id"]} == {ENTRY}
    assert (steps["paid"], steps["tier"], steps["purchased_at"]) == (64900, "silver", "2026-11-21T10:30:00.000Z")
    assert steps["receipt"] == {"tenant_id": "shoes-and-more", "receipt_no": "A-20261121-0051"}


def test_the_campaigns_of_one_entry_are_told_apart_by_their_ids_and_always_have_the_same() -> None:
    first, second = (event["id"] for event in converted("purchase_with_campaigns", "CampaignAwarded"))

    assert first != second
    turned = list(reversed(CAMPAIGN_ENTRIES["purchase_with_campaigns"]["facts"]["awards"]))
    again = [event["id"] for event in converted("purchase_with_campaigns", "CampaignAwarded", awards=turned)]
    assert again == [second, first]


def test_a_campaign_that_gives_coupons_only_says_so_too() -> None:
    (event,) = converted("purchase_with_campaigns", "CampaignAwarded", awards=[])

    assert (event["data"]["points"], event["data"]["coupons"]) == ([], [COUPON])


def test_a_higher_step_of_the_day_takes_the_coupon_of_the_lower_one_back() -> None:
    (awarded,) = converted("purchase_reaches_the_next_step", "CampaignAwarded")
    (back,) = converted("purchase_reaches_the_next_step", "CampaignTakenBack")

    assert awarded["data"]["coupons"] != back["data"]["coupons"] == [COUPON]
    assert (back["data"]["points"], back["data"]["movement"]) == ([], "purchase")


def test_a_return_says_what_of_each_campaign_goes_back() -> None:
    double, steps = (event["data"] for event in converted("goods_of_a_campaign_came_back", "CampaignTakenBack"))

    assert double["points"] == [{"purse": "draws", "points": 2}, {"purse": "points", "points": 551}]
    assert (steps["coupons"], steps["units"], steps["movement"]) == ([COUPON], 1, "refund")
    assert steps["receipt"]["receipt_no"] == "A-20261121-0051"


def test_reasons_name_the_campaign_and_growth_is_a_leg_of_what_was_earned() -> None:
    (event,) = converted("purchase_with_campaigns", "PointsEarned")
    by_purse = {leg["purse"]: leg["points"] for leg in event["data"]["legs"]}

    assert by_purse == {"points": 1246, "courtesy": 50, "growth": 649}
    assert {"code": "campaign", "purse": "points", "points": 597, "about": DOUBLE} in event["data"]["reasons"]
    assert event["data"]["points"] == 1246


def test_chances_are_told_apart_from_points_with_their_days() -> None:
    (given,) = converted("purchase_with_campaigns", "DrawsMoved")
    (back,) = converted("goods_of_a_campaign_came_back", "DrawsMoved")

    assert (given["data"]["draws"], back["data"]["draws"]) == (2, -2)
    assert given["data"]["legs"] == [{"points": 2, "expires_on": "2027-11-30"}]
    assert given["data"]["reasons"] == [{"code": "campaign", "points": 2, "about": DOUBLE}]


def test_what_a_return_takes_of_campaigns_and_growth_is_taken_back() -> None:
    (event,) = converted("goods_of_a_campaign_came_back", "PointsRefunded")

    assert event["data"]["taken_back"] == 1150
    assert {reason["code"] for reason in event["data"]["reasons"]} == {"taken_back", "campaign_back", "growth_back"}
    assert event["data"]["nets"] == [0, 5000]


@pytest.mark.parametrize("name", CAMPAIGN_ENTRIES)
def test_over_an_entrys_events_every_leg_appears_once(name: str) -> None:
    row = CAMPAIGN_ENTRIES[name]
    events = [as_json(event) for event in of_ledger(row, MALL)]
    told = [
        (leg.get("purse", "draws"), leg["expires_on"].replace("-", "")[2:], leg["points"])
        for event in events
        for leg in event["data"].get("legs", [])
    ]

    assert sorted(told) == sorted((str(leg.purse), str(leg.bucket), leg.points) for leg in from_row(row).legs)


@pytest.mark.parametrize(("code", "back"), [("tier_welcome", "welcome_back"), ("campaign", "campaign_back")])
def test_the_reward_of_a_tier_is_earned_and_taken_back_like_an_award(code: str, back: str) -> None:
    given = {**CAMPAIGN_ENTRIES["purchase_reaches_the_next_step"], "legs": [["points", NEXT_YEAR, 500]]}
    taken = {**CAMPAIGN_ENTRIES["goods_of_a_campaign_came_back"], "legs": [["points", NEXT_YEAR, -500]]}
    earned = of_ledger({**given, "reasons": [["base", "points", 400], [code, "points", 100, "gold"]]}, MALL)
    refunded = of_ledger({**taken, "reasons": [["taken_back", "points", -400], [back, "points", -100, "gold"]]}, MALL)

    assert as_json(earned[0])["data"]["points"] == 500
    assert as_json(refunded[0])["data"]["taken_back"] == 500


def test_a_receipt_tells_everything_that_campaigns_are_decided_on() -> None:
    (event,) = converted("purchase_with_campaigns", "PointsEarned", nets=[29900, 5000])
    receipt = event["data"]["receipt"]

    assert (receipt["tier"], receipt["multiplier"], receipt["channel"], receipt["first"]) == (
        "silver",
        1000,
        "till",
        True,
    )
    assert receipt["till"] == "client-of-shoes-and-more"
    assert [(line.get("brand"), line["ratio"], line["payable"], line["kept"]) for line in receipt["lines"]] == [
        ("NORTHWAY", 1000, True, 29900),
        (None, 1000, True, 5000),
    ]


def test_a_receipt_of_a_file_says_so_and_an_old_entry_says_less() -> None:
    (event,) = converted("purchase_reaches_the_next_step", "PointsEarned")

    assert (event["data"]["receipt"]["channel"], event["data"]["receipt"]["first"]) == ("import", False)
    assert not {"till", "kept"} & {*event["data"]["receipt"], *event["data"]["receipt"]["lines"][0]}


def test_growth_never_lapses_as_far_as_anybody_can_tell() -> None:
    (event,) = converted("purchase_with_campaigns", "PointsEarned")

    assert NEVER == "991231"
    assert [leg["expires_on"] for leg in event["data"]["legs"] if leg["purse"] == "growth"] == ["2099-12-31"]


def test_what_was_kept_from_the_control_group_is_told_without_an_amount() -> None:
    (event,) = converted("purchase_of_the_control_group", "CampaignWithheld")

    assert (event["data"]["campaign_id"], event["data"]["tier"]) == (DOUBLE, "silver")
    assert event["data"]["receipt"] == {"tenant_id": "tea-house", "receipt_no": "T-8"}
    assert "points" not in event["data"]
    assert converted("purchase_of_the_control_group", "CampaignAwarded") == []
    first, second = converted("purchase_of_the_control_group", "CampaignWithheld", withheld=[DOUBLE, STEPS])
    assert first["id"] == event["id"] != second["id"]
