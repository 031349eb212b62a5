"""Marketers and WeChat's channels: what is refused at once, what a preview shows, what a test and a broadcast cost."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.functions.notices.conftest import SETTINGS
from tests.functions.notices.office import Mall
from tests.functions.notices.test_templates import PATH, ask, drafted
from tests.functions.notices.wechats import MALLS, MINI, MINI_PROGRAM, OFFICIAL, linked
from tests.providers.wechat import Wechat

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")


@pytest.fixture
def service(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wechat]:
    """WeChat, which knows Anna."""
    with linked(mall, monkeypatch) as made:
        yield made


def test_a_preview_shows_the_fields_of_the_registered_template(mall: Mall, service: Wechat) -> None:
    shown = ask("auditor", f"GET {PATH}/{drafted(MINI_PROGRAM)}/preview").body["mini_program"]
    fields = {"number1": "1260", "date2": "2026年12月31日", "thing3": "快来使用吧"}
    assert shown == {"subject": "", "text": "1260\n2026年12月31日\n快来使用吧", "parts": None, "fields": fields}


def test_a_field_that_wechat_would_refuse_is_refused_with_what_it_holds(mall: Mall, service: Wechat) -> None:
    words = {**MINI_PROGRAM["mini_program"], "zh": {"number1": "{until}"}, "en": None}
    answer = ask("marketer", f"POST {PATH}", {**MINI_PROGRAM, "mini_program": words})
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert "number1 holds: number" in str(answer.body)


def test_a_test_reaches_staff_by_their_openid_once_however_often_its_answer_is_lost(
    mall: Mall, service: Wechat
) -> None:
    one = f"{PATH}/{drafted(OFFICIAL)}"
    wish = {"channel": "official_account", "to": MALLS}
    service.next = ["lost"]
    assert ask("marketer", f"POST {one}/tests", wish).code == "provider_unavailable"
    assert ask("marketer", f"POST {one}/tests", wish).status == 201
    assert len(service.taken) == 1


@pytest.mark.parametrize(("channel", "to"), [("mini_program", MINI), ("official_account", "13800138000")])
def test_a_test_without_permission_or_openid_says_so(mall: Mall, service: Wechat, channel: str, to: str) -> None:
    definition: dict[str, Any] = MINI_PROGRAM if channel == "mini_program" else OFFICIAL
    answer = ask("marketer", f"POST {PATH}/{drafted(definition)}/tests", {"channel": channel, "to": to})
    assert (answer.status, answer.code, service.taken) == (422, "wrong_address", [])


def test_a_mall_without_the_channel_sends_nothing_there(
    mall: Mall, service: Wechat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTICES", json.dumps(SETTINGS))
    mall.publish(OFFICIAL)
    mall.happens("CouponSent")
    wish = {"channel": "official_account", "to": MALLS}
    assert ask("marketer", f"POST {PATH}/{drafted(OFFICIAL, name_zh='x')}/tests", wish).code == "template_lacks_channel"
    assert service.asked == []
