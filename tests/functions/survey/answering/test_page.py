"""The page for those without the app, as its handler answers it; `tests/browser` looks at it with a browser."""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest

from functions.survey import page
from loyalty.surveys.invitation import InvitationState
from tests.functions.members.faults import conflicts
from tests.functions.survey.answering.asked import ANNA, Mall, forget, operations, rows, stored
from tests.support import Context, http_event

FILLED: dict[str, Any] = {
    "n.ease": "9",
    "n.again": "10",
    "c.visit": "lunch",
    "m.liked": ["food", "staff"],
    "t.why": "很好",
}
HEADERS = {
    "cache-control": "no-store",
    "content-type": "text/html; charset=utf-8",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}"


@dataclass(frozen=True)
class Page:
    """What a browser is sent."""

    status: int
    headers: Mapping[str, str]
    html: str

    @property
    def text(self) -> str:
        """The page without its tags."""
        return unescape(re.sub(r"<style>.*?</style>|<[^>]+>", "", self.html, flags=re.DOTALL))


def visit(token: str, form: Mapping[str, Any] | None = None, *, encoded: bool = True, **more: Any) -> Page:
    """Follow a link, or submit a form."""
    headers = {"content-type": "application/x-www-form-urlencoded"} if form is not None else {}
    event = http_event(
        f"{'GET' if form is None else 'POST'} /s/{token}", headers=headers | more.pop("headers", {}), **more
    )
    if form is not None:
        sent = urlencode(form, doseq=True)
        event["body"] = base64.b64encode(sent.encode()).decode() if encoded else sent
        event["isBase64Encoded"] = encoded
    answer = page.handler(event, Context())
    return Page(
        answer["statusCode"], {name.lower(): value for name, value in answer["headers"].items()}, answer["body"]
    )


@pytest.fixture
def mall(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> Mall:
    """The mall, the page's clock standing still as well."""
    monkeypatch.setattr(page, "utc_now", lambda: mall.now)
    return mall


def test_the_page_asks_everything_in_chinese_and_in_english(mall: Mall) -> None:
    one = mall.invite(mall.publish())
    zh, en = visit(one.token), visit(one.token, headers={"accept-language": "en"})
    chosen = visit(one.token, headers={"accept-language": "en"}, query={"lang": "zh"})
    assert (zh.status, en.status, chosen.html) == (200, 200, zh.html)
    assert '<html lang="zh-CN">' in zh.html
    assert '<html lang="en">' in en.html
    for text in (
        "积分好用吗？",
        "用积分方便吗？",
        "1 很麻烦",
        "10 非常愿意",
        "用餐",
        "完成可得 50 礼遇积分",
        "提交",
        "稍后再答",
    ):
        assert text in zh.text
    for text in (
        "Are points easy to use?",
        "Was it easy?",
        "1 Hard",
        "Lunch",
        "50 courtesy points",
        "Submit",
        "Save for later",
    ):
        assert text in en.text
    assert '<span lang="zh-CN">五个问题，一分钟。</span>' in en.html


@pytest.mark.parametrize("form", [None, {"n.ease": "77"}])
def test_a_page_carries_a_strict_policy_that_names_its_style(mall: Mall, form: Any) -> None:
    one = mall.invite(mall.publish())
    for found in (visit(one.token, form), visit("x" * 24, form), visit("-", form)):
        assert {name: found.headers[name] for name in HEADERS} == HEADERS
        (css,) = re.findall(r"<style>(.*?)</style>", found.html, flags=re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
        assert found.headers["content-security-policy"] == (
            f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'"
        )
        assert not re.search(r"<script|<link|<img|<iframe|\bon\w+=|style=|src=|https?://", found.html)


def test_a_filled_form_is_an_answer_and_again_the_same_thanks(mall: Mall) -> None:
    one = mall.invite(mall.publish())
    thanks = visit(one.token, FILLED)
    assert (thanks.status, "+50 礼遇积分" in thanks.text, "谢谢您！" in thanks.text) == (200, True, True)
    assert (rows("answer")[0]["channel"], rows("answer")[0]["mode"]) == ("link", "page")
    assert visit(one.token, FILLED, encoded=False).html == thanks.html
    other = visit(one.token, FILLED | {"n.ease": "1"})
    assert (other.status, "您已提交过此问卷" in other.text) == (410, True)
    assert (visit(one.token).status, len(rows("answer"))) == (410, 1)


def test_the_page_answers_in_three_calls(mall: Mall) -> None:
    asks = mall.publish()
    visit(mall.invite(asks).token, FILLED)
    one = mall.invite(asks)
    forget()
    with operations() as calls:
        assert visit(one.token, FILLED).status == 200
    assert calls == ["GetItem", "BatchGetItem", "TransactWriteItems"]


def test_mistakes_are_listed_and_linked_and_what_was_typed_stays(mall: Mall) -> None:
    one = mall.invite(mall.publish())
    typed = {"n.ease": "3", "m.liked": ["food", "staff", "quiet"], "t.why": 'a < b & "c"\r\n第二行', "do": "submit"}
    found = visit(one.token, typed)
    assert found.status == 400
    assert re.findall(r'<a href="#(f-\w+)">', found.html) == ["f-again", "f-visit", "f-liked"]
    assert {f'id="{target}"' in found.html for target in ("f-again", "f-visit", "f-liked")} == {True}
    assert '<input type="radio" name="n.ease" value="3" checked>' in found.html
    assert len(re.findall(r'name="m.liked" value="\w+"[^>]* checked>', found.html)) == 3
    assert "a &lt; b &amp; &#34;c&#34;\r\n第二行</textarea>" in found.html
    assert "选择的项目过多" in found.text
    assert rows("answer") == []


def test_answers_put_aside_are_there_when_one_comes_back(mall: Mall) -> None:
    one = mall.invite(mall.publish())
    saved = visit(one.token, {"n.ease": "3", "t.why": "慢", "m.liked": "food", "do": "later"})
    assert (saved.status, "已保存" in saved.text, "12 月 5 日 12:00" in saved.text) == (200, True, True)
    back = visit(one.token)
    assert '<input type="radio" name="n.ease" value="3" checked>' in back.html
    assert '<input type="checkbox" name="m.liked" value="food" checked>' in back.html
    assert "慢</textarea>" in back.html
    assert stored(one.invitation_id).partial == {"ease": 3, "liked": ["food"], "why": "慢"}
    wrong = visit(one.token, {"n.ease": "x", "do": "later"})
    assert (wrong.status, "f-ease" in wrong.html) == (400, True)


def test_whatever_is_written_comes_out_as_text(mall: Mall) -> None:
    choices = [{"code": "a", "zh": EVIL}, {"code": "b", "zh": EVIL}]
    questions = [
        {"code": "s", "kind": "scale", "dimension": "ease", "zh": EVIL, "low_zh": EVIL, "high_zh": EVIL},
        {"code": "c", "kind": "single", "zh": EVIL, "choices": choices},
        {"code": "t", "kind": "text", "zh": EVIL},
    ]
    one = mall.invite(mall.publish(title_zh=EVIL, title_en=None, intro_zh=EVIL, thanks_zh=EVIL, questions=questions))
    pages = [
        visit(one.token),
        visit(one.token, {"t.t": EVIL}),
        visit(one.token, {"n.s": EVIL, "c.c": EVIL, "t.t": EVIL + "\0"}),
    ]
    pages += [visit(one.token, {"n.s": "1", "c.c": "a", "t.t": EVIL})]
    for found in pages:
        assert EVIL in found.text
        assert not re.search(r"<script|<img|49", found.html.partition("</style>")[2])


@pytest.mark.parametrize(
    ("changes", "status", "heading"),
    [
        ({"state": InvitationState.EXPIRED}, 410, "问卷已过期"),
        ({"state": InvitationState.CANCELLED}, 410, "您已提交过此问卷"),
        ({"opens_at": "2026-11-21T05:00:00.000Z"}, 409, "问卷尚未开放"),
    ],
)
def test_what_cannot_be_answered_says_why(mall: Mall, changes: Any, status: int, heading: str) -> None:
    one = mall.invite(mall.publish(), **changes)
    for found in (visit(one.token), visit(one.token, FILLED), visit(one.token, {"do": "later"})):
        assert (found.status, heading in found.text, "<form" in found.html) == (status, True, False)


def test_a_wrong_link_says_so_and_too_many_are_stopped(mall: Mall) -> None:
    one = mall.invite(mall.publish())
    for _ in range(30):
        assert visit("y" * 24).status == 404
    stopped = visit("y" * 24, headers={"accept-language": "en"})
    assert (stopped.status, "Too many tries" in stopped.text, "retry-after" in stopped.headers) == (429, True, True)
    assert visit("🎁" * 20).status == 404
    assert visit(one.token).status == 200


def test_when_we_are_busy_one_button_sends_it_again(mall: Mall) -> None:
    one = mall.invite(mall.publish())
    with conflicts(100):
        busy = visit(one.token, FILLED | {"t.why": "a<b"})
    assert (busy.status, busy.headers["retry-after"]) == (503, "1")
    hidden = [
        (name, unescape(value)) for name, value in re.findall(r'type="hidden" name="(.+?)" value="(.*?)"', busy.html)
    ]
    assert hidden == [
        ("n.ease", "9"), ("n.again", "10"), ("c.visit", "lunch"), ("m.liked", "food"), ("m.liked", "staff"),
        ("t.why", "a<b"),
    ]  # fmt: skip
    assert visit(one.token, {name: [v for n, v in hidden if n == name] for name, _ in hidden}).status == 200


def test_a_defect_shows_a_page_and_no_stack(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> None:
    one = mall.invite(mall.publish())
    monkeypatch.setenv("TIME_ZONE", "")
    found = visit(one.token, FILLED)
    assert (found.status, "出现了问题" in found.text, "Traceback" in found.html) == (500, True, False)


@pytest.mark.parametrize(
    "broken",
    [
        {"body": "%%%", "isBase64Encoded": True},
        {"body": base64.b64encode(b"\xff\xfe").decode(), "isBase64Encoded": True},
        {"body": "&".join(f"t.q{n}=1" for n in range(600))},
        {"body": "{}", "headers": {"content-type": "application/json"}},
        {"body": "x", "headers": {"content-type": "multipart/form-data; boundary=x"}},
    ],
)
def test_what_is_no_form_is_a_bad_request(mall: Mall, broken: dict[str, Any]) -> None:
    one = mall.invite(mall.publish())
    event = http_event(f"POST /s/{one.token}", headers={"content-type": "application/x-www-form-urlencoded"}) | broken
    answer = page.handler(event, Context())
    assert (answer["statusCode"], answer["headers"]["Content-Type"]) == (400, "text/html; charset=utf-8")


def test_an_empty_form_and_fields_nobody_asked_for_are_mistakes_not_defects(mall: Mall) -> None:
    one = mall.invite(mall.publish())
    assert visit(one.token, {}).status == 400
    assert visit(one.token, FILLED | {"t.other": "x", "n.": "1"}).status == 400
    assert visit(one.token, FILLED | {"utm": "x"}).status == 200


def test_ten_questions_make_a_page_under_twenty_kilobytes_without_a_person(mall: Mall) -> None:
    questions = [
        {
            "code": f"q{n}",
            "kind": "scale",
            "dimension": "ease",
            "zh": "您对这一方面满意吗？" * 3,
            "low_zh": "很不满意",
            "high_zh": "很满意",
        }
        for n in range(10)
    ]
    one = mall.invite(mall.publish(questions=questions))
    html = visit(one.token).html
    assert len(html.encode()) < 20_000
    assert [secret for secret in (ANNA, one.token, one.invitation_id, "noodle-bar", "silver") if secret in html] == []


def test_no_log_line_holds_the_token_or_the_words(
    mall: Mall, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    one = mall.invite(mall.publish())
    for form in (None, {"n.ease": "x", "t.why": "秘密"}, FILLED | {"t.why": "秘密"}):
        event = http_event(
            f"{'GET' if form is None else 'POST'} /s/{one.token}",
            headers={"content-type": "application/x-www-form-urlencoded"},
        )
        event |= {"routeKey": f"{'GET' if form is None else 'POST'} /s/{{token}}"}  # what the gateway really puts there
        event["body"] = urlencode(form, doseq=True) if form else ""
        page.handler(event, Context())
    logged = caplog.text + capsys.readouterr().out + "".join(str(vars(record)) for record in caplog.records)
    assert "answered" in logged
    assert [secret for secret in (one.token, "秘密", ANNA) if secret in logged] == []
