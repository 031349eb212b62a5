"""From a coupon's row to its event: one for every version, and nobody can read the code in it."""

import json
from dataclasses import replace
from typing import Any

import pytest

from events.coupon_examples import CODE, COUPONS, FRIEND, REASON
from events.examples import MALL, MEMBER
from functions.outbox.coupons import UnexplainedVersionError, of_coupon_row
from loyalty.coupons.codes import reference
from loyalty.coupons.coupon import Did, from_row, seen
from loyalty.coupons.store import row_of
from loyalty.dynamo import from_item, to_item
from tests.unit.events.reading import as_json

TYPES = {
    Did.SENT: "CouponSent",
    Did.CLAIMED: "CouponClaimed",
    Did.SEEN: "CouponSeen",
    Did.LOCKED: "CouponLocked",
    Did.RELEASED: "CouponReleased",
    Did.REDEEMED: "CouponRedeemed",
    Did.RETURNED: "CouponReturned",
    Did.GIVEN: "CouponGiven",
    Did.TAKEN: "CouponTaken",
    Did.EXPIRED: "CouponExpired",
    Did.VOIDED: "CouponVoided",
}


def converted(name: str) -> dict[str, Any]:
    """The one event of an example coupon, as its JSON."""
    (event,) = of_coupon_row(COUPONS[name], MALL)
    return as_json(event)


def test_everything_that_can_happen_to_a_coupon_is_an_event_of_its_own() -> None:
    assert set(TYPES) == set(Did)
    assert {row["did"]: converted(name)["type"] for name, row in COUPONS.items()} == TYPES


def test_the_envelope_says_who_when_and_that_the_account_did_not_move() -> None:
    envelope = converted("with_a_receipt")

    assert envelope["subject"] == MEMBER
    assert envelope["member_seq"] == 0
    assert envelope["source"] == "/malls/aurora/coupons"
    assert envelope["time"] == "2026-11-21T10:30:00.000Z"
    assert envelope["origin"] == "till"
    assert envelope["data"]["coupon_seq"] == COUPONS["with_a_receipt"]["version"] == 4


def test_figures_by_tier_category_and_channel_need_nothing_but_the_event() -> None:
    data = converted("with_a_receipt")["data"]

    assert (data["template_id"], data["category"], data["channel"]) == ("autumn-200-30", "autumn", "app")
    assert (data["tier"], data["off"]) == ("gold", 3_000)
    assert (data["tenant_id"], data["receipt_no"]) == ("shoes-and-more", "A-20261121-0042")


def test_a_return_tells_what_the_redemption_took_off() -> None:
    used, undone = converted("with_a_receipt")["data"], converted("goods_came_back")["data"]

    for name in ("tenant_id", "receipt_no", "off", "unit_cost"):
        assert undone[name] == used[name]


def test_what_happens_after_a_return_no_longer_speaks_of_it() -> None:
    back = from_row(COUPONS["goods_came_back"])

    assert seen(back, back.act).undone is None


def test_a_tier_that_is_not_known_now_is_that_of_the_day_of_issue() -> None:
    assert converted("looked_at")["data"]["tier"] == "silver"


def test_a_lock_names_the_tenant_and_its_end_and_not_the_receipt() -> None:
    data = converted("at_the_till")["data"]

    assert (data["tenant_id"], data["held_until"]) == ("shoes-and-more", "2026-11-21T10:40:00.000Z")
    assert "receipt_no" not in data


def test_a_gift_that_was_taken_is_told_of_the_friend() -> None:
    assert converted("to_a_friend")["subject"] == MEMBER
    assert converted("by_a_friend")["subject"] == FRIEND
    assert converted("by_a_friend")["data"]["way"] == "gift"


@pytest.mark.parametrize("name", COUPONS)
def test_pitfall_16_no_event_tells_the_code_the_gifts_code_or_what_staff_wrote(name: str) -> None:
    told = json.dumps(converted(name), ensure_ascii=False)

    assert not [secret for secret in (CODE, "5f2c9b", REASON, "operator-7") if secret in told]


def test_a_coupon_keeps_its_reference_and_no_other_coupon_has_it() -> None:
    references = {converted(name)["data"]["coupon_ref"] for name in COUPONS}

    assert references == {reference(CODE)} == {"21106e359fcb885e5fa3d6ee"}, "published references never change"
    assert reference(CODE[:-1] + "D") not in references


def test_ids_depend_on_coupon_version_and_type_and_on_nothing_else() -> None:
    row = COUPONS["with_a_receipt"]
    (event,) = of_coupon_row(row, MALL)
    (later,) = of_coupon_row({**row, "recorded_at": "2027-01-01T00:00:00.000Z", "correlation_id": "other"}, MALL)
    others = [{**row, "version": 5}, {**row, "coupon_id": CODE[:-1] + "D"}, {**row, "did": "expired"}]

    assert later.id == event.id == "c5a79223-a941-5c2c-98bc-0c20823add49", "published ids never change"
    assert event.id not in {found.id for other in others for found in of_coupon_row(other, MALL)}


@pytest.mark.parametrize("kind", ["code", "gift", "count", "definition", "stock", "figures", "limit"])
def test_of_the_coupons_table_only_coupons_mean_something(kind: str) -> None:
    assert of_coupon_row({**COUPONS["in_the_app"], "kind": kind}, MALL) == []


@pytest.mark.parametrize(
    ("name", "lost"),
    [("at_the_till", "hold"), ("to_a_friend", "hold"), ("with_a_receipt", "use"), ("goods_came_back", "undone")],
)
def test_a_version_that_does_not_say_for_whom_is_refused_rather_than_dropped(name: str, lost: str) -> None:
    with pytest.raises(UnexplainedVersionError):
        of_coupon_row({key: value for key, value in COUPONS[name].items() if key != lost}, MALL)


def test_a_coupon_without_channel_and_tier_is_told_without_them() -> None:
    coupon = replace(from_row(COUPONS["in_the_app"]), channel=None, tier=None)
    bare = replace(coupon, act=replace(coupon.act, tier=None))
    (event,) = of_coupon_row(from_item(to_item(row_of(bare))), MALL)

    assert not {"channel", "tier"} & set(as_json(event)["data"])
