"""A mall with a mini-program and an official account, whose members WeChat knows."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from functions.notices import me
from functions.notices.messages import outgoing
from loyalty import dynamo, wechat
from loyalty.identity import wechat_key
from loyalty.types import MemberId
from tests.functions.notices.conftest import SETTINGS
from tests.functions.notices.office import ANNA, EXPIRING, NEWS, Mall
from tests.providers.serving import wait_a_moment_for_silence
from tests.providers.wechat import Wechat, serving_wechat
from tests.support import HttpAnswer, call, http_event, member_caller

TEMPLATE, ANOTHER = "Xk2f9aQm7Lr0bVt3Zp8Wc5Yd1Hn6Js4Gu", "another-registered-template"
MINI, MALLS = "oMini-0123456789-anna-0123", "oMall-0123456789-anna-0123"
MINI_PROGRAM: dict[str, Any] = {
    **EXPIRING,
    "channels": ["mini_program", "sms"],
    "mini_program": {
        "template_id": TEMPLATE,
        "zh": {"number1": "{points}", "date2": "{until}", "thing3": "快来使用吧"},
        "en": {"number1": "{points}", "date2": "{until}", "thing3": "Use them in time"},
        "page": "pages/points",
    },
}
OFFICIAL: dict[str, Any] = {
    **NEWS,
    "purpose": "service",
    "channels": ["official_account", "sms"],
    "official_account": {"template_id": TEMPLATE, "zh": {"thing1": "优惠券已到账", "time2": "{until}"}},
}


@contextmanager
def linked(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wechat]:
    """Let the mall have both accounts, and let both know Anna."""
    for name, app in (("mini_program", "wxmini"), ("official_account", "wxmall")):
        secret = json.dumps({"app_id": app, "secret": {"wxmini": "mini-secret", "wxmall": "mall-secret"}[app]})
        dynamo.service("secretsmanager").create_secret(Name=name, SecretString=secret)
        monkeypatch.setenv(f"{name.upper()}_SECRET", name)
    told = {**SETTINGS, "channels": ["sms", "email", "mini_program", "official_account"]}
    monkeypatch.setenv("NOTICES", json.dumps(told))
    monkeypatch.setattr(wechat, "utc_now", lambda: mall.now)
    known = {"mini_program_openid": MINI, "official_account_openid": MALLS}
    mall.write("members", {**wechat_key(MemberId(ANNA)), **known})
    mall.write("members", {"member_id": f"login/{ANNA}", "kind": "lookup", "target": ANNA})
    with serving_wechat() as made:
        monkeypatch.setenv("WECHAT_URL", made.address)
        wait_a_moment_for_silence(monkeypatch, lambda: "silent" in (*made.next, *made.troubles))
        yield made


def permits(service: Wechat, times: int, template: str = TEMPLATE, *, told: int | None = None) -> None:
    """Let Anna permit so many messages to WeChat, and her app tell us of so many."""
    service.permitted[MINI, template] += times
    for number in range(times if told is None else told):
        asked = ask("POST", {"template_ids": [template]}, f"key-{template}-{number}")
        assert asked.status == 201, asked.body


def ask(method: str, body: object = None, key: str = "") -> HttpAnswer:
    """Call the routes of Anna's messages."""
    route = f"{method} /me/notices/grants" if method == "POST" else f"{method} /me/notices"
    headers: Mapping[str, str] = {"idempotency-key": key} if key else {}
    return call(me.handler, http_event(route, body=body, caller=member_caller(ANNA), headers=headers))


def left() -> dict[str, int]:
    """How many messages Anna permits yet, as she is shown."""
    return {one["template_id"]: one["messages"] for one in ask("GET").body["grants"]}


def stored() -> Mapping[str, int]:
    """How many the row of Anna says."""
    return outgoing.read_member(ANNA).grants
