"""From an event to a message in somebody's hand: once, at the right hour, by the right way, and to nobody else."""

import pytest

from functions.notices.messages import outgoing
from loyalty import dynamo
from loyalty.catalogue import Step
from tests.functions.notices.office import (
    ANNA,
    BEN,
    EMAILS,
    EXPIRING,
    LETTER,
    NEWS,
    PHONES,
    Mall,
    fates,
    letters,
    messages,
    texts,
)

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
REMINDER = "【极光广场】您有1,260积分将于2026年11月30日到期。"


def test_a_member_is_told_once_however_often_the_event_comes(mall: Mall) -> None:
    mall.publish()
    for _ in range(3):
        mall.happens()
    mall.sweep(hours=1)
    assert texts() == [(PHONES[ANNA], REMINDER)]
    assert fates() == [("sent", None)]


def test_every_template_that_follows_an_event_brings_a_message_of_its_own(mall: Mall) -> None:
    mall.publish()
    mall.publish(name_zh="另一个")
    mall.publish(NEWS)
    mall.happens()
    assert len(texts()) == 2


def test_a_segments_notice_goes_to_those_who_enter_that_segment(mall: Mall) -> None:
    words = {"occasion": "SegmentEntered", "sms": {"zh": "好久不见！"}}
    mall.publish(NEWS, **words, segment_id="at_risk")
    mall.publish(NEWS, **words, segment_id="lost", name_zh="流失")
    mall.happens("SegmentEntered")
    assert [text for _, text in texts()] == ["【极光广场】好久不见！拒收请回复R"]


def test_nobody_is_written_to_because_of_a_file_or_an_event_of_long_ago(mall: Mall) -> None:
    mall.publish()
    mall.happens(origin="import")
    mall.happens(id="event-2", recordedat="2026-11-18T03:59:59.000Z")
    assert messages() == []


def test_marketing_needs_consent_when_it_is_planned_and_when_it_is_sent(mall: Mall) -> None:
    mall.publish(NEWS)
    mall.member(BEN, marketing=False)
    assert mall.hear(mall.event("CouponSent", ANNA), mall.event("CouponSent", BEN)) == []
    mall.member(ANNA, marketing=False)
    mall.work()
    assert texts() == []
    assert fates() == [("skipped", "no_consent")] * 2


def test_service_needs_no_consent_but_a_membership_that_hears_from_us(mall: Mall) -> None:
    mall.publish()
    mall.member(ANNA, marketing=False)
    mall.member(BEN, status="unclaimed", marketing=True)
    mall.happens(who=ANNA)
    mall.happens(who=BEN)
    assert [number for number, _ in texts()] == [PHONES[ANNA]]
    assert ("skipped", "status") in fates()


def test_who_is_erased_meanwhile_hears_nothing(mall: Mall) -> None:
    mall.publish()
    mall.hear(mall.event())
    dynamo.client().delete_item(TableName="members", Key=dynamo.to_item({"member_id": ANNA, "kind": "profile"}))
    mall.work()
    assert (texts(), fates()) == ([], [("skipped", "status")])


def test_an_erased_member_is_forgotten(mall: Mall) -> None:
    mall.publish(NEWS)
    mall.happens("CouponSent")
    key = dynamo.to_item({"notice_id": f"member/{ANNA}", "kind": "member"})
    assert "Item" in dynamo.client().get_item(TableName="notices", Key=key)
    for _ in range(2):
        assert mall.hear(mall.event("MemberErased", id="event-2")) == []
    assert_forgotten(mall)


def assert_forgotten(mall: Mall) -> None:
    key = {"notice_id": f"member/{ANNA}", "kind": "member"}
    row = dynamo.get("notices", key, consistent=True)
    assert row == {**key, "version": 0, "erased": True, "ttl": int((mall.now + outgoing.KEPT).timestamp())}


def test_of_an_erased_member_nothing_is_learned_any_more(mall: Mall) -> None:
    mall.publish(NEWS)
    mall.happens("CouponSent")
    (message,) = messages()
    mall.hear(mall.event("MemberErased", id="event-2"))
    bounced = {"messageId": message.provider_id, "timestamp": "2026-11-21 04:00:01.558"}
    told = {"providerResponse": "Invalid phone number"}
    assert mall.receive({"notification": bounced, "delivery": told, "status": "FAILURE"}) == []
    assert fates() == [("failed", "bounced")]
    mall.happens("CouponSent", id="event-3")
    assert ("skipped", "status") in fates()
    assert_forgotten(mall)


def test_quiet_hours_are_waited_for_and_kept_though_the_sender_is_late(mall: Mall) -> None:
    mall.publish()
    mall.now = mall.now.replace(hour=12, minute=59)  # 20:59 in Shanghai
    mall.hear(mall.event())
    mall.now = mall.now.replace(hour=13, minute=0)
    mall.work()
    assert texts() == []
    assert mall.sweep(hours=10, minutes=59)["messages"] == 0  # 07:59
    assert mall.sweep(minutes=1)["messages"] == 1
    assert len(texts()) == 1


def test_what_cannot_be_sent_in_time_is_not_sent_any_more(mall: Mall) -> None:
    mall.publish(good_for_hours=1)
    mall.hear(mall.event())
    mall.now = mall.now.replace(hour=5, second=1)
    mall.work()
    assert (texts(), fates()) == ([], [("skipped", "too_late")])


def test_a_paused_templates_messages_wait_and_an_ended_ones_are_dropped(mall: Mall) -> None:
    template_id = mall.publish()
    mall.hear(mall.event(), mall.event(who=BEN))
    mall.step(template_id, Step.PAUSE)
    mall.work()
    assert fates() == [("planned", None)] * 2
    mall.step(template_id, Step.RESUME)
    mall.sweep(hours=1)
    assert len(texts()) == 2
    mall.hear(mall.event(id="event-2"))
    mall.step(template_id, Step.END)
    mall.work()
    assert ("skipped", "template_ended") in fates()


def test_no_more_marketing_a_week_than_the_mall_sets_however_many_events_come_at_once(mall: Mall) -> None:
    mall.publish(NEWS)
    mall.publish()
    mall.hear(*(mall.event("CouponSent", id=f"event-{n}") for n in range(5)), mall.event(id="event-9"))
    mall.work()
    assert len(texts()) == 3  # two of marketing, and the reminder, which is none
    assert fates().count(("skipped", "weekly_cap")) == 3
    mall.now = mall.now.replace(day=28)
    mall.happens("CouponSent", id="event-6")
    assert len(texts()) == 4


def test_marketing_comes_at_the_hour_the_member_usually_buys_if_they_let_us_look(mall: Mall) -> None:
    mall.publish(NEWS)
    mall.member(BEN, marketing=True, profiling=True)
    for who in (ANNA, BEN):
        for number, at in enumerate(("2026-11-01T11:10", "2026-11-08T11:50", "2026-11-15T02:00"), start=1):
            keys = {"source": f"receipt/{who}/{number}", "movement": "purchase", "kind": "purchase"}
            mall.write("ledger", {**keys, "member_id": who, "account_version": number, "at": f"{at}:00.000Z"})
        mall.happens("CouponSent", who)
    assert [number for number, _ in texts()] == [PHONES[ANNA]]
    assert mall.sweep(hours=6, minutes=59)["messages"] == 0  # 18:59
    mall.sweep(minutes=1)
    assert [number for number, _ in texts()] == [PHONES[ANNA], PHONES[BEN]]


def test_the_first_way_that_is_open_is_taken(mall: Mall) -> None:
    mall.publish(NEWS, channels=["email", "sms"], email=LETTER)
    mall.profile(BEN, phone=PHONES[BEN])
    mall.happens("CouponSent", ANNA)
    mall.happens("CouponSent", BEN)
    assert [address for address, _, _ in letters()] == [EMAILS[ANNA]]
    assert [number for number, _ in texts()] == [PHONES[BEN]]


def test_who_left_no_address_is_counted_as_out_of_reach(mall: Mall) -> None:
    mall.publish()
    mall.profile(ANNA, email=EMAILS[ANNA])
    mall.happens()
    assert fates() == [("skipped", "no_address")]


def test_an_event_nobody_can_read_comes_back_alone(mall: Mall) -> None:
    mall.publish()
    broken = {**mall.event(), "messageId": "broken", "body": '{"detail": {"type": "PointsExpiring"}}'}
    assert mall.hear(broken, mall.event()) == ["broken"]
    mall.work()
    assert len(texts()) == 1


def test_a_page_that_runs_out_of_time_comes_back_and_sends_nothing_twice(mall: Mall) -> None:
    mall.publish()
    mall.hear(mall.event(), mall.event(who=BEN))
    assert mall.work(seconds=44) == ["page"]
    assert texts() == []
    mall.sweep(minutes=1)
    assert len(texts()) == 2


def test_english_is_spoken_to_who_prefers_it(mall: Mall) -> None:
    mall.publish(EXPIRING)
    mall.write(
        "notices",
        {"notice_id": f"member/{ANNA}", "kind": "member", "version": 1, "opted_out": [], "language": "en"},
    )
    mall.happens()
    assert texts() == [(PHONES[ANNA], "[Aurora Plaza] 1,260 points expire on 30 November 2026.")]
