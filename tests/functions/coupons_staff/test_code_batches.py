"""Batches of codes: killed at any checkpoint, repeated, overtaken, each makes exactly its codes once (ADR 0607)."""

from typing import Any

import pytest

from loyalty import dynamo
from loyalty.coupons import codes
from tests.functions.coupons_staff.crashes import CHECKPOINTS, take_on_until_dead
from tests.functions.coupons_staff.office import (
    Run,
    begin,
    draft,
    file_of,
    job,
    published,
    pump,
    queue_url,
    rows,
    send,
    step,
)

pytestmark = pytest.mark.usefixtures("office")


@pytest.mark.parametrize("moment", [*CHECKPOINTS, "after-call.dynamodb.BatchWriteItem", "after-call.s3.PutObject"])
def test_a_batch_killed_anywhere_makes_exactly_its_codes(small_blocks: None, moment: str) -> None:
    template_id = published()
    job_id = begin(template_id, "codes", {"count": 100})
    for at in range(10):
        if not take_on_until_dead(moment, at):
            break
    pump()
    made = [codes.normalized(line) for line in file_of(job_id)[1:]]
    assert len(set(made)) == 100
    assert all(codes.is_code(code) for code in made)
    assert {row["coupon_id"] for row in rows("code")} == set(made)
    done = job(template_id, job_id)
    assert (done["state"], done["done"], done["total"]) == ("done", 100, 100)
    assert {(row["template_id"], row["batch"]) for row in rows("code")} == {(template_id, job_id)}


def test_a_code_that_stands_is_never_changed(small_blocks: None) -> None:
    template_id = published()
    begin(template_id, "codes", {"count": 40})
    assert take_on_until_dead("after-call.dynamodb.UpdateItem", 1)
    before = {row["coupon_id"]: row for row in rows("code")}
    pump()
    after = {row["coupon_id"]: row for row in rows("code")}
    assert len(after) == 40
    assert {code: after[code] for code in before} == before


def test_a_run_whose_time_is_over_goes_on_in_a_new_one(small_blocks: None) -> None:
    template_id = published()
    job_id = begin(template_id, "codes", {"count": 100})
    left = iter([100.0, 10.0])
    assert pump(Run(seconds=lambda: next(left, 100.0))) == 2
    assert job(template_id, job_id)["state"] == "done"
    assert len(rows("code")) == 100


def test_the_same_key_gets_the_same_job_and_no_second_batch() -> None:
    template_id = published()
    first = send(f"POST /coupon-templates/{template_id}/codes", {"count": 5}, key="k")
    again = send(f"POST /coupon-templates/{template_id}/codes", {"count": 5}, key="k")
    pump()
    step(template_id, "endings")
    late = send(f"POST /coupon-templates/{template_id}/codes", {"count": 5}, key="k")
    assert first.body == again.body == late.body
    assert (first.status, late.status) == (202, 202)
    assert late.headers["idempotent-replayed"] == "true"
    assert pump() == 0
    assert len(rows("code")) == 5
    other = send(f"POST /coupon-templates/{template_id}/codes", {"count": 6}, key="k")
    assert (other.status, other.code) == (422, "idempotency_key_reused")


def test_a_message_that_comes_twice_or_late_finishes_nothing_twice() -> None:
    template_id = published()
    job_id = begin(template_id, "codes", {"count": 5})
    begin(template_id, "codes", {"count": 5})
    pump()
    before = rows("job")
    dynamo.service("sqs").send_message(QueueUrl=queue_url(), MessageBody=f'{{"job_id": "{job_id}"}}')
    assert pump() == 1
    assert rows("job") == before


def test_a_run_that_was_overtaken_leaves_the_count_to_the_other(small_blocks: None) -> None:
    template_id = published()
    job_id = begin(template_id, "codes", {"count": 60})
    events = dynamo.client().meta.events

    def rival(**_: Any) -> None:
        events.unregister("before-call.dynamodb.UpdateItem", rival)
        pump()

    events.register("before-call.dynamodb.UpdateItem", rival)
    pump()
    done = job(template_id, job_id)
    assert (done["state"], done["done"]) == ("done", 60)
    assert len(rows("code")) == 60


def test_a_seed_opens_nothing_once_its_batch_is_done() -> None:
    template_id = published()
    begin(template_id, "codes", {"count": 5})
    (before,) = rows("job")
    assert len(bytes.fromhex(before["asked"]["seed"])) == 32
    pump()
    (after,) = rows("job")
    assert after["asked"] == {}


def test_two_batches_share_no_code() -> None:
    template_id = published()
    for key in ("a", "b"):
        begin(template_id, "codes", {"count": 50}, key)
    pump()
    assert len(rows("code")) == 100


@pytest.mark.parametrize("wrong", [0, 100_001, -1, "5", 1.5, True, None])
def test_a_batch_has_a_size_that_can_be(wrong: object) -> None:
    answer = send(f"POST /coupon-templates/{published()}/codes", {"count": wrong}, key="k")
    assert answer.status == 400
    assert rows("job") == []


def test_codes_are_made_of_what_does_not_change_any_more() -> None:
    template_id = draft()
    answer = send(f"POST /coupon-templates/{template_id}/codes", {"count": 5}, key="k")
    assert (answer.status, answer.code) == (409, "wrong_state")
    assert send(f"POST /coupon-templates/{template_id}/codes", {"count": 5}).code == "idempotency_key_required"


def test_a_file_is_offered_when_the_job_is_done_and_to_its_own_template() -> None:
    template_id, other = published(), draft("other")
    job_id = begin(template_id, "codes", {"count": 5})
    waiting = job(template_id, job_id)
    assert (waiting["state"], waiting["download_url"]) == ("queued", None)
    pump()
    assert f"exports/coupons/{job_id}.csv" in job(template_id, job_id)["download_url"]
    assert send(f"GET /coupon-templates/{other}/jobs/{job_id}").status == 404
