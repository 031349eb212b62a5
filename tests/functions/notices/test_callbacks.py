"""The door of callbacks: what providers tell is applied, and what anybody else sends changes nothing."""

import base64
import hashlib
import json
from typing import Any

import pytest

from functions.notices import on_callback
from functions.notices.channels import receipt_queue
from functions.notices.messages import outgoing
from loyalty import dynamo, identity, remembering
from tests.functions.notices.office import ANNA, NEWS, PHONES, Mall, fates, messages, texts
from tests.providers.tencent import delivery, reply
from tests.support import Context, http_event

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
TOKEN = "q7Zt2v9Lx4Rk8Wb3Nc6Hd1Jm5Pf0Sg"
OF_WECHAT = "wechatsOwnTokenOfThirtyTwoSigns"
XML = """<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[oAnna]]></FromUserName>
<CreateTime>1795233600</CreateTime><MsgType><![CDATA[event]]></MsgType>
<Event><![CDATA[TEMPLATESENDJOBFINISH]]></Event><MsgID>200163836</MsgID><Status><![CDATA[success]]></Status></xml>"""


@pytest.fixture
def queue(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> str:
    """The queue of receipts; the mall told two providers how they prove themselves."""
    url = str(dynamo.service("sqs").create_queue(QueueName="receipts")["QueueUrl"])
    monkeypatch.setenv("NOTICES_RECEIPTS_QUEUE_URL", url)
    monkeypatch.setenv("CALLBACKS_SECRET", "callbacks")
    monkeypatch.setattr(on_callback, "utc_now", lambda: mall.now)
    dynamo.service("secretsmanager").create_secret(Name="callbacks", SecretString="{}")
    tell_tokens({"tencent": TOKEN, "official_account": OF_WECHAT})
    return url


def tell_tokens(tokens: Any) -> None:
    dynamo.service("secretsmanager").put_secret_value(SecretId="callbacks", SecretString=json.dumps(tokens))
    remembering.forget_everything()


def answered(event: dict[str, Any]) -> tuple[int, str]:
    answer = on_callback.handler(event, Context())
    body = answer["body"]
    is_problem = "problem" in str(answer.get("headers"))
    return answer["statusCode"], json.loads(body)["code"] if is_problem else body


def tencent(told: Any, token: str = TOKEN, **changes: Any) -> tuple[int, str]:
    """Let Tencent, or somebody, call back."""
    text = told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)
    return answered(http_event(f"POST /providers/tencent/{token}", body=text) | changes)


def signed(mall: Mall, token: str = OF_WECHAT, seconds: int = 0) -> dict[str, str]:
    """How WeChat proves itself."""
    at, nonce = str(int(mall.now.timestamp()) + seconds), "7"
    digest = hashlib.sha1("".join(sorted((token, at, nonce))).encode()).hexdigest()
    return {"timestamp": at, "nonce": nonce, "signature": digest}


def wechat(query: dict[str, str], body: str | None = None, account: str = "official_account") -> tuple[int, str]:
    """Let WeChat, or somebody, call back."""
    route = f"{'GET' if body is None else 'POST'} /providers/wechat/{account}"
    return answered(http_event(route, query=query, body=body, headers={"content-type": "text/xml"}))


def waiting(queue: str) -> list[Any]:
    """Return what waits in the queue, and take it out."""
    found: list[Any] = []
    while some := dynamo.service("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
        found += [json.loads(one["Body"]) for one in some]
    return found


TAKEN = (200, '{"result":0,"errmsg":"OK"}')
NOTHING = (404, "not_found")
UNREADABLE = (400, "invalid_request")


def test_what_tencent_reports_settles_its_message(mall: Mall, queue: str) -> None:
    mall.publish(NEWS)
    mall.happens("CouponSent")
    (message,) = messages()
    assert tencent([delivery(str(message.provider_id), "FAIL", "CB:0001")]) == TAKEN
    assert mall.receive(*waiting(queue)) == []
    assert fates() == [("failed", "bounced")]
    assert outgoing.read_member(ANNA).dead == {"sms": message.to}


def test_who_answers_that_they_want_no_more_hears_no_more(mall: Mall, queue: str) -> None:
    mall.publish(NEWS)
    mall.write("members", {"member_id": identity.phone_key(PHONES[ANNA]), "kind": "lookup", "target": ANNA})
    assert tencent(reply("退订", PHONES[ANNA][3:])) == TAKEN
    assert mall.receive(*waiting(queue)) == []
    mall.happens("CouponSent")
    assert (texts(), fates()) == ([], [("skipped", "opted_out")])


def test_every_report_of_a_long_array_waits_in_the_queue_without_a_number(queue: str) -> None:
    assert tencent([delivery(f"a:{number}") for number in range(25)]) == TAKEN
    found = waiting(queue)
    assert sorted(one["receipt"]["provider_id"] for one in found) == sorted(f"a:{number}" for number in range(25))
    assert "13800138000" not in json.dumps(found)


def test_an_answer_that_refuses_nothing_leaves_nothing(queue: str) -> None:
    assert tencent(reply("我的手机号是13800138000，请回电")) == TAKEN
    assert waiting(queue) == []


def test_a_body_that_the_gateway_encoded_is_read(queue: str) -> None:
    encoded = base64.b64encode(json.dumps([delivery("a:1")]).encode()).decode()
    assert tencent(encoded, isBase64Encoded=True) == TAKEN
    assert len(waiting(queue)) == 1


STRANGERS = ["", "x", TOKEN[:-1], TOKEN + "x", TOKEN.lower(), "令牌", "%00", OF_WECHAT]
TOO_LONG = json.dumps([delivery("a:1")]) + " " * 262_144
HOSTILE = ["", "no json", "7", "null", "{}", "[{}]", '{"text": "T"}', "[" * 100_000, TOO_LONG, "\ud800"]


def test_who_does_not_know_the_token_is_told_the_same_whatever_they_send(queue: str) -> None:
    sent = [*HOSTILE, [delivery("a:1")], reply("T")]
    told = {(token, str(one)[:20]): tencent(one, token) for token in STRANGERS for one in sent}
    assert {which: answer for which, answer in told.items() if answer != NOTHING} == {}
    assert waiting(queue) == []


def test_what_cannot_be_read_changes_nothing(queue: str) -> None:
    told = {one[:20]: tencent(one) for one in HOSTILE}
    assert {which: answer for which, answer in told.items() if answer != UNREADABLE} == {}
    assert tencent([delivery("a:1"), {}]) == UNREADABLE
    assert tencent("§", isBase64Encoded=True) == UNREADABLE
    assert waiting(queue) == []


@pytest.mark.parametrize("tokens", [{}, {"tencent": ""}, {"tencent": "too short to be no guess"[:23]}])
def test_a_mall_that_gave_no_good_token_hears_nobody(queue: str, tokens: dict[str, str]) -> None:
    tell_tokens(tokens)
    assert tencent([delivery("a:1")], tokens.get("tencent", "")) == NOTHING


def test_a_mall_without_such_providers_has_no_such_door(queue: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CALLBACKS_SECRET")
    assert tencent([delivery("a:1")]) == NOTHING
    assert wechat({"echostr": "1"}) == NOTHING


def test_while_nobody_can_tell_whose_token_it_is_the_provider_is_asked_to_come_again(
    queue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLBACKS_SECRET", "another")
    assert tencent([delivery("a:1")]) == (503, "busy")


def test_a_queue_that_takes_not_all_has_the_provider_tell_it_again(queue: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def send_message_batch(self, **_request: Any) -> dict[str, Any]:
            """Take nothing."""
            return {"Failed": [{"Id": "0"}]}

    with monkeypatch.context() as full:
        full.setattr(receipt_queue, "service", lambda _name: Full())
        assert tencent([delivery("a:1")]) == (503, "busy")
    assert tencent([delivery("a:1")]) == TAKEN


def test_nothing_of_a_callback_is_logged(queue: str, caplog: pytest.LogCaptureFixture) -> None:
    for told in ([delivery("a:1")], reply("退订"), '[{"mobile": "13800138000"}]'):
        tencent(told)
    said = str([vars(record) for record in caplog.records])
    assert "answered" in said
    assert not [secret for secret in ("13800138000", "退订", TOKEN, "a:1") if secret in said]


def test_wechat_is_greeted_when_its_address_is_entered(mall: Mall, queue: str) -> None:
    assert wechat({**signed(mall), "echostr": "5871"}) == (200, "5871")


def test_what_wechat_reports_waits_in_the_queue_without_whom_it_was_for(mall: Mall, queue: str) -> None:
    assert wechat(signed(mall), XML) == (200, "success")
    (found,) = waiting(queue)
    assert (found["receipt"]["channel"], found["receipt"]["provider_id"]) == ("official_account", "200163836")
    assert "oAnna" not in json.dumps(found)


def test_what_wechat_tells_of_something_else_is_taken_and_forgotten(mall: Mall, queue: str) -> None:
    assert wechat(signed(mall), XML.replace("TEMPLATESENDJOBFINISH", "subscribe")) == (200, "success")
    assert waiting(queue) == []


def test_who_does_not_prove_to_be_wechat_is_told_the_same_whatever_they_send(mall: Mall, queue: str) -> None:
    stale, forged = signed(mall, seconds=-301), signed(mall, token=TOKEN)
    bare = {"timestamp": "now", "nonce": "", "signature": "令牌"}
    for body in (None, XML, "garbage", "x" * 300_000):
        for query in (stale, forged, bare, {}, {**signed(mall), "nonce": "8"}):
            assert wechat(query, body) == NOTHING
        for account in ("tencent", "mini_program", "sms", "%2e"):
            assert wechat(signed(mall, token=TOKEN), body, account) == NOTHING
    assert waiting(queue) == []


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><xml><CreateTime>&b;</CreateTime></xml>'
UNKNOWN = ["", "garbage", "<xml>", "{}", "7", BOMB, "<a>" * 50_000, XML + " " * 262_144]


def test_what_of_wechat_cannot_be_read_changes_nothing(mall: Mall, queue: str) -> None:
    told = {body[:20]: wechat(signed(mall), body) for body in UNKNOWN}
    assert {which: answer for which, answer in told.items() if answer != UNREADABLE} == {}
    assert waiting(queue) == []
