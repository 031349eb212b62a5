"""The service desk: a member's coupons, and taking one back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from loyalty import dynamo
from loyalty.clock import utc_now
from loyalty.coupons import codes, store
from loyalty.coupons.coupon import Act, Coupon, Use, expired, locked, redeemed
from loyalty.types import Day, Origin
from tests.functions.coupons_staff.office import AUDITOR, OPERATOR, begin, everything, published, pump, send
from tests.functions.till import ANNA, BEN, member
from tests.support import HttpAnswer

pytestmark = pytest.mark.usefixtures("office")
ACT = Act("2026-11-22T00:00:00.000Z", "2026-11-22T00:00:00.000Z", "till:shoes", Origin.TILL, "trace")
NOWHERE = "7KQ2M5V8X1C4B6N0"


def coupon(member_id: str = ANNA, number: int = 1) -> Coupon:
    """A coupon in a member's wallet."""
    member(member_id)
    template_id = published(f"template-{member_id}-{number}")
    begin(template_id, "pushes", {"member_ids": [member_id]}, f"push-{number}")
    pump()
    (item,) = dynamo.client().scan(
        TableName="coupons",
        FilterExpression="template_id = :t AND kind = :k",
        ExpressionAttributeValues=dynamo.to_item({":t": template_id, ":k": "coupon"}),
    )["Items"]
    found = store.coupon_of(dynamo.from_item(item))
    assert found is not None
    return found


def stored(code: str) -> Coupon:
    found = store.coupon_of(dynamo.get("coupons", store.key(code)))
    assert found is not None
    return found


def put(changed: Coupon) -> None:
    dynamo.client().put_item(TableName="coupons", Item=dynamo.to_item(store.row_of(changed)))


def void(code: str, reason: str = "发放错误") -> HttpAnswer:
    return send(f"POST /coupons/{code}/voids", {"reason": reason}, OPERATOR)


def test_a_coupon_is_voided_once_with_its_reason() -> None:
    code = coupon().code
    first = void(codes.shown(code).lower())
    assert (first.status, first.body["state"], first.body["note"]) == (201, "voided", "发放错误")
    before = everything()
    again = void(code, "another reason")
    assert (again.status, again.body) == (201, first.body)
    assert again.headers["idempotent-replayed"] == "true"
    assert everything() == before
    after = stored(code)
    assert (after.did, after.act.actor, after.act.note, after.version) == ("voided", "staff:olga", "发放错误", 2)


def test_a_coupon_that_a_till_holds_can_be_voided() -> None:
    held = coupon()
    put(locked(held, "shoes/R-1", utc_now() + timedelta(minutes=5), ACT))
    assert void(held.code).body["state"] == "voided"
    assert stored(held.code).hold is None


def test_a_coupon_whose_life_is_over_is_not_voided() -> None:
    found = coupon()
    put(redeemed(found, Use("shoes", "R-1", ACT.at, 5_000), ACT))
    assert (void(found.code).status, void(found.code).code) == (422, "coupon_used")
    put(expired(found, ACT))
    assert (void(found.code).status, void(found.code).code) == (410, "coupon_expired")
    put(replace(found, valid_until=Day("260101")))
    assert void(found.code).code == "coupon_expired"


def test_a_coupon_that_is_not_there_is_not_found() -> None:
    assert (void(NOWHERE).status, void(NOWHERE).code) == (404, "coupon_not_found")


@pytest.mark.parametrize("code", ["-", "----", "x" * 41, "a b"])
def test_what_cannot_be_a_code_is_malformed(code: str) -> None:
    assert void(code).status == 400


@pytest.mark.parametrize("reason", ["", " ", "x" * 201])
def test_a_void_has_a_reason(reason: str) -> None:
    assert void(NOWHERE, reason).status == 400


def test_staff_see_a_members_coupons_page_by_page_and_nobody_elses() -> None:
    own = {coupon(ANNA, number).code for number in range(3)}
    coupon(BEN, 9)
    seen: list[str] = []
    query = {"limit": "2"}
    while True:
        answer = send(f"GET /members/{ANNA}/coupons", caller=AUDITOR, query=query)
        seen += [codes.normalized(item["code"]) for item in answer.body["items"]]
        if not answer.body["next"]:
            break
        query["cursor"] = answer.body["next"]
    assert (len(seen), set(seen)) == (3, own)
    stolen = send(f"GET /members/{BEN}/coupons", caller=AUDITOR, query=query)
    assert (stolen.status, stolen.code) == (400, "invalid_cursor")


def test_what_is_over_lies_on_a_shelf_of_its_own() -> None:
    gone, kept = coupon(ANNA, 1), coupon(ANNA, 2)
    put(redeemed(gone, Use("shoes", "R-1", ACT.at, 5_000), ACT))
    (over,) = send(f"GET /members/{ANNA}/coupons", caller=AUDITOR, query={"state": "over"}).body["items"]
    assert (codes.normalized(over["code"]), over["off_fen"], over["receipt_no"]) == (gone.code, 5_000, "R-1")
    (still,) = send(f"GET /members/{ANNA}/coupons", caller=AUDITOR).body["items"]
    assert codes.normalized(still["code"]) == kept.code


def test_a_member_nobody_knows_has_no_list() -> None:
    answer = send("GET /members/nobody-1/coupons", caller=AUDITOR)
    assert (answer.status, answer.code) == (404, "member_not_found")


def test_looking_marks_nothing_as_seen() -> None:
    coupon()
    before = everything()
    send(f"GET /members/{ANNA}/coupons", caller=AUDITOR)
    assert everything() == before
