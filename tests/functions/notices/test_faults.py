"""Providers that refuse, are busy or silent; rivals, crashes and lost answers: nobody is ever written to twice."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError

from functions.notices.channels import outcome, sms
from functions.notices.messages import outgoing
from loyalty.clock import iso
from tests.functions.members.faults import Fault, KilledError, broken_call, conflicts, first
from tests.functions.notices.office import ANNA, LETTER, NEWS, Mall, Run, fates, letters, messages, texts

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")


def refusal(code: str, status: int = 400) -> ClientError:
    response: Any = {"Error": {"Code": code, "Message": "x"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "Publish")


class Provider:
    """A provider whose answers a test sets; it remembers what it was asked."""

    def __init__(self, *answers: Exception | None) -> None:
        self.answers, self.asked = list(answers), 0

    def publish(self, **_request: Any) -> dict[str, str]:
        """Take a text message, or fail as the test says."""
        self.asked += 1
        answer = self.answers.pop(0) if self.answers else None
        if answer:
            raise answer
        return {"MessageId": f"id-{self.asked}"}


@contextmanager
def provider(monkeypatch: pytest.MonkeyPatch, *answers: Exception | None) -> Iterator[Provider]:
    """Let text messages go to a provider that answers so, in turn; then it takes everything."""
    made = Provider(*answers)
    with monkeypatch.context() as patched:
        patched.setattr(sms, "provider", lambda _name: made)
        yield made


@pytest.mark.parametrize("name", ["sns", "ses"])
def test_a_call_that_sends_is_never_repeated_by_the_sdk(mall: Mall, name: str) -> None:
    assert outcome.provider(name).meta.config.retries["total_max_attempts"] == 1


def test_no_connection_outlives_the_run_it_was_made_in(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = list[str]()
    for name in ("sns", "ses"):
        monkeypatch.setattr(outcome.provider(name), "close", partial(closed.append, name))
    mall.page(json.dumps({"as_of": iso(mall.now), "messages": []}), Run("run-1", 100))
    assert closed == ["sns", "ses"]


@pytest.mark.parametrize("lost", [ReadTimeoutError(endpoint_url="x"), refusal("InternalError", 500)])
def test_a_message_whose_answer_was_lost_is_unknown_and_not_sent_again(
    mall: Mall, monkeypatch: pytest.MonkeyPatch, lost: Exception
) -> None:
    mall.publish()
    with provider(monkeypatch, lost) as asked:
        mall.happens()
        mall.sweep(hours=1)
        mall.happens()
        assert asked.asked == 1
    assert fates() == [("unknown", "no_answer")]


@pytest.mark.parametrize("busy", [ConnectTimeoutError(endpoint_url="x"), refusal("ThrottlingException")])
def test_a_message_that_was_certainly_not_taken_is_tried_later_and_not_for_ever(
    mall: Mall, monkeypatch: pytest.MonkeyPatch, busy: Exception
) -> None:
    mall.publish()
    with provider(monkeypatch, busy) as asked:
        mall.happens()
        assert fates() == [("planned", None)]
        mall.sweep(minutes=14)
        assert asked.asked == 1
        mall.sweep(minutes=1)
        assert (asked.asked, fates()) == (2, [("sent", None)])
    with provider(monkeypatch, *[busy] * 9) as asked:
        mall.happens(id="event-2")
        for _ in range(8):
            mall.sweep(hours=1)
        assert asked.asked == 5
    assert ("failed", "provider_busy") in fates()


def test_a_number_the_provider_refuses_leaves_the_next_way(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> None:
    mall.publish(NEWS, channels=["sms", "email"], email=LETTER)
    with provider(monkeypatch, refusal("InvalidParameter")) as asked:
        mall.happens("CouponSent")
        assert asked.asked == 1
    assert (len(letters()), fates()) == (1, [("sent", None)])


def test_a_message_no_way_takes_has_failed(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> None:
    mall.publish()
    with provider(monkeypatch, refusal("InvalidParameter")):
        mall.happens()
    assert fates() == [("failed", "refused")]


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("number", range(8))
def test_whichever_call_breaks_while_sending_the_member_hears_at_most_once(
    mall: Mall, number: int, fault: Fault
) -> None:
    mall.publish()
    mall.hear(mall.event())
    page = json.dumps({"as_of": "2026-11-21T04:00:00Z", "messages": [key_of_the_message()]})
    with broken_call(number, fault):
        try:
            mall.page(page, Run("first"))
        except KilledError:
            assert fault is Fault.KILLED
    mall.page(page, Run("second"))
    for _ in range(2):
        mall.sweep(hours=1)
    assert len(texts()) <= 1
    (message,) = messages()
    assert message.due_at is None
    assert message.state.value == "unknown" or len(texts()) == 1


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("number", range(8))
def test_whichever_call_breaks_while_hearing_the_member_hears_once(mall: Mall, number: int, fault: Fault) -> None:
    mall.publish(NEWS)
    with broken_call(number, fault):
        try:
            mall.hear(mall.event("CouponSent"))
        except KilledError:
            assert fault is Fault.KILLED
        except (ClientError, ReadTimeoutError):
            assert number == 0  # the templates could not be read: the whole batch comes again
    mall.hear(mall.event("CouponSent"))
    mall.sweep(hours=1)
    assert len(texts()) == 1
    assert outgoing.read_member(ANNA).version == 1


def key_of_the_message() -> str:
    (message,) = messages()
    return f"message/{message.message_id}"


def test_of_two_senders_in_the_same_moment_one_sends(mall: Mall) -> None:
    mall.publish()
    mall.hear(mall.event())
    page = json.dumps({"as_of": "2026-11-21T04:00:00Z", "messages": [key_of_the_message()]})
    with first(lambda: mall.page(page, Run("rival")), "PutItem"):
        assert mall.page(page, Run("late")) == []
    assert (len(texts()), fates()) == (1, [("sent", None)])


def test_a_claim_of_the_same_moment_is_not_mistaken_for_ones_own(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> None:
    mall.publish()
    mall.hear(mall.event())
    page = json.dumps({"as_of": "2026-11-21T04:00:00Z", "messages": [key_of_the_message()]})

    def dies_once_it_has_claimed() -> None:
        with provider(monkeypatch) as asked:
            monkeypatch.setattr(asked, "publish", dies)
            with pytest.raises(KilledError):
                mall.page(page, Run("rival"))

    with first(dies_once_it_has_claimed, "PutItem"):
        assert mall.page(page, Run("late")) == []
    assert (texts(), fates()) == ([], [("sending", None)])


def dies(**_request: Any) -> None:
    raise KilledError


def test_of_two_events_in_the_same_moment_the_cap_lets_one_through(mall: Mall) -> None:
    mall.publish(NEWS)
    mall.hear(mall.event("CouponSent", id="event-0"))
    with first(lambda: mall.hear(mall.event("CouponSent", id="event-1"))):
        mall.hear(mall.event("CouponSent", id="event-2"))
    mall.work()
    assert sorted(fates()) == [("sent", None), ("sent", None), ("skipped", "weekly_cap")]


def test_a_row_that_stays_busy_brings_the_event_back(mall: Mall) -> None:
    mall.publish(NEWS)
    with conflicts(100):
        assert mall.hear(mall.event("CouponSent")) == ["m-event-1-anna-000001"]
    mall.happens("CouponSent")
    assert len(texts()) == 1


def test_a_sender_that_died_leaves_a_message_nobody_sends_again(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> None:
    mall.publish()
    mall.hear(mall.event())
    with provider(monkeypatch) as asked:
        monkeypatch.setattr(asked, "publish", dies)
        with pytest.raises(KilledError):
            mall.work()
    mall.sweep(minutes=14)
    assert fates() == [("sending", None)]
    mall.sweep(minutes=1)
    assert (texts(), fates()) == ([], [("unknown", "no_answer")])


def test_a_provider_that_is_away_is_left_alone_and_the_others_messages_are_not_lost(
    mall: Mall, monkeypatch: pytest.MonkeyPatch
) -> None:
    mall.publish(good_for_hours=8)
    silence = ReadTimeoutError(endpoint_url="x")
    mall.hear(*(mall.event(id=f"event-{n}") for n in range(8)))
    with provider(monkeypatch, *[silence] * 6) as asked:
        mall.work()
        assert asked.asked == 5
        assert sorted(fates()) == [("planned", None)] * 3 + [("unknown", "no_answer")] * 5
        mall.sweep(minutes=4)
        assert asked.asked == 5
        mall.sweep(minutes=1)  # one is tried, gets no answer either, and the circuit opens for longer
        assert asked.asked == 6
        mall.sweep(minutes=9)
        assert asked.asked == 6
        mall.sweep(minutes=1)
        assert asked.asked == 8
    assert sorted(fates()) == [("sent", None)] * 2 + [("unknown", "no_answer")] * 6
    assert outgoing.read_circuit("sms").failures == 0


def test_a_refusal_is_an_answer_and_opens_nothing(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> None:
    mall.publish()
    mall.hear(*(mall.event(id=f"event-{n}") for n in range(7)))
    with provider(monkeypatch, *[refusal("InvalidParameter")] * 7) as asked:
        mall.work()
        assert asked.asked == 7
