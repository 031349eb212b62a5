"""What people tell us is in the members table and nowhere else: not in a log, the ledger, an event or a problem."""

import gzip
import json
from typing import Any

import pytest

from tests.e2e.families import SPOUSE, asked, child, confirm, family, registered, rows_of
from tests.e2e.mall import Mall, new_key, receipt

NAME, EMAIL = "司马金丝雀", "canary.e2e@example.com"
CHILD_NAME, SPOUSE_NAME = "金丝雀宝宝", "金丝雀爱人"
LISTS = 3


@pytest.fixture(scope="module")
def canary(mall: Mall) -> dict[str, str]:
    """A member who did everything, well and badly; returns what must not be found."""
    till = mall.tenant("e2e-privacy")
    who, member_id = mall.member(name=NAME, email=EMAIL, birthday="1987-06-05")
    phone = who.removeprefix("member:")
    session = mall.session(who, till)
    mall.buy(till, 100_000, member_session=session)
    use_coupons_and_rewards(mall, who, member_id, till, session)
    mall.buy(till, 10_000, phone=phone)
    mall.api.call(till, "POST", "/purchases", {**receipt(100, phone=phone), "note": NAME})
    mall.api.call(till, "POST", "/purchases", {**receipt(100, member_id=member_id), "receipt_no": NAME})
    mall.api.call(till, "POST", "/member-sessions", {"member_code": NAME})
    mall.api.call(who, "PATCH", "/me", {"email": f"{EMAIL} ", "phone": phone, "phone_code": "000000"})
    mall.api.call("operator", "POST", "/members/searches", {"phone": phone})
    mall.api.call("operator", "POST", "/members/searches", {"phone": phone, "name": NAME})
    body = {"name": NAME, "phone": phone, "birthday": "1987-06-05"}
    mall.api.call(till, "POST", "/members", body, key="canary-key")
    known = {"name": NAME, "email": EMAIL, "phone": phone, "national": phone[3:], "session": session}
    return {**known, **register_family(mall, who)}


def register_family(mall: Mall, who: str) -> dict[str, str]:
    """Have a child, a spouse who agreed by their phone, and what goes wrong; returns what must not be found."""
    kid = registered(mall, who, child(mall, who, call_name=CHILD_NAME))["relative_id"]
    spouse, phone = registered(mall, who, {**SPOUSE, "call_name": SPOUSE_NAME})["relative_id"], mall.phone()
    confirm(mall, who, spouse, phone, CHILD_NAME)
    assert confirm(mall, who, spouse, phone, asked(mall, who, spouse, phone)).status == 200
    mall.api.call(who, "POST", "/me/family", {**SPOUSE, "call_name": SPOUSE_NAME}, key=new_key())
    mall.api.call(who, "PATCH", f"/me/family/{kid}", {"call_name": CHILD_NAME * 9, "birthday": SPOUSE_NAME})
    mall.api.call(who, "POST", "/me/family-withdrawals", {"phone": phone, "phone_code": "000000"})
    return {"child": CHILD_NAME, "spouse": SPOUSE_NAME, "spouse_phone": phone, "spouse_national": phone[3:]}


def use_coupons_and_rewards(mall: Mall, who: str, member_id: str, till: str, session: str) -> None:
    """Have a coupon, a gift on its way and a reward, lists of both, and words where codes belong."""
    template = mall.template({"kind": "amount_off", "off_fen": 1_00, "giftable": True}, per_member=2)
    lounge = mall.publish("/rewards", {"kind": "lounge", "points": 10})
    used, given = mall.claim(who, template), mall.claim(who, template)
    assert mall.lock(till, used, session, "T-canary").status == 201
    mall.buy(till, 10_000, member_session=session, coupons=[used], paid=9_900, receipt_no="T-canary")
    mall.api.expect(201, who, "POST", f"/me/coupons/{given}/gifts", {})
    mall.api.expect(201, who, "POST", "/me/redemptions", {"reward_id": lounge}, key=new_key())
    for text in (NAME, EMAIL, who.removeprefix("member:")):
        mall.enter(who, text)
        mall.lock(till, used, text, text)
        mall.buy(till, 10_000, member_session=session, coupons=[text], paid=9_900)
    pushed = {"member_ids": [member_id]}
    for path, body in ((f"/coupon-templates/{template}/pushes", pushed), (f"/coupon-templates/{template}/exports", {})):
        mall.job("marketer", path, body)
    mall.job("operator", f"/rewards/{lounge}/exports", {})


def test_no_log_holds_personal_data(mall: Mall, canary: dict[str, str]) -> None:
    logs = mall.aws("logs")
    lines: list[str] = []
    for group in pages(logs, "describe_log_groups", "logGroups"):
        events = pages(logs, "filter_log_events", "events", logGroupName=group["logGroupName"])
        lines += [event["message"] for event in events]
    assert any("recordPurchase" in line or "/purchases" in line for line in lines)
    text = "\n".join(lines)
    escaped = {f"{kind}, escaped": json.dumps(value)[1:-1] for kind, value in canary.items()}
    assert [kind for kind, value in {**canary, **escaped}.items() if value in text] == []


def test_no_table_but_members_holds_personal_data(mall: Mall, canary: dict[str, str]) -> None:
    dynamodb = mall.aws("dynamodb")
    found = {}
    tables = {name for name in mall.stack.resources if name.endswith("_table_name")} - {"members_table_name"}
    for output in tables:
        rows = pages(dynamodb, "scan", "Items", TableName=mall.stack.resources[output])
        text = json.dumps(rows, ensure_ascii=False, default=str)
        found[output] = [kind for kind, value in canary.items() if value in text]
    assert {"coupons_table_name", "rewards_table_name"} < tables
    assert found == {table: [] for table in tables}


def test_no_list_that_staff_download_holds_personal_data(mall: Mall, canary: dict[str, str]) -> None:
    s3 = mall.aws("s3")
    bucket = mall.stack.resources["imports_bucket_name"]
    names = [file["Key"] for file in pages(s3, "list_objects_v2", "Contents", Bucket=bucket, Prefix="exports/")]
    files = [(name, s3.get_object(Bucket=bucket, Key=name)["Body"].read()) for name in names]
    texts = [(gzip.decompress(file) if name.endswith(".gz") else file).decode() for name, file in files]
    assert len(texts) >= LISTS
    assert [kind for kind, value in canary.items() if any(value in text for text in texts)] == []


def test_a_member_takes_the_family_along_in_the_export_and_with_the_membership(
    mall: Mall, canary: dict[str, str]
) -> None:
    who = f"member:{canary['phone']}"
    assert set(family(mall, who).values()) == {"in_use"}
    exported = mall.api.expect(200, who, "GET", "/me/export")["family"]
    told = {one["call_name"]: (one["relation"], one["consent"]["by"]) for one in exported}
    assert told == {CHILD_NAME: ("child", "guardian"), SPOUSE_NAME: ("spouse", "adult")}
    assert canary["spouse_phone"] not in json.dumps(exported)
    assert len(rows_of(mall, CHILD_NAME)) == len(rows_of(mall, SPOUSE_NAME)) == 1
    member_id = mall.api.expect(200, who, "GET", "/me")["member_id"]
    agreed = f"{member_id}/"
    assert [kind for kind in rows_of(mall, member_id) if kind.startswith(agreed)]
    mall.api.expect(204, who, "DELETE", "/me")
    for text in (CHILD_NAME, SPOUSE_NAME, EMAIL, canary["phone"], canary["spouse_phone"]):
        assert rows_of(mall, text) == []
    assert [kind for kind in rows_of(mall, member_id) if kind.startswith((agreed, "relative/"))] == []


def pages(client: Any, operation: str, field: str, **request: Any) -> list[Any]:
    """Everything a paginated call lists."""
    return [item for page in client.get_paginator(operation).paginate(**request) for item in page[field]]
