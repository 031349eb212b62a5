"""Rewards redeemed, cancelled and handed over: points, stock and order move together, once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from loyalty import account_store, dynamo
from loyalty.buckets import BucketKey, Leg
from loyalty.clock import utc_now
from loyalty.tiers import Rung
from loyalty.types import Day, MemberId, Purse, Status
from tests.functions.redeem import shop
from tests.functions.redeem.shop import (
    DONATION,
    DOUBLE,
    LOUNGE,
    cancel,
    figures,
    hand_over,
    left,
    order,
    order_at_till,
    own,
    publish,
    rows,
    staff,
)
from tests.functions.till import (
    ANNA,
    BEN,
    account_of,
    bucket,
    everything,
    ledger_rows,
    ledger_sum,
    member,
    post,
    session,
)
from tests.support import PROGRAMME


def test_a_gift_is_reserved_where_it_will_be_picked_up(scarf: str) -> None:
    answer = order(scarf)
    assert (answer.status, answer.headers["location"]) == (201, "/me/redemptions")
    assert answer.body == {
        "redemption_id": answer.body["redemption_id"],
        "entry_id": answer.body["redemption_id"],
        "kind": "gift",
        "points_spent": 300,
        "value_fen": 0,
        "balance": 700,
        "tier": "regular",
        "at": answer.body["at"],
        "currency": "CNY",
        "reward_id": scarf,
        "state": "reserved",
        "purse": "points",
        "cash_fen": 0,
        "pick_up_point": "service-desk",
        "coupon_code": None,
        "survey": None,
    }
    assert (left(scarf), ledger_sum()) == ({"service-desk": 4, "shoes": 1}, -300)
    (row,) = rows("order/")
    assert (row["reward_id"], row["kind"], row["reward"]) == (f"order/{answer.body['redemption_id']}", "order", scarf)
    assert (row["state"], row["version"], row["member_id"], row["actor"]) == ("reserved", 1, ANNA, "member")


def test_the_old_contract_of_money_off_answers_as_before(scarf: str) -> None:
    answer = own("POST /me/redemptions", {"kind": "cash", "points": 100}, "k")
    assert list(answer.body) == [
        "redemption_id", "entry_id", "kind", "points_spent", "value_fen", "balance", "tier", "at", "currency", "survey",
    ]  # fmt: skip
    assert (answer.headers["location"], rows("order/")) == ("/me/points/entries", [])


def test_an_order_asked_for_again_is_answered_alike_also_when_it_took_the_last_piece(scarf: str) -> None:
    first, before = order(scarf, "shoes"), everything()
    again = order(scarf, "shoes")
    assert (again.status, again.body, again.headers["idempotent-replayed"]) == (201, first.body, "true")
    assert everything() == before
    assert order(scarf, "service-desk").code == "idempotency_key_reused"
    assert own("POST /me/redemptions", {"points": 100}, "key-1").code == "idempotency_key_reused"
    assert everything() == before


def test_what_is_sold_out_says_so_and_writes_nothing(scarf: str) -> None:
    order(scarf, "shoes")
    before = everything()
    answer = order(scarf, "shoes", key="k2")
    assert (answer.status, answer.code, answer.body["left"]) == (422, "sold_out", 0)
    assert everything() == before


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"tiers": ["gold", "silver"]}, "reward_tier", {"tiers": ["gold", "silver"]}),
        ({"from": "2090-01-01T00:00:00+08:00"}, "reward_not_yet", {"starts": "2089-12-31T16:00:00.000Z"}),
        ({"points": 1350}, "insufficient_points", {"missing_points": 350}),
        ({"purse": "courtesy"}, "insufficient_points", {"missing_points": 200}),
    ],
)
def test_a_refusal_says_what_is_missing(scarf: str, changes: dict[str, Any], code: str, said: dict[str, Any]) -> None:
    reward_id = publish({**LOUNGE, **changes}, "draft-2")
    before = everything()
    answer = order(reward_id, None)
    assert (answer.status, answer.code) == (422, code)
    assert {name: answer.body[name] for name in said} == said
    assert everything() == before


def test_a_reward_cannot_be_had_outside_its_life(scarf: str) -> None:
    hidden = shop.draft(LOUNGE, "draft-2")
    assert (order(hidden, None).status, order("0" * 24, None).code) == (404, "reward_not_found")
    staff(f"POST /rewards/{scarf}/pauses")
    assert order(scarf).code == "reward_paused"
    staff(f"POST /rewards/{scarf}/resumptions")
    assert order(scarf).status == 201
    staff(f"POST /rewards/{scarf}/endings")
    assert (order(scarf, key="k2").code, order(scarf).status) == ("reward_over", 201)
    staff(f"POST /rewards/{hidden}/endings")
    assert order(hidden, None, key="k3").code == "reward_not_found"


def test_a_reward_is_over_at_its_last_instant(scarf: str, monkeypatch: pytest.MonkeyPatch) -> None:
    until = utc_now() + timedelta(hours=1)
    reward_id = publish({**LOUNGE, "until": until.isoformat()}, "draft-2")
    assert order(reward_id, None).status == 201
    monkeypatch.setattr("functions.redeem.me.utc_now", lambda: until)
    assert order(reward_id, None, key="k2").code == "reward_over"


def test_a_gift_is_picked_up_where_it_is_kept(scarf: str) -> None:
    lounge = publish(LOUNGE, "draft-2")
    answer = order(scarf, "bags")
    assert (answer.code, answer.body["pick_up_points"]) == ("pick_up_point", ["service-desk", "shoes"])
    assert order(scarf, None).code == "pick_up_point"
    assert order(lounge, "service-desk").code == "pick_up_point"


def test_a_member_redeems_no_more_than_the_limit_and_a_cancelled_one_does_not_count(scarf: str) -> None:
    reward_id = publish({**LOUNGE, "per_member": 1}, "draft-2")
    first = order(reward_id, None)
    answer = order(reward_id, None, key="k2")
    assert (answer.code, answer.body["per_member"]) == ("reward_per_member", 1)
    cancel(first.body["redemption_id"])
    assert order(reward_id, None, key="k3").status == 201


def test_a_reward_of_each_quarter_can_be_had_again_in_the_next(scarf: str, monkeypatch: pytest.MonkeyPatch) -> None:
    each_quarter = publish({**LOUNGE, "per_member": 1, "per": "quarter"}, "draft-2")
    autumn = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
    answers = []
    for now, key in [(autumn, "k1"), (autumn, "k2"), (autumn + timedelta(minutes=1), "k3")]:
        monkeypatch.setattr("functions.redeem.me.utc_now", lambda now=now: now)
        answers.append(order(each_quarter, None, key=key))
    assert [answer.status for answer in answers] == [201, 422, 201]
    assert (answers[1].code, answers[1].body["per"]) == ("reward_per_member", "quarter")
    cancel(answers[0].body["redemption_id"])
    assert order(each_quarter, None, key="k4").code == "reward_per_member"


def test_a_tier_whose_review_is_due_is_reviewed_before_a_reward_is_given_for_it(scarf: str) -> None:
    of_gold = publish({**LOUNGE, "tiers": ["gold"]}, "draft-2")
    for until, code, shown in (("240131", "reward_tier", {scarf}), ("991231", "", {scarf, of_gold})):
        account = replace(account_of(), rung=Rung("gold", Day("230101"), Day(until)))
        row = account_store.to_row(account, PROGRAMME)
        dynamo.client().put_item(TableName="accounts", Item=dynamo.to_item(row))
        assert {item["reward_id"] for item in own("GET /me/rewards").body["items"]} == shown
        assert order(of_gold, None).body.get("code", "") == code


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.ACTIVE])
def test_only_an_active_member_redeems_a_reward(scarf: str, status: Status) -> None:
    member(ANNA, (bucket(), 1000), status=status)
    assert order(scarf).code == "membership_status"
    assert (ledger_rows(), left(scarf)["service-desk"]) == ([], 5)


def test_a_cancelled_order_gives_everything_back_to_where_it_came_from_once(scarf: str) -> None:
    held, done = account_of().buckets, order(scarf).body["redemption_id"]
    first = cancel(done)
    before = everything()
    again = cancel(done)
    assert (first.status, first.body["points_given_back"], first.body["balance"]) == (201, 300, 1000)
    assert (again.status, again.body, again.headers["idempotent-replayed"]) == (201, first.body, "true")
    assert (everything(), account_of().buckets) == (before, held)
    assert (left(scarf)["service-desk"], rows("order/")[0]["state"]) == (5, "cancelled")
    assert figures(scarf) == {
        "issued": 1, "handed_over": 0, "cancelled": 1, "left": 6, "points": 0, "cost_fen": 0, "currency": "CNY",
    }  # fmt: skip


def test_courtesy_points_come_back_as_courtesy_points(scarf: str) -> None:
    held = account_of().moved([Leg(Purse.COURTESY, BucketKey(bucket()), 500)])
    dynamo.client().put_item(TableName="accounts", Item=dynamo.to_item(account_store.to_row(held, PROGRAMME)))
    done = order(publish({**LOUNGE, "purse": "courtesy"}, "draft-2"), None)
    assert (done.body["purse"], account_of().held(Purse.COURTESY)) == ("courtesy", {bucket(): 300})
    assert cancel(done.body["redemption_id"]).body["points_given_back"] == 200
    assert account_of().buckets == held.buckets


def test_what_is_complete_at_once_cannot_be_cancelled_or_handed_over(scarf: str) -> None:
    done = order(publish(DONATION, "draft-2"), None).body
    assert done["state"] == "done"
    assert (cancel(done["redemption_id"]).status, cancel(done["redemption_id"]).code) == (409, "order_state")
    assert hand_over(done["redemption_id"]).body["state"] == "done"
    assert ledger_sum() == -100


def test_a_till_takes_double_value_back_as_it_does_money_off(scarf: str) -> None:
    done = order_at_till(publish(DOUBLE, "draft-2"), None).body
    assert (done["value_fen"], done["kind"], done["points_spent"]) == (1000, "cash", 500)
    assert post(f"/redemptions/{done['redemption_id']}/refunds", None).body["points_given_back"] == 500


def test_a_till_redeems_and_undoes_a_gift_of_its_tenant(scarf: str) -> None:
    done = order_at_till(scarf)
    assert (done.status, left(scarf)["shoes"]) == (201, 0)
    late = order_at_till(scarf, member_session=session(minutes=-1))
    assert (late.body, late.headers["idempotent-replayed"]) == (done.body, "true")
    undone = post(f"/redemptions/{done.body['redemption_id']}/refunds", None)
    assert (undone.status, undone.body["points_given_back"], left(scarf)["shoes"]) == (201, 300, 1)


def test_nobody_cancels_what_is_not_theirs(scarf: str) -> None:
    member(BEN, (bucket(), 1000))
    shop.sign_in("login-2", BEN)
    mine, at_till = order(scarf).body["redemption_id"], order_at_till(scarf).body["redemption_id"]
    money = own("POST /me/redemptions", {"points": 100}, "k2").body["redemption_id"]
    before = everything()
    wrong = [cancel(mine, "login-2"), cancel(at_till), cancel(money), cancel("AAAA")]
    wrong.append(post(f"/redemptions/{mine}/refunds", None))
    assert {(answer.status, answer.code) for answer in wrong} == {(404, "redemption_not_found")}
    assert everything() == before


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"points": 100, "reward_id": "0" * 24},
        {"kind": "cash", "reward_id": "0" * 24},
        {"points": 100, "pick_up_point": "shoes"},
        {"reward_id": "x"},
        {"reward_id": "0" * 24, "pick_up_point": "../x"},
    ],
)
def test_a_malformed_wish_changes_nothing(scarf: str, body: object) -> None:
    before = everything()
    assert own("POST /me/redemptions", body, "k").code == "invalid_request"
    assert everything() == before


def test_orders_of_one_member_are_one_account(scarf: str) -> None:
    for n in range(3):
        order(scarf, key=f"k{n}")
    assert order(scarf, key="k9").body["missing_points"] == 200
    assert (account_of(MemberId(ANNA)).total(Purse.POINTS), ledger_sum(), left(scarf)["service-desk"]) == (100, -900, 2)
