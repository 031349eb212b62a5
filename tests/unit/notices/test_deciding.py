"""Whether, when and by which way somebody is written to: the decision alone, without a mall around it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.notices.messages.choosing import Address, Way, way_of
from functions.notices.messages.deciding import Happening, Known, Moment, Published, decided, follows
from functions.notices.messages.hearing import happening_of
from functions.notices.messages.member import Member
from functions.notices.messages.message import Message, Why, from_row, to_row
from functions.notices.rules import Mall
from functions.notices.templates.template import NoticeTemplate
from functions.notices.templates.words import Channel
from loyalty.notices.occasions import Occasion
from loyalty.types import Status

NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)
ADDRESSES = {Channel.SMS: Address("+86", "s"), Channel.EMAIL: Address("a@b", "e")}
OPEN = ("sms", "email")


def template(purpose: str = "marketing", **changes: Any) -> NoticeTemplate:
    email = {"subject_zh": "a", "text_zh": "b"}
    plain = {"name_zh": "x", "occasion": "CouponSent", "channels": ["sms", "email"], "sms": {"zh": "c"}, "email": email}
    return NoticeTemplate.model_validate({**plain, "purpose": purpose, **changes})


def message(known: Known, purpose: str = "marketing", now: datetime = NOON, **changes: Any) -> Message:
    happening = Happening("event-1", Occasion.COUPON_SENT, "m", "staff", {"until": "2026-12-31"})
    moment = Moment(now, "Asia/Shanghai", Mall(marketing_a_week=1))
    return decided(Published("t", 3, template(purpose, **changes)), happening, known, moment)


def known(status: Status | None = Status.ACTIVE, *, agrees: bool = True, **changes: Any) -> Known:
    return Known(replace(Member("m"), **changes), status, agrees)


@pytest.mark.parametrize("status", [*Status, None])
@pytest.mark.parametrize("purpose", ["service", "marketing"])
def test_whose_membership_hears_from_us(status: Status | None, purpose: str) -> None:
    hears = {Status.ACTIVE, Status.QUALIFYING} | ({Status.FROZEN} if purpose == "service" else set())
    assert (message(known(status), purpose).why is None) is (status in hears)


@given(st.booleans(), st.sets(st.sampled_from(["sms/marketing", "email/marketing", "sms/service", "email/service"])))
def test_nobody_is_planned_for_who_does_not_agree_or_refuses_every_way(agrees: bool, refused: set[str]) -> None:
    told = message(known(agrees=agrees, opted_out=frozenset(refused)))
    may = agrees and not {"sms/marketing", "email/marketing"} <= refused
    assert (told.due_at is not None) is may
    assert (told.facts is not None) is may
    assert told.happened == (() if may else ("NoticeSkipped",))


def test_a_usual_hour_that_comes_too_late_is_not_waited_for() -> None:
    evening = replace(known(), usual_hour=19)
    assert message(evening).due_at == "2026-11-21T11:00:00.000Z"
    assert message(evening, good_for_hours=6).due_at == "2026-11-21T04:00:00.000Z"
    assert message(replace(known(), usual_hour=23)).due_at == "2026-11-22T00:00:00.000Z"
    assert message(evening, "service").due_at == "2026-11-21T04:00:00.000Z"


def test_nobody_is_congratulated_on_another_day() -> None:
    detail = {
        "id": "e", "type": "OccasionCame", "subject": "m", "origin": "schedule", "time": "2026-11-21T04:00:00Z",
        "recordedat": "2026-11-21T04:00:00.000Z", "data": {"name_zh": "生日快乐", "name_en": "Happy birthday"},
    }  # fmt: skip
    happening = happening_of(detail, "Asia/Shanghai", NOON)
    assert happening is not None
    assert happening.over_at == datetime(2026, 11, 21, 16, tzinfo=UTC)
    words = template(
        "service", occasion="OccasionCame", sms={"zh": "{name}"}, email={"subject_zh": "a", "text_zh": "b"}
    )
    for hour, why in ((4, None), (12, None), (13, Why.TOO_LATE), (17, Why.TOO_LATE)):
        moment = Moment(NOON.replace(hour=hour), "Asia/Shanghai", Mall(marketing_a_week=1))
        assert decided(Published("t", 1, words), happening, known(), moment).why is why


def test_what_the_quiet_hours_would_make_too_late_is_not_planned() -> None:
    night = NOON + timedelta(hours=10)
    assert message(known(), now=night, good_for_hours=9).why is Why.TOO_LATE
    assert message(known(), now=night, good_for_hours=10).why is None


def test_the_cap_counts_what_is_planned_for_later_too() -> None:
    later = "2026-11-22T00:00:00.000Z"
    assert message(known(recent=(later,))).why is Why.WEEKLY_CAP
    assert message(known(recent=(later,)), "service").why is None


def test_a_template_follows_its_occasion_and_its_segment() -> None:
    happening = Happening("e", Occasion.SEGMENT_ENTERED, "m", "staff", {}, about="lost")
    entered = {"occasion": "SegmentEntered", "segment_id": "lost"}
    assert follows(template(**entered), happening)
    assert not follows(template(**{**entered, "segment_id": "new"}), happening)
    assert not follows(template(), happening)


@pytest.mark.parametrize(
    ("member", "addresses", "tried", "found"),
    [
        ({}, ADDRESSES, (), Channel.SMS),
        ({"opted_out": frozenset({"sms/marketing"})}, ADDRESSES, (), Channel.EMAIL),
        ({"opted_out": frozenset({"sms/service"})}, ADDRESSES, (), Channel.SMS),
        ({"dead": {"sms": "s"}}, ADDRESSES, (), Channel.EMAIL),
        ({"dead": {"sms": "old"}}, ADDRESSES, (), Channel.SMS),
        ({}, ADDRESSES, ("sms",), Channel.EMAIL),
        ({}, ADDRESSES, ("sms", "email"), Why.REFUSED),
        ({}, {}, (), Why.NO_ADDRESS),
        ({"dead": {"sms": "s", "email": "e"}}, ADDRESSES, (), Why.UNREACHABLE),
        ({"opted_out": frozenset({"sms/marketing", "email/marketing"})}, ADDRESSES, (), Why.OPTED_OUT),
        ({"opted_out": frozenset({"sms/marketing"})}, {Channel.SMS: ADDRESSES[Channel.SMS]}, (), Why.NO_ADDRESS),
    ],
)
def test_the_first_open_way_is_taken_else_it_is_said_why_there_is_none(
    member: dict[str, Any], addresses: dict[Channel, Address], tried: tuple[str, ...], found: Channel | Why
) -> None:
    planned = replace(message(known()), tried=tried)
    way = way_of(planned, template(), replace(Member("m"), **member), addresses, OPEN)
    assert (way.channel if isinstance(way, Way) else way) == found


def test_a_channel_the_mall_does_not_have_is_no_way() -> None:
    way = way_of(message(known()), template(), Member("m"), ADDRESSES, ("email",))
    assert isinstance(way, Way)
    assert way.channel is Channel.EMAIL


def test_a_message_is_read_as_it_was_written() -> None:
    planned = message(known())
    claimed = planned.claimed(Channel.SMS, "s", "run", NOON)
    for one in (planned, claimed, claimed.taken("id", NOON), claimed.lost(NOON), claimed.refused(NOON)):
        row = {name: value for name, value in to_row(one).items() if value is not None}
        assert from_row(row) == one
