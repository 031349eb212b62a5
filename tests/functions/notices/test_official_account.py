"""Template messages of the official account: a lost answer is asked again with the same id, and heard of once."""

import json
from collections.abc import Iterator

import pytest

from functions.notices.channels import wechat_receipts
from functions.notices.channels.receipts import document
from functions.notices.messages import outgoing
from tests.functions.members.faults import KilledError
from tests.functions.notices.office import ANNA, BEN, PHONES, Mall, Run, fates, messages, texts
from tests.functions.notices.test_mini_program import dies
from tests.functions.notices.wechats import MALLS, OFFICIAL, TEMPLATE, linked
from tests.providers.wechat import Wechat, signed

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")


@pytest.fixture
def service(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wechat]:
    """WeChat, which knows Anna."""
    with linked(mall, monkeypatch) as made:
        yield made


def test_a_message_goes_to_who_follows_with_our_own_id(mall: Mall, service: Wechat) -> None:
    mall.publish(OFFICIAL)
    mall.happens("CouponSent")
    (message,) = service.taken
    assert (message["touser"], message["template_id"]) == (MALLS, TEMPLATE)
    assert message["data"] == {"thing1": {"value": "优惠券已到账"}, "time2": {"value": "2026年12月31日"}}
    assert message["client_msg_id"] == messages()[0].message_id
    assert (fates(), "url" in message) == ([("sent", None)], False)


def test_who_is_not_linked_hears_by_the_next_channel(mall: Mall, service: Wechat) -> None:
    mall.publish(OFFICIAL)
    mall.happens("CouponSent", BEN)
    assert (service.asked, [number for number, _ in texts()]) == ([], [PHONES[BEN]])


@pytest.mark.parametrize("trouble", ["lost", "cut", "silent", "broken", "garbage", "-1"])
def test_a_lost_answer_is_asked_again_at_once_and_the_message_is_heard_once(
    mall: Mall, service: Wechat, trouble: str
) -> None:
    service.next = [trouble]
    mall.publish(OFFICIAL)
    mall.happens("CouponSent")
    assert (len(service.taken), fates(), texts()) == (1, [("sent", None)], [])
    assert service.asked.count("/cgi-bin/message/template/send") == 2


def test_what_stays_unknown_is_not_asked_later_than_wechat_knows_it_and_goes_no_other_way(
    mall: Mall, service: Wechat
) -> None:
    service.next = ["lost", "broken"]
    mall.publish(OFFICIAL)
    mall.happens("CouponSent")
    assert fates() == [("planned", None)]
    mall.sweep(minutes=15)
    assert (fates(), len(service.taken), texts()) == ([("unknown", "no_answer")], 1, [])


@pytest.mark.parametrize("trouble", ["43004", "45009"])
def test_what_may_have_been_taken_goes_no_other_way_whatever_wechat_says_later(
    mall: Mall, service: Wechat, trouble: str
) -> None:
    service.next = ["lost", trouble]
    mall.publish(OFFICIAL)
    mall.happens("CouponSent")
    mall.sweep(minutes=15)
    assert (fates(), texts()) == ([("unknown", "no_answer")], [])


def test_who_refuses_meanwhile_is_not_asked_about_again(mall: Mall, service: Wechat) -> None:
    service.next = ["lost", "broken"]
    mall.publish(OFFICIAL)
    mall.happens("CouponSent")
    mall.write("notices", {**outgoing.member_key(ANNA), "version": 1, "opted_out": ["official_account/service"]})
    mall.now = mall.now.replace(minute=1)
    calls = len(service.asked)
    page = json.dumps({"as_of": "2026-11-21T04:15:00Z", "messages": [f"message/{messages()[0].message_id}"]})
    assert mall.page(page, Run("again")) == []
    assert (len(service.asked), fates()) == (calls, [("unknown", "no_answer")])


def test_a_sender_that_died_leaves_a_message_that_is_too_old_to_be_asked_again(
    mall: Mall, service: Wechat, monkeypatch: pytest.MonkeyPatch
) -> None:
    mall.publish(OFFICIAL)
    mall.hear(mall.event("CouponSent"))
    with monkeypatch.context() as dying:
        dying.setattr("functions.notices.channels.wechat.send", dies)
        with pytest.raises(KilledError):
            mall.work()
    mall.sweep(minutes=15)
    assert (fates(), service.asked) == ([("unknown", "no_answer")], [])


def test_a_refusal_leads_to_the_next_channel(mall: Mall, service: Wechat) -> None:
    service.next = ["43004"]
    mall.publish(OFFICIAL)
    mall.happens("CouponSent")
    assert (service.taken, len(texts()), fates()) == ([], 1, [("sent", None)])


def test_a_token_that_ended_is_renewed_once_and_the_message_goes_out(mall: Mall, service: Wechat) -> None:
    mall.publish(OFFICIAL)
    mall.happens("CouponSent")
    service.end_tokens()
    mall.happens("CouponSent", id="event-2")
    assert (len(service.taken), service.asked.count("/cgi-bin/stable_token")) == (2, 2)
    mall.happens("CouponSent", id="event-3")
    assert service.asked.count("/cgi-bin/stable_token") == 2


def test_a_token_is_not_used_in_its_last_minutes(mall: Mall, service: Wechat) -> None:
    service.lasts = 600
    mall.publish(OFFICIAL)
    for number, minutes in enumerate((0, 4, 2)):
        mall.now = mall.now.replace(minute=mall.now.minute + minutes)
        mall.happens("CouponSent", id=f"event-{number}")
    assert service.asked.count("/cgi-bin/stable_token") == 2


@pytest.mark.parametrize("trouble", ["40164", "40001", "-1", "cut", "silent"])
def test_without_a_token_nothing_is_asked_and_the_message_waits(mall: Mall, service: Wechat, trouble: str) -> None:
    service.troubles = [trouble]
    mall.publish(OFFICIAL)
    mall.happens("CouponSent")
    assert (fates(), service.asked) == ([("planned", None)], ["/cgi-bin/stable_token"])
    service.troubles = []
    mall.sweep(minutes=20)
    assert (fates(), len(service.taken)) == ([("sent", None)], 1)


def test_a_token_that_wechat_never_knows_is_asked_for_once_more_and_not_for_ever(mall: Mall, service: Wechat) -> None:
    service.next = ["40001"] * 5
    mall.publish(OFFICIAL)
    mall.happens("CouponSent")
    assert (service.asked.count("/cgi-bin/stable_token"), fates()) == (2, [("planned", None)])


@pytest.mark.parametrize(
    ("status", "fate"), [("success", ("delivered", None)), ("failed:user block", ("failed", "bounced"))]
)
def test_what_wechat_tells_later_settles_the_message_however_often_it_is_told(
    mall: Mall, service: Wechat, status: str, fate: tuple[str, str | None]
) -> None:
    mall.publish(OFFICIAL)
    mall.happens("CouponSent")
    at, token = int(mall.now.timestamp()), "token"
    body = (
        f"<xml><CreateTime>{at}</CreateTime><Event><![CDATA[TEMPLATESENDJOBFINISH]]></Event>"
        f"<MsgID>{messages()[0].provider_id}</MsgID><Status><![CDATA[{status}]]></Status></xml>"
    )
    (receipt,) = wechat_receipts.parse(signed(token, at), body.encode(), token, mall.now)
    assert mall.receive(document(receipt), document(receipt)) == []
    assert (fates(), outgoing.read_member(ANNA).dead) == ([fate], {})


def test_neither_openid_nor_secret_nor_token_is_logged(
    mall: Mall, service: Wechat, caplog: pytest.LogCaptureFixture
) -> None:
    service.next = ["43004"]
    service.troubles = ["40164"]
    mall.publish(OFFICIAL)
    mall.happens("CouponSent")
    mall.sweep(minutes=20)
    said = caplog.text + str([vars(record) for record in caplog.records])
    for secret in (MALLS, "mall-secret", "token-wxmall"):
        assert secret not in said
    assert "'code': 43004" in said
    assert "40164" in said
    assert MALLS not in repr(messages())
