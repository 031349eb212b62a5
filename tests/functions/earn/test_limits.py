"""Limits on what a till delivers by itself: age, points of one receipt, a held tenant (requirements F4)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from functions.earn import checkout
from loyalty import tenants
from loyalty.clock import utc_now
from loyalty.types import MemberId, Origin, ReceiptNo, TenantId
from tests.conftest import put_programme
from tests.functions.till import ANNA, everything, post, receipt, tenant
from tests.running import fixed, run
from tests.support import PROGRAMME
from tests.unit.earn.builders import bill

GOODS = ("S-1", "shoes", 100_00)


def days_ago(days: int) -> str:
    return (utc_now() - timedelta(days=days)).isoformat()


@pytest.fixture
def late(mall: Any) -> None:
    put_programme(PROGRAMME.model_copy(update={"lateness": PROGRAMME.lateness.model_copy(update={"most_days": 7})}))


def test_a_receipt_that_is_too_old_is_for_a_file_that_two_people_see(late: None) -> None:
    assert post("/purchases", receipt("R-1", GOODS, purchased_at=days_ago(7))).status == 201
    before = everything()
    refused = post("/purchases", receipt("R-2", GOODS, purchased_at=days_ago(8)))
    assert (refused.status, refused.code, refused.body["most_days"]) == (422, "receipt_too_late", 7)
    assert post("/quotes", {**basket(), "purchased_at": days_ago(8)}).code == "receipt_too_late"
    assert everything() == before
    assert imported(days=8).answer["points_earned"] == 100


def test_what_was_recorded_in_time_is_answered_however_late_it_is_asked_again(mall: Any) -> None:
    body = receipt("R-1", GOODS, purchased_at=days_ago(8))
    first = post("/purchases", body)
    put_programme(PROGRAMME.model_copy(update={"lateness": PROGRAMME.lateness.model_copy(update={"most_days": 7})}))
    assert post("/purchases", body).body == first.body


def test_a_held_tenants_tills_wait_and_nothing_is_lost(mall: Any) -> None:
    first = post("/purchases", receipt("R-1", GOODS))
    tenant(held=True)
    refused = post("/purchases", receipt("R-2", GOODS))
    assert (refused.status, refused.code) == (422, "tenant_held")
    assert post("/quotes", basket()).code == "tenant_held"
    assert post("/purchases/R-1/refunds", {"refund_no": "B", "amount": 1_00}).status == 201
    tenant(held=False)
    assert post("/purchases", receipt("R-2", GOODS)).status == 201
    assert first.status == 201


def test_a_receipt_with_more_points_than_a_till_may_give_is_refused(mall: Any) -> None:
    tenant(limits={"points_a_receipt": 120})
    run(fixed("more", 20))
    assert post("/purchases", receipt("R-1", GOODS)).body["points_earned"] == 120
    refused = post("/purchases", receipt("R-2", ("S", "shoes", 101_00)))
    assert (refused.status, refused.code, refused.body["most_points"]) == (422, "receipt_above_limit", 120)
    assert imported(fen=101_00).answer["points_earned"] == 121


def basket() -> dict[str, Any]:
    return {"member_id": ANNA, "lines": [{"sku": "S", "category": "shoes", "amount": 100_00}]}


def imported(fen: int = 100_00, days: int = 0) -> Any:
    """What a file brings that two people looked at."""
    at = utc_now() - timedelta(days=days)
    plain = bill(("S", "shoes", fen), member_id=MemberId(ANNA), origin=Origin.IMPORT, purchased_at=at, batch="batch")
    goods = replace(plain, receipt_no=ReceiptNo("from-a-file"))
    terms = tenants.read(TenantId("shoes"))
    assert terms
    return checkout.record(goods, utc_now(), tenant=terms).entry
