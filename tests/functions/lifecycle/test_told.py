"""What members hear of a gift: one thing, however many coupons it holds (requirements C5, N2; ADR 1041)."""

from functions.notices.messages.hearing import happening_of
from functions.outbox.coupons import of_coupon_row
from loyalty.coupons.coupon import Way
from tests.functions.lifecycle.office import ANNA, NOON, Event, Mall, coupons, events

ZONE = "Asia/Shanghai"


def told(event: Event) -> dict[str, object] | None:
    """What notices hear of an event: the facts a template may say."""
    happening = happening_of(event, ZONE, NOON)
    return dict(happening.facts) if happening else None


def sent() -> list[Event]:
    """The events of the coupons that stand."""
    return [event.model_dump(mode="json") for row in coupons() for event in of_coupon_row(row, "aurora")]


def test_a_welcome_pack_of_three_coupons_is_told_once(mall: Mall) -> None:
    mall.publish(coupons=["T1", "T2", "T3"])
    mall.hear(mall.event())
    assert mall.issue() == 3
    assert [told(event) for event in sent()] == [None] * 3
    (gift,) = events()
    name = {"zh": "入会礼", "en": "Welcome pack"}
    assert told(gift) == {"name": name, "coupons": 3, "points": 0}


def test_a_coupon_that_comes_otherwise_is_told_by_itself(mall: Mall) -> None:
    mall.publish(coupons=["T1"])
    mall.hear(mall.event())
    mall.issue()
    (gift,) = sent()
    for way in set(Way) - {Way.OCCASION}:
        other = {**gift, "data": {**gift["data"], "way": way.value}}
        assert told(other) == {"until": gift["data"]["valid_until"]}
    assert gift["subject"] == ANNA
