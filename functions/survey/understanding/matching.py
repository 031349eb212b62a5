"""Finds the words of the lexicon in a text, the longest first, from left to right, each character in one word only.

The work grows with the length of the text: at each position a handful of terms is compared, none longer than the
longest of the lexicon.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from functions.survey.understanding.lexicon import LONGEST_ENDING, Meaning, lexicon
from functions.survey.understanding.script import is_word

LONG_WAIT_MINUTES = 8
"""From here on a stated wait is a complaint; a shorter one is praise or a plain fact."""

DEGREES = frozenset("很太好真挺超蛮最更")
"""Characters that strengthen what follows and are part of many words of the lexicon."""

_MINUTES = {"秒": 0, "second": 0, "sec": 0, "分": 1, "min": 1, "刻": 15, "小": 60, "钟": 60, "hour": 60, "hr": 60}
_ZH_NUMBER = r"[半一两二三四五六七八九十几百俩]{1,4}"
_EN_NUMBER = (
    r"\d{1,4}(?:\.\d)?|half an?|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|"
    r"twenty[ -]five|thirty|forty|fourty|forty[ -]five|fifty|sixty|ninety|several|couple of|a couple of|a few"
)
_TIME = re.compile(
    rf"(?P<zh>\d{{1,4}}(?:\.\d)?|{_ZH_NUMBER})[多来几]?个?[多半]?(?P<zh_unit>秒|分钟|刻钟|小时|钟头|天|周|个?月|星期|礼拜|年)[多半]?"
    rf"|(?<![a-z0-9])(?P<en>{_EN_NUMBER})(?: and a half)?(?: full| whole| long| working| business)?[ -]?"
    r"(?P<en_unit>seconds?|secs?|minutes?|mins?|min|hours?|hrs?|days?|weeks?|months?)(?![a-z])"
)
_CHOICE = re.compile("([\u4e00-\u9fff])[不没]\\1(?!不)")
_HAN = re.compile("[\u4e00-\u9fff]")
_CLOCK = re.compile(
    r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})点半?(?!钟)|(?<![a-z0-9])\d{1,2}(?::\d\d)? ?(?:pm|am|o'clock)"
)
_ZH_DIGITS = {each: number for number, each in enumerate("零一二三四五六七八九十")} | {
    "两": 2,
    "俩": 2,
    "几": 5,
    "百": 100,
}
_EN_DIGITS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}

LONG_TIME = Meaning(words=frozenset({"minutes"}))
SHORT_TIME = Meaning(words=frozenset({"moment"}))
CLOCK = Meaning(words=frozenset({"clock"}))
CHOICE = Meaning(words=frozenset({"ask", "particle"}))


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the lexicon where it stands in the text, and whether it is written in Chinese characters."""

    start: int
    end: int
    meaning: Meaning
    han: bool


def tokens_of(text: str) -> list[Token]:
    """Return the words of a readable text that mean something, in their order."""
    found: list[Token] = []
    times = _times(text)
    position, length = 0, len(text)
    time = next(times, None)
    while position < length:
        if time and position >= time.start:
            if position == time.start:
                found.append(time)
                position = time.end
            time = next(times, None)
            continue
        token = _longest(text, position)
        if not token:
            position += 1
            continue
        other = _reaching_over(text, token)
        if not (other and (text[position] in DEGREES or "not" in token.meaning.words)):
            found.append(token)
        if other:
            found.append(other)
        position = (other or token).end
    return found


def _reaching_over(text: str, token: Token) -> Token | None:
    """Return the verdict that begins within a word and reaches over its end, if the word leaves room for one.

    Chinese is written without blanks: in "very hot-hearted" (`hen re qing`) "very hot" is no word, and a function word
    must not swallow the beginning of what it belongs to. A denial that is part of the verdict denies nothing else.
    """
    meaning = token.meaning
    says = bool(meaning.good or meaning.bad or meaning.says)
    room = token.han and (not (says or meaning.topics) or (text[token.start] in DEGREES and says))
    if not room:
        return None
    for start in range(token.start + 1, token.end):
        other = _longest(text, start)
        if other and other.end > token.end and (other.meaning.good or other.meaning.bad or other.meaning.says):
            return other
    return None


def _times(text: str) -> Iterator[Token]:
    """Yield durations, times of day and "good or not good", in order and apart from each other."""
    spans = [(each.start(), each.end(), _length(each)) for each in _TIME.finditer(text)]
    spans += [(each.start(), each.end(), CLOCK) for each in _CLOCK.finditer(text)]
    spans += [(each.start(), each.end(), CHOICE) for each in _CHOICE.finditer(text)]
    last = 0
    for start, end, meaning in sorted(spans, key=lambda span: span[:2]):
        if start >= last:
            yield Token(start, end, meaning, bool(_HAN.search(text, start, end)))
            last = end


def _length(time: re.Match[str]) -> Meaning:
    unit = time["zh_unit"] or time["en_unit"]
    minutes = next((each for name, each in _MINUTES.items() if unit.startswith(name)), 24 * 60)
    if minutes == 0:
        return SHORT_TIME
    number = _zh_number(time["zh"]) if time["zh"] else _en_number(time["en"])
    return LONG_TIME if minutes * number >= LONG_WAIT_MINUTES else SHORT_TIME


def _zh_number(words: str) -> int:
    if words[0].isdigit():
        return int(words.partition(".")[0])
    if words == "半":
        return 1  # of an hour; half a minute is short by any count
    if "十" in words or "百" in words:
        return 10
    return _ZH_DIGITS.get(words[-1], 1)


def _en_number(words: str) -> int:
    if words[0].isdigit():
        return int(words.partition(".")[0])
    return _EN_DIGITS.get(words, 1 if words.startswith("half") else 10)


def _longest(text: str, position: int) -> Token | None:
    inside = is_word(text[position]) and position > 0 and is_word(text[position - 1])
    if inside:
        return None
    by_head = lexicon().by_head
    for head in (text[position : position + 2], text[position]):
        for term in by_head.get(head, ()):
            if text.startswith(term.text, position):
                end = _end_of_word(text, position + len(term.text), term.open)
                if end:
                    return Token(position, end, term.meaning, not text[position].isascii())
    return None


def _end_of_word(text: str, end: int, may_go_on: bool) -> int:
    """Return where the word ends, 0 if the term is only the beginning of another one."""
    limit = min(len(text), end + LONGEST_ENDING if may_go_on else end)
    ending = end
    while ending < limit and is_word(text[ending]):
        ending += 1
    whole = ending == len(text) or not (is_word(text[ending]) and is_word(text[ending - 1]))
    return ending if whole else 0
