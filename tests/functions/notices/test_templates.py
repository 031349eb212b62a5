"""Templates: drafted and changed by marketers, approved by another person, previewed, tried, published."""

import hashlib
import json
from typing import Any

import pytest

from functions.notices import staff
from tests.functions.notices.conftest import SETTINGS
from tests.functions.notices.office import EXPIRING, LETTER, NEWS, Mall, letters, texts
from tests.support import HttpAnswer, call, http_event, staff_caller

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
PATH = "/notice-templates"
WHO = {"marketer": "ming", "approver": "an", "auditor": "lu"}


def ask(who: str, route: str, body: object = None, key: str | None = "key-1", **query: str) -> HttpAnswer:
    headers = {"idempotency-key": key} if key and route.startswith("POST") else {}
    caller = staff_caller(who, login=WHO[who])
    return call(staff.handler, http_event(route, body=body, caller=caller, headers=headers, query=query))


def drafted(definition: dict[str, Any] = EXPIRING, **changes: Any) -> str:
    answer = ask(
        "marketer",
        f"POST {PATH}",
        {**definition, **changes},
        key=hashlib.sha256(repr((definition, changes)).encode()).hexdigest(),
    )
    assert answer.status == 201, answer.body
    return str(answer.body["template_id"])


def test_a_template_lives_as_every_offer_does(mall: Mall) -> None:
    one = f"{PATH}/{drafted()}"
    assert ask("marketer", f"PATCH {one}", {"good_for_hours": 24}).body["definition"]["good_for_hours"] == 24
    assert ask("marketer", f"POST {one}/publications").code == "wrong_state"
    assert ask("approver", f"POST {one}/approvals", {"version": 1}).code == "changed_meanwhile"
    assert ask("approver", f"POST {one}/approvals", {"version": 2}).status == 201
    states = [
        ask("marketer", f"POST {one}/{step}").body["state"]
        for step in ("publications", "pauses", "resumptions", "endings")
    ]
    assert states == ["published", "paused", "published", "ended"]
    assert [item["state"] for item in ask("auditor", f"GET {PATH}").body["items"]] == ["ended"]
    assert ask("auditor", f"GET {PATH}", state="draft").body["items"] == []
    assert ask("auditor", f"GET {one}").body["approved_by"] == "an"


def test_nobody_approves_what_they_wrote_and_only_marketers_write(mall: Mall) -> None:
    one = f"{PATH}/{drafted()}"
    both = staff_caller("approver", login="ming")
    assert call(staff.handler, http_event(f"POST {one}/approvals", caller=both)).code == "own_approval"
    assert ask("approver", f"POST {PATH}", EXPIRING).code == "forbidden"
    assert ask("auditor", f"POST {one}/tests", {"channel": "sms", "to": "13800138000"}).code == "forbidden"


def test_a_placeholder_its_event_does_not_tell_is_refused_with_those_it_does(mall: Mall) -> None:
    answer = ask("marketer", f"POST {PATH}", {**EXPIRING, "sms": {"zh": "{name}"}})
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert "mall, points, until" in str(answer.body)
    assert "{name}" not in str(answer.body)
    changed = ask("marketer", f"PATCH {PATH}/{drafted()}", {"sms": {"zh": "{name}"}})
    assert (changed.status, changed.code) == (400, "invalid_request")


def test_a_link_needs_an_address_to_lead_to(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> None:
    survey = {**EXPIRING, "occasion": "SurveyInvited", "sms": {"zh": "{title} {link}"}}
    assert ask("marketer", f"POST {PATH}", survey).status == 201
    monkeypatch.setenv("NOTICES", json.dumps({**SETTINGS, "member_url": None}))
    assert ask("marketer", f"POST {PATH}", survey, key="key-2").code == "no_member_url"
    plain = drafted({**survey, "sms": {"zh": "{title}"}})
    assert ask("marketer", f"PATCH {PATH}/{plain}", {"sms": {"zh": "{link}"}}).code == "no_member_url"


def test_a_preview_shows_samples_in_both_languages_and_what_a_text_costs(mall: Mall) -> None:
    one = f"{PATH}/{drafted(channels=['sms', 'email'], email=LETTER | {'text_zh': '{until}'})}"
    shown = ask("auditor", f"GET {one}/preview").body
    assert shown["sms"] == {
        "subject": "",
        "text": "【极光广场】您有1,260积分将于2026年12月31日到期。",
        "parts": 1,
        "fields": None,
    }
    assert shown["email"] == {"subject": "优惠券", "text": "2026年12月31日", "parts": None, "fields": None}
    english = ask("auditor", f"GET {one}/preview", language="en").body
    assert english["sms"]["text"] == "[Aurora Plaza] 1,260 points expire on 31 December 2026."


def test_a_test_goes_to_whom_it_is_told_once_for_a_key_and_leaves_no_trace(mall: Mall) -> None:
    one = f"{PATH}/{drafted(NEWS, channels=['sms', 'email'], email=LETTER)}"
    for _ in range(2):
        answer = ask("marketer", f"POST {one}/tests", {"channel": "sms", "to": "137 0013 7000"})
        assert answer.status == 201
    assert answer.headers["idempotent-replayed"] == "true"
    assert ask("marketer", f"POST {one}/tests", {"channel": "email", "to": "me@x.cn"}, key="k").status == 201
    assert [number for number, _ in texts()] == ["+8613700137000"]
    assert [address for address, _, _ in letters()] == ["me@x.cn"]


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"channel": "email", "to": "me@x.cn"}, "template_lacks_channel"),
        ({"channel": "sms", "to": "12345"}, "wrong_address"),
    ],
)
def test_a_test_that_cannot_be_sent_says_why(mall: Mall, request_: dict[str, str], code: str) -> None:
    answer = ask("marketer", f"POST {PATH}/{drafted()}/tests", request_)
    assert (answer.status, answer.code) == (422, code)
    assert request_["to"] not in str(answer.body)


def test_somebody_sends_twenty_tests_an_hour(mall: Mall) -> None:
    one = f"{PATH}/{drafted()}"
    wish = {"channel": "sms", "to": "13700137000"}
    answers = [ask("marketer", f"POST {one}/tests", wish, key=f"key-{n}").status for n in range(21)]
    assert answers == [201] * 20 + [429]
