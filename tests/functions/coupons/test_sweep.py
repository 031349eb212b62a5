"""The sweep: open coupons past their last day lapse, once, whatever else happens to them meanwhile."""

import json
from typing import Any

import pytest

from functions.coupons import daily, on_page
from loyalty import dynamo, sweeps
from loyalty.coupons.coupon import CouponState
from loyalty.sweeps import FutureSweepError
from tests.functions.coupons.conftest import FIFTY_OFF, PARKING, Mall, broken, everything, put, rows, stored
from tests.functions.members.faults import Fault, first
from tests.support import Context

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")


@pytest.fixture(autouse=True)
def queue(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> str:
    url = str(dynamo.service("sqs").create_queue(QueueName="pages")["QueueUrl"])
    monkeypatch.setenv("COUPONS_PAGES_QUEUE_URL", url)
    return url


def start(as_of: str | None = None) -> dict[str, Any]:
    return daily.handler({"as_of": as_of} if as_of else {}, Context())  # type: ignore[arg-type]


def pages(url: str) -> list[dict[str, Any]]:
    found = dynamo.service("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    for message in found:
        dynamo.service("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [{"messageId": message["MessageId"], "body": message["Body"]} for message in found]


def page(*codes: str, as_of: str = "261222") -> dict[str, Any]:
    return {"messageId": "page-1", "body": json.dumps({"as_of": as_of, "coupons": codes})}


def sweep(*found: dict[str, Any]) -> list[str]:
    answer = on_page.handler({"Records": list(found)}, Context())
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_a_coupon_lapses_the_day_after_its_last_one(mall: Mall, queue: str) -> None:
    code = mall.coupon()
    mall.later(days=30)
    assert start()["coupons"] == 0
    mall.later(days=1)
    assert start() == {"as_of": "2026-12-22", "coupons": 1, "pages": 1}
    assert sweep(*pages(queue)) == []
    coupon = stored(code)
    assert (coupon.state, coupon.did, coupon.act.actor, coupon.act.origin) == (
        "expired", "expired", "schedule", "schedule",
    )  # fmt: skip
    assert start()["coupons"] == 0
    assert mall.send("GET /me/coupons", query={"state": "over"}).body["items"][0]["state"] == "expired"


def test_a_page_that_comes_twice_repeats_nothing(mall: Mall) -> None:
    code = mall.coupon()
    mall.later(days=31)
    sweep(page(code))
    before = everything()
    assert sweep(page(code), page(code)) == []
    assert everything() == before


def test_only_open_coupons_lapse(mall: Mall, queue: str) -> None:
    used, valid = mall.coupon(**PARKING), mall.coupon()
    mall.redeem(used)
    before = everything()
    assert start("2026-11-21")["coupons"] == 0
    assert sweep(page(used, valid, "0" * 16, as_of="261221")) == []
    assert everything() == before


def test_a_gift_on_its_way_lapses_and_a_tills_hold_is_waited_for(mall: Mall) -> None:
    held, given = mall.coupon(), mall.coupon(**FIFTY_OFF, giftable=True)
    mall.later(days=30, hours=11, minutes=58)  # two minutes to midnight
    mall.lock(held)
    mall.send(f"POST /me/coupons/{given}/gifts")
    mall.later(minutes=5)
    sweep(page(held, given))
    assert (stored(held).state, stored(given).state, stored(given).hold) == ("issued", "expired", None)
    mall.later(minutes=10)
    sweep(page(held))
    assert stored(held).state is CouponState.EXPIRED


def test_a_coupon_redeemed_meanwhile_stays_redeemed(mall: Mall) -> None:
    code = mall.coupon(**PARKING)
    with first(lambda: mall.redeem(code), "PutItem"):
        assert sweep(page(code)) == []
    assert stored(code).state is CouponState.REDEEMED


def test_a_sweep_for_a_day_stands_on_that_day(mall: Mall, queue: str, monkeypatch: pytest.MonkeyPatch) -> None:
    code = mall.coupon()
    with pytest.raises(FutureSweepError):
        start("2027-01-01")
    monkeypatch.setenv("FUTURE_SWEEPS", "true")
    assert start("2027-01-01")["coupons"] == 1
    sweep(*pages(queue))
    assert (stored(code).act.at, stored(code).state) == ("2026-12-31T16:00:00.000Z", "expired")


def test_many_coupons_are_handed_out_in_pages(mall: Mall, queue: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeps, "ITEMS_A_PAGE", 2)
    for _ in range(5):
        mall.coupon()
    mall.later(days=31)
    assert start() == {"as_of": "2026-12-22", "coupons": 5, "pages": 3}
    assert sweep(*pages(queue)) == []
    assert {row["state"] for row in rows("coupon")} == {"expired"}


def test_a_page_that_could_not_be_queued_is_not_forgotten(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> None:
    mall.coupon()
    mall.later(days=31)
    monkeypatch.setattr(dynamo.service("sqs"), "send_message_batch", lambda **_: {"Failed": [{"Id": "0"}]})
    with pytest.raises(RuntimeError, match="could not be queued"):
        start()


def test_a_coupon_that_cannot_be_read_holds_up_no_other_and_brings_its_page_back(mall: Mall) -> None:
    broken_one, other = mall.coupon(), mall.coupon()
    (row,) = [row for row in rows("coupon") if row["coupon_id"] == broken_one]
    put({**row, "terms": {"kind": "a kind of tomorrow"}})
    mall.later(days=31)
    assert sweep(page(broken_one, other)) == ["page-1"]
    assert stored(other).state is CouponState.EXPIRED


@pytest.mark.parametrize("fault", [Fault.REFUSED, Fault.LOST])
@pytest.mark.parametrize("number", range(4))
def test_whichever_call_breaks_each_coupon_lapses_once(mall: Mall, number: int, fault: Fault) -> None:
    codes = [mall.coupon(), mall.coupon()]
    mall.later(days=31)
    broken(number, fault, lambda: sweep(page(*codes)))  # type: ignore[arg-type, return-value]
    assert sweep(page(*codes)) == []
    assert [(stored(code).state, stored(code).version) for code in codes] == [("expired", 2)] * 2
