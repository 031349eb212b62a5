"""Phone codes where text messages go through Tencent Cloud: a registered text with the code in its place (K6)."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from loyalty import dynamo, remembering
from tests.functions.members.conftest import Mall
from tests.providers.serving import nobody
from tests.providers.tencent import APP_ID, SECRET_ID, SECRET_KEY, SIGNATURE, Tencent, tencent

PHONE, FATHER = "+8613800000001", "+8613900000009"


@pytest.fixture
def service(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tencent]:
    """Tencent, with the texts of codes registered."""
    secret = json.dumps({"secret_id": SECRET_ID, "secret_key": SECRET_KEY})
    dynamo.service("secretsmanager").create_secret(Name="tencent", SecretString=secret)
    monkeypatch.setenv("TENCENT_SECRET", "tencent")
    with tencent(t2001=2, t2002=3) as made:
        open_to(made.address, monkeypatch)
        yield made


def open_to(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"app_id": APP_ID, "signature": SIGNATURE, "region": "ap-guangzhou", "endpoint": address}
    monkeypatch.setenv("TENCENT_SMS", json.dumps({**told, "code_text": "2001", "family_text": "2002"}))


def test_a_code_comes_in_the_registered_text_and_proves_the_phone(mall: Mall, service: Tencent) -> None:
    assert mall.member("ada", "POST /me/phone-codes", {"phone": PHONE}).status == 202
    (message,) = service.taken
    code, minutes = message["TemplateParamSet"]
    assert (message["PhoneNumberSet"], message["TemplateId"], minutes) == ([PHONE], "2001", "5")
    assert mall.enrol("ada", PHONE, phone_code=code).status == 201
    assert mall.inbox(PHONE) == []


def test_a_relative_reads_in_another_registered_text_who_asks(mall: Mall, service: Tencent) -> None:
    mall.member("ada", "POST /me/phone-codes", {"phone": PHONE})
    mall.enrol("ada", PHONE, phone_code=service.taken[-1]["TemplateParamSet"][0])
    spouse: dict[str, Any] = {"relation": "spouse", "call_name": "老李", "birthday": "1990-05-01"}
    made = mall.family("ada", "POST /me/family", spouse, key="key-1")
    codes = f"/me/family/{made.body['relative_id']}/codes"
    assert mall.family("ada", f"POST {codes}", {"phone": FATHER}).status == 202
    message = service.taken[-1]
    who, code, minutes = message["TemplateParamSet"]
    assert (message["PhoneNumberSet"], message["TemplateId"], minutes) == ([FATHER], "2002", "5")
    assert (bool(who), len(code)) == (True, 6)


@pytest.mark.parametrize("trouble", ["LimitExceeded.PhoneNumberThirtySecondLimit", "InternalError.Timeout", "cut"])
def test_a_code_that_was_not_taken_is_a_clear_answer_without_the_number(
    mall: Mall, service: Tencent, trouble: str
) -> None:
    service.next = [trouble]
    answer = mall.member("ada", "POST /me/phone-codes", {"phone": PHONE})
    assert (answer.status, answer.code, answer.headers["retry-after"]) == (503, "sms_unavailable", "60")
    assert "0000001" not in str(answer.body)
    assert service.asked == 1


def test_a_service_that_is_not_there_or_knows_no_key_of_ours_is_no_defect(
    mall: Mall, service: Tencent, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_to(nobody(), monkeypatch)
    assert mall.member("ada", "POST /me/phone-codes", {"phone": PHONE}).code == "sms_unavailable"
    open_to(service.address, monkeypatch)
    monkeypatch.setenv("TENCENT_SECRET", "another")
    remembering.forget_everything()
    assert mall.member("bob", "POST /me/phone-codes", {"phone": PHONE}).code == "sms_unavailable"
    assert service.taken == []
