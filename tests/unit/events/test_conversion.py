"""From rows to events: what each kind of row means, and that nothing moves without an event saying so."""

from typing import Any

import pytest

from events.examples import COUPON, ENTRIES, MALL, MEMBER, PROFILES
from functions.outbox.conversion import of_ledger, of_new_member_row
from loyalty.coupons.codes import reference
from tests.unit.events.reading import as_json


def converted(name: str) -> dict[str, Any]:
    """The events of an example entry by type, as their JSON."""
    return {event.type: as_json(event) for event in of_ledger(ENTRIES[name], MALL)}


def test_a_purchase_that_spends_earns_and_upgrades_is_three_events() -> None:
    found = converted("purchase")

    assert set(found) == {"PointsRedeemed", "PointsEarned", "TierChanged"}
    assert found["PointsRedeemed"]["data"]["points"] == 1000
    assert found["PointsRedeemed"]["data"]["value"] == 1000
    assert found["PointsRedeemed"]["data"]["receipt"]["receipt_no"] == "A-20261121-0042"
    assert found["PointsEarned"]["data"]["points"] == 706
    assert [line["net"] for line in found["PointsEarned"]["data"]["receipt"]["lines"]] == [58900, 10000]
    assert (found["TierChanged"]["data"]["tier_before"], found["TierChanged"]["data"]["tier_after"]) == (
        "gold",
        "diamond",
    )


def test_the_envelope_says_who_when_and_which_version() -> None:
    envelope = converted("purchase")["PointsEarned"]

    assert envelope["subject"] == MEMBER
    assert envelope["member_seq"] == 7
    assert envelope["source"] == "/malls/aurora/ledger"
    assert envelope["time"] == "2026-11-21T10:30:00.000Z"
    assert envelope["recordedat"] == "2026-11-21T10:30:01.250Z"
    assert envelope["correlationid"] == ENTRIES["purchase"]["correlation_id"]
    assert envelope["dataschema"].endswith("/PointsEarned.v1.json")


def test_a_purchase_that_earns_nothing_still_says_that_it_was() -> None:
    row = {**ENTRIES["purchase"], "legs": [], "reasons": [], "facts": {**ENTRIES["purchase"]["facts"]}}
    del row["facts"]["tier_after"]

    (event,) = of_ledger(row, MALL)

    assert as_json(event)["data"]["points"] == 0
    assert as_json(event)["data"]["receipt"]["gross"] == 69900


def test_a_receipt_tells_what_was_taken_off_and_no_coupons_code() -> None:
    receipt = converted("purchase_with_coupon")["PointsEarned"]["data"]["receipt"]

    assert receipt["reductions"] == [
        {"source": "tier", "kind": "discount", "off": 2995},
        {"source": "campaign", "campaign_id": "sock-week", "kind": "discount", "off": 1000},
        {
            "source": "coupon",
            "template_id": "autumn-200-30",
            "coupon_ref": reference(COUPON),
            "kind": "amount_off",
            "off": 3000,
        },
    ]
    assert receipt["gross"] - sum(one["off"] for one in receipt["reductions"]) == receipt["paid"]
    assert not [
        event for event in of_ledger(ENTRIES["purchase_with_coupon"], MALL) if COUPON in event.model_dump_json()
    ]


def test_a_receipt_without_reductions_says_nothing_of_them() -> None:
    assert "reductions" not in converted("purchase")["PointsEarned"]["data"]["receipt"]


def test_points_that_arrive_too_late_are_earned_and_expire() -> None:
    found = converted("purchase_arrived_late")

    assert found["PointsEarned"]["data"]["points"] == 689
    assert found["PointsExpired"]["data"]["points"] == 689
    assert found["PointsExpired"]["data"]["reasons"][0]["code"] == "lapsed"
    assert {event["origin"] for event in found.values()} == {"import"}


def test_a_refund_tells_what_was_taken_and_given_back_and_what_is_owed() -> None:
    data = converted("refund_into_debt")["PointsRefunded"]["data"]

    assert (data["taken_back"], data["given_back"], data["debt"]) == (706, 1000, 200)
    assert (data["amount"], data["money_back"]) == (59900, 58900)
    assert data["receipt"] == {"tenant_id": "shoes-and-more", "receipt_no": "A-20261121-0042"}
    assert {"purse": "points", "points": -200} in data["legs"]


def test_a_refund_without_points_still_says_that_it_was() -> None:
    row = {**ENTRIES["refund_into_debt"], "legs": [], "reasons": [], "facts": {"returned": [1], "sequence": 1}}

    assert [event.type for event in of_ledger(row, MALL)] == ["PointsRefunded"]


@pytest.mark.parametrize("day", ["20261121", "2026"])
def test_the_period_in_a_receipts_key_is_not_its_number(day: str) -> None:
    row = {**ENTRIES["refund_into_debt"], "source": f"receipt/shoes-and-more/{day}/7%2F8"}
    refunded = next(event for event in of_ledger(row, MALL) if event.type == "PointsRefunded")

    assert as_json(refunded)["data"]["receipt"] == {"tenant_id": "shoes-and-more", "receipt_no": "7/8"}


def test_a_reminder_tells_what_lapses_when() -> None:
    data = converted("expiry_ahead")["PointsExpiring"]["data"]

    assert data["points"] == 1000
    assert data["lots"] == [{"purse": "points", "points": 1000, "expires_on": "2026-11-30"}]


@pytest.mark.parametrize(("name", "reason"), [("expiry", "expired"), ("erased", "erased")])
def test_points_past_their_day_and_forfeited_points_are_both_expired(name: str, reason: str) -> None:
    found = converted(name)

    assert [kind for kind in found if kind != "MemberErased"] == ["PointsExpired"]
    assert found["PointsExpired"]["data"]["reasons"][0]["code"] == reason


def test_an_erasure_says_who_is_to_be_forgotten_and_nothing_more() -> None:
    erased = converted("erased")["MemberErased"]

    assert erased["subject"] == ENTRIES["erased"]["member_id"]
    assert list(erased["data"]) == ["entry_id"]


def test_pending_points_say_when_they_open() -> None:
    row = {**ENTRIES["opening_balance"], "legs": [["points", "271130/261205", 1200]]}
    (event,) = of_ledger(row, MALL)

    assert as_json(event)["data"]["legs"] == [
        {"purse": "points", "points": 1200, "expires_on": "2027-11-30", "available_from": "2026-12-05"}
    ]


@pytest.mark.parametrize("kind", ["guard", "placeholder"])
def test_rows_that_record_no_movement_mean_nothing(kind: str) -> None:
    assert of_ledger({"source": "receipt/t/1", "movement": "purchase", "kind": kind}, MALL) == []


@pytest.mark.parametrize("kind", ["consent", "lookup", "erased", "code"])
def test_of_the_members_table_only_profiles_mean_something(kind: str) -> None:
    assert of_new_member_row({"member_id": "phone/x", "kind": kind, "target": MEMBER}, MALL) == []


def test_an_enrolment_tells_nothing_about_the_person() -> None:
    for row in PROFILES.values():
        (event,) = of_new_member_row(row, MALL)
        told = event.model_dump_json()

        assert as_json(event)["member_seq"] == 0
        assert not [row[name] for name in ("name", "phone", "birthday") if row[name] in told]


def test_an_enrolment_tells_the_tier_it_began_with() -> None:
    (event,) = of_new_member_row({**PROFILES["enrolled_by_import"], "tier": "gold"}, MALL)

    assert as_json(event)["data"]["tier"] == "gold"


def test_an_unknown_kind_of_row_is_refused_rather_than_dropped() -> None:
    with pytest.raises(ValueError, match="haunting"):
        of_ledger({**ENTRIES["purchase"], "kind": "haunting"}, MALL)


def test_ids_depend_on_row_version_and_type_and_on_nothing_else() -> None:
    row = ENTRIES["purchase"]
    ids = {event.type: event.id for event in of_ledger(row, MALL)}
    later = {**row, "recorded_at": "2027-01-01T00:00:00.000Z", "correlation_id": "other"}

    assert {event.type: event.id for event in of_ledger(later, MALL)} == ids
    assert ids["PointsEarned"] == "45992521-2c8e-5dfe-8b95-1de2c3c795d2", "published ids never change"
    for change in ({"source": "receipt/shoes-and-more/B"}, {"movement": "x"}, {"account_version": 8}):
        others = {event.id for event in of_ledger({**row, **change}, MALL)}
        assert not others & set(ids.values())
