"""From an order's row to its event: one for every version; the rows are those the redemption's own code writes."""

import json
from dataclasses import fields
from typing import Any

import pytest
from pydantic import ValidationError

from events.coupon_examples import CODE
from events.examples import MALL, MEMBER
from events.reward_examples import KEY_DIGEST, ORDERS
from functions.outbox import rewards
from functions.outbox.rewards import of_reward_row
from functions.redeem.order import Order, OrderState
from loyalty.coupons.codes import reference
from tests.unit.events.reading import as_json


def converted(name: str) -> dict[str, Any]:
    """The one event of an example order, as its JSON."""
    (event,) = of_reward_row(ORDERS[name], MALL)
    return as_json(event)


def test_every_state_of_an_order_is_told() -> None:
    assert {row["state"] for row in ORDERS.values()} == set(OrderState)
    assert {name: converted(name)["type"] for name in ORDERS} == {
        "gift": "RewardReserved",
        "at_the_desk": "RewardHandedOver",
        "voucher_at_once": "RewardHandedOver",
        "by_the_member": "RewardCancelled",
    }


def test_what_is_read_of_a_row_is_what_the_redemption_writes() -> None:
    written = {field.name for field in fields(Order)} | {"reward_id"}

    assert set(rewards.Order.model_fields) <= written


def test_the_envelope_says_who_when_and_that_the_account_did_not_move() -> None:
    envelope = converted("at_the_desk")

    assert (envelope["subject"], envelope["member_seq"]) == (MEMBER, 0)
    assert envelope["source"] == "/malls/aurora/rewards"
    assert envelope["time"] == "2026-11-22T03:15:00.000Z"
    assert (envelope["origin"], envelope["data"]["order_seq"]) == ("staff", 2)


def test_an_order_leads_to_the_entry_that_spent_the_points() -> None:
    data = converted("gift")["data"]

    assert data["redemption_id"] == "redeem.3f9a51c07be24d8815aa.k0q1Zb3v.redeem"
    assert (data["reward_id"], data["points"], data["pick_up_point"]) == ("tea-set", 5000, "east-desk")


def test_a_voucher_names_its_coupon_without_the_code() -> None:
    data = converted("voucher_at_once")["data"]

    assert data["coupon_ref"] == reference(CODE)
    assert "pick_up_point" not in data


@pytest.mark.parametrize("name", ORDERS)
def test_no_event_tells_a_code_a_key_or_who_of_the_staff_it_was(name: str) -> None:
    told = json.dumps(converted(name))

    assert not [secret for secret in (CODE, KEY_DIGEST, "operator-7") if secret in told]


def test_ids_depend_on_order_version_and_type_and_on_nothing_else() -> None:
    row = ORDERS["gift"]
    (event,) = of_reward_row(row, MALL)
    (later,) = of_reward_row({**row, "recorded_at": "2027-01-01T00:00:00.000Z", "correlation_id": "other"}, MALL)
    others = [{**row, "version": 2}, {**row, "reward_id": "order/other"}, {**row, "state": "cancelled"}]

    assert later.id == event.id
    assert event.id not in {found.id for other in others for found in of_reward_row(other, MALL)}


@pytest.mark.parametrize("kind", ["definition", "stock", "movement", "figures"])
def test_of_the_rewards_table_only_orders_mean_something(kind: str) -> None:
    assert of_reward_row({**ORDERS["gift"], "kind": kind}, MALL) == []


@pytest.mark.parametrize("spoilt", [{"state": "lost"}, {"points": None}, {"reward_id": "tea-set"}], ids=str)
def test_an_order_that_cannot_be_told_is_refused_rather_than_dropped(spoilt: dict[str, object]) -> None:
    with pytest.raises((LookupError, ValidationError)):
        of_reward_row({**ORDERS["gift"], **spoilt}, MALL)
