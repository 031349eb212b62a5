"""Entering a segment may lead to an invitation, where a survey says which segment; it is no deed of the member."""

import json

import pytest

from events.segment_examples import SEGMENT, SEGMENT_ROWS
from functions.outbox.segments import of_membership_row
from functions.survey.defining.asking_conditions import wrong
from functions.survey.definition import Audience, EventCondition, EventTrigger
from loyalty.clock import iso
from loyalty.surveys.occasion import TriggerEvent
from loyalty.surveys.running import Condition, Trigger
from tests.functions.survey.events.conftest import ANNA, Mall, asked, message
from tests.functions.survey.published import publish

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")


def entered(mall: Mall, **changes: str) -> dict[str, object]:
    """Anna enters a segment, now, as a refresh's row tells it."""
    now = {"kind": ANNA, "at": iso(mall.now), "recorded_at": iso(mall.now)}
    (event,) = of_membership_row({**SEGMENT_ROWS["by_the_night"], **now, **changes}, "aurora")
    return message(json.loads(event.model_dump_json(exclude_none=True)))


def trigger(segment_id: str) -> Trigger:
    return Trigger(("SegmentEntered",), (Condition("segment_id", "eq", segment_id),))


def test_whoever_enters_the_segment_is_asked_once(mall: Mall) -> None:
    publish(trigger=trigger(SEGMENT))
    for _ in range(2):
        assert mall.hear(entered(mall)) == []
    assert asked() == [(ANNA, "survey-1")]


def test_another_segment_is_no_reason_to_ask(mall: Mall) -> None:
    publish(trigger=trigger("young_fashion"))
    assert mall.hear(entered(mall)) == []
    assert asked() == []


def test_a_marketer_may_ask_by_segment() -> None:
    named = EventCondition(field="segment_id", op="eq", value=SEGMENT)
    assert list(wrong(EventTrigger(events=(TriggerEvent.SEGMENT_ENTERED,), conditions=(named,)))) == []


def test_entering_a_segment_makes_nobody_active() -> None:
    assert TriggerEvent.SEGMENT_ENTERED not in Audience(active_within_days=7).events
