"""What members choose counts at once: language, and which channel must not be used to what end."""

from collections.abc import Iterable
from typing import Any

import pytest

from functions.notices import me
from functions.notices.messages import outgoing
from functions.notices.messages.message import to_row
from loyalty import identity
from tests.functions.members.faults import first
from tests.functions.notices.office import ANNA, BEN, LETTER, NEWS, PHONES, Mall, fates, letters, messages, texts
from tests.functions.notices.test_receipts import of_sms
from tests.support import HttpAnswer, call, http_event, member_caller

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")


@pytest.fixture(autouse=True)
def signed_in(mall: Mall) -> None:
    for who in (ANNA, BEN):
        mall.write("members", {"member_id": identity.login_key(f"login-{who}"), "kind": "lookup", "target": who})


def put(refused: Iterable[str], language: str = "zh", who: str = ANNA) -> HttpAnswer:
    pairs = [dict(zip(("channel", "purpose"), one.split("/"), strict=True)) for one in refused]
    return ask("PUT", {"language": language, "refused": pairs}, who)


def ask(method: str, body: object = None, who: str = ANNA) -> HttpAnswer:
    return call(me.handler, http_event(f"{method} /me/notices", body=body, caller=member_caller(f"login-{who}")))


def test_who_chose_nothing_refuses_nothing_and_reads_chinese(mall: Mall) -> None:
    assert ask("GET").body == {"language": "zh", "refused": [], "unreachable": [], "grants": []}


def test_what_is_chosen_replaces_what_was_chosen_before(mall: Mall) -> None:
    put(["sms/marketing", "email/service"], "en")
    assert put(["sms/service"], "en").body == ask("GET").body
    assert ask("GET").body["refused"] == [{"channel": "sms", "purpose": "service"}]
    before = outgoing.read_member(ANNA)
    assert put(["sms/service"], "en").status == 200
    assert outgoing.read_member(ANNA) == before
    assert ask("GET", who=BEN).body["refused"] == []


def test_a_refusal_counts_for_what_was_planned_before_it(mall: Mall) -> None:
    mall.publish(NEWS)
    mall.hear(mall.event("CouponSent"))
    put(["sms/marketing"])
    mall.work()
    assert (texts(), fates()) == ([], [("skipped", "opted_out")])


def test_a_refused_channel_leaves_the_other_and_the_other_purpose(mall: Mall) -> None:
    mall.publish(NEWS, channels=["sms", "email"], email=LETTER)
    mall.publish()
    put(["sms/marketing"])
    mall.happens("CouponSent")
    mall.happens(id="event-2")
    assert (len(letters()), len(texts())) == (1, 1)


@pytest.mark.parametrize("chosen_before", [False, True])
def test_a_choice_and_a_message_at_once_lose_nothing_of_each_other(mall: Mall, chosen_before: bool) -> None:
    mall.publish(NEWS)
    if chosen_before:
        put(["sms/service"])
    with first(lambda: put(["email/marketing"])):
        mall.hear(mall.event("CouponSent"))
    member = outgoing.read_member(ANNA)
    assert member.opted_out == frozenset({"email/marketing"})
    assert (len(member.recent), member.version) == (1, 2 + chosen_before)


def test_a_member_sees_that_their_number_does_not_work(mall: Mall) -> None:
    mall.publish()
    mall.happens()
    (message,) = messages()
    mall.receive(of_sms(message, arrived=False, answer="Invalid phone number"))
    assert ask("GET").body["unreachable"] == ["sms"]
    assert PHONES[ANNA] not in str(to_row(message))


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"language": "fr", "refused": []},
        {"language": "zh", "refused": [{"channel": "fax", "purpose": "marketing"}]},
    ],
)
def test_what_is_no_choice_is_refused(mall: Mall, body: dict[str, Any]) -> None:
    assert ask("PUT", body).code == "invalid_request"


def test_who_left_chooses_nothing(mall: Mall) -> None:
    mall.member(ANNA, status="erased")
    assert (put(["sms/marketing"]).code, ask("GET").code) == ("not_enrolled", "not_enrolled")
    assert outgoing.read_member(ANNA).version == 0
    assert ask("GET", who="nobody").code == "not_enrolled"
