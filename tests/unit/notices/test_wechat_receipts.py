"""What WeChat tells is believed where it proves itself, just now; and read without harm."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from functions.notices.channels.receipts import Fate
from functions.notices.channels.wechat_receipts import FRESH, ForgedError, greeting, parse
from functions.notices.templates.words import Channel
from tests.providers.wechat import signed

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
TOKEN = "the-malls-own-token"
SENT = (
    f"<xml><ToUserName><![CDATA[gh_7f083739789a]]></ToUserName><FromUserName><![CDATA[oia2TjuEGTNoeX76QEj]]>"
    f"</FromUserName><CreateTime>{AT}</CreateTime><MsgType><![CDATA[event]]></MsgType>"
    "<Event><![CDATA[TEMPLATESENDJOBFINISH]]></Event><MsgID>200163836</MsgID><Status><![CDATA[{status}]]></Status></xml>"
)
ONE = "<List><TemplateId>T</TemplateId><MsgID>{number}</MsgID><ErrorCode>{code}</ErrorCode></List>"
SUBSCRIBED = (
    f"<xml><CreateTime>{AT}</CreateTime><MsgType>event</MsgType><Event>subscribe_msg_sent_event</Event>"
    "<SubscribeMsgSentEvent>{listed}</SubscribeMsgSentEvent></xml>"
)


def told(body: str) -> list[tuple[Channel, str, Fate]]:
    found = parse(signed(TOKEN, AT), body.encode(), TOKEN, NOW)
    assert all((one.taken_at, one.message_id, one.for_good) == (NOW, None, False) for one in found)
    return [(one.channel, one.provider_id, one.fate) for one in found]


@pytest.mark.parametrize(
    ("status", "fate"),
    [("success", Fate.DELIVERED), ("failed:user block", Fate.BOUNCED), ("failed: system failed", Fate.BOUNCED)],
)
def test_the_official_account_tells_what_became_of_a_message(status: str, fate: Fate) -> None:
    assert told(SENT.replace("{status}", status)) == [(Channel.OFFICIAL_ACCOUNT, "200163836", fate)]


def test_the_mini_program_tells_of_one_message_or_several_in_xml_or_json() -> None:
    one, two = ONE.format(number=1, code=0), ONE.format(number=2, code=5)
    assert told(SUBSCRIBED.replace("{listed}", one)) == [(Channel.MINI_PROGRAM, "1", Fate.DELIVERED)]
    both = [(Channel.MINI_PROGRAM, "1", Fate.DELIVERED), (Channel.MINI_PROGRAM, "2", Fate.BOUNCED)]
    assert told(SUBSCRIBED.replace("{listed}", one + two)) == both
    listed = [{"TemplateId": "T", "MsgID": "1", "ErrorCode": "0"}, {"MsgID": "2", "ErrorCode": 5}]
    document = {"CreateTime": AT, "Event": "subscribe_msg_sent_event", "SubscribeMsgSentEvent": {"List": listed}}
    assert told(json.dumps(document)) == both
    document["SubscribeMsgSentEvent"] = listed
    assert told(json.dumps(document)) == both


@pytest.mark.parametrize("event", ["subscribe", "unsubscribe", "VIEW", ""])
def test_what_is_about_no_message_says_nothing(event: str) -> None:
    assert told(f"<xml><CreateTime>{AT}</CreateTime><Event>{event}</Event></xml>") == []
    assert told(f"<xml><CreateTime>{AT}</CreateTime><MsgType>text</MsgType><Content>hi</Content></xml>") == []


def test_the_address_is_greeted_back_to_whom_proves_to_be_wechat() -> None:
    assert greeting(signed(TOKEN, AT, echostr="4375120948345356249"), TOKEN, NOW) == "4375120948345356249"
    with pytest.raises(ForgedError):
        greeting(signed("another", AT, echostr="x"), TOKEN, NOW)


@pytest.mark.parametrize(
    "query",
    [
        {},
        signed("another", AT),
        {**signed(TOKEN, AT), "nonce": "changed"},
        {**signed(TOKEN, AT), "timestamp": str(AT + 1)},
        {**signed(TOKEN, AT), "signature": ""},
        {**signed(TOKEN, AT), "signature": "é"},
        signed(TOKEN, AT - int(FRESH.total_seconds()) - 1),
        signed(TOKEN, AT + int(FRESH.total_seconds()) + 1),
    ],
)
def test_who_does_not_prove_to_be_wechat_just_now_is_not_believed(query: dict[str, str]) -> None:
    with pytest.raises(ForgedError):
        parse(query, SENT.encode(), TOKEN, NOW)


def test_without_a_token_nobody_proves_anything() -> None:
    with pytest.raises(ForgedError):
        parse(signed("", AT), SENT.encode(), "", NOW)


def test_a_clock_some_minutes_apart_is_fine() -> None:
    assert parse(signed(TOKEN, AT), SENT.encode(), TOKEN, NOW + FRESH - timedelta(seconds=1))


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    "body",
    [
        BOMB + SENT,
        BOMB.lower() + SENT,
        '<!DOCTYPE x SYSTEM "file:///etc/passwd"><xml>&x;</xml>',
        f"{BOMB}{SENT}".encode("utf-16").decode("latin-1"),
        "<xml><CreateTime>soon</CreateTime></xml>",
        "<xml>",
        "",
        "[]",
        "{",
        "<xml>&undeclared;</xml>",
    ],
)
def test_hostile_and_broken_bodies_are_refused(body: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        told(body)


def test_another_encoding_hides_no_document_type() -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse(signed(TOKEN, AT), (BOMB + SENT).encode("utf-16"), TOKEN, NOW)
