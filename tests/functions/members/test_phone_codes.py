"""Codes sent to a phone: random, short-lived, bound to login and phone, and not to be guessed."""

import pytest
from botocore.exceptions import ClientError

from functions.members import sms
from functions.members.errors import SmsUnavailableError
from loyalty import dynamo
from tests.functions.members.conftest import Mall, rows_of

PHONE = "+8613800000001"
OTHER = "+8613800000002"


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_the_message_is_signed_and_in_the_callers_language(mall: Mall) -> None:
    answer = mall.member("ada", "POST /me/phone-codes", {"phone": "13800000001"}, headers={"accept-language": "en"})
    assert answer.status == 202
    assert answer.body == {"expires_at": "2026-11-21T04:05:00Z"}
    (text,) = mall.inbox(PHONE)
    assert text.startswith("[aurora] Your code is ")


def test_neither_code_nor_phone_is_stored_readably(mall: Mall) -> None:
    code = mall.code_for("ada", PHONE)
    stored = str(rows_of("members"))
    assert code not in stored
    assert PHONE not in stored
    assert "13800000001" not in stored


def test_a_member_phone_and_a_strangers_are_answered_alike(mall: Mall) -> None:
    mall.enrol("ada", PHONE)
    mall.later(hours=1)
    known = mall.member("bob", "POST /me/phone-codes", {"phone": PHONE})
    stranger = mall.member("bob", "POST /me/phone-codes", {"phone": OTHER})
    assert known.body == stranger.body


def test_a_wrong_code_says_how_many_tries_remain_and_makes_no_member(mall: Mall) -> None:
    code = mall.code_for("ada", PHONE)
    answer = mall.enrol("ada", PHONE, phone_code=wrong(code))
    assert (answer.status, answer.code, answer.body["tries_left"]) == (422, "phone_code_invalid", 4)
    assert rows_of("accounts") == []
    assert mall.enrol("ada", PHONE, phone_code=code).status == 201


def test_after_five_wrong_tries_the_right_code_is_refused_too(mall: Mall) -> None:
    code = mall.code_for("ada", PHONE)
    tries = [mall.enrol("ada", PHONE, phone_code=wrong(code)).status for _ in range(5)]
    assert tries == [422] * 5
    mall.later(seconds=10)
    answer = mall.enrol("ada", PHONE, phone_code=code)
    assert (answer.status, answer.code, answer.body["retry_after"]) == (429, "too_many_requests", 290)
    assert answer.headers["retry-after"] == "290"
    assert rows_of("accounts") == []


def test_a_code_dies_after_five_minutes_whatever_housekeeping_does(mall: Mall) -> None:
    code = mall.code_for("ada", PHONE)
    mall.later(minutes=5)
    assert mall.enrol("ada", PHONE, phone_code=code).code == "phone_code_invalid"
    assert any(row["kind"] == "code" for row in rows_of("members"))


def test_a_code_of_another_login_or_phone_proves_nothing(mall: Mall) -> None:
    code = mall.code_for("ada", PHONE)
    assert mall.enrol("bob", PHONE, phone_code=code).code == "phone_code_invalid"
    assert mall.enrol("ada", OTHER, phone_code=code).code == "phone_code_invalid"


def test_a_fresh_code_voids_the_one_before(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> None:
    digits = iter([111111, 222222])
    monkeypatch.setattr("functions.members.phone_codes.secrets.randbelow", lambda _below: next(digits))
    first, second = mall.code_for("ada", PHONE), mall.code_for("ada", PHONE)
    assert mall.enrol("ada", PHONE, phone_code=first).code == "phone_code_invalid"
    assert mall.enrol("ada", PHONE, phone_code=second).status == 201


def test_a_code_is_used_up_by_what_it_proved(mall: Mall) -> None:
    code = mall.code_for("ada", PHONE)
    mall.enrol("ada", PHONE, phone_code=code)
    mall.member("ada", "DELETE /me")
    assert mall.enrol("ada", PHONE, phone_code=code).code == "phone_code_invalid"


def test_a_login_gets_five_codes_an_hour(mall: Mall) -> None:
    phones = [f"+861380000000{n}" for n in range(6)]
    sent = [mall.member("ada", "POST /me/phone-codes", {"phone": phone}) for phone in phones]
    assert [answer.status for answer in sent] == [202] * 5 + [429]
    assert sent[-1].body["retry_after"] == 3600
    assert mall.inbox(phones[-1]) == []
    mall.later(hours=1)
    assert mall.member("ada", "POST /me/phone-codes", {"phone": PHONE}).status == 202


def test_a_phone_gets_five_codes_an_hour_and_ten_a_day_whoever_asks(mall: Mall) -> None:
    statuses = []
    for n in range(12):
        statuses.append(mall.member(f"login-{n}", "POST /me/phone-codes", {"phone": PHONE}).status)
        if n == 5:
            mall.later(hours=1)
    assert statuses == [202] * 5 + [429] + [202] * 5 + [429]
    assert len(mall.inbox(PHONE)) == 10


def test_a_provider_that_fails_is_a_clear_answer_without_the_number(
    mall: Mall, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(operation: str, arguments: dict[str, str]) -> None:
        message = f"bad {arguments['PhoneNumber']}"
        raise ClientError({"Error": {"Code": "InvalidParameter", "Message": message}}, operation)

    monkeypatch.setattr(dynamo.service("sns"), "_make_api_call", down)
    answer = mall.member("ada", "POST /me/phone-codes", {"phone": PHONE})
    assert (answer.status, answer.code, answer.headers["retry-after"]) == (503, "sms_unavailable", "60")
    assert "0000001" not in str(answer.body)
    with pytest.raises(SmsUnavailableError) as refused:
        sms.send(PHONE, "x", ())
    assert refused.value.__suppress_context__
