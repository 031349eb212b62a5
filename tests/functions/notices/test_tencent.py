"""Text messages by Tencent Cloud: registered texts only, taken once, and every answer means something."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from functions.notices import rules
from functions.notices.messages import outgoing
from functions.notices.templates import wording
from functions.notices.templates.template import NoticeTemplate
from functions.notices.templates.words import Channel
from loyalty import dynamo, remembering
from loyalty.notices.occasions import samples
from tests.functions.notices.office import ANNA, EXPIRING, LETTER, NEWS, PHONES, Mall, fates, letters, texts
from tests.functions.notices.test_templates import PATH, ask, drafted
from tests.providers.serving import nobody, wait_a_moment_for_silence
from tests.providers.tencent import APP_ID, SECRET_ID, SECRET_KEY, SIGNATURE, Tencent, tencent

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
REGISTERED = {"registered": {"zh": "1001", "en": "1002", "params": ["points", "until"]}}
REMINDER: dict[str, Any] = {**EXPIRING, "sms": {**EXPIRING["sms"], **REGISTERED}}
OFFER: dict[str, Any] = {**NEWS, "sms": {**NEWS["sms"], "registered": {"zh": "1003", "params": ["until"]}}}


def registered_app(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the mall's text messages go to this address."""
    told = {"app_id": APP_ID, "signature": SIGNATURE, "region": "ap-guangzhou", "endpoint": address}
    monkeypatch.setenv("TENCENT_SMS", json.dumps({**told, "code_text": "2001", "family_text": "2002"}))


@pytest.fixture
def service(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tencent]:
    """Tencent, with the mall's texts registered, and a key of ours."""
    secret = json.dumps({"secret_id": SECRET_ID, "secret_key": SECRET_KEY})
    dynamo.service("secretsmanager").create_secret(Name="tencent", SecretString=secret)
    monkeypatch.setenv("TENCENT_SECRET", "tencent")
    with tencent(t1001=2, t1002=2, t1003=1) as made:
        registered_app(made.address, monkeypatch)
        wait_a_moment_for_silence(monkeypatch, lambda: made.next[:1] == ["silent"])
        yield made


def rewrite_secret(text: str) -> None:
    dynamo.service("secretsmanager").put_secret_value(SecretId="tencent", SecretString=text)
    remembering.forget_everything()


def test_a_registered_text_goes_out_signed_with_its_places_in_order(mall: Mall, service: Tencent) -> None:
    mall.publish(REMINDER)
    mall.happens()
    (message,) = service.taken
    assert message["PhoneNumberSet"] == [PHONES[ANNA]]
    assert (message["SmsSdkAppId"], message["SignName"], message["TemplateId"]) == (APP_ID, SIGNATURE, "1001")
    assert message["TemplateParamSet"] == ["1,260", "2026年11月30日"]
    assert (texts(), fates()) == ([], [("sent", None)])


def test_who_prefers_english_gets_the_text_registered_in_english(mall: Mall, service: Tencent) -> None:
    mall.publish(REMINDER)
    mall.write("notices", {**outgoing.member_key(ANNA), "version": 1, "language": "en"})
    mall.happens()
    (message,) = service.taken
    assert (message["TemplateId"], message["TemplateParamSet"][1]) == ("1002", "30 November 2026")


def test_of_a_link_only_what_follows_the_host_stands_in_a_place() -> None:
    words = {"zh": "请评价：{link}", "registered": {"zh": "1003", "params": ["link"]}}
    invitation = NoticeTemplate.model_validate({**EXPIRING, "occasion": "SurveyInvited", "sms": words})
    facts = samples(invitation.occasion)
    said = wording.rendered(invitation, Channel.SMS, facts, "zh", rules.Mall(member_url="https://members.example"))
    assert (said.text, list(said.data.values())) == ("【商场】请评价：https://members.example/s/sample", ["/s/sample"])


def test_a_text_that_is_not_registered_leaves_the_next_way(mall: Mall, service: Tencent) -> None:
    mall.publish(NEWS, channels=["sms", "email"], email=LETTER)
    mall.happens("CouponSent")
    assert (service.asked, len(letters()), fates()) == (0, 1, [("sent", None)])


REFUSED = [
    "FailedOperation.PhoneNumberInBlacklist",
    "InvalidParameterValue.IncorrectPhoneNumber",
    "UnsupportedOperation.ChineseMainlandTemplateToGlobalPhone",
    "LimitExceeded.AppCountryOrRegionInBlacklist",
]
BUSY = [
    "LimitExceeded.PhoneNumberThirtySecondLimit",
    "LimitExceeded.DeliveryFrequencyLimit",
    "FailedOperation.InsufficientBalanceInSmsPackage",
    "FailedOperation.MarketingSendTimeConstraint",
    "UnauthorizedOperation.ServiceSuspendDueToArrears",
]
LOST = ["InternalError.Timeout", "InternalError.SendAndRecvFail", "SomethingNew"]


@pytest.mark.parametrize("code", REFUSED)
def test_what_will_never_be_taken_has_failed(mall: Mall, service: Tencent, code: str) -> None:
    service.next = [code]
    mall.publish(OFFER)
    mall.happens("CouponSent")
    assert fates() == [("failed", "refused")]


@pytest.mark.parametrize("code", BUSY)
def test_what_was_certainly_not_taken_is_tried_later(mall: Mall, service: Tencent, code: str) -> None:
    service.next = [code]
    mall.publish(OFFER)
    mall.happens("CouponSent")
    assert fates() == [("planned", None)]
    mall.sweep(minutes=15)
    assert (len(service.taken), fates()) == (1, [("sent", None)])


@pytest.mark.parametrize("trouble", [*LOST, "cut", "broken", "garbage", "silent"])
def test_what_nobody_knows_of_is_not_sent_again(mall: Mall, service: Tencent, trouble: str) -> None:
    service.next = [trouble]
    mall.publish(OFFER)
    mall.happens("CouponSent")
    mall.sweep(hours=1)
    mall.happens("CouponSent")
    assert (service.asked, service.taken, fates()) == (1, [], [("unknown", "no_answer")])


def test_a_service_that_is_not_there_took_nothing(
    mall: Mall, service: Tencent, monkeypatch: pytest.MonkeyPatch
) -> None:
    mall.publish(OFFER)
    with monkeypatch.context() as away:
        registered_app(nobody(), away)
        mall.happens("CouponSent")
    assert fates() == [("planned", None)]
    mall.sweep(minutes=15)
    assert fates() == [("sent", None)]


@pytest.mark.parametrize("secret", ["{}", "not json", '{"secret_id": "AKIDexample", "secret_key": ""}', "[]"])
def test_while_operators_wrote_no_key_nothing_is_asked_and_nothing_lost(
    mall: Mall, service: Tencent, secret: str
) -> None:
    rewrite_secret(secret)
    mall.publish(OFFER)
    mall.happens("CouponSent")
    assert (service.asked, fates()) == (0, [("planned", None)])
    rewrite_secret(json.dumps({"secret_id": SECRET_ID, "secret_key": SECRET_KEY}))
    mall.sweep(minutes=15)
    assert fates() == [("sent", None)]


def test_a_key_that_is_not_ours_is_refused_by_the_service_and_the_message_waits(mall: Mall, service: Tencent) -> None:
    rewrite_secret(json.dumps({"secret_id": SECRET_ID, "secret_key": "another"}))
    mall.publish(OFFER)
    mall.happens("CouponSent")
    assert (service.taken, fates()) == ([], [("planned", None)])


def test_nothing_of_a_member_is_logged_when_it_goes_wrong(
    mall: Mall, service: Tencent, caplog: pytest.LogCaptureFixture
) -> None:
    service.next = ["FailedOperation.PhoneNumberInBlacklist", "Refused.+8613800138000"]
    mall.publish(OFFER)
    mall.hear(mall.event("CouponSent"), mall.event("CouponSent", id="event-2"))
    mall.work()
    said = str([vars(record) for record in caplog.records])
    assert "PhoneNumberInBlacklist" in said
    assert "13800138000" not in said


def test_only_a_registered_text_is_published(mall: Mall, service: Tencent, monkeypatch: pytest.MonkeyPatch) -> None:
    one = f"{PATH}/{drafted(EXPIRING)}"
    ask("approver", f"POST {one}/approvals")
    assert ask("marketer", f"POST {one}/publications").code == "text_not_registered"
    ask("marketer", f"PATCH {one}", {"sms": REMINDER["sms"]})
    ask("approver", f"POST {one}/approvals")
    assert ask("marketer", f"POST {one}/publications").status == 201
    monkeypatch.delenv("TENCENT_SMS")
    other = f"{PATH}/{drafted(NEWS)}"
    ask("approver", f"POST {other}/approvals")
    assert ask("marketer", f"POST {other}/publications").status == 201


def test_a_text_is_registered_in_every_language_it_is_written_in(mall: Mall) -> None:
    for registered in ({"zh": "1001"}, {"zh": "1001", "en": "1002", "params": ["name"]}):
        answer = ask("marketer", f"POST {PATH}", {**EXPIRING, "sms": {**EXPIRING["sms"], "registered": registered}})
        assert (answer.status, answer.code) == (400, "invalid_request")


def test_staff_try_the_registered_text_on_their_own_phone(mall: Mall, service: Tencent) -> None:
    one = f"{PATH}/{drafted(REMINDER)}"
    to = {"channel": "sms", "to": "13700137000", "language": "zh"}
    assert ask("marketer", f"POST {one}/tests", to).status == 201
    (message,) = service.taken
    assert (message["PhoneNumberSet"], message["TemplateId"]) == (["+8613700137000"], "1001")
