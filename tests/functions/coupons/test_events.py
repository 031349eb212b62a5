"""Coupons that events bring: once per template and event, to the member it is about, and nobody by an import."""

import json
from typing import Any

import pytest

from functions.coupons import on_event
from loyalty.catalogue import OfferState
from loyalty.remembering import forget_everything
from loyalty.types import Status
from tests.functions.coupons.conftest import ANNA, PARKING, Mall, everything, had, left, rows
from tests.functions.members.faults import Fault, KilledError, broken_call, calls_through
from tests.support import Context

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")

WELCOME = {"event": "MemberEnrolled"}


def message(message_id: str = "m1", kind: str = "MemberEnrolled", **changes: Any) -> dict[str, Any]:
    """An event as the bus's rule puts it into the queue."""
    detail = {
        "id": "event-1",
        "type": kind,
        "subject": ANNA,
        "origin": "member",
        "correlationid": "trace-1",
        "data": {"tier_before": "regular", "tier_after": "gold"} if kind == "TierChanged" else {"status": "active"},
        **changes,
    }
    return {"messageId": message_id, "body": json.dumps({"detail-type": kind, "detail": detail})}


def hear(*messages: dict[str, Any]) -> list[str]:
    """Apply messages; return those that must come again."""
    forget_everything()
    answer = on_event.handler({"Records": list(messages)}, Context())
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_a_welcome_pack_is_issued_once_however_often_the_event_comes(mall: Mall) -> None:
    mall.offer("coupon", claimable=False, issued_on=WELCOME, quantity=10, per_member=9)
    mall.offer("parking", claimable=False, issued_on=WELCOME, terms=PARKING)
    mall.offer("other")
    assert hear(message()) == []
    before = everything()
    assert hear(message("m2"), message("m3")) == []
    assert everything() == before
    found = {row["template_id"]: row for row in rows("coupon")}
    assert set(found) == {"coupon", "parking"}
    assert {(row["member_id"], row["way"], row["did"], row["actor"], row["origin"]) for row in found.values()} == {
        (ANNA, "event", "sent", "event", "member")
    }
    assert (found["coupon"]["correlation_id"], left("coupon")) == ("trace-1", 9)


def test_a_template_published_a_moment_ago_counts_for_the_next_event(mall: Mall) -> None:
    assert hear(message("m1")) == []  # what is published is looked up, and there is nothing
    mall.offer("coupon", claimable=False, issued_on=WELCOME)
    assert hear(message("m2")) == []
    assert len(rows("coupon")) == 1


def test_another_event_brings_another_within_the_limit(mall: Mall) -> None:
    mall.offer(issued_on=WELCOME, per_member=2)
    assert [hear(message(id=f"event-{n}")) for n in range(3)] == [[], [], []]
    assert (had(), len(rows("coupon"))) == (2, 2)


def test_an_import_brings_nothing(mall: Mall) -> None:
    mall.offer(issued_on=WELCOME)
    before = everything()
    assert hear(message(origin="import")) == []
    assert everything() == before


@pytest.mark.parametrize(
    ("tier_after", "before", "after", "issued"),
    [
        (None, "regular", "silver", 1),
        ("gold", "silver", "gold", 1),
        ("gold", "regular", "silver", 0),
        (None, "gold", "silver", 0),
        ("silver", "gold", "silver", 0),
    ],
)
def test_a_rise_brings_the_coupon_of_its_tier(
    mall: Mall, tier_after: str | None, before: str, after: str, issued: int
) -> None:
    mall.offer(issued_on={"event": "TierChanged", "tier_after": tier_after})
    assert hear(message(kind="TierChanged", data={"tier_before": before, "tier_after": after})) == []
    assert len(rows("coupon")) == issued


def test_what_is_paused_sold_out_or_for_others_is_no_reason_to_come_again(mall: Mall) -> None:
    mall.offer("paused", issued_on=WELCOME)
    mall.offer("gone", issued_on=WELCOME, quantity=1)
    mall.offer("gold", issued_on=WELCOME, tiers=["gold"])
    mall.claim("member-ben", template_id="gone")
    hear(message(subject="nobody"))
    mall.step(OfferState.PAUSED, "paused")
    answer = on_event.handler({"Records": [message()]}, Context())
    assert (answer["batchItemFailures"], had(template_id="paused"), len(rows("coupon"))) == ([], 0, 1)


@pytest.mark.parametrize("status", list(Status))
def test_a_welcome_waits_in_the_wallet_until_the_member_may_use_it(mall: Mall, status: Status) -> None:
    mall.offer(issued_on=WELCOME, terms=PARKING)
    mall.member(status=status)
    assert hear(message()) == []
    assert len(rows("coupon")) == (status is not Status.ERASED)
    for row in rows("coupon"):
        assert (mall.redeem(row["coupon_id"]).status == 201) == (status is Status.ACTIVE)


@pytest.mark.parametrize("body", ["{", "[]", "{}", '{"detail": {}}', '{"detail": 7}', '{"detail": {"origin": "till"}}'])
def test_a_message_nobody_can_read_comes_back_alone(mall: Mall, body: str) -> None:
    mall.offer(issued_on=WELCOME)
    assert hear({"messageId": "bad", "body": body}, message("good")) == ["bad"]
    assert len(rows("coupon")) == 1


def test_an_origin_nobody_knows_yet_is_no_reason_to_stop(mall: Mall) -> None:
    mall.offer(issued_on=WELCOME)
    assert hear(message(origin="partner")) == []
    assert rows("coupon")[0]["origin"] == "schedule"


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("number", range(7))
def test_whichever_call_breaks_a_pack_is_complete_in_the_end(mall: Mall, number: int, fault: Fault) -> None:
    mall.offer("T1", issued_on=WELCOME, quantity=10)
    mall.offer("T2", issued_on=WELCOME)
    with broken_call(number, fault):
        try:
            hear(message())
        except KilledError:
            assert fault is Fault.KILLED
    assert hear(message()) == []
    assert (len(rows("coupon")), left(), had(template_id="T2")) == (2, 9, 1)


def test_a_database_that_is_away_brings_the_message_back(mall: Mall) -> None:
    mall.offer(issued_on=WELCOME)

    def away(_n: int, operation: str, call: Any) -> Any:
        if operation == "TransactWriteItems":
            raise ConnectionError
        return call()

    with calls_through(away):
        assert hear(message()) == ["m1"]
    assert (hear(message()), len(rows("coupon"))) == ([], 1)
