"""Pushes and lists: killed anywhere, each member gets one coupon and each coupon is named once; files are harmless."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.coupons import listings
from loyalty import dynamo, exports
from loyalty.imports import files
from loyalty.types import Status
from tests.functions.coupons_staff.crashes import CHECKPOINTS, take_on_until_dead
from tests.functions.coupons_staff.office import (
    begin,
    draft,
    file_of,
    job,
    published,
    pump,
    rows,
    send,
    step,
)
from tests.functions.till import member

pytestmark = pytest.mark.usefixtures("office")


def members(number: int) -> list[str]:
    names = [f"member-{n:03d}" for n in range(number)]
    for name in names:
        member(name)
    return names


@pytest.mark.parametrize("moment", [*CHECKPOINTS, "after-call.dynamodb.TransactWriteItems"])
def test_a_push_killed_anywhere_gives_each_member_one_coupon(small_blocks: None, moment: str) -> None:
    template_id = published(quantity=100, per_member=5)
    names = members(5)
    job_id = begin(template_id, "pushes", {"member_ids": names})
    for at in range(6):
        if not take_on_until_dead(moment, at):
            break
    pump()
    assert sorted(row["member_id"] for row in rows("coupon")) == names
    assert job(template_id, job_id)["counts"] == {"issued": 5}
    assert sum(row["taken"] for row in rows("stock")) == 5
    assert {(row["did"], row["way"], row["actor"]) for row in rows("coupon")} == {("sent", "push", "staff:mei")}


def test_a_push_reports_who_got_none_and_why(small_blocks: None) -> None:
    template_id = published(quantity=2)
    names = members(3)
    member("member-frozen", status=Status.FROZEN)
    told = [names[0], names[0], "member-unknown", "member-frozen", names[1], names[2]]
    job_id = begin(template_id, "pushes", {"member_ids": told})
    pump()
    done = job(template_id, job_id)
    assert done["counts"] == {"issued": 2, "known": 1, "refused": 3}
    assert file_of(job_id) == [
        "member_id,code",
        "member-unknown,unknown_member",
        "member-frozen,membership_status",
        f"{names[2]},sold_out",
    ]
    assert "members" not in rows("job")[0]["asked"]


def test_a_push_of_a_paused_template_begins_nothing() -> None:
    template_id = published()
    step(template_id, "pauses")
    answer = send(f"POST /coupon-templates/{template_id}/pushes", {"member_ids": members(1)}, key="k")
    assert (answer.status, answer.code) == (409, "wrong_state")


@pytest.mark.parametrize("names", [[], ["m" * 41], ["../x-----"], [f"member-{n:04d}" for n in range(1001)]])
def test_a_push_names_some_members_and_no_more_than_a_thousand(names: list[str]) -> None:
    assert send(f"POST /coupon-templates/{published()}/pushes", {"member_ids": names}, key="k").status == 400


def pushed(number: int) -> str:
    template_id = published()
    begin(template_id, "pushes", {"member_ids": members(number)}, "push")
    pump()
    return template_id


LISTING_MOMENTS = (*CHECKPOINTS, "after-call.s3.UploadPart", "after-call.s3.CompleteMultipartUpload")


@pytest.mark.parametrize("moment", LISTING_MOMENTS)
def test_a_list_killed_anywhere_names_every_coupon_once(small_blocks: None, moment: str) -> None:
    template_id = pushed(12)
    job_id = begin(template_id, "exports")
    for at in range(8):
        if not take_on_until_dead(moment, at):
            break
    pump()
    header, *lines = file_of(job_id)
    assert header == ",".join(listings.HEADER)
    assert sorted(line.split(",")[0] for line in lines) == sorted(row["coupon_id"] for row in rows("coupon"))
    done = job(template_id, job_id)
    assert (done["state"], done["done"], done["total"]) == ("done", 12, 12)


def test_a_list_of_nothing_is_a_header() -> None:
    template_id = draft()
    job_id = begin(template_id, "exports")
    pump()
    assert file_of(job_id) == [",".join(listings.HEADER)]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    (line,) = exports.lines([(text, 5, None)]).decode().splitlines()[-1:]
    assert exports.cell(text) == f"'{text}"
    assert line.endswith(",5,")


def test_numbers_stay_numbers_and_text_stays_text() -> None:
    assert exports.lines([("a", -5, 0, None, 'say "x",y')]) == b'a,-5,0,,"say ""x"",y"\r\n'


def test_a_channel_that_looks_like_a_formula_is_harmless_in_the_list(small_blocks: None) -> None:
    template_id = pushed(1)
    (row,) = rows("coupon")
    dynamo.client().put_item(TableName="coupons", Item=dynamo.to_item({**row, "channel": "=HYPERLINK(1)"}))
    job_id = begin(template_id, "exports")
    pump()
    assert ",'=HYPERLINK(1)," in file_of(job_id)[1]


def test_a_part_that_a_rival_wrote_over_begins_the_file_again(small_blocks: None) -> None:
    template_id = pushed(6)
    job_id = begin(template_id, "exports")
    aborted: list[str] = []

    def abort(**given: Any) -> None:
        if not aborted:
            (upload,) = files.client().list_multipart_uploads(Bucket="imports")["Uploads"]
            aborted.append(upload["UploadId"])
            files.client().abort_multipart_upload(Bucket="imports", Key=upload["Key"], UploadId=upload["UploadId"])

    hook(files.client(), "before-call.s3.CompleteMultipartUpload", abort)
    assert aborted
    assert len(file_of(job_id)) == 7


def hook(client: Any, moment: str, happening: Callable[..., None]) -> None:
    """Pump the queue while something happens at each call of a kind."""
    client.meta.events.register(moment, happening)
    try:
        pump()
    finally:
        client.meta.events.unregister(moment, happening)
