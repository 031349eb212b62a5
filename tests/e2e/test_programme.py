"""The programme on the deployed mall: transfers, entitlements, decisions of two people, announced rules, books."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.clients import client
from loyalty.clock import local_date
from tests.e2e.mall import Mall, new_key, wait_until

ZONE = "Asia/Shanghai"
GOODWILL = {"reason_code": "goodwill", "text": "停车场道闸故障致歉。"}


@pytest.fixture(scope="module")
def till(mall: Mall) -> str:
    return mall.tenant("e2e-programme")


def decided(mall: Mall, member_id: str, kind: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """An operator asks, an approver agrees."""
    asked = mall.api.expect(201, "operator", "POST", f"/members/{member_id}/{kind}", body, key=new_key())
    assert asked["state"] == "open"
    path = f"/control-requests/{asked['request_id']}/approvals"
    return mall.api.expect(201, "approver", "POST", path, {"version": asked["version"]})


def given(mall: Mall, points: int) -> tuple[str, str]:
    """Somebody who was given points by hand."""
    who, member_id = mall.member()
    decided(mall, member_id, "adjustments", {"points": points, **GOODWILL})
    return who, member_id


def test_points_given_to_another_member_leave_one_account_and_reach_the_other(mall: Mall) -> None:
    giver, _ = given(mall, 1000)
    receiver, _ = mall.member()
    limits = mall.api.expect(200, giver, "GET", "/me/transfers/limits")
    assert limits["enabled"]
    wish = {"to_phone": receiver.removeprefix("member:"), "points": 600}
    key = new_key()
    sent = mall.api.expect(201, giver, "POST", "/me/transfers", wish, key=key)
    assert mall.api.expect(201, giver, "POST", "/me/transfers", wish, key=key) == sent
    assert mall.points(giver)["balance"] == 400 - sent["fee_points"] == sent["balance"]
    assert mall.points(receiver)["balance"] == 600
    assert [entry["movement"] for entry in mall.entries(receiver)] == ["transfer"]
    too_much = mall.api.call(giver, "POST", "/me/transfers", {**wish, "points": 5000}, key=new_key())
    assert (too_much.status, too_much.body["code"]) == (422, "insufficient_points")


def test_points_of_goods_that_may_come_back_stay_where_they_are(mall: Mall, till: str) -> None:
    giver, member_id = mall.member()
    receiver, _ = mall.member()
    mall.buy(till, 1000_00, member_id=member_id)
    limits = mall.api.expect(200, giver, "GET", "/me/transfers/limits")
    assert (limits["spendable"], limits["transferable"]) == (1000, 0)
    wish = {"to_phone": receiver.removeprefix("member:"), "points": 500}
    assert mall.api.call(giver, "POST", "/me/transfers", wish, key=new_key()).status == 422
    assert mall.points(receiver)["balance"] == 0


def test_a_quarters_spend_opens_parking_with_a_quota(mall: Mall, till: str) -> None:
    who, _ = mall.member()
    session = mall.session(who, till)
    mall.buy(till, 2500_00, member_session=session)
    use = {"member_session": session}
    used = mall.api.expect(201, till, "POST", "/entitlements/free_parking/uses", use, key=new_key())
    assert used["remaining"] == used["quota"] - 1
    for _ in range(used["remaining"]):
        mall.api.expect(201, till, "POST", "/entitlements/free_parking/uses", use, key=new_key())
    refused = mall.api.call(till, "POST", "/entitlements/free_parking/uses", use, key=new_key())
    assert (refused.status, refused.body["code"]) == (422, "entitlement_used_up")
    growth = mall.points(who)["growth"]
    assert growth


def test_a_freeze_needs_two_people_and_is_on_the_trail(mall: Mall, till: str) -> None:
    who, member_id = given(mall, 500)
    session = mall.session(who, till)
    both = mall.staff(f"desk-{mall.run}", "operator", "approver")
    because = {"reason_code": "dishonest_gain", "text": "代刷小票"}
    asked = mall.api.expect(201, both, "POST", f"/members/{member_id}/freezes", because, key=new_key())
    path = f"/control-requests/{asked['request_id']}/approvals"
    own = mall.api.call(both, "POST", path, {"version": asked["version"]})
    assert (own.status, own.body["code"]) == (403, "own_approval")
    assert mall.points(who)["status"] == "active"
    mall.api.expect(201, "approver", "POST", path, {"version": asked["version"]})
    spend = {"points": 100, "member_session": session}
    refused = mall.api.call(till, "POST", "/redemptions", spend, key=new_key())
    assert (refused.status, refused.body["code"]) == (422, "membership_status")
    (decision,) = [
        one for one in mall.api.expect(200, who, "GET", "/me/control-decisions")["items"] if one["kind"] == "freeze"
    ]
    appeal = {"text": "小票是我本人的。"}
    mall.api.expect(201, who, "POST", f"/me/control-decisions/{decision['decision_id']}/appeals", appeal, key=new_key())
    assert (
        decided(mall, member_id, "unfreezes", {"reason_code": "correction", "text": "查实无误"})["state"] == "approved"
    )
    mall.api.expect(201, till, "POST", "/redemptions", spend, key=new_key())

    def on_the_trail() -> bool:
        lines = mall.api.expect(200, "auditor", "GET", f"/audit-entries?limit=100&about=member%2F{member_id}")["items"]
        return {"ControlRequested", "ControlDecided", "ControlAppealed", "MembershipStatusChanged"} <= {
            line["action"] for line in lines
        }

    wait_until(on_the_trail, "the audit trail")
    assert mall.api.call("operator", "GET", "/audit-entries").status == 403


def test_a_change_of_the_rules_is_approved_by_another_and_announced_ahead(mall: Mall) -> None:
    day = local_date(datetime.now(UTC) + timedelta(days=400 + int(mall.run[:2], 16)), ZONE).isoformat()
    body = {
        "changes": {"redemption": {"points": 100, "fen": 200}},
        "effective_from": day,
        "announcement_zh": "积分抵现升值",
        "announcement_en": "Points are worth more",
    }
    drafted = mall.api.expect(201, "marketer", "POST", "/program-versions", body, key=new_key())
    path = f"/program-versions/{drafted['version_id']}"
    soon = {**body, "effective_from": local_date(datetime.now(UTC), ZONE).isoformat()}
    refused = mall.api.call("marketer", "POST", "/program-versions", soon, key=new_key())
    assert refused.status == 422
    mall.api.expect(201, "approver", "POST", f"{path}/approvals", {"version": drafted["version"]})
    mall.api.expect(201, "marketer", "POST", f"{path}/publications", {})

    def announced() -> list[Any]:
        return [one for one in mall.api.expect(200, "", "GET", "/program")["announced"] if one["effective_from"] == day]

    (version,) = wait_until(announced, "the announcement", 70)
    assert version["differences"]
    assert mall.api.expect(200, "", "GET", "/program")["redemption"]["fen"] == 100
    mall.api.expect(201, "marketer", "POST", f"{path}/endings", {})


def test_the_books_of_the_day_close_to_the_point(mall: Mall, till: str) -> None:
    _, member_id = given(mall, 300)
    mall.buy(till, 100_00, member_id=member_id)
    today = local_date(datetime.now(UTC), ZONE)
    yesterday = (today - timedelta(days=1)).isoformat()
    path = f"/books/roll-forward?from={today}&to={today}"
    runs = iter(range(1, 100))
    close_books(mall, yesterday, 1)
    wait_until(lambda: closing(mall, f"/books/roll-forward?from={yesterday}&to={yesterday}"), "the opening")

    def closed() -> Mapping[str, Any] | None:
        close_books(mall, today.isoformat(), next(runs))
        line = wait_until(lambda: closing(mall, path), "the closing")
        return line if line["difference"] == 0 else None

    line = wait_until(closed, "a closing without difference", 90)
    assert line["adjusted"]["total"] >= 300
    assert line["earned"]["total"] >= 100
    liability = mall.api.expect(200, "auditor", "GET", f"/books/liability?as_of={today}")
    assert liability["liability_mfen"] + liability["breakage_mfen"] == liability["value_mfen"] > 0


def close_books(mall: Mall, day: str, run: int) -> None:
    """Start the closing of a day."""
    aws = client("lambda", endpoint_url=mall.stack.endpoint_url, region=mall.stack.region)
    event = json.dumps({"as_of": day, "run": run})
    answer = aws.invoke(FunctionName=mall.stack.function("books-daily"), Payload=event)
    assert "FunctionError" not in answer, answer["Payload"].read()


def closing(mall: Mall, path: str) -> Mapping[str, Any] | None:
    """The line of the roll-forward once the accounts have been added up."""
    (line,) = mall.api.expect(200, "auditor", "GET", path)["items"]
    found: Mapping[str, Any] = line
    return found if found["closing"] is not None else None
