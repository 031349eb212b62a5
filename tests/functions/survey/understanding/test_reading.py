"""What texts are understood to say: complaints that are only implied, questions, wishes, denials, mixed feelings."""

import pytest

from functions.survey.understanding.analysis import analyse
from functions.survey.understanding.labels import Sentiment


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("找了二十分钟才找到服务台", "signage.hard_to_find"),
        ("转了三圈没车位", "parking.full"),
        ("排了四十分钟才轮到我结账", "queue.too_long"),
        ("收银台只开了一个窗口", "queue.few_counters"),
        ("赠品领完了也不说一声", "stock.gift_out_of_stock"),
        ("打了三次客服电话都没人接", "staff.unreachable"),
        ("小程序一打开就闪退", "app.crashes"),
        ("积分过了两周还没到账", "points.not_credited"),
        ("waited 40 minutes", "queue.too_long"),
        ("app crashes when I open it", "app.crashes"),
        ("It took us half an hour to find the exit", "signage.hard_to_find"),
        ("Drove around for 20 minutes and there was nowhere to park", "parking.full"),
        ("Our food took over an hour to arrive", "food.too_slow"),
        ("I couldn't find a member of staff anywhere", "staff.too_few"),
        ("Only one till open on a Saturday", "queue.few_counters"),
        ("My points never arrived", "points.not_credited"),
        ("停车場繞了三圈都沒有車位", "parking.full"),
        ("ＡＰＰ闪退！！", "app.crashes"),
    ],
)
def test_a_complaint_is_understood_even_where_no_word_blames(text: str, complaint: str) -> None:
    found = analyse(text)
    assert found.sentiment is Sentiment.NEGATIVE
    assert complaint in found.complaints
    assert complaint.partition(".")[0] in found.aspects


@pytest.mark.parametrize(
    "text",
    [
        "停车券在哪里领?",
        "昨天去了二楼",
        "请问会员日有什么活动？",
        "积分会过期吗",
        "餐厅几点关门",
        "希望增加一些座位",
        "建议多开几个窗口",
        "Where can I get the parking voucher?",
        "Do points expire?",
        "Is it expensive to park here?",
        "I went to the second floor yesterday",
        "Please add more seats on level two",
        "What time does the food court close?",
        "周末停车场会很挤？",
        "Parking expensive on Sundays?",
        "希望电梯别这么慢",
        "I hope the lift gets less slow",
    ],
)
def test_a_question_a_wish_and_a_plain_fact_are_neutral_and_complain_of_nothing(text: str) -> None:
    found = analyse(text)
    assert found.sentiment is Sentiment.NEUTRAL
    assert found.complaints == ()


@pytest.mark.parametrize(
    "text", ["为什么每次排队都这么慢？", "Why is the queue always so slow?", "凭什么收这么贵的停车费？"]
)
def test_a_complaint_in_the_form_of_a_question_is_a_complaint(text: str) -> None:
    found = analyse(text)
    assert found.sentiment is Sentiment.NEGATIVE
    assert found.complaints


@pytest.mark.parametrize(
    ("text", "sentiment"),
    [
        ("东西不贵，环境也干净", Sentiment.POSITIVE),
        ("没有排队，很快就办好了", Sentiment.POSITIVE),
        ("Not expensive at all and the staff are friendly", Sentiment.POSITIVE),
        ("这里并不拥挤", Sentiment.POSITIVE),
        ("并没有插队的", Sentiment.POSITIVE),
        ("The guards are never rude", Sentiment.POSITIVE),
        ("一点都不好吃", Sentiment.NEGATIVE),
        ("谈不上舒适", Sentiment.NEGATIVE),
        ("The lounge is not really comfortable", Sentiment.NEGATIVE),
        ("店员不热情", Sentiment.NEGATIVE),
        ("The staff were not helpful", Sentiment.NEGATIVE),
    ],
)
def test_what_is_denied_means_the_opposite(text: str, sentiment: Sentiment) -> None:
    assert analyse(text).sentiment is sentiment


def test_praise_before_a_but_leaves_the_complaint_standing() -> None:
    for text in ("服务员态度很好，但是排队太久了", "The staff were friendly but the queue was too long"):
        found = analyse(text)
        assert found.sentiment is Sentiment.NEGATIVE
        assert found.complaints == ("queue.too_long",)
        assert set(found.aspects) == {"queue", "staff"}


def test_two_languages_in_one_text_are_both_read() -> None:
    found = analyse("parking 太贵了，and the queue was too long")
    assert {"parking.too_expensive", "queue.too_long"} <= set(found.complaints)


def test_a_short_wait_is_no_complaint() -> None:
    assert analyse("等了两分钟就轮到我了").complaints == ()
    assert analyse("不到十分钟就排到了").complaints == ()
    assert analyse("等了二十分钟").complaints == ("queue.too_long",)


def test_the_words_that_decided_come_first() -> None:
    assert analyse("店员很热情，就是排队太久了").because[0] == "排队太久"


@pytest.mark.parametrize("text", ["", " ", "\n\t ", "，。！", "\ud800", "١٢٣", "123456"])
def test_a_text_that_says_nothing_is_neutral_and_nothing_is_claimed(text: str) -> None:
    found = analyse(text)
    assert found.sentiment is Sentiment.NEUTRAL
    assert (found.aspects, found.complaints) == ((), ())


def test_an_empty_text_is_guessed_without_confidence() -> None:
    assert analyse("  ").confidence < 40
