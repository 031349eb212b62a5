"""What holds for every text, however odd: it is answered, quoted truly, and in time that grows with its length."""

import sys
from types import FrameType
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from functions.survey.understanding import lexicon, model
from functions.survey.understanding.analysis import analyse
from functions.survey.understanding.labels import ASPECTS, COMPLAINTS, LABELS, Aspect
from functions.survey.understanding.lexicon import WORD_FILES
from functions.survey.understanding.script import readable

WORDS = st.sampled_from(
    [
        "排队",
        "不",
        "没有",
        "等了",
        "二十分钟",
        "？",
        "但是",
        "very ",
        "slow ",
        "not ",
        "queue ",
        "，",
        "。",
        "🙂",
        "貴",
        "Ｉ",
    ]
)
ANY_TEXT = st.text(st.characters(), max_size=120) | st.lists(WORDS, max_size=40).map("".join)
ODD = [
    "<script>alert('x')</script><b>太贵</b>",
    '=HYPERLINK("http://x","慢")',
    "مرحبا السعر غالي \u202e جدا",
    "\ud800排队太久\udfff",
    "👨‍👩‍👧‍👦" * 20 + "态度差",
    "İstanbul ŞİŞLİ too slow",
    "a\u0300" * 50,
]
STRESS = [
    "排队",
    "等",
    "等了半天",
    "not ",
    "slow ",
    "wait 9 minutes ",
    "没有",
    "只有一个",
    "(",
    "a",
    "9",
    "?",
    "很",
    "only one ",
]


@given(ANY_TEXT, st.sampled_from([None, "zh", "en"]))
@example("İİİ太慢", None)
def test_every_text_is_answered_and_quoted_truly(text: str, locale: str | None) -> None:
    found = analyse(text, locale)
    assert 0 <= found.confidence <= 100
    assert set(found.aspects) <= {each.value for each in Aspect}
    assert set(found.complaints) <= set(COMPLAINTS)
    assert len(found.because) <= 5
    assert all(words and words in text for words in found.because)


@given(ANY_TEXT)
def test_nothing_moves_when_a_text_is_made_readable(text: str) -> None:
    assert len(readable(text)) == len(text)


@given(st.lists(st.sampled_from(["排队太久", "好吃", "Where is the toilet?", "rude staff"]), max_size=6))
def test_the_same_text_is_always_understood_alike(texts: list[str]) -> None:
    assert [analyse(text) for text in texts] == [analyse(text) for text in texts]


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_are_answered(text: str) -> None:
    found = analyse(text * 3)
    assert all(words in text * 3 for words in found.because)


@pytest.mark.parametrize("unit", STRESS)
def test_the_work_grows_with_the_length_and_not_with_its_square(unit: str) -> None:
    once, twice = (_steps(unit * (length // len(unit))) for length in (2500, 5000))
    assert twice < 2.4 * once + 2000


def _steps(text: str) -> int:
    """Return how many lines of ours run for a text: time that does not depend on the machine."""
    steps = 0

    def count(frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal steps
        steps += event == "line"
        return count if "understanding" in frame.f_code.co_filename else None

    before = sys.gettrace()
    sys.settrace(count)
    try:
        analyse(text)
    finally:
        sys.settrace(before)
    return steps


def test_every_kind_topic_and_complaint_of_the_lexicon_exists() -> None:
    known = lexicon.lexicon()
    meanings = [term.meaning for terms in known.by_head.values() for term in terms]
    said = {name for meaning in meanings for name, _ in meaning.says}
    kinds = {name for meaning in meanings for name, _ in (*meaning.good, *meaning.bad)}
    kinds |= {pattern.kind for patterns in known.patterns.values() for pattern in patterns}
    assert said | set(known.also) <= set(COMPLAINTS)
    assert {code for table in known.kinds.values() for code in table.values()} <= set(COMPLAINTS)
    assert kinds <= set(known.kinds)
    assert {topic for meaning in meanings for topic in meaning.topics} <= set(known.topics)
    assert {aspect for aspects in known.topics.values() for aspect in aspects} <= set(ASPECTS)
    named = set(known.topics) | set(ASPECTS) | {"*"}
    assert {name for table in known.kinds.values() for name in table} <= named


def test_every_code_has_a_name_in_both_languages() -> None:
    assert all(zh and en for zh, en in LABELS.values())
    assert {code.partition(".")[0] for code in COMPLAINTS} == set(ASPECTS) == {each.value for each in Aspect}


def test_what_is_shipped_is_small() -> None:
    assert model.WEIGHTS.stat().st_size < 200_000
    shipped = [*model.HERE.glob("*.py"), *model.HERE.glob("*.txt"), *model.HERE.glob("*.json")]
    assert {model.HERE / name for name in WORD_FILES} <= set(shipped)
    assert sum(path.stat().st_size for path in shipped) < 1_000_000
