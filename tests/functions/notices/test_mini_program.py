"""Subscribe messages: one permission is one message, counted exactly, whatever becomes of the message."""

import json
from collections.abc import Iterator

import pytest

from functions.notices.messages import outgoing
from functions.notices.messages.member import MOST_GRANTED, MOST_GRANTS
from tests.functions.members.faults import KilledError, first
from tests.functions.notices.office import ANNA, BEN, PHONES, Mall, Run, fates, messages, texts
from tests.functions.notices.wechats import (
    ANOTHER,
    MINI,
    MINI_PROGRAM,
    TEMPLATE,
    ask,
    left,
    linked,
    permits,
    stored,
)
from tests.providers.wechat import Wechat

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")


@pytest.fixture
def service(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wechat]:
    """WeChat; Anna permitted two messages."""
    with linked(mall, monkeypatch) as made:
        permits(made, 2)
        yield made


def test_a_message_fills_the_registered_fields_as_wechat_takes_them(mall: Mall, service: Wechat) -> None:
    mall.publish(MINI_PROGRAM)
    mall.happens()
    (message,) = service.taken
    assert (message["touser"], message["template_id"], message["page"]) == (MINI, TEMPLATE, "pages/points")
    values = {name: one["value"] for name, one in message["data"].items()}
    assert values == {"number1": "1260", "date2": "2026年11月30日", "thing3": "快来使用吧"}
    assert (message["lang"], message["miniprogram_state"]) == ("zh_CN", "formal")
    assert fates() == [("sent", None)]
    assert messages()[0].provider_id == "1001"


def test_one_permission_is_one_message_and_then_the_next_channel_is_taken(mall: Mall, service: Wechat) -> None:
    mall.publish(MINI_PROGRAM)
    for number in range(3):
        mall.happens(id=f"event-{number}")
    assert len(service.taken) == 2
    assert [number for number, _ in texts()] == [PHONES[ANNA]]
    assert left() == {}


def test_who_permitted_nothing_or_something_else_is_not_written_to_there(mall: Mall, service: Wechat) -> None:
    mall.publish(MINI_PROGRAM, mini_program={**MINI_PROGRAM["mini_program"], "template_id": ANOTHER})
    mall.happens()
    mall.happens(who=BEN)
    assert service.asked == []
    assert len(texts()) == 2


def test_a_permission_that_was_taken_back_is_none_and_the_next_channel_is_tried(mall: Mall, service: Wechat) -> None:
    service.permitted.clear()
    mall.publish(MINI_PROGRAM)
    mall.happens()
    assert (service.taken, len(texts()), stored()) == ([], 1, {})


@pytest.mark.parametrize(("trouble", "fate"), [("45009", "planned"), ("47003", "sent")])
def test_a_permission_comes_back_where_wechat_certainly_took_nothing(
    mall: Mall, service: Wechat, trouble: str, fate: str
) -> None:
    service.next = [trouble]
    mall.publish(MINI_PROGRAM)
    mall.happens()
    assert (fates(), service.taken, stored()) == ([(fate, None)], [], {TEMPLATE: 2})


@pytest.mark.parametrize("trouble", ["lost", "cut", "silent", "broken", "garbage", "-1"])
def test_a_lost_answer_spends_the_permission_and_nothing_is_sent_again(
    mall: Mall, service: Wechat, trouble: str
) -> None:
    service.next = [trouble]
    mall.publish(MINI_PROGRAM)
    mall.happens()
    mall.sweep(hours=1)
    mall.sweep(hours=1)
    assert (fates(), len(service.taken)) == ([("unknown", "no_answer")], trouble == "lost")
    assert (stored(), texts()) == ({TEMPLATE: 1}, [])


def test_who_dies_with_a_message_in_hand_leaves_its_permission_spent(
    mall: Mall, service: Wechat, monkeypatch: pytest.MonkeyPatch
) -> None:
    mall.publish(MINI_PROGRAM)
    assert mall.hear(mall.event()) == []
    with monkeypatch.context() as dying:
        dying.setattr("functions.notices.channels.wechat.send", dies)
        with pytest.raises(KilledError):
            mall.work()
    assert stored() == {TEMPLATE: 1}
    mall.sweep(minutes=20)
    assert (fates(), stored()) == ([("unknown", "no_answer")], {TEMPLATE: 1})


def test_of_two_messages_that_want_the_last_permission_one_has_it(mall: Mall, service: Wechat) -> None:
    permits(service, 1, ANOTHER)
    mall.publish(MINI_PROGRAM, mini_program={**MINI_PROGRAM["mini_program"], "template_id": ANOTHER})
    mall.hear(mall.event(id="a"), mall.event(id="b"))
    one, other = (
        json.dumps({"as_of": "2026-11-21T04:00:00Z", "messages": [f"message/{message.message_id}"]})
        for message in messages()
    )
    with first(lambda: mall.page(other, Run("rival"))):
        assert mall.page(one, Run("late")) == []
    assert (len(service.taken), len(texts()), fates()) == (1, 1, [("sent", None)] * 2)
    assert service.asked.count("/cgi-bin/message/subscribe/send") == 1
    assert stored() == {TEMPLATE: 2}


def test_a_repeated_key_counts_nothing_again_and_no_other_templates(mall: Mall, service: Wechat) -> None:
    again = ask("POST", {"template_ids": [TEMPLATE]}, f"key-{TEMPLATE}-0")
    assert (again.status, again.headers["idempotent-replayed"], left()) == (201, "true", {TEMPLATE: 2})
    other = ask("POST", {"template_ids": [ANOTHER]}, f"key-{TEMPLATE}-0")
    assert (other.code, left()) == ("idempotency_key_reused", {TEMPLATE: 2})
    assert ask("POST", {"template_ids": [TEMPLATE]}).code == "idempotency_key_required"


def test_what_an_app_tells_is_bounded(mall: Mall, service: Wechat) -> None:
    for number in range(MOST_GRANTS + 5):
        ask("POST", {"template_ids": [TEMPLATE]}, f"many-{number}")
    for number in range(MOST_GRANTED - 1):
        ask("POST", {"template_ids": [f"t{number}"]}, f"other-{number}")
    assert (left()[TEMPLATE], len(stored())) == (MOST_GRANTS, MOST_GRANTED)
    ask("POST", {"template_ids": ["one-more"]}, "one-more")
    assert (TEMPLATE in stored(), len(stored()), stored()["one-more"]) == (False, MOST_GRANTED, 1)
    for ids in ([TEMPLATE, TEMPLATE], [], ["a b"], list("abcdef")):
        assert ask("POST", {"template_ids": ids}, "wrong").code == "invalid_request"


def test_the_erased_permit_nothing(mall: Mall, service: Wechat) -> None:
    mall.hear(mall.event("MemberErased"))
    assert stored() == {}
    mall.write("accounts", {"member_id": ANNA, "status": "erased", "version": 2})
    assert ask("POST", {"template_ids": [TEMPLATE]}, "late").code == "not_enrolled"
    assert outgoing.read_member(ANNA).erased


def dies(*_given: object, **_named: object) -> None:
    raise KilledError
