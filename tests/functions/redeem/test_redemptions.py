"""Redeeming at the desk and in the app, and undoing it: once each, answered alike however often asked."""

from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from functions.redeem.me import handler as me
from loyalty import dynamo
from loyalty.types import Purse, Status
from tests.functions.till import (
    ANNA,
    WRITE,
    WRITTEN,
    account_of,
    bucket,
    everything,
    ledger_rows,
    ledger_sum,
    member,
    once,
    post,
    session,
)
from tests.support import HttpAnswer, call, http_event, member_caller

KEY = "key-1"


def wish(points: int = 300, **changes: Any) -> dict[str, Any]:
    return {"points": points, "member_session": session(), **changes}


def redeem(body: object, key: str | None = KEY, tenant_id: str = "shoes", **headers: str) -> HttpAnswer:
    named = {"idempotency_key": key} if key is not None else {}
    return post("/redemptions", body, tenant_id, **named, **headers)


def own(points: int, key: str = KEY, login: str = "login-1") -> HttpAnswer:
    headers = {"idempotency-key": key}
    event = http_event("POST /me/redemptions", body={"points": points}, caller=member_caller(login), headers=headers)
    return call(me, event)


@pytest.fixture
def rich(mall: Any) -> Any:
    member(ANNA, (bucket(60), 300), (bucket(200), 700))
    row = {"member_id": "login/login-1", "kind": "lookup", "target": ANNA}
    mall.put_item(TableName="members", Item=dynamo.to_item(row))
    return mall


def test_points_are_redeemed_the_earliest_expiry_first(rich: Any) -> None:
    answer = redeem(wish(400))
    assert (answer.status, answer.headers["location"]) == (201, f"/redemptions/{answer.body['redemption_id']}")
    assert (answer.body["points_spent"], answer.body["value_fen"], answer.body["balance"]) == (400, 400, 600)
    assert account_of().held(Purse.POINTS) == {bucket(200): 600}
    assert ledger_sum() == -400


def test_a_replay_is_answered_alike_also_when_the_first_try_spent_the_last_point(rich: Any) -> None:
    body = wish(1000)
    first, before = redeem(body), everything()
    again = redeem({**body, "member_session": session(minutes=-1)})
    assert (again.status, again.body, again.headers["idempotent-replayed"]) == (201, first.body, "true")
    assert everything() == before


def test_the_same_key_for_something_else_is_refused(rich: Any) -> None:
    redeem(wish(300))
    before = everything()
    answer = redeem(wish(200))
    assert (answer.status, answer.code) == (422, "idempotency_key_reused")
    assert everything() == before


def test_the_same_key_at_another_tenant_is_another_redemption(rich: Any) -> None:
    assert redeem(wish(300)).status == 201
    assert redeem(wish(300, member_session=session(tenant_id="bags")), tenant_id="bags").status == 201
    assert ledger_sum() == -600


def test_the_key_itself_is_not_stored(rich: Any) -> None:
    redeem(wish(), key="till-secret-7")
    assert "till-secret-7" not in str(everything())


@pytest.mark.parametrize(
    ("body", "key", "status", "code"),
    [
        ({"points": 300}, KEY, 400, "invalid_request"),
        ({"points": 0, "member_session": "x"}, KEY, 400, "invalid_request"),
        ({"points": 1.5, "member_session": "x"}, KEY, 400, "invalid_request"),
        ({"points": 5, "member_session": "x", "kind": "gold"}, KEY, 400, "invalid_request"),
        ({"points": 5, "member_session": "x", "member_id": ANNA}, KEY, 400, "invalid_request"),
        ("{", KEY, 400, "invalid_request"),
        ({"points": 300, "member_session": "junk"}, KEY, 410, "member_session_expired"),
        ({"points": 300, "member_session": "junk"}, None, 400, "idempotency_key_required"),
        ({"points": 300, "member_session": "junk"}, "", 400, "idempotency_key_required"),
        ({"points": 300, "member_session": "junk"}, "a b", 400, "idempotency_key_required"),
        ({"points": 300, "member_session": "junk"}, "k" * 256, 400, "idempotency_key_required"),
    ],
)
def test_a_malformed_redemption_changes_nothing(
    rich: Any, body: object, key: str | None, status: int, code: str
) -> None:
    before = everything()
    answer = redeem(body, key)
    assert (answer.status, answer.code) == (status, code)
    assert everything() == before


def test_a_refusal_says_what_is_missing_and_changes_nothing(rich: Any) -> None:
    before = everything()
    answer = redeem(wish(1350), accept_language="en")
    assert (answer.status, answer.code, answer.body["missing_points"]) == (422, "insufficient_points", 350)
    assert answer.body["detail"] == "Not enough points: 350 more are needed."
    assert redeem(wish(member_session=session(minutes=-1)), key="k2").code == "member_session_expired"
    assert redeem(wish(member_session=session(tenant_id="bags")), key="k3").code == "member_session_expired"
    assert everything() == before


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.ACTIVE])
def test_only_an_active_member_redeems(rich: Any, status: Status) -> None:
    member(ANNA, (bucket(), 1000), status=status)
    assert redeem(wish()).code == "membership_status"
    assert ledger_rows() == []


@pytest.mark.parametrize("moment", [WRITE, WRITTEN])
def test_a_redemption_whose_call_fails_is_made_once(rich: Any, moment: str) -> None:
    def lost(**_: Any) -> None:
        raise ReadTimeoutError(endpoint_url="dynamodb")

    with once(moment, lost):
        assert redeem(wish(1000)).body["balance"] == 0
    assert ledger_sum() == -1000


def test_the_last_points_are_redeemed_once_in_the_app_and_at_the_desk(rich: Any) -> None:
    with once(WRITE, lambda **_: own(1000)):
        answer = redeem(wish(1000))
    assert (answer.code, answer.body["missing_points"], ledger_sum()) == ("insufficient_points", 1000, -1000)


def undo(redemption_id: str, tenant_id: str = "shoes") -> HttpAnswer:
    return post(f"/redemptions/{redemption_id}/refunds", None, tenant_id)


def test_an_undone_redemption_gives_points_back_with_their_expiry_and_once(rich: Any) -> None:
    done = redeem(wish(400)).body
    first = undo(done["redemption_id"])
    before = everything()
    again = undo(done["redemption_id"])
    assert (first.status, first.body["points_given_back"], first.body["balance"]) == (201, 400, 1000)
    assert (again.status, again.body, again.headers["idempotent-replayed"]) == (201, first.body, "true")
    assert account_of().held(Purse.POINTS) == {bucket(60): 300, bucket(200): 700}
    assert everything() == before


def test_nobody_undoes_what_is_not_theirs(rich: Any) -> None:
    at_desk, in_app = redeem(wish(100)).body["redemption_id"], own(100).body["redemption_id"]
    undone = undo(redeem(wish(100), key="k9").body["redemption_id"]).body["entry_id"]
    before = everything()
    wrong = [undo(at_desk, "bags"), undo(in_app), undo(undone), undo("AAAA"), undo(at_desk + "A"), undo("_" * 512)]
    assert {(answer.status, answer.code) for answer in wrong} == {(404, "redemption_not_found")}
    assert everything() == before


def test_a_member_redeems_in_the_app(rich: Any) -> None:
    first, again = own(300), own(300)
    assert (first.status, first.body["points_spent"], again.body) == (201, 300, first.body)
    assert again.headers["idempotent-replayed"] == "true"
    assert own(200).code == "idempotency_key_reused"
    assert own(100, key="k2").body["balance"] == 600


def test_a_login_without_membership_redeems_nothing(rich: Any) -> None:
    assert own(300, login="stranger").code == "not_enrolled"
    assert own(300, login="").status == 401
