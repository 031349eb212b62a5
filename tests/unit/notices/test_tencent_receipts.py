"""What Tencent's callbacks bring: reports and replies as documented, and whatever else somebody may send."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.notices.channels import receipts, tencent_receipts
from functions.notices.channels.receipts import Fate, Receipt, Reply
from functions.notices.templates.words import Channel
from tests.providers.tencent import delivery, reply

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


def parsed(told: Any) -> list[Receipt | Reply]:
    return tencent_receipts.parse(json.dumps(told, ensure_ascii=False).encode(), NOON)


def test_every_report_of_an_array_is_read() -> None:
    told = [delivery("a:1"), delivery("a:2", "FAIL", "UNDELIV", "停机")]
    assert parsed(told) == [
        Receipt(Channel.SMS, "a:1", Fate.DELIVERED, NOON),
        Receipt(Channel.SMS, "a:2", Fate.BOUNCED, NOON),
    ]


@pytest.mark.parametrize(
    ("errmsg", "description", "for_good"),
    [
        ("CB:0001", "", True),
        ("DB:0101", "x", True),
        ("MK:9999", "该号码为空号", True),
        ("UNDELIV", "关机或停机", False),
        ("EXPIRED", "", False),
    ],
)
def test_a_number_that_does_not_exist_is_not_tried_again(errmsg: str, description: str, for_good: bool) -> None:
    (found,) = parsed([delivery("a:1", "FAIL", errmsg, description)])
    assert isinstance(found, Receipt)
    assert (found.fate, found.for_good) == (Fate.BOUNCED, for_good)


def test_what_arrived_says_nothing_against_its_number() -> None:
    (found,) = parsed([delivery("a:1", "SUCCESS", "CB:0001", "空号")])
    assert isinstance(found, Receipt)
    assert not found.for_good


@pytest.mark.parametrize("word", ["T", "退订", " td ", "R。"])
def test_an_opt_out_word_is_a_reply_with_the_whole_number(word: str) -> None:
    assert parsed(reply(word)) == [Reply("+8613800138000", refuses=True)]


@pytest.mark.parametrize("text", ["谢谢", "", "退订一下可以吗"])
def test_other_words_leave_nothing_behind(text: str) -> None:
    assert parsed(reply(text)) == []


HOSTILE: list[Any] = [
    None,
    7,
    "x",
    {},
    [[]],
    [None],
    [{}],
    [{**delivery("a"), "report_status": "MAYBE"}],
    [{**delivery("a"), "sid": ["a"]}],
    [{**delivery("a"), "sid": ""}],
    [delivery("a" * 129)],
    [delivery("a")] * 501,
    {**reply("T"), "mobile": "1 OR 1=1"},
    {**reply("T"), "nationcode": "٣"},
    {**reply("T"), "mobile": 13800138000},
]


@pytest.mark.parametrize("told", HOSTILE)
def test_what_is_in_no_format_is_refused_as_a_whole(told: Any) -> None:
    with pytest.raises((LookupError, TypeError, ValueError)):
        parsed(told)


@given(st.binary(max_size=200) | st.recursive(st.none() | st.text(), st.lists).map(json.dumps))
def test_whatever_is_sent_is_read_or_refused_and_nothing_else_happens(body: bytes | str) -> None:
    try:
        found = tencent_receipts.parse(body.encode() if isinstance(body, str) else body, NOON)
    except (LookupError, TypeError, ValueError):
        return
    assert found == []


@pytest.mark.parametrize(
    "told",
    [
        Receipt(Channel.SMS, "a:1", Fate.BOUNCED, NOON, for_good=True),
        Receipt(Channel.OFFICIAL_ACCOUNT, "7", Fate.DELIVERED, NOON, message_id="m"),
        Reply("+8613800138000", refuses=True),
    ],
)
def test_what_waits_in_the_queue_is_read_as_it_was(told: Receipt | Reply) -> None:
    assert receipts.from_document(json.loads(json.dumps(receipts.document(told)))) == told


def test_what_was_not_written_by_us_is_not_ours() -> None:
    assert receipts.from_document({"mail": {}}) is None
