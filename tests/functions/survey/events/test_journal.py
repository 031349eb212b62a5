"""The journal of what happened: every event that may lead to an invitation, once, by the mall's days."""

from datetime import timedelta
from typing import Any

import pytest

from loyalty import dynamo
from loyalty.clock import iso, local_day
from tests.functions.members.faults import calls_through
from tests.functions.survey.events.conftest import ANNA, BEN, COUPON, NOON, Mall, journal, message, operations

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")


def test_every_trigger_event_is_kept_in_the_journal(mall: Mall) -> None:
    mall.hear(
        message(mall.event(COUPON, id="e-1"), "m1"),
        message(mall.event("TierChanged.purchase", who=BEN, id="e-2", origin="import"), "m2"),
        message(mall.event("MemberEnrolled.enrolled_by_app", id="e-3", ago=60 * 24), "m3"),
    )
    rows = {row["kind"]: row for row in journal()}
    assert rows.keys() == {"e-1", "e-2", "e-3"}
    one = rows["e-1"]
    assert one["survey_id"].startswith("heard/261121/")
    assert one["survey_id"].split("/")[2] == rows["e-3"]["survey_id"].split("/")[2]
    assert rows["e-3"]["survey_id"].startswith("heard/261120/")
    assert (one["event"], one["member_id"], one["at"], one["origin"]) == (
        "CouponRedeemed", ANNA, iso(NOON - timedelta(minutes=1)), "till",
    )  # fmt: skip
    assert one["data"]["template_id"] == "autumn-200-30"
    assert one["ttl"] == int((NOON - timedelta(minutes=1) + timedelta(days=35)).timestamp())
    assert rows["e-2"]["origin"] == "import"


def test_the_journal_keeps_the_days_of_the_mall(mall: Mall) -> None:
    midnight = NOON + timedelta(hours=12)
    for at in (midnight - timedelta(milliseconds=1), midnight):
        mall.happens(id=f"e-{iso(at)[-4:-1]}", time=iso(at))
        assert journal()
    days = [row["survey_id"].split("/")[1] for row in journal()]
    assert days == [local_day(at, "Asia/Shanghai") for at in (NOON, midnight)] == ["261121", "261122"]


def test_more_events_than_one_call_takes_are_kept_and_what_was_left_out_is_written_again(mall: Mall) -> None:
    told = [message(mall.event("TierChanged.purchase", id=f"e-{n:02d}"), f"m{n}") for n in range(60)]
    left = iter([2, 0, 1])

    def throttled(_n: int, operation: str, call: Any) -> Any:
        if operation != "BatchWriteItem" or not (share := next(left, 0)):
            return call()
        answer = call()  # the rows were written, and the service says that some were not
        rows = [{"PutRequest": {"Item": row}} for row in dynamo.client().scan(TableName="surveys")["Items"][:share]]
        return {**answer, "UnprocessedItems": {"surveys": rows}}

    with calls_through(throttled), operations() as made:
        assert mall.hear(*told, *told[:3]) == []
    assert len(journal()) == 60
    assert made.count("BatchWriteItem") >= 4
