"""Transfers, corrections, changes of status, reviews, warnings and uses: each is an event of its own."""

from typing import Any

import pytest

from events.examples import ENTRIES, MALL, MEMBER, NEXT_YEAR, THIS_MONTH
from events.movement_examples import FRIEND, MOVEMENTS
from functions.outbox.conversion import of_ledger
from tests.unit.events.reading import as_json

REQUEST = "b7e1c0d94f2a4c6e8a135d70"


def converted(name: str) -> dict[str, Any]:
    """The one event of an example."""
    (event,) = of_ledger(MOVEMENTS[name], MALL)
    return as_json(event)


def test_each_side_of_a_transfer_is_told_to_its_own_member() -> None:
    out, in_ = converted("points_to_a_friend"), converted("points_from_a_friend")

    assert out["type"] == in_["type"] == "PointsTransferred"
    assert (out["data"]["direction"], out["data"]["points"], out["data"]["fee"]) == ("out", 500, 10)
    assert (in_["data"]["direction"], in_["data"]["points"], in_["data"]["fee"]) == ("in", 500, 0)
    assert (out["data"]["other"], in_["data"]["other"]) == (FRIEND, MEMBER)
    assert [leg["points"] for leg in out["data"]["legs"]] == [-300, -210]
    assert [leg["points"] for leg in in_["data"]["legs"]] == [100, 200, 200]


def test_corrections_name_the_request_and_the_reasons_code() -> None:
    adjusted, voided = converted("credited_by_staff"), converted("voided_by_staff")

    assert (adjusted["type"], adjusted["data"]["points"], adjusted["data"]["why"]) == (
        "PointsAdjusted",
        150,
        "goodwill",
    )
    assert (voided["type"], voided["data"]["points"], voided["data"]["why"]) == ("PointsVoided", 500, "abuse")
    assert {adjusted["data"]["request_id"], voided["data"]["request_id"]} == {REQUEST}
    assert {"purse": "points", "points": -100} in voided["data"]["legs"]


def test_a_correction_downwards_is_an_adjustment_below_zero() -> None:
    row = {**MOVEMENTS["credited_by_staff"], "legs": [["points", NEXT_YEAR, -150]]}
    (event,) = of_ledger({**row, "reasons": [["adjusted", "points", -150]]}, MALL)

    assert as_json(event)["data"]["points"] == -150


def test_points_that_lapse_while_a_correction_is_made_are_told_apart() -> None:
    row = {**MOVEMENTS["credited_by_staff"], "legs": [["points", "251130", -40], ["points", NEXT_YEAR, -60]]}
    row["reasons"] = [["lapsed", "points", -40], ["adjusted", "points", -60]]
    found = {event.type: as_json(event)["data"]["points"] for event in of_ledger(row, MALL)}

    assert found == {"PointsExpired": 40, "PointsAdjusted": -60}


@pytest.mark.parametrize(
    ("name", "before", "after", "request_id"),
    [("frozen", "active", "frozen", REQUEST), ("claimed", "unclaimed", "active", None)],
)
def test_a_change_of_status_is_told_with_its_request_if_it_had_one(
    name: str, before: str, after: str, request_id: str | None
) -> None:
    event = converted(name)

    assert event["type"] == "MembershipStatusChanged"
    assert (event["data"]["status_before"], event["data"]["status_after"]) == (before, after)
    assert event["data"].get("request_id") == request_id


def test_a_purchase_that_makes_a_member_says_that_the_status_changed() -> None:
    row = ENTRIES["purchase"]
    facts = {**row["facts"], "status_before": "qualifying", "status_after": "active"}

    assert "MembershipStatusChanged" in {event.type for event in of_ledger({**row, "facts": facts}, MALL)}


def test_a_status_that_stays_is_no_news() -> None:
    facts = {"status_before": "frozen", "status_after": "frozen"}

    assert of_ledger({**MOVEMENTS["frozen"], "facts": facts}, MALL) == []


def test_a_review_is_news_only_if_the_tier_changed() -> None:
    event = converted("one_step_down")
    kept = {**MOVEMENTS["one_step_down"], "facts": {"tier_before": "gold", "tier_after": "gold"}}

    assert (event["type"], event["data"]["movement"], event["data"]["tier_after"]) == (
        "TierChanged",
        "review",
        "silver",
    )
    assert of_ledger(kept, MALL) == []


def test_a_warning_tells_what_is_missing_until_when() -> None:
    event = converted("before_the_review")

    assert event["type"] == "TierReviewNear"
    assert (event["data"]["tier"], event["data"]["until"], event["data"]["missing"]) == ("gold", "2027-11-30", 250_000)


def test_a_use_and_its_undoing_are_told_as_such_and_not_as_a_refund_of_points() -> None:
    used, undone = converted("lounge"), converted("lounge_after_all_not")

    assert used["type"] == undone["type"] == "EntitlementUsed"
    assert (used["data"]["entitlement"], used["data"]["period"]) == ("lounge", "2026Q4")
    assert (used["data"]["undone"], undone["data"]["undone"]) == (False, True)


def test_chances_that_lapse_are_no_points_that_lapse() -> None:
    row = {**ENTRIES["expiry"], "legs": [["draws", THIS_MONTH, -3]], "reasons": [["expired", "draws", -3]]}
    (event,) = of_ledger(row, MALL)

    assert (event.type, as_json(event)["data"]["draws"]) == ("DrawsMoved", -3)


def test_a_reminder_speaks_of_points_only() -> None:
    facts = {"as_of": "261101", "expiring": [["draws", THIS_MONTH, 3], ["points", THIS_MONTH, 5]]}
    row = {**ENTRIES["expiry_ahead"], "reasons": [["expiring", "points", 5], ["expiring", "draws", 3]]}
    (event,) = of_ledger({**row, "facts": facts}, MALL)
    chances_only = {**row, "reasons": [["expiring", "draws", 3]], "facts": {"expiring": [["draws", THIS_MONTH, 3]]}}

    assert [lot["purse"] for lot in as_json(event)["data"]["lots"]] == ["points"]
    assert of_ledger(chances_only, MALL) == []


def test_what_is_taken_back_outside_a_return_is_told_all_the_same() -> None:
    row = {**MOVEMENTS["one_step_down"], "legs": [["points", NEXT_YEAR, -100]]}
    row["reasons"] = [["welcome_back", "points", -100, "gold"]]
    found = {event.type: as_json(event)["data"] for event in of_ledger(row, MALL)}

    assert found["PointsRefunded"]["taken_back"] == 100


def test_every_movement_tells_the_tier_held_after_it() -> None:
    assert converted("points_to_a_friend")["data"]["tier"] == "gold"


@pytest.mark.parametrize(
    ("actor", "told"),
    [("staff:approver-2", "approver-2"), ("member", None), ("till:staff:x", None), ("schedule", None)],
)
@pytest.mark.parametrize("name", ["credited_by_staff", "voided_by_staff", "frozen"])
def test_what_is_done_by_hand_names_the_login_of_staff_and_of_nobody_else(
    name: str, actor: str, told: str | None
) -> None:
    (event,) = of_ledger({**MOVEMENTS[name], "actor": actor}, MALL)

    assert as_json(event)["data"].get("actor") == told


@pytest.mark.parametrize(("actor", "told"), [("staff:operator-7", "operator-7"), ("member", None)])
def test_an_erasure_names_the_login_of_staff_and_never_a_members(actor: str, told: str | None) -> None:
    events = of_ledger({**ENTRIES["erased"], "actor": actor}, MALL)
    (erased,) = (as_json(event) for event in events if event.type == "MemberErased")

    assert erased["data"].get("actor") == told
