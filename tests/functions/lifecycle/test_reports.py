"""What became of gifts: given, used, bought with; each event counted once, in any order (issue 7's reports)."""

import json
from typing import Any

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from functions.lifecycle import counting, on_count, reports
from functions.lifecycle.counting import Trace
from functions.outbox.coupons import of_coupon_row
from tests.functions.lifecycle.office import ANNA, BEN, WELCOME, Mall, coupons, events
from tests.functions.members.faults import Fault, KilledError, broken_call
from tests.support import Context, call, http_event, staff_caller

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
ALL: dict[str, int] = dict.fromkeys(("given", "coupons", "points", "used", "off_fen", "receipts", "paid_fen"), 0)


def count(*told: dict[str, Any]) -> list[str]:
    records = [{"messageId": str(n), "body": json.dumps({"detail": one})} for n, one in enumerate(told)]
    return [one["itemIdentifier"] for one in on_count.handler({"Records": records}, Context())["batchItemFailures"]]


def report(offer_id: str) -> Any:
    route = f"GET /occasion-offers/{offer_id}/report"
    answer = call(reports.handler, http_event(route, caller=staff_caller("marketer")))
    assert answer.status == 200, answer.body
    return answer.body


def references(who: str = ANNA) -> list[str]:
    told = [of_coupon_row(row, "aurora")[0].model_dump(mode="json") for row in coupons(who)]
    return [one["data"]["coupon_ref"] for one in told]


def used(reference: str, **changes: Any) -> dict[str, Any]:
    data = {"coupon_ref": reference, "off": 5000}
    return {"id": f"used-{reference}", "type": "CouponRedeemed", "subject": "x", "data": data, **changes}


def bought(*refs: str, event_id: str = "receipt-1") -> dict[str, Any]:
    reductions = [{"source": "coupon", "coupon_ref": ref, "off": 5000} for ref in refs]
    receipt = {"paid": 45000, "reductions": [*reductions, {"source": "tier", "off": 10}]}
    return {"id": event_id, "type": "PointsEarned", "subject": "x", "data": {"receipt": receipt}}


@pytest.fixture
def offer_id(mall: Mall) -> str:
    """An offer that two members of different tiers were given, with the coupons issued."""
    mall.member(BEN, tier="gold")
    offer_id = mall.publish(WELCOME, points=200)
    mall.hear(mall.event(), mall.event(who=BEN))
    mall.issue()
    return offer_id


def test_a_report_tells_what_was_given_used_and_bought_by_tier(offer_id: str) -> None:
    first, second = references()
    (bens, *_) = references(BEN)
    assert count(*events(), used(first), used(second), used(bens), bought(first, second), bought(event_id="r-2")) == []
    regular = {**ALL, "given": 1, "coupons": 2, "points": 200, "used": 2, "off_fen": 10000}
    regular |= {"receipts": 1, "paid_fen": 45000}
    gold = {**ALL, "given": 1, "coupons": 2, "points": 200, "used": 1, "off_fen": 5000}
    told = report(offer_id)
    assert told["tiers"] == [{**gold, "tier": "gold"}, {**regular, "tier": "regular"}]
    assert told["total"] == {name: gold[name] + regular[name] for name in ALL}


def test_an_event_is_counted_once_and_a_return_takes_back(offer_id: str) -> None:
    first, second = references()
    for _ in range(2):
        count(*events(), used(first), used(second), bought(first))
    count(used(first, id="back", type="CouponReturned"))
    total = report(offer_id)["total"]
    assert (total["given"], total["used"], total["off_fen"], total["receipts"]) == (2, 1, 5000, 1)


def test_other_coupons_and_plain_purchases_leave_no_trace(mall: Mall, offer_id: str) -> None:
    count(used("f" * 24), bought("f" * 24), bought(), {"id": "x", "type": "PointsEarned", "data": {}})
    assert report(offer_id)["total"] == ALL


def test_an_event_nobody_can_read_comes_back_alone(offer_id: str) -> None:
    assert count({"id": "x", "type": "CouponRedeemed", "data": {}}, *events()) == ["0"]
    assert report(offer_id)["total"]["given"] == 2


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("number", range(4))
def test_whichever_call_breaks_everything_is_counted_once(offer_id: str, number: int, fault: Fault) -> None:
    first, _ = references()
    told = [*events(), used(first), bought(first)]
    with broken_call(number, fault):
        try:
            count(*told)
        except (KilledError, Exception):  # noqa: BLE001 - whatever ended the run, the batch comes again
            assert fault in Fault
    count(*told)
    total = report(offer_id)["total"]
    assert (total["given"], total["used"], total["receipts"], total["paid_fen"]) == (2, 1, 1, 45000)


def test_an_unknown_offer_has_no_report(mall: Mall) -> None:
    route = f"GET /occasion-offers/{'0' * 24}/report"
    assert call(reports.handler, http_event(route, caller=staff_caller("marketer"))).status == 404


@over(st.permutations([used("a"), used("a", id="back", type="CouponReturned"), bought("a", "b"), bought("b")]))
def test_the_order_of_events_means_nothing(told: list[dict[str, Any]]) -> None:
    traces = {"a": Trace("o", "gold"), "b": Trace("o", "gold")}
    sums: dict[str, int] = {}
    for one in told:
        read = counting.told_of(one)
        assert read is not None
        found = counting.counted(read, traces)
        assert found is not None
        for name, number in found.adds["o"].items():
            sums[name] = sums.get(name, 0) + number
    assert sums == {"used@gold": 0, "off_fen@gold": 0, "receipts@gold": 2, "paid_fen@gold": 90000}
