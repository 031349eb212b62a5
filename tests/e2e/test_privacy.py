"""What people tell us is in the members table and nowhere else: not in a log, the ledger, an event or a problem."""

import json
from typing import Any

import pytest

from tests.e2e.mall import Mall, receipt

NAME, EMAIL = "司马金丝雀", "canary.e2e@example.com"


@pytest.fixture(scope="module")
def canary(mall: Mall) -> dict[str, str]:
    """A member who did everything, well and badly; returns what must not be found."""
    till = mall.tenant("e2e-privacy")
    who, member_id = mall.member(name=NAME, email=EMAIL, birthday="1987-06-05")
    phone = who.removeprefix("member:")
    session = mall.session(who, till)
    mall.buy(till, 10_000, member_session=session)
    mall.buy(till, 10_000, phone=phone)
    mall.api.call(till, "POST", "/purchases", {**receipt(100, phone=phone), "note": NAME})
    mall.api.call(till, "POST", "/purchases", {**receipt(100, member_id=member_id), "receipt_no": NAME})
    mall.api.call(till, "POST", "/member-sessions", {"member_code": NAME})
    mall.api.call(who, "PATCH", "/me", {"email": f"{EMAIL} ", "phone": phone, "phone_code": "000000"})
    mall.api.call("operator", "POST", "/members/searches", {"phone": phone})
    mall.api.call("operator", "POST", "/members/searches", {"phone": phone, "name": NAME})
    body = {"name": NAME, "phone": phone, "birthday": "1987-06-05"}
    mall.api.call(till, "POST", "/members", body, key="canary-key")
    return {"name": NAME, "email": EMAIL, "phone": phone, "national": phone[3:], "session": session}


def test_no_log_holds_personal_data(mall: Mall, canary: dict[str, str]) -> None:
    logs = mall.aws("logs")
    lines: list[str] = []
    for group in pages(logs, "describe_log_groups", "logGroups"):
        events = pages(logs, "filter_log_events", "events", logGroupName=group["logGroupName"])
        lines += [event["message"] for event in events]
    assert any("recordPurchase" in line or "/purchases" in line for line in lines)
    text = "\n".join(lines)
    escaped = json.dumps(NAME)[1:-1]
    assert [kind for kind, value in {**canary, "escaped": escaped}.items() if value in text] == []


def test_no_table_but_members_holds_personal_data(mall: Mall, canary: dict[str, str]) -> None:
    dynamodb = mall.aws("dynamodb")
    found = {}
    for output in ("accounts_table_name", "ledger_table_name", "tenants_table_name", "imports_table_name"):
        rows = pages(dynamodb, "scan", "Items", TableName=mall.stack.resources[output])
        text = json.dumps(rows, ensure_ascii=False, default=str)
        found[output] = [kind for kind, value in canary.items() if value in text]
    assert found == {table: [] for table in found}


def pages(client: Any, operation: str, field: str, **request: Any) -> list[Any]:
    """Everything a paginated call lists."""
    return [item for page in client.get_paginator(operation).paginate(**request) for item in page[field]]
