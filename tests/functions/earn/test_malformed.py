"""Bad input: answered by the documented problem, logged without personal data, and nothing changes (pitfall 16)."""

import json
from typing import Any

import pytest

from functions.earn.api import handler
from tests.functions.till import ANNA, everything, post, receipt, session
from tests.support import call, http_event, till_caller

PHONE = "13912345678"
CANARIES = (PHONE, "+8613912345678", "小明的秘密")

PURCHASE: list[tuple[object, str]] = [
    ("", "#"),
    ("{", "#"),
    ("[" * 5000, "#"),
    ("null", "#"),
    ("[]", "#"),
    ('"text"', "#"),
    ({}, "#/lines"),
    (receipt(receipt_no="a b"), "#/receipt_no"),
    (receipt(receipt_no="1" * 65), "#/receipt_no"),
    (receipt(receipt_no="1\n"), "#/receipt_no"),
    (receipt(receipt_no=7), "#/receipt_no"),
    (receipt(purchased_at="2026-11-21T10:00:00"), "#/purchased_at"),
    (receipt(purchased_at="yesterday"), "#/purchased_at"),
    (receipt(lines=[]), "#/lines"),
    (receipt(lines=[{"sku": "S", "category": "c", "amount": 1}] * 301), "#/lines"),
    (receipt(lines=[{"sku": "S", "category": "c", "amount": -1}]), "#/lines/0/amount"),
    (receipt(lines=[{"sku": "S", "category": "c", "amount": 1.5}]), "#/lines/0/amount"),
    (receipt(lines=[{"sku": "S", "category": "c", "amount": "1"}]), "#/lines/0/amount"),
    (receipt(lines=[{"sku": "S", "category": "c", "amount": True}]), "#/lines/0/amount"),
    (receipt(lines=[{"sku": "S", "category": "c", "amount": 10**12}]), "#/lines/0/amount"),
    (receipt(lines=[{"sku": "S", "category": "c", "amount": 1, "quantity": 0}]), "#/lines/0/quantity"),
    (receipt(lines=[{"sku": "", "category": "c", "amount": 1}]), "#/lines/0/sku"),
    (receipt(lines=[{"sku": "\ud800", "category": "c", "amount": 1}]), "#/lines/0/sku"),
    (receipt(lines={}), "#/lines"),
    (receipt(points=-100), "#/points"),
    (receipt(points=10**10), "#/points"),
    (receipt(gross=None), "#/gross"),
    (receipt(currency="USD"), "#/currency"),
    (receipt(member_id="a/b"), "#/member_id"),
    (receipt(member_id=ANNA, phone=PHONE), "#"),
    (receipt(member_id=ANNA, member_session="x"), "#"),
    (receipt(member_session="x" * 513), "#/member_session"),
    (receipt(tenant_id="bags"), "#/tenant_id"),
    (receipt(name=CANARIES[2]), "#/name"),
]
REFUND: list[tuple[object, str]] = [
    ({"refund_no": "B"}, "#"),
    ({"refund_no": "B", "amount": 1, "lines": [{"sku": "S", "amount": 1}]}, "#"),
    ({"refund_no": "B", "amount": 0}, "#/amount"),
    ({"refund_no": "B", "amount": -5}, "#/amount"),
    ({"refund_no": "B/1", "amount": 5}, "#/refund_no"),
    ({"refund_no": "B", "lines": [{"sku": "S", "amount": 0}]}, "#/lines/0/amount"),
    ({"refund_no": "B", "amount": 5, "purchased_on": "2026-02-30"}, "#/purchased_on"),
]


def assert_refused(route: str, body: object, pointer: str) -> None:
    before = everything()
    answer = post(route, json.dumps(body) if not isinstance(body, str) else body)
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert pointer in [error.get("pointer") for error in answer.body["errors"]]
    assert {"type", "title", "status", "detail", "code", "trace_id"} <= answer.body.keys()
    assert everything() == before


@pytest.mark.parametrize(("body", "pointer"), PURCHASE)
def test_a_malformed_purchase_is_refused_where_it_is_wrong(mall: Any, body: object, pointer: str) -> None:
    assert_refused("/purchases", body, pointer)


@pytest.mark.parametrize(("body", "pointer"), REFUND)
def test_a_malformed_return_is_refused_where_it_is_wrong(mall: Any, body: object, pointer: str) -> None:
    post("/purchases", receipt())
    assert_refused("/purchases/R-1/refunds", body, pointer)


@pytest.mark.parametrize("wrong", ["123", "not a phone", "+1234567", PHONE + "0000"])
def test_a_phone_that_cannot_be_is_refused(mall: Any, wrong: str) -> None:
    before = everything()
    answer = post("/purchases", receipt(phone=wrong))
    assert (answer.status, answer.code in {"invalid_phone", "invalid_request"}) == (400, True)
    assert everything() == before


def test_a_body_that_is_not_declared_as_json_is_refused(mall: Any) -> None:
    answer = post("/purchases", receipt(), content_type="text/csv")
    assert (answer.status, answer.body["errors"][0]["code"]) == (400, "unsupported_content_type")


def test_an_unknown_route_is_not_found(mall: Any) -> None:
    answer = call(handler, http_event("GET /purchase", caller=till_caller("shoes")))
    assert (answer.status, answer.code) == (404, "not_found")


def test_pitfall_16_personal_data_is_in_no_log_and_no_answer(mall: Any, capsys: Any, caplog: Any) -> None:
    token = session()
    bodies = [
        receipt(phone=PHONE),
        receipt(phone=PHONE, name=CANARIES[2]),
        receipt(phone=PHONE, gross="x" + PHONE),
        receipt(member_session=token + PHONE),
        receipt(phone="+86 139 1234 5678", points=100),
        json.dumps({"phone": PHONE})[:-1],
    ]
    answers = [post(route, body) for body in bodies for route in ("/purchases", "/quotes")]
    seen = "".join(capsys.readouterr()) + caplog.text + str([vars(record) for record in caplog.records])
    told = json.dumps([answer.body for answer in answers], ensure_ascii=False)
    assert "refused" in seen
    for secret in (*CANARIES, token, "139 1234 5678"):
        assert secret not in seen
        assert secret not in told
