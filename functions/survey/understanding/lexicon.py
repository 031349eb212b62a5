"""What words mean in a mall: three reviewed text files, read once.

`meaning.txt` says which topics and kinds of verdict there are and which complaint they make together; `words_zh.txt`
and `words_en.txt` list the words. The format is described at the head of each file.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
HAN_WORDS = "words_zh.txt"
WORD_FILES = (HAN_WORDS, "words_en.txt")
LONGEST_ENDING = 5
"""Letters by which an open term may be continued: plurals, tenses, adverbs."""
_CHOICE = re.compile(r"\{([^}]*)\}")
_COMMA = re.compile(r",\s*(?![^{]*\})")

Verdict = tuple[str, int]
"""A kind or a complaint, and how strongly it is meant (1 to 3)."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """Everything one word or phrase can mean.

    Attributes:
        words: classes of function words it belongs to (`not`, `very`, `wait`, ...).
        topics: what it names.
        good: kinds it is the opposite of.
        bad: kinds it says.
        says: complaints it is, whatever is named around it.
    """

    words: frozenset[str] = frozenset()
    topics: tuple[str, ...] = ()
    good: tuple[Verdict, ...] = ()
    bad: tuple[Verdict, ...] = ()
    says: tuple[Verdict, ...] = ()


@dataclass(frozen=True, slots=True)
class Pattern:
    """Classes of words that mean something when they follow each other closely, in texts of one script."""

    kind: str
    strength: int
    classes: tuple[str, ...]
    han: bool


class Term(NamedTuple):
    """A word or phrase; an open one may go on to the end of the word (`queu*`)."""

    text: str
    open: bool
    meaning: Meaning


@dataclass(frozen=True)
class Lexicon:
    """All of it, arranged for reading a text from left to right.

    Attributes:
        by_head: terms by their first two characters (or the only one), the longest first.
        patterns: by the class they begin with.
        topics: topic to its aspects.
        kinds: kind to complaint by topic or aspect; `*` for any.
        also: complaint to the further aspects it is about.
    """

    by_head: dict[str, tuple[Term, ...]]
    patterns: dict[str, tuple[Pattern, ...]]
    topics: dict[str, tuple[str, ...]]
    kinds: dict[str, dict[str, str]]
    also: dict[str, tuple[str, ...]]


@cache
def lexicon() -> Lexicon:
    """Return the lexicon; read at the first text, then kept."""
    meanings: dict[str, Meaning] = {}
    patterns: dict[str, list[Pattern]] = defaultdict(list)
    for han, head, body in _word_lines():
        if head[0] == "pattern":
            pattern = Pattern(head[1], int(head[2]), tuple(body.split()), han)
            patterns[pattern.classes[0]].append(pattern)
            continue
        meaning = _meaning(head)
        for term in _terms(body):
            known = meanings.get(term)
            meanings[term] = _both(known, meaning) if known else meaning
    table = [(head, body.split()) for head, body in _lines("meaning.txt")]
    return Lexicon(
        by_head=_by_head(_with_open_ones(meanings)),
        patterns={first: tuple(each) for first, each in patterns.items()},
        topics={head[1]: tuple(a for a in words if a != "-") for head, words in table if head[0] == "topic"},
        kinds={head[1]: _pairs(words) for head, words in table if head[0] == "kind"},
        also={head[1]: tuple(words) for head, words in table if head[0] == "also"},
    )


def _word_lines() -> Iterator[tuple[bool, list[str], str]]:
    for name in WORD_FILES:
        for head, body in _lines(name):
            yield name == HAN_WORDS, head, body


def _lines(name: str) -> Iterator[tuple[list[str], str]]:
    for line in (HERE / name).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            head, _, body = line.partition(": ")
            yield head.split(), body


def _terms(body: str) -> Iterator[str]:
    """Yield the terms of a line, choices in braces multiplied out."""
    for term in _COMMA.split(body.lower()) if "{" in body else body.lower().split(", "):
        if "{" not in term:
            yield term
            continue
        parts = _CHOICE.split(term)
        choices = [part.split(",") if odd % 2 else [part] for odd, part in enumerate(parts)]
        yield from filter(None, ("".join(choice).strip() for choice in product(*choices)))


def _meaning(head: list[str]) -> Meaning:
    """Return what the terms of a line mean."""
    role, name = head[0], head[1]
    if role == "word":
        return Meaning(words=frozenset({name}))
    if role == "topic":
        return Meaning(topics=(name,))
    verdict = ((name, int(head[2])),)
    if role == "says":
        return Meaning(says=verdict)
    return Meaning(good=verdict) if role == "good" else Meaning(bad=verdict)


def _both(one: Meaning, other: Meaning) -> Meaning:
    return Meaning(
        words=one.words | other.words,
        topics=_once(one.topics + other.topics),
        good=_once(one.good + other.good),
        bad=_once(one.bad + other.bad),
        says=_once(one.says + other.says),
    )


def _once[T](several: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(several)) if len(several) > 1 else several


def _with_open_ones(meanings: dict[str, Meaning]) -> dict[str, Meaning]:
    """Return meanings in which a word also means what an open term that fits it means (`queue` and `queu*`)."""
    stems = {term[:-1]: meaning for term, meaning in meanings.items() if term.endswith("*")}
    for term, meaning in meanings.items():
        if term.isascii() and term.isalpha():
            for size in range(max(2, len(term) - LONGEST_ENDING), len(term) + 1):
                other = stems.get(term[:size])
                if other:
                    meanings[term] = _both(meaning, other)
    return meanings


def _by_head(meanings: dict[str, Meaning]) -> dict[str, tuple[Term, ...]]:
    terms = [Term(text.removesuffix("*"), text.endswith("*"), meaning) for text, meaning in meanings.items()]
    terms.sort(key=_size, reverse=True)
    found: dict[str, list[Term]] = defaultdict(list)
    for term in terms:
        found[term.text[:2]].append(term)
    return {head: tuple(each) for head, each in found.items()}


def _size(term: Term) -> int:
    return len(term.text)


def _pairs(words: list[str]) -> dict[str, str]:
    return {name: complaint for name, _, complaint in (word.partition("=") for word in words)}
