"""Surveys as members, those without the app, staff and the public see them, deployed, IAM enforced."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from loyalty.remembering import A_MOMENT
from tests.e2e.bus import Consumer, listening
from tests.e2e.mall import Mall, answered, new_key, wait_until

QUESTIONS = [
    {"kind": "scale", "code": "ease", "dimension": "ease", "zh": "兑换方便吗？", "en": "Was it easy?"},
    {"kind": "text", "code": "more", "zh": "还想说什么？", "en": "Anything else?"},
]
TOO_MANY = (429, "too_many_requests")
COMPLAINT = "兑换台排队太久了，等了四十分钟 <b>=1+1</b> 😠"


@dataclass(frozen=True)
class Asked:
    """A till whose redemptions lead to a survey, and when that became true."""

    till: str
    survey_id: str
    published_at: float


@pytest.fixture(scope="module")
def asked(mall: Mall) -> Iterator[Asked]:
    till = mall.tenant("e2e-surveys")
    here = {"field": "tenant_id", "op": "eq", "value": till.removeprefix("till:")}
    trigger = {"events": ["PointsRedeemed"], "conditions": [here]}
    definition = {"title_zh": "兑换体验", "title_en": "Your redemption", "questions": QUESTIONS, "on_event": trigger}
    reward = {"purse": "courtesy", "points": 20}
    survey = definition | {"reward": reward, "minds_fatigue": False, "priority": 100}
    survey_id = mall.publish("/surveys", survey)
    yield Asked(till, survey_id, monotonic())
    mall.api.expect(201, "marketer", "POST", f"/surveys/{survey_id}/endings", {})


@pytest.fixture(scope="module")
def consumer(mall: Mall) -> Iterator[Consumer]:
    with listening(mall, "e2e-surveys") as url:
        yield Consumer(mall, url)


def redeemed(mall: Mall, asked: Asked) -> tuple[str, str, Mapping[str, Any]]:
    """Somebody earns and then redeems at the till; returns who, their id and the answer of the redemption."""
    who, member_id = mall.member()
    session = mall.session(who, asked.till)
    mall.buy(asked.till, 500_00, member_session=session)
    answer = mall.buy(asked.till, 100_00, points=100, member_session=session)
    assert answer.status == 201
    return who, member_id, answer.body


def waiting(mall: Mall, who: str, survey_id: str) -> Mapping[str, Any]:
    """The survey as it waits in the app, once the redemption's event was heard."""

    def look() -> Mapping[str, Any] | None:
        found = mall.api.expect(200, who, "GET", "/me/surveys")["items"]
        return next((one for one in found if one["survey_id"] == survey_id), None)

    return wait_until(look, "an invitation")


def test_a_redemption_is_heard_asked_about_answered_and_acted_on(mall: Mall, asked: Asked, consumer: Consumer) -> None:
    who, member_id, _ = redeemed(mall, asked)
    invitation = waiting(mall, who, asked.survey_id)["invitation_id"]
    path = f"/me/surveys/{invitation}"
    stranger, _ = mall.member()
    assert answered(mall.api.call(stranger, "GET", path)) == (404, "survey_link_unknown")
    mall.api.expect(200, who, "POST", path, {"answers": {"ease": 2}, "complete": False})
    kept = mall.api.expect(200, who, "GET", path)
    assert (kept["answers"], kept["questionnaire"]["title"]) == ({"ease": 2}, "Your redemption")

    answers = {"answers": {"ease": 2, "more": COMPLAINT}}
    first = mall.api.call(who, "POST", path, answers)
    again = mall.api.call(who, "POST", path, answers)
    other = mall.api.call(who, "POST", path, {"answers": {"ease": 9}})

    assert first.status == 201, first.body
    assert first.body["reward"] == {"purse": "courtesy", "points": 20}
    assert (again.body, again.replayed) == (first.body, True)
    assert answered(other) == (410, "survey_answered")
    (entry,) = [one for one in mall.entries(who) if one["movement"] == "award"]
    assert (entry["purse"], entry["points"]) == ("courtesy", 20)
    finding = wait_until(lambda: found_of(mall, asked), "a finding")
    acted_on(mall, finding, member_id, consumer)


def found_of(mall: Mall, asked: Asked) -> Mapping[str, Any] | None:
    """The open finding about how easy it is at this till."""
    tenant_id = asked.till.removeprefix("till:")
    found = mall.pages("operator", "/findings", limit=100)
    return next((one for one in found if (one["tenant_id"], one["subject_code"]) == (tenant_id, "ease")), None)


def acted_on(mall: Mall, finding: Mapping[str, Any], member_id: str, consumer: Consumer) -> None:
    """The finding is taken, resolved, published; the member concerned is told, and the words are in no event."""
    path, public = f"/findings/{finding['finding_id']}", f"增设两个兑换窗口 {mall.run}"
    assert COMPLAINT in json.dumps(mall.api.expect(200, "operator", "GET", path), ensure_ascii=False)
    assert COMPLAINT not in json.dumps(mall.api.expect(200, "auditor", "GET", path), ensure_ascii=False)
    version = mall.api.expect(200, "operator", "GET", path)["version"]
    taken = {"version": version, "state": "in_progress", "owner": "service-lead"}
    assert mall.api.expect(200, "operator", "PATCH", path, taken)["state"] == "in_progress"
    mall.api.expect(201, "operator", "POST", f"{path}/resolutions", {"public_zh": public}, key=new_key())
    wait_until(lambda: public in json.dumps(mall.pages("", "/improvements"), ensure_ascii=False), "an improvement")
    wait_until(lambda: "ImprovementAnnounced" in consumer.of(member_id), "telling the member")
    told = json.dumps([event["detail"] for event in consumer.seen.values()], ensure_ascii=False)
    assert "四十分钟" not in told


def test_figures_follow_the_answers_and_hide_who_is_alone(mall: Mall, asked: Asked) -> None:
    def report() -> Mapping[str, Any]:
        return mall.api.expect(200, "marketer", "GET", f"/surveys/{asked.survey_id}/report")

    for ease in (3, 8, 9, 9, 10):
        body = {"mode": "telephone", "answers": {"ease": ease, "more": "工作人员很热情"}}
        mall.api.expect(201, "operator", "POST", f"/surveys/{asked.survey_id}/answers", body, key=new_key())
    figures = wait_until(lambda: None if (found := report())["hidden"] else found, "five answers in the report")
    (ease,) = [one for one in figures["dimensions"] if one["group"] == "ease"]
    assert ease["n"] >= 5
    texts = [{"text": COMPLAINT, "locale": "zh"}, {"text": "Where is the desk?", "locale": "en"}]
    understood = mall.api.expect(200, "marketer", "POST", "/surveys/analyses", {"texts": texts})["analyses"]
    assert [one["sentiment"] for one in understood] == ["negative", "neutral"]


def page(mall: Mall, link: str, form: Mapping[str, str] | None = None) -> tuple[int, Mapping[str, str], str]:
    """What a browser gets: without a token, without JSON."""
    data = urlencode(form).encode() if form is not None else None
    request = Request(mall.stack.api_url + link, data=data, headers={"Accept": "text/html", "Accept-Language": "en"})
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=60) as answer:
            return answer.status, dict(answer.headers), answer.read().decode()
    except HTTPError as refused:
        return refused.code, dict(refused.headers), refused.read().decode()


def test_the_checkouts_answer_carries_the_link_and_the_page_needs_no_login(mall: Mall, asked: Asked) -> None:
    seconds = A_MOMENT + 1
    wait_until(lambda: monotonic() > asked.published_at + seconds, "a moment", seconds + 1)
    who, _, bought = redeemed(mall, asked)
    link = bought["survey"]["link"]
    assert waiting(mall, who, asked.survey_id)["invitation_id"] == bought["survey"]["invitation_id"]

    status, headers, html = page(mall, link)
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert re.match(r"default-src 'none'; style-src 'sha256-", headers["Content-Security-Policy"])
    assert "Was it easy?" in html
    assert "<script" not in html
    status, _, html = page(mall, link, {"n.ease": "2", "t.more": COMPLAINT})
    assert status in {200, 201}
    assert "20" in html
    status, _, html = page(mall, link)
    assert (status, "Was it easy?" in html) == (410, False)
    token = link.removeprefix("/s/")
    assert answered(mall.api.call("", "GET", f"/surveys/invitations/{token}")) == (410, "survey_answered")
    guess = token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")
    told = answered(mall.api.call("", "GET", f"/surveys/invitations/{guess}"))
    assert told in {(404, "survey_link_unknown"), TOO_MANY}  # where the other tests have guessed too often
    assert page(mall, f"/s/{guess}")[0] in {404, 429}
    (entry,) = [one for one in mall.entries(who) if one["movement"] == "award"]
    assert entry["points"] == 20


def test_what_is_no_event_ends_with_the_dead_letters_alone(mall: Mall, asked: Asked) -> None:
    events, sqs = mall.aws("events"), mall.aws("sqs")
    queues = sqs.list_queues()["QueueUrls"]
    (work,) = [url for url in queues if re.search(r"survey-?on-?event", url, re.I) and not re.search("fail", url, re.I)]
    policy = sqs.get_queue_attributes(QueueUrl=work, AttributeNames=["RedrivePolicy", "VisibilityTimeout"])
    letters = json.loads(policy["Attributes"]["RedrivePolicy"])["deadLetterTargetArn"].rsplit(":", 1)[1]
    dead = sqs.get_queue_url(QueueName=letters)["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=work, Attributes={"VisibilityTimeout": "1"})
    detail = {"type": "PointsRedeemed", "id": new_key(), "subject": "nobody-at-all"}
    entry = {"Source": "loyalty", "DetailType": "PointsRedeemed", "Detail": json.dumps(detail)}
    bus = mall.stack.resources["event_bus_name"]
    events.put_events(Entries=[{**entry, "EventBusName": bus}])
    who, _, _ = redeemed(mall, asked)
    waiting(mall, who, asked.survey_id)

    def arrived() -> bool:
        messages = sqs.receive_message(QueueUrl=dead, MaxNumberOfMessages=10).get("Messages", [])
        return any(json.loads(message["Body"])["detail"]["id"] == detail["id"] for message in messages)

    assert wait_until(arrived, "the malformed event among the dead letters", 60)
    timeout = policy["Attributes"]["VisibilityTimeout"]
    sqs.set_queue_attributes(QueueUrl=work, Attributes={"VisibilityTimeout": timeout})
