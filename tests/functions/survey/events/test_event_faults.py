"""Rivals, conflicts, lost answers and crashes while events are heard: everybody is asked once all the same."""

from typing import Any

import pytest

from tests.functions.members.faults import Fault, KilledError, broken_call, calls_through, conflicts, first
from tests.functions.survey.events.conftest import ANNA, BEN, COUPON, HANDED_OVER, Mall, asked, journal, message
from tests.functions.survey.published import invitations, publish

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")


def test_a_rival_who_asks_first_is_enough(mall: Mall) -> None:
    publish(once_days=0, minds_fatigue=False)
    with first(mall.happens):
        assert mall.happens() == []
    assert asked() == [(ANNA, "survey-1")]


def test_a_rival_who_asks_something_else_makes_the_member_rest(mall: Mall) -> None:
    publish()
    with first(lambda: mall.happens(id="e-2", data={"entry_id": "two"})):
        assert mall.happens() == []
    assert asked() == [(ANNA, "survey-1")]


def test_conflicts_are_tried_again_and_too_many_bring_the_message_back_alone(mall: Mall) -> None:
    publish()
    with conflicts(3):
        assert mall.happens() == []
    assert len(invitations()) == 1
    other = message(mall.event("TierChanged.purchase", id="e-3"), "other")
    with conflicts(100):
        assert mall.hear(other, message(mall.event(who=BEN, id="e-2"))) == ["m1"]
    assert mall.happens(who=BEN, id="e-2") == []
    assert len(invitations()) == 2


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("number", range(9))
def test_whichever_call_breaks_everybody_is_asked_once(mall: Mall, number: int, fault: Fault) -> None:
    publish()
    told = [
        message(mall.event(who=ANNA), "m1"),
        message(mall.event(HANDED_OVER, who=BEN), "m2"),
        message(mall.event(COUPON, who=BEN, id="e-2"), "m3"),
    ]
    with broken_call(number, fault):
        try:
            mall.hear(*told)
        except KilledError:
            assert fault is Fault.KILLED
    assert mall.hear(*told) == []
    assert asked() == [(ANNA, "survey-1"), (BEN, "survey-1")]
    assert len(journal()) == 3


def test_a_database_that_is_away_brings_the_events_back_and_not_only_once(mall: Mall) -> None:
    publish()

    def away(_n: int, operation: str, call: Any) -> Any:
        if operation in {"Query", "BatchWriteItem"}:
            raise ConnectionError
        return call()

    with calls_through(away):
        assert mall.hear(message(mall.event()), {"messageId": "bad", "body": ""}) == ["bad", "m1"]
    assert mall.happens() == []
    assert len(invitations()) == 1
