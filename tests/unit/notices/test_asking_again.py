"""A message whose answer was lost: asked again where its provider knows it, for so long, and sent no other way."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from functions.notices.channels.registry import CHANNELS
from functions.notices.messages import choosing
from functions.notices.messages.choosing import Address, Way
from functions.notices.messages.member import Member
from functions.notices.messages.message import MOST_ATTEMPTS, Message, MessageState, Why, from_row, to_row
from functions.notices.templates.template import NoticeTemplate
from functions.notices.templates.words import Channel
from loyalty.clock import iso
from loyalty.dynamo import from_item, to_item

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
KNOWN = timedelta(minutes=9)
PLANNED = Message("m", "anna", "t", 1, "CouponSent", "service", "e", iso(NOON), iso(NOON), "till", due_at=iso(NOON))
ADDRESSES = {Channel.WEBHOOK: Address("anna", "w"), Channel.EMAIL: Address("a@b", "e")}
TEMPLATE = NoticeTemplate.model_validate(
    {
        "name_zh": "x",
        "occasion": "CouponSent",
        "purpose": "service",
        "channels": ["email", "webhook"],
        "email": {"subject_zh": "a", "text_zh": "b"},
        "webhook": {"title_zh": "a", "text_zh": "b"},
    }
)


def claimed(message: Message = PLANNED, now: datetime = NOON, knows: timedelta | None = KNOWN) -> Message:
    return message.claimed(Channel.WEBHOOK, "w", "run", now, knows)


def doubted() -> Message:
    return claimed().lost(NOON)


def way(message: Message, member: Member | None = None, **changes: str) -> Way | Why:
    addresses = {**ADDRESSES, Channel.WEBHOOK: Address("anna", changes.get("digest", "w"))}
    return choosing.way_of(message, TEMPLATE, member or Member("anna"), addresses, ("email", "webhook"))


def test_it_is_asked_again_at_once_and_then_later_and_later() -> None:
    first = doubted()
    second = claimed(first, NOON).lost(NOON)
    assert (first.state, first.due_at, first.in_doubt) == (MessageState.PLANNED, iso(NOON), True)
    assert second.due_at == iso(NOON + timedelta(minutes=15))


def test_it_is_asked_for_as_long_as_the_provider_knows_it_counted_from_the_first_time() -> None:
    late = claimed(doubted(), NOON + timedelta(minutes=8))
    assert late.ask_until == iso(NOON + KNOWN)
    assert late.lost(NOON + KNOWN - timedelta(seconds=1)).state is MessageState.PLANNED
    assert late.lost(NOON + KNOWN).state is MessageState.UNKNOWN


def test_it_is_asked_so_many_times_and_no_more() -> None:
    message, asked = PLANNED, 0
    while message.state is MessageState.PLANNED:
        message, asked = claimed(message, knows=timedelta(days=9)).lost(NOON), asked + 1
    assert (message.state, asked) == (MessageState.UNKNOWN, MOST_ATTEMPTS)


def test_of_a_provider_that_never_knows_it_again_nothing_is_asked() -> None:
    assert claimed(knows=None).lost(NOON).state is MessageState.UNKNOWN


def test_a_message_that_was_certainly_not_taken_may_be_known_as_long_from_its_next_time() -> None:
    busy = claimed().put_off(NOON)
    assert not busy.in_doubt
    assert claimed(busy, NOON + timedelta(minutes=15)).ask_until == iso(NOON + timedelta(minutes=24))


@pytest.mark.parametrize(
    "later",
    [
        doubted().left_out(Why.TEMPLATE_ENDED, NOON),
        doubted().given_up(Why.REFUSED, NOON),
        claimed(doubted()).refused(NOON),
        replace(claimed(doubted()), attempts=MOST_ATTEMPTS - 1).put_off(NOON),
    ],
)
def test_whatever_ends_it_nobody_knows_whether_it_was_sent(later: Message) -> None:
    assert (later.state, later.why) == (MessageState.UNKNOWN, Why.NO_ANSWER)


def test_a_busy_provider_is_not_left_alone_for_longer_than_it_knows_the_message() -> None:
    assert claimed(doubted()).put_off(NOON).due_at == iso(NOON + KNOWN)


def test_it_goes_where_it_went_and_nowhere_else() -> None:
    assert way(PLANNED) == Way(Channel.EMAIL, ADDRESSES[Channel.EMAIL])
    assert way(doubted()) == Way(Channel.WEBHOOK, ADDRESSES[Channel.WEBHOOK])
    assert way(doubted(), digest="another") is Why.NO_ANSWER
    assert way(doubted(), Member("anna", opted_out=frozenset({"webhook/service"}))) is Why.OPTED_OUT


def test_what_is_stored_of_a_doubt_is_read_as_it_was_and_older_rows_have_none() -> None:
    assert from_row(from_item(to_item(to_row(doubted())))) == doubted()
    old = {name: value for name, value in to_row(PLANNED).items() if name not in {"ask_until", "in_doubt"}}
    assert from_row(from_item(to_item(old))) == PLANNED


def test_who_knows_a_message_again_says_for_how_long() -> None:
    knowing = {name for name, channel in CHANNELS.items() if channel.knows_again}
    assert knowing == {Channel.OFFICIAL_ACCOUNT, Channel.WEBHOOK}
    known = CHANNELS[Channel.OFFICIAL_ACCOUNT].knows_again
    assert known is not None
    assert known < timedelta(minutes=10)
    assert {name for name, channel in CHANNELS.items() if channel.needs_grant} == {Channel.MINI_PROGRAM}
    assert set(CHANNELS) == set(Channel)
