"""What providers tell: messages that arrived, numbers that do not work, members who want no more."""

from typing import Any

import pytest

from functions.notices.messages import outgoing
from functions.notices.messages.message import Message
from loyalty import identity
from loyalty.clock import iso
from loyalty.dynamo import from_item
from tests.functions.members.faults import Fault, KilledError, broken_call
from tests.functions.notices.office import ANNA, EMAILS, LETTER, NEWS, PHONES, Mall, fates, letters, messages, texts

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
BY_EMAIL = {"channels": ["email"], "email": LETTER, "sms": None}


def of_sms(message: Message, *, arrived: bool, answer: str = "Message has been accepted by phone carrier") -> Any:
    """What SNS writes into its delivery log."""
    return {
        "notification": {"messageId": message.provider_id, "timestamp": "2026-11-21 04:00:01.558"},
        "delivery": {"destination": "+86XXXXXXX8000", "providerResponse": answer, "smsType": "Transactional"},
        "status": "SUCCESS" if arrived else "FAILURE",
    }


def of_email(message: Message | str | None, kind: str, at: str = "2026-11-21T04:00:01.558Z", **more: Any) -> Any:
    """What SES tells: of an event with our tag, of a notification without."""
    known = {"tags": {"notice": [message]}} if isinstance(message, str) else {}
    provider_id = message.provider_id if isinstance(message, Message) else "other"
    return {"eventType": kind, "mail": {"messageId": provider_id, "timestamp": at, **known}, **more}


BOUNCE: dict[str, Any] = {"bounce": {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": EMAILS[ANNA]}]}}


def sent(mall: Mall, definition: Any = NEWS, **changes: Any) -> Message:
    mall.publish(definition, **changes)
    mall.happens(definition["occasion"])
    (message,) = messages()
    assert message.state.value == "sent"
    return message


def test_a_message_that_arrived_is_delivered_once_however_often_it_is_told(mall: Mall) -> None:
    message = sent(mall)
    assert mall.receive(*[of_sms(message, arrived=True)] * 2) == []
    (after,) = messages()
    assert (after.state.value, after.version, after.happened) == (
        "delivered",
        message.version + 1,
        ("NoticeDelivered",),
    )


def test_a_number_that_does_not_exist_is_left_out_until_the_member_has_another(mall: Mall) -> None:
    message = sent(mall)
    mall.receive(of_sms(message, arrived=False, answer="Invalid phone number"))
    assert fates() == [("failed", "bounced")]
    mall.happens("CouponSent", id="event-2")
    assert len(texts()) == 1
    assert ("skipped", "unreachable") in fates()
    mall.profile(ANNA, phone="+8613700137000")
    mall.now = mall.now.replace(day=30)
    mall.happens("CouponSent", id="event-3")
    assert [number for number, _ in texts()] == [PHONES[ANNA], "+8613700137000"]


def test_a_number_that_was_only_switched_off_is_tried_again(mall: Mall) -> None:
    message = sent(mall)
    mall.receive(of_sms(message, arrived=False, answer="Phone is currently unreachable/unavailable"))
    mall.happens("CouponSent", id="event-2")
    assert len(texts()) == 2


def test_an_address_that_bounced_leaves_the_other_way(mall: Mall) -> None:
    sms = {"zh": "优惠券已到账。"}
    message = sent(mall, channels=["email", "sms"], email=LETTER, sms=sms)
    mall.receive(of_email(message, "Bounce", **BOUNCE))
    mall.happens("CouponSent", id="event-2")
    assert (len(letters()), len(texts())) == (1, 1)


def test_a_mailbox_that_was_full_is_tried_again(mall: Mall) -> None:
    message = sent(mall, **BY_EMAIL)
    mall.receive(of_email(message, "Bounce", bounce={"bounceType": "Transient"}))
    mall.happens("CouponSent", id="event-2")
    assert len(letters()) == 2


def test_who_complains_gets_no_more_marketing_that_way(mall: Mall) -> None:
    message = sent(mall, **BY_EMAIL)
    mall.receive(of_email(message, "Complaint", complaint={}))
    mall.happens("CouponSent", id="event-2")
    assert len(letters()) == 1
    assert ("skipped", "opted_out") in fates()


@pytest.mark.parametrize("word", ["R", " 退订。", "td", "Stop!"])
def test_an_opt_out_word_is_obeyed_at_once_also_for_what_is_planned(mall: Mall, word: str) -> None:
    mall.publish(NEWS)
    mall.publish()
    mall.write("members", {"member_id": identity.phone_key(PHONES[ANNA]), "kind": "lookup", "target": ANNA})
    mall.hear(mall.event("CouponSent"))
    assert mall.receive({"originationNumber": PHONES[ANNA], "messageBody": word}) == []
    mall.work()
    mall.happens(id="event-2")
    assert len(texts()) == 1  # the reminder: service is no marketing
    assert ("skipped", "opted_out") in fates()


def test_other_replies_and_unknown_numbers_change_nothing(mall: Mall) -> None:
    mall.write("members", {"member_id": identity.phone_key(PHONES[ANNA]), "kind": "lookup", "target": ANNA})
    replies = [(PHONES[ANNA], "谢谢，R你们好"), ("+8613700137000", "R"), ("10690", "R")]
    assert mall.receive(*({"originationNumber": who, "messageBody": said} for who, said in replies)) == []
    assert outgoing.read_member(ANNA).version == 0


def test_a_receipt_tells_that_a_message_nobody_knew_of_arrived(mall: Mall) -> None:
    message = sent(mall, **BY_EMAIL)
    claimed = {**message_row(message), "state": "sending", "version": 2}
    claimed.pop("provider_id")
    mall.write("notices", claimed)
    mall.sweep(minutes=16)
    mall.write("notices", {**claimed, "state": "unknown", "why": "no_answer", "version": 3})
    assert mall.receive(of_email(message.message_id, "Delivery")) == []
    assert fates() == [("delivered", None)]


def message_row(message: Message) -> dict[str, Any]:
    part: Any = outgoing.put_if_absent(message)
    return from_item(part["Put"]["Item"])


def test_a_receipt_faster_than_our_own_row_comes_again_and_one_of_none_of_ours_is_let_go(mall: Mall) -> None:
    early = of_email(None, "Delivery", at=iso(mall.now))
    assert mall.receive(early, {"neither": "format"}) == ["0", "1"]
    mall.now = mall.now.replace(minute=1)
    assert mall.receive(early, of_email(None, "Open")) == []


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("number", range(5))
def test_whichever_call_breaks_a_bounce_is_known_in_the_end(mall: Mall, number: int, fault: Fault) -> None:
    message = sent(mall)
    told = of_sms(message, arrived=False, answer="Invalid phone number")
    with broken_call(number, fault):
        try:
            mall.receive(told)
        except KilledError:
            assert fault is Fault.KILLED
    assert mall.receive(told) == []
    assert fates() == [("failed", "bounced")]
    assert outgoing.read_member(ANNA).dead == {"sms": message.to}
    assert outgoing.read_member(ANNA).version == 2
