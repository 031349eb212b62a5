"""The list of whom messages do not reach: found without a scan, true when it is read, and of ids only."""

import csv
import io
import json
from typing import Any

import pytest

from functions.notices import reports
from functions.notices.messages import outgoing
from loyalty import dynamo
from loyalty.clock import iso
from tests.functions.notices.office import ANNA, BEN, EMAILS, LETTER, NEWS, PHONES, Mall, messages
from tests.functions.notices.test_reach import asked as reach
from tests.functions.notices.test_reach import told
from tests.functions.notices.test_receipts import BOUNCE, of_email, of_sms
from tests.support import Context, HttpAnswer, call, http_event, staff_caller

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
GONE = "Invalid phone number"


def ask(who: str = "marketer", accept: str = "application/json", **query: str) -> HttpAnswer:
    event = http_event("GET /notices/unreachable", caller=staff_caller(who), headers={"accept": accept}, query=query)
    return call(reports.handler, event)


def table(accept: str = "", **query: str) -> Any:
    event = http_event(
        "GET /notices/unreachable", caller=staff_caller("marketer"), headers={"accept": accept}, query=query
    )
    context: Any = Context()
    return reports.handler(event, context)


def listed(**query: str) -> list[tuple[str, str]]:
    return [(one["channel"], one["member_id"]) for one in ask(**query).body["items"]]


def sms_bounces(mall: Mall, *members: str) -> None:
    """Let text messages to these members come back for good."""
    for number, who in enumerate(members):
        mall.happens("CouponSent", who, id=f"sms-{number}")
    mall.receive(*(of_sms(one, arrived=False, answer=GONE) for one in messages() if one.state.value == "sent"))


def crowd(mall: Mall, size: int) -> list[str]:
    """Let so many members have phones that do not work."""
    who = [f"member-{number:03}" for number in range(size)]
    for number, one in enumerate(who):
        mall.write("accounts", {"member_id": one, "status": "active", "version": 1})
        mall.profile(one, phone=f"+861380000{number:04}")
    mall.publish(NEWS, purpose="service")
    sms_bounces(mall, *who)
    return who


def test_who_has_a_number_that_does_not_exist_is_listed_with_the_day_and_nothing_of_it(mall: Mall) -> None:
    mall.publish(NEWS)
    sms_bounces(mall, ANNA)
    answer = ask()
    assert answer.body == {"items": [{"member_id": ANNA, "channel": "sms", "since": iso(mall.now)}], "next": None}
    rows = json.dumps(dynamo.client().scan(TableName="notices")["Items"])
    assert PHONES[ANNA] not in rows + json.dumps(answer.body)


def test_a_bounce_told_twice_keeps_the_first_day(mall: Mall) -> None:
    mall.publish(NEWS)
    sms_bounces(mall, ANNA)
    first = ask().body
    mall.now = mall.now.replace(day=24)
    mall.receive(of_sms(messages()[0], arrived=False, answer=GONE))
    assert ask().body == first


def test_who_has_another_address_is_not_listed_any_more(mall: Mall) -> None:
    mall.publish(NEWS)
    sms_bounces(mall, ANNA, BEN)
    assert listed() == [("sms", ANNA), ("sms", BEN)]
    mall.profile(ANNA, phone="+8613700137000")
    mall.profile(BEN, email=EMAILS[BEN])
    assert listed() == []


def test_another_number_that_does_not_work_either_is_listed_anew(mall: Mall) -> None:
    mall.publish(NEWS)
    sms_bounces(mall, ANNA)
    mall.profile(ANNA, phone="+8613700137000")
    mall.now = mall.now.replace(day=29)
    mall.happens("CouponSent", ANNA, id="later")
    mall.receive(of_sms(messages()[-1], arrived=False, answer=GONE))
    assert [one["since"] for one in ask().body["items"]] == [iso(mall.now)]


def test_channels_are_told_apart(mall: Mall) -> None:
    mall.publish(NEWS)
    sms_bounces(mall, ANNA)
    mall.publish(NEWS, name_zh="信", channels=["email"], email=LETTER, sms=None)
    mall.happens("CouponSent", ANNA, id="mail")
    mall.receive(of_email(next(one for one in messages() if one.channel == "email"), "Bounce", **BOUNCE))
    assert listed() == [("email", ANNA), ("sms", ANNA)]
    assert listed(channel="sms") == [("sms", ANNA)]
    assert ask(channel="pigeon").status == 400


def test_every_page_and_the_table_hold_everybody_once(mall: Mall) -> None:
    who = crowd(mall, 7)
    mall.profile(who[3], phone="+8613700137000")
    standing, found, after = [*who[:3], *who[4:]], list[str](), dict[str, str]()
    for _ in who:
        page = ask(limit="2", **after).body
        found += [one["member_id"] for one in page["items"]]
        if page["next"] is None:
            break
        after = {"cursor": page["next"]}
    assert found == standing
    answer = table(accept="text/csv")
    assert answer["headers"]["Content-Type"].startswith("text/csv")
    header, *lines = csv.reader(io.StringIO(answer["body"]))
    assert header == ["member_id", "channel", "since"]
    assert [line[0] for line in lines] == standing
    assert ask(accept="text/csv", format="json").body["items"][0]["member_id"] == who[0]


def test_a_table_that_is_full_leads_on(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> None:
    who = crowd(mall, 3)
    monkeypatch.setattr(reports, "MOST_LINES", 2)
    link = table(format="csv", channel="sms")["headers"]["Link"]
    assert {"format=csv", "channel=sms"} < set(link.split("?")[1].split("&"))
    after = link.split("cursor=")[1].split(">")[0]
    assert table(format="csv", channel="sms", cursor=after)["body"].splitlines()[1].startswith(who[2])


def test_whoever_is_left_out_as_unreachable_is_on_the_list(mall: Mall) -> None:
    who = crowd(mall, 4)
    for number, one in enumerate(who):
        mall.happens("CouponSent", one, id=f"again-{number}")
    mall.count(*told())
    report = reach(**{"from": "2026-11-21", "until": "2026-11-21"}).body
    assert report["why"]["unreachable"] == len(listed(limit="100")) == 4


def test_the_erased_leave_the_list_and_no_bounce_brings_them_back(mall: Mall) -> None:
    mall.publish(NEWS)
    sms_bounces(mall, ANNA)
    mall.hear(mall.event("MemberErased"))
    mall.receive(of_sms(messages()[0], arrived=False, answer=GONE))
    keys = [dynamo.from_item(one)["notice_id"] for one in dynamo.client().scan(TableName=outgoing.table())["Items"]]
    assert not [key for key in keys if key.startswith("unreachable/")]


def test_only_staff_read_it(mall: Mall) -> None:
    nobody: dict[str, Any] = {"jwt": {"claims": {"sub": "m-1"}}}
    assert call(reports.handler, http_event("GET /notices/unreachable", caller=nobody)).code == "forbidden"


def test_a_list_of_few_is_read_in_as_many_calls_whatever_members_there_are(
    mall: Mall, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(mall, 2)
    calls = list[str]()
    made = dynamo.client()._make_api_call

    def noted(name: str, request: Any) -> Any:
        calls.append(name)
        return made(name, request)

    monkeypatch.setattr(dynamo.client(), "_make_api_call", noted)
    assert listed()
    few = list(calls)
    for number in range(30):
        mall.profile(f"other-{number:03}", phone=f"+861390000{number:04}")
    calls.clear()
    assert listed()
    assert calls == few
    assert "Scan" not in calls
