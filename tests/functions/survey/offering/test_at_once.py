"""The survey in the answer of a redemption: offered once, in a call of its own, never in the redemption's way."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.redeem.me import handler as member_redeems
from loyalty import attempts, dynamo, identity
from loyalty.clock import iso, utc_now
from loyalty.surveys import inviting
from loyalty.surveys.invitation import InvitationState, invitation_id_of
from loyalty.surveys.running import Condition, Trigger
from tests.functions.survey.published import REDEEMED, invitations, publish, rows_of
from tests.functions.till import ANNA, bucket, everything, member, once, post, receipt, session, tenant
from tests.support import call, http_event, member_caller

CALLS = "before-call.dynamodb"


@pytest.fixture(autouse=True)
def mall(cloud: Any) -> Any:
    tenant()
    member(ANNA, (bucket(), 5_000))
    return cloud


def redeeming(number: str = "R-1", **changes: Any) -> dict[str, Any]:
    return receipt(number, points=100, member_session=session(), **changes)


def test_a_checkout_that_redeems_points_carries_the_survey() -> None:
    publish()

    answer = post("/purchases", redeeming())

    (invitation,) = invitations()
    survey = answer.body["survey"]
    assert survey == {
        "invitation_id": invitation.invitation_id,
        "survey_id": "survey-1",
        "title": "兑换体验",
        "expires_at": invitation.expires_at,
        "link": f"/s/{invitation.token}",
        "reward": {"purse": "points", "points": 20},
    }
    assert (invitation.member_id, invitation.state, invitation.way) == (ANNA, InvitationState.OPEN, "at_once")
    assert (invitation.tenant_id, invitation.tier) == ("shoes", "regular")
    assert invitation_id_of(invitation.token) == invitation.invitation_id


def test_a_plain_purchase_reads_and_writes_nothing_of_surveys() -> None:
    publish()
    post("/purchases", receipt("R-0"))
    with once(CALLS, lambda **_: None) as calls:
        answer = post("/purchases", receipt())
    assert (answer.body["survey"], invitations(), len(calls)) == (None, [], 2)


def test_the_answer_speaks_the_callers_language() -> None:
    publish()
    answer = post("/purchases", redeeming(), accept_language="en")
    assert answer.body["survey"]["title"] == "Your redemption"


def test_a_repeated_checkout_carries_the_same_survey_and_writes_nothing() -> None:
    publish()
    body = redeeming()
    first, before = post("/purchases", body), everything()
    again = post("/purchases", body)
    assert (again.body, again.headers["idempotent-replayed"]) == (first.body, "true")
    assert everything() == before


def test_a_repeated_checkout_is_answered_alike_also_when_the_survey_was_answered() -> None:
    publish()
    body = redeeming()
    first = post("/purchases", body)
    (invitation,) = invitations()
    done = invitation.moved(utc_now(), state=InvitationState.ANSWERED, token="", answered_at=iso(utc_now()))
    attempts.write((inviting.put_if_unchanged(done),))
    assert post("/purchases", body).body == first.body


def test_a_repeated_checkout_carries_none_where_the_first_had_none() -> None:
    body = redeeming()
    post("/purchases", body)
    publish()
    assert post("/purchases", body).body["survey"] is None
    assert invitations() == []


def test_who_was_asked_lately_is_left_alone() -> None:
    publish()
    post("/purchases", redeeming())
    second = post("/purchases", redeeming("R-2"))
    assert second.body["survey"] is None
    assert len(invitations()) == 1


def test_two_checkouts_at_the_same_time_ask_once() -> None:
    publish()
    rival = redeeming("R-2")

    def also(**_: Any) -> None:
        post("/purchases", rival)

    with once("before-call.dynamodb.TransactWriteItems", also):
        post("/purchases", redeeming())
    assert len(invitations()) == 1


@pytest.mark.parametrize(
    "trigger",
    [
        Trigger(("RewardHandedOver",)),
        Trigger(("PointsRedeemed",), delay_minutes=60),
        Trigger(("PointsRedeemed",), (Condition("tenant_id", "eq", "bags"),)),
        Trigger(("PointsRedeemed",), (Condition("programme_version", "exists", False),)),
    ],
    ids=["another event", "later", "elsewhere", "what only the event knows"],
)
def test_what_does_not_fit_or_cannot_be_decided_now_is_left_to_the_event(trigger: Trigger) -> None:
    publish(trigger=trigger)
    assert post("/purchases", redeeming()).body["survey"] is None
    assert invitations() == []


def test_a_survey_that_is_over_or_not_begun_asks_nobody() -> None:
    publish(survey_id="over", series_id="over", ends=iso(utc_now() - timedelta(days=1)))
    publish(survey_id="soon", series_id="soon", starts=iso(utc_now() + timedelta(days=1)))
    assert post("/purchases", redeeming()).body["survey"] is None


@pytest.mark.parametrize("code", ["ThrottlingException", "AccessDeniedException", "ResourceNotFoundException"])
def test_a_survey_that_cannot_be_written_does_not_harm_the_checkout(code: str, mall: Any) -> None:
    publish()
    answered: list[int] = []

    def fail(params: dict[str, Any], **_: Any) -> None:
        body = params["body"]
        if "invitation/" in (body if isinstance(body, str) else body.decode()):
            answered.append(1)
            raise ClientError({"Error": {"Code": code, "Message": ""}}, "TransactWriteItems")

    mall.meta.events.register("before-call.dynamodb.TransactWriteItems", fail)
    try:
        answer = post("/purchases", redeeming())
    finally:
        mall.meta.events.unregister("before-call.dynamodb.TransactWriteItems", fail)
    assert (answer.status, answer.body["survey"], len(answered)) == (201, None, 1)
    assert invitations() == []


@pytest.mark.parametrize("part", ["running.remembered", "by_entry"])
def test_a_defect_of_asking_does_not_make_a_redemption_look_refused(monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    publish()

    def broken(*_: Any) -> Any:
        raise TypeError

    monkeypatch.setattr(f"loyalty.surveys.at_once.{part}", broken)
    answer = post("/purchases", redeeming())
    assert (answer.status, answer.body["survey"], invitations()) == (201, None, [])


def test_a_member_who_redeems_in_the_app_is_asked_there() -> None:
    publish()
    row = {"member_id": identity.login_key("login-1"), "kind": identity.LOOKUP, "target": ANNA}
    dynamo.client().put_item(TableName="members", Item=dynamo.to_item(row))
    event = http_event(
        "POST /me/redemptions", body={"points": 100}, caller=member_caller("login-1"), headers={"idempotency-key": "k"}
    )
    answer = call(member_redeems, event)
    assert answer.body["survey"]["survey_id"] == "survey-1"
    assert invitations()[0].cause == "PointsRedeemed"


def test_a_redemption_at_the_desk_is_asked_about_once() -> None:
    publish()
    body = {"points": 100, "member_session": session()}
    first = post("/redemptions", body, Idempotency_Key="k")
    again = post("/redemptions", body, Idempotency_Key="k")
    assert first.body["survey"]["link"].startswith("/s/")
    assert again.body == first.body
    assert len(invitations()) == 1


def test_of_two_surveys_the_one_with_priority_asks() -> None:
    publish(survey_id="a", series_id="a")
    publish(survey_id="b", series_id="b", priority=5)
    assert post("/purchases", redeeming()).body["survey"]["survey_id"] == "b"


def test_the_slot_remembers_when_and_what_was_asked() -> None:
    survey = publish(trigger=REDEEMED)
    post("/purchases", redeeming())
    (slot,) = rows_of("slot")
    rest = datetime.fromisoformat(slot[inviting.REST_UNTIL])
    assert timedelta(days=6, hours=23) < rest - datetime.now(UTC) <= timedelta(days=7)
    assert inviting.is_rested(slot, survey, rest - timedelta(seconds=1)) is False
    assert inviting.is_rested(slot, survey, rest + timedelta(days=84)) is True
