"""The mall's own push service: handed a message by a signed hook, once for the app however often it is asked."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from loyalty import dynamo, remembering
from tests.functions.notices.conftest import SETTINGS
from tests.functions.notices.office import ANNA, EMAILS, EXPIRING, LETTER, PHONES, Mall, fates, letters, messages
from tests.providers.push_service import SECRET, PushService, push_service
from tests.providers.serving import nobody, wait_a_moment_for_silence

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
PUSH: dict[str, Any] = {
    **EXPIRING,
    "channels": ["webhook"],
    "sms": None,
    "webhook": {"title_zh": "积分到期", "text_zh": "{points}积分将于{until}到期。"},
    "good_for_hours": 168,
}


def open_to(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the mall's push service be at this address."""
    told = {**SETTINGS, "channels": ["sms", "email", "webhook"], "webhook_url": f"{address}/push"}
    monkeypatch.setenv("NOTICES", json.dumps(told))


@pytest.fixture
def service(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    """The mall's push service, which shares a secret with us."""
    secret = json.dumps({"secret": f"whsec_{SECRET}"})
    dynamo.service("secretsmanager").create_secret(Name="webhook", SecretString=secret)
    monkeypatch.setenv("WEBHOOK_SECRET", "webhook")
    with push_service() as made:
        open_to(made.address, monkeypatch)
        wait_a_moment_for_silence(monkeypatch, lambda: made.next[:1] == ["silent"])
        yield made


def ids(service: PushService) -> set[str]:
    return {asked.headers["webhook-id"] for asked in service.asked}


def test_the_app_gets_what_the_template_says_and_what_it_needs_to_show_it(mall: Mall, service: PushService) -> None:
    mall.publish(PUSH)
    mall.happens()
    (message,) = messages()
    assert message.state.value == "sent"
    assert service.pushed == {
        message.message_id: {
            "message_id": message.message_id,
            "member_id": ANNA,
            "title": "积分到期",
            "text": "1,260积分将于2026年11月30日到期。",
            "purpose": "service",
            "occasion": "PointsExpiring",
            "language": "zh",
            "expires_at": message.expires_at,
        }
    }


def test_nothing_personal_leaves_the_house(mall: Mall, service: PushService) -> None:
    mall.publish(PUSH)
    mall.happens()
    (asked,) = service.asked
    said = asked.body.decode() + str(asked.headers)
    assert not [known for known in (PHONES[ANNA], PHONES[ANNA][3:], EMAILS[ANNA], "王小明") if known in said]


@pytest.mark.parametrize("trouble", ["lost", "cut", "500", "503"])
def test_an_answer_that_was_lost_is_asked_again_and_the_app_shows_it_once(
    mall: Mall, service: PushService, trouble: str
) -> None:
    service.next = [trouble]
    mall.publish(PUSH)
    mall.happens()
    for _ in range(3):
        mall.sweep(hours=1)
    assert (len(service.asked), len(ids(service)), len(service.pushed)) == (2, 1, 1)
    assert fates() == [("sent", None)]


def test_a_service_that_says_nothing_is_asked_again(mall: Mall, service: PushService) -> None:
    service.next = ["silent"]
    mall.publish(PUSH)
    mall.happens()
    mall.sweep(hours=1)
    assert (len(service.pushed), fates()) == (1, [("sent", None)])


def test_a_service_that_never_answers_is_given_up_when_it_cannot_tell_any_more(
    mall: Mall, service: PushService
) -> None:
    service.next = ["500"] * 1000
    mall.publish(PUSH)
    mall.happens()
    for _ in range(30):
        mall.sweep(hours=1)
    assert fates() == [("unknown", "no_answer")]
    assert len(service.asked) < 10


def test_a_service_that_lost_five_in_a_row_is_left_alone_and_gets_everything_later(
    mall: Mall, service: PushService
) -> None:
    service.next = ["500"] * 5
    mall.publish(PUSH)
    mall.hear(*(mall.event(id=f"event-{number}") for number in range(8)))
    mall.work()
    assert len(service.asked) == 5
    for _ in range(4):
        mall.sweep(minutes=30)
    assert (len(service.pushed), fates()) == (8, [("sent", None)] * 8)


@pytest.mark.parametrize("status", ["400", "403", "404", "410", "422"])
def test_what_the_service_refuses_leaves_the_next_way(mall: Mall, service: PushService, status: str) -> None:
    service.next = [status]
    mall.publish(PUSH, channels=["webhook", "email"], email=LETTER | {"text_zh": "{points}"})
    mall.happens()
    assert (len(service.asked), service.pushed, len(letters()), fates()) == (1, {}, 1, [("sent", None)])


@pytest.mark.parametrize("status", ["301", "302", "307", "308"])
def test_no_redirection_is_followed(mall: Mall, service: PushService, status: str) -> None:
    service.next = [status]
    mall.publish(PUSH)
    mall.happens()
    assert [asked.path for asked in service.asked] == ["/push"]
    assert fates() == [("failed", "refused")]


@pytest.mark.parametrize("status", ["401", "408", "425", "429"])
def test_a_service_that_asks_for_patience_gets_it(mall: Mall, service: PushService, status: str) -> None:
    service.next = [status]
    mall.publish(PUSH)
    mall.happens()
    assert fates() == [("planned", None)]
    mall.sweep(minutes=15)
    assert (len(service.pushed), fates()) == (1, [("sent", None)])


@pytest.mark.parametrize(
    ("retry_after", "minutes"),
    [("3600", 60), ("5", 15), ("999999", 360), ("Sun, 22 Nov 2026 04:00:00 GMT", 15), ("-1", 15), ("1.5", 15)],
)
def test_how_long_a_service_asks_for_is_believed_within_reason(
    mall: Mall, service: PushService, retry_after: str, minutes: int
) -> None:
    service.next, service.retry_after = ["429"], retry_after
    mall.publish(PUSH)
    mall.happens()
    mall.sweep(minutes=minutes - 1)
    assert len(service.asked) == 1
    mall.sweep(minutes=1)
    assert (len(service.asked), fates()) == (2, [("sent", None)])


def test_a_service_that_is_not_there_is_asked_later(
    mall: Mall, service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    mall.publish(PUSH)
    with monkeypatch.context() as away:
        open_to(nobody(), away)
        mall.happens()
    assert fates() == [("planned", None)]
    mall.sweep(minutes=15)
    assert fates() == [("sent", None)]


@pytest.mark.parametrize("wrong", ["{}", '{"secret": "no base64!"}'])
def test_without_a_secret_nothing_leaves(mall: Mall, service: PushService, wrong: str) -> None:
    dynamo.service("secretsmanager").put_secret_value(SecretId="webhook", SecretString=wrong)
    remembering.forget_everything()
    mall.publish(PUSH)
    mall.happens()
    assert (service.asked, fates()) == ([], [("planned", None)])


def test_a_service_that_knows_another_secret_pushes_nothing(mall: Mall, service: PushService) -> None:
    other = base64.b64encode(b"another secret of thirty-two b.!").decode()
    dynamo.service("secretsmanager").put_secret_value(SecretId="webhook", SecretString=json.dumps({"secret": other}))
    remembering.forget_everything()
    mall.publish(PUSH)
    mall.happens()
    assert (service.pushed, fates()) == ({}, [("planned", None)])
