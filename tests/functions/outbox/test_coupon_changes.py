"""Coupons and orders between stream and bus: every version once, whatever else the table holds."""

import json

import pytest

from events.coupon_examples import CODE, COUPONS, REASON
from events.examples import ENTRIES
from events.reward_examples import ORDERS
from functions.outbox.on_change import handler
from tests.functions.outbox.conftest import Bus, Clock, batch, record

REDEEMED = COUPONS["with_a_receipt"]


def test_every_version_of_a_coupon_arrives_on_the_bus(bus: Bus) -> None:
    names = ("in_the_app", "looked_at", "at_the_till", "with_a_receipt")
    changes = [record(COUPONS[name], n, name="MODIFY" if n > 1 else "INSERT") for n, name in enumerate(names, 1)]

    assert handler(batch(*changes), Clock()) == {"batchItemFailures": []}

    assert [event["detail-type"] for event in bus.events()] == [
        "CouponClaimed",
        "CouponSeen",
        "CouponLocked",
        "CouponRedeemed",
    ]


def test_a_code_nobody_claimed_and_a_coupon_that_is_removed_mean_nothing(bus: Bus) -> None:
    unclaimed = {"coupon_id": CODE, "kind": "code", "template_id": "autumn-200-30"}

    handler(batch(record(unclaimed, 1), record(REDEEMED, 2, name="REMOVE")), Clock())

    assert bus.wire.calls == []


def test_an_order_is_told_when_it_is_made_and_when_it_is_handed_over(bus: Bus) -> None:
    handler(batch(record(ORDERS["gift"], 1), record(ORDERS["at_the_desk"], 2, name="MODIFY")), Clock())

    assert [event["detail-type"] for event in bus.events()] == ["RewardReserved", "RewardHandedOver"]


def test_the_tables_of_one_batch_do_not_mix(bus: Bus) -> None:
    rows = (REDEEMED, ENTRIES["redemption"], ORDERS["gift"])

    handler(batch(*(record(row, n) for n, row in enumerate(rows, 1))), Clock())

    assert [detail["source"].rsplit("/")[-1] for detail in bus.details()] == ["coupons", "ledger", "rewards"]


@pytest.mark.parametrize("spoilt", [{"did": "vanished"}, {"use": None}, {"version": "four"}], ids=str)
def test_a_coupon_that_cannot_be_told_is_parked_and_can_be_redriven(bus: Bus, spoilt: dict[str, object]) -> None:
    row = {**REDEEMED, **spoilt}

    assert handler(batch(record(row)), Clock()) == {"batchItemFailures": []}

    (parked,) = bus.parked()
    assert parked["record"] == record(row)
    assert bus.details() == []


def test_a_parked_coupon_does_not_say_what_staff_wrote(bus: Bus) -> None:
    handler(batch(record({**COUPONS["by_staff"], "did": "vanished"})), Clock())

    (parked,) = bus.parked()
    assert parked["record"]["dynamodb"]["NewImage"]["template_id"] == {"S": "autumn-200-30"}
    assert REASON not in json.dumps(parked, ensure_ascii=False)


def test_a_log_of_a_parked_coupon_does_not_name_its_code(bus: Bus, caplog: pytest.LogCaptureFixture) -> None:
    handler(batch(record({**REDEEMED, "did": "vanished"})), Clock())

    (logged,) = [line for line in caplog.records if line.message == "row parked"]
    assert CODE not in str(logged.__dict__)
