"""Rewards are drafted, approved by another person, published; their stock is booked, counted and listed."""

import csv
import io
import json
from dataclasses import replace
from typing import Any

import pytest

from functions.redeem.on_job import handler as on_job
from loyalty import attempts, dynamo, stock
from loyalty.catalogue import Catalogue, OfferState, drafted
from loyalty.imports import files
from tests.functions.redeem import shop
from tests.functions.redeem.shop import (
    LOUNGE,
    SCARF,
    cancel,
    count,
    draft,
    figures,
    hand_over,
    left,
    order,
    own,
    publish,
    rows,
    staff,
    stock_in,
)
from tests.functions.till import ANNA, everything
from tests.support import Context

TEMPLATE = {
    "name_zh": "满减券",
    "name_en": "50 off",
    "terms": {"kind": "amount_off", "off_fen": 5000},
    "validity": {"days_after_issue": 30},
    "quantity": 2,
    "per_member": 1,
}
VOUCHER = {"name_zh": "券", "name_en": "Voucher", "kind": "voucher", "points": 100, "template_id": "t1"}


@pytest.fixture
def desk(mall: Any) -> Any:
    shop.rich()
    shop.sign_in()
    return mall


def test_a_reward_is_published_after_another_person_approved_it(desk: Any) -> None:
    reward_id = draft(SCARF)
    assert staff(f"POST /rewards/{reward_id}/publications").code == "wrong_state"
    author = staff(f"POST /rewards/{reward_id}/approvals", group="approver", login="marketer-1")
    assert (author.status, author.code) == (403, "own_approval")
    assert staff(f"POST /rewards/{reward_id}/approvals", {"version": 9}, "approver").code == "changed_meanwhile"
    assert staff(f"POST /rewards/{reward_id}/approvals", {"version": 1}, "approver").body["state"] == "approved"
    changed = staff(f"PATCH /rewards/{reward_id}", {"points": 250})
    assert (changed.body["state"], changed.body["definition"]["points"]) == ("draft", 250)
    staff(f"POST /rewards/{reward_id}/approvals", group="approver")
    published = staff(f"POST /rewards/{reward_id}/publications")
    assert (published.body["state"], published.body["approved_by"]) == ("published", "approver-1")
    assert staff(f"PATCH /rewards/{reward_id}", {"points": 1}).code == "wrong_state"


def test_every_step_may_be_repeated_and_changes_nothing_then(desk: Any) -> None:
    reward_id = publish({**LOUNGE, "quantity": 30})
    again = staff(f"POST /rewards/{reward_id}/publications")
    assert (again.status, again.headers["idempotent-replayed"], left(reward_id)) == (201, "true", {None: 30})
    for step, state in (("pauses", "paused"), ("resumptions", "published"), ("endings", "ended")):
        assert staff(f"POST /rewards/{reward_id}/{step}").body["state"] == state
        before = everything()
        assert staff(f"POST /rewards/{reward_id}/{step}").headers["idempotent-replayed"] == "true"
        assert everything() == before
    assert staff(f"POST /rewards/{reward_id}/resumptions").code == "wrong_state"


def test_a_draft_is_made_once_for_a_key(desk: Any) -> None:
    assert draft(SCARF) == draft(SCARF)
    assert staff("POST /rewards", LOUNGE, key="draft-1").code == "idempotency_key_reused"
    assert staff("POST /rewards", LOUNGE).code == "idempotency_key_required"
    assert len(rows("reward/")) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"pick_up_points": []},
        {"points": 0},
        {"points": 1.5},
        {"pick_up_points": ["a", "a"]},
        {"quantity": 5},
        {"value_fen": 100},
        {"template_id": "t1"},
        {"kind": "voucher"},
        {"kind": "donation", "pick_up_points": [], "cash_fen": 1},
        {"from": "2026-11-02T00:00:00+08:00", "until": "2026-11-02T00:00:00+08:00"},
        {"until": "2026-11-02T00:00:00"},
        {"purse": "growth"},
        {"unknown": 1},
    ],
)
def test_a_definition_that_makes_no_sense_is_refused(desk: Any, wrong: dict[str, Any]) -> None:
    assert staff("POST /rewards", {**SCARF, **wrong}, key="k").code == "invalid_request"
    reward_id = draft(SCARF)
    before = everything()
    assert staff(f"PATCH /rewards/{reward_id}", wrong).code == "invalid_request"
    assert everything() == before


def test_a_reward_that_is_over_is_not_published(desk: Any) -> None:
    reward_id = draft({**LOUNGE, "until": "2020-01-01T00:00:00+08:00"})
    staff(f"POST /rewards/{reward_id}/approvals", group="approver")
    assert staff(f"POST /rewards/{reward_id}/publications").code == "reward_over"


def test_rewards_are_listed_by_state_page_by_page(desk: Any) -> None:
    made = sorted([draft(LOUNGE, f"k{n}") for n in range(3)])
    shown = publish(SCARF)
    assert [item["reward_id"] for item in staff("GET /rewards", query={"state": "published"}).body["items"]] == [shown]
    first = staff("GET /rewards", query={"state": "draft", "limit": "2"}, group="auditor")
    rest = staff("GET /rewards", query={"state": "draft", "limit": "2", "cursor": first.body["next"]})
    assert [item["reward_id"] for item in first.body["items"] + rest.body["items"]] == made
    assert staff(f"GET /rewards/{shown}").body["definition"]["name_zh"] == "真丝围巾"
    assert staff(f"GET /rewards/{'0' * 24}").status == 404


def test_goods_come_in_once_for_a_key_and_are_dealt_to_shards(desk: Any) -> None:
    reward_id = draft(SCARF)
    first, before = stock_in(reward_id, 500), everything()
    assert (stock_in(reward_id, 500).body, everything()) == (first.body, before)
    assert stock_in(reward_id, 400).code == "idempotency_key_reused"
    assert (first.body["change"], first.body["kind"], first.body["by"]) == (500, "stock_in", "operator-1")
    assert (left(reward_id)["service-desk"], len(rows("stock/"))) == (500, 16)


def test_a_count_sets_what_is_left_and_reserved_goods_stay_reserved(desk: Any) -> None:
    reward_id = publish(SCARF)
    stock_in(reward_id, 30)
    kept = order(reward_id).body["redemption_id"]
    counted = count(reward_id, 12)
    assert (counted.body["change"], counted.body["counted"], left(reward_id)["service-desk"]) == (-17, 12, 12)
    (place, _) = staff(f"GET /rewards/{reward_id}/stock").body["items"]
    assert (place["reserved"], place["handed_over"]) == (1, 0)
    cancel(kept)
    assert left(reward_id)["service-desk"] == 13
    assert (count(reward_id, 0, key="c2").body["change"], left(reward_id)["service-desk"]) == (-13, 0)
    assert (count(reward_id, 40, key="c3").body["change"], left(reward_id)["service-desk"]) == (40, 40)


def test_the_book_is_listed_newest_first(desk: Any) -> None:
    reward_id = draft(SCARF)
    for n in range(3):
        stock_in(reward_id, n + 1, key=f"in-{n}")
    first = staff(f"GET /rewards/{reward_id}/stock/movements", query={"limit": "2"})
    rest = staff(f"GET /rewards/{reward_id}/stock/movements", query={"limit": "2", "cursor": first.body["next"]})
    found = first.body["items"] + rest.body["items"]
    assert sorted(item["change"] for item in found) == [1, 2, 3]
    assert [item["at"] for item in found] == sorted((item["at"] for item in found), reverse=True)
    other = draft(LOUNGE, "draft-2")
    wrong = staff(f"GET /rewards/{other}/stock/movements", query={"cursor": first.body["next"]})
    assert wrong.code == "invalid_cursor"


def test_only_what_has_stock_is_booked(desk: Any) -> None:
    gift, unlimited = draft(SCARF), publish(LOUNGE, "draft-2")
    limited = draft({**LOUNGE, "quantity": 5}, "draft-3")
    assert {stock_in(gift, 1, "bags").code, stock_in(gift, 1, None).code} == {"no_stock_there"}
    assert stock_in(unlimited, 1, None).code == "no_stock_there"
    assert stock_in(limited, 1, None).code == "wrong_state"
    for body in ({"kind": "stock_in", "counted": 1}, {"kind": "stock_take"}, {"kind": "stock_in", "units": 0}):
        booked = staff(f"POST /rewards/{gift}/stock/movements", {"point": "shoes", **body}, "operator", "k")
        assert booked.code == "invalid_request"
    assert rows("movement/") == []


def test_a_limited_quantity_may_grow_after_publication(desk: Any) -> None:
    reward_id = publish({**LOUNGE, "quantity": 1})
    order(reward_id, None)
    assert order(reward_id, None, key="k2").code == "sold_out"
    stock_in(reward_id, 2, None)
    assert (order(reward_id, None, key="k2").status, left(reward_id)) == (201, {None: 1})


def test_figures_of_what_is_not_limited_count_too(desk: Any) -> None:
    reward_id = publish({**LOUNGE, "unit_cost_fen": 700})
    used, dropped, _ = [order(reward_id, None, key=f"k{n}").body["redemption_id"] for n in range(3)]
    hand_over(used)
    cancel(dropped)
    assert figures(reward_id) == {
        "issued": 3, "handed_over": 1, "cancelled": 1, "left": None, "points": 400, "cost_fen": 1400, "currency": "CNY",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("route", "groups"),
    [
        ("POST /rewards", {"marketer"}),
        ("PATCH /rewards/{id}", {"marketer"}),
        ("POST /rewards/{id}/approvals", {"approver"}),
        ("POST /rewards/{id}/pauses", {"marketer"}),
        ("POST /rewards/{id}/stock/movements", {"operator"}),
        ("GET /rewards/{id}/stock", {"marketer", "approver", "operator", "auditor"}),
        ("GET /rewards/{id}/figures", {"marketer", "approver", "operator", "auditor"}),
    ],
)
def test_each_route_is_for_its_groups(desk: Any, route: str, groups: set[str]) -> None:
    reward_id = draft(SCARF)
    bodies = {"POST /rewards": SCARF, "PATCH /rewards/{id}": {"points": 5}}
    body = bodies.get(route, {"kind": "stock_in", "units": 1, "point": "shoes"} if "movements" in route else None)
    everyone = ("marketer", "approver", "operator", "auditor", "guest")
    answers = {group: staff(route.replace("{id}", reward_id), body, group, "k") for group in everyone}
    assert {group for group, answer in answers.items() if answer.status != 403} == groups


def test_a_voucher_gives_its_coupon_in_the_same_transaction(desk: Any) -> None:
    publish_template()
    reward_id = publish(VOUCHER)
    answer, before = order(reward_id, None), everything()
    again = order(reward_id, None)
    assert (answer.status, answer.body["state"], again.body, everything()) == (201, "done", answer.body, before)
    items = dynamo.client().scan(TableName="coupons")["Items"]
    (coupon,) = [row for row in map(dynamo.from_item, items) if row.get("way") == "reward"]
    assert (coupon["coupon_id"], coupon["member_id"], coupon["template_id"]) == (
        answer.body["coupon_code"].replace("-", ""), ANNA, "t1",
    )  # fmt: skip
    assert own("GET /me/redemptions").body["items"][0]["coupon_code"] == answer.body["coupon_code"]
    refused = order(reward_id, None, key="k2")
    assert (refused.code, everything()) == ("coupon_limit", before)


def test_a_voucher_without_coupons_is_not_published(desk: Any) -> None:
    reward_id = draft(VOUCHER)
    staff(f"POST /rewards/{reward_id}/approvals", group="approver")
    assert staff(f"POST /rewards/{reward_id}/publications").code == "coupon_not_offered"


def publish_template() -> None:
    """Put a published template with two coupons there, as the templates' own routes do."""
    templates = Catalogue("coupons", "coupon_id", "template")
    offer = replace(drafted("t1", TEMPLATE, "m", "2026"), state=OfferState.PUBLISHED, facts={"shards": 1})
    opened = stock.opened(stock.Place("coupons", "coupon_id", "template/t1", 1), 2)
    attempts.write((*templates.put_if_absent(offer), *opened))


def test_the_orders_of_a_reward_are_listed_in_a_file(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    dynamo.service("s3").create_bucket(
        Bucket="files", CreateBucketConfiguration={"LocationConstraint": "ap-southeast-1"}
    )
    queue = dynamo.service("sqs").create_queue(QueueName="jobs")["QueueUrl"]
    monkeypatch.setenv("JOBS_QUEUE_URL", queue)
    monkeypatch.setenv("IMPORTS_BUCKET", "files")
    reward_id = publish(LOUNGE)
    made = {order(reward_id, None, key=f"k{n}").body["redemption_id"] for n in range(4)}
    begun = staff(f"POST /rewards/{reward_id}/exports", key="e1")
    assert staff(f"POST /rewards/{reward_id}/exports", key="e1").body == begun.body
    for message in dynamo.service("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=1)["Messages"]:
        record = {"messageId": "1", "body": message["Body"], "attributes": {"ApproximateReceiveCount": "1"}}
        assert json.loads(message["Body"]) == {"job_id": begun.body["job_id"]}
        run: Any = on_job
        run({"Records": [record]}, PatientContext())
    job = staff("GET " + begun.body["status_url"])
    assert (begun.status, job.body["state"], job.body["done"], job.body["total"]) == (202, "done", 4, 4)
    found = dynamo.service("s3").get_object(Bucket=files.bucket(), Key=f"exports/rewards/{job.body['job_id']}.csv")
    listed = list(csv.DictReader(io.StringIO(found["Body"].read().decode())))
    assert ({row["redemption_id"] for row in listed}, {row["state"] for row in listed}) == (made, {"reserved"})
    assert staff(f"GET /rewards/{'0' * 24}/jobs/{job.body['job_id']}").status == 404


class PatientContext(Context):
    """A run with a quarter of an hour left."""

    def get_remaining_time_in_millis(self) -> int:
        return 900_000
