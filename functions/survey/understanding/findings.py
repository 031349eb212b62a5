"""Turns the words of a text into findings: what is praised or blamed, how strongly, and which complaint that is.

A finding that somebody only asks or wishes for is none. A denied blame is praise ("not expensive"), a denied praise is
blame ("not friendly").
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from functions.survey.understanding.clauses import Clause
from functions.survey.understanding.lexicon import Pattern, Verdict, lexicon
from functions.survey.understanding.matching import Token

NEAR_HAN, NEAR_LATIN = 4, 16
"""How many characters may stand between a denial or degree and what it denies: a few words."""
PATTERN_HAN, PATTERN_LATIN = 9, 40
"""How many characters may stand between the words of a pattern."""
MOST_LOOKED_BACK = 4
MOST_COMPARED = 50
TOPICS_LOOKED_AT = 8
DENIED = 0.7
VERY, SLIGHTLY = 1.3, 0.8
AFTER_TURN, BEFORE_TURN = 1.5, 0.7


@dataclass(frozen=True, slots=True)
class Finding:
    """Praise (weight above 0) or blame (below 0), and where in the text it stands."""

    start: int
    end: int
    weight: float
    clause: int
    complaint: str | None
    aspect: str | None


@dataclass(frozen=True, slots=True)
class _Placed:
    token: Token
    clause: int


class Reading:
    """One text's clauses, read for findings."""

    def __init__(self, clauses: list[Clause]) -> None:
        self._clauses = clauses
        self._placed = [_Placed(token, at) for at, clause in enumerate(clauses) for token in clause.tokens]
        self._lexicon = lexicon()
        self._muted = [self._mute_from(at) for at in range(len(clauses))]

    def findings(self) -> list[Finding]:
        """Return all findings in the order in which they stand in the text."""
        found = list(_specific(self._patterns()))
        for index, placed in enumerate(self._placed):
            if self._meant(placed):
                found.extend(self._verdicts(index))
        return sorted(found, key=lambda each: (each.start, each.end))

    def _mute_from(self, at: int) -> int:
        """Return the position from which a clause does not state anything."""
        clause = self._clauses[at]
        if clause.asks_in_earnest() or clause.has("suppose") or clause.has("better"):
            return clause.start
        wish = clause.first("wish")
        return wish if wish >= 0 else clause.end

    def _meant(self, placed: _Placed) -> bool:
        return placed.token.start < self._muted[placed.clause]

    def _verdicts(self, index: int) -> Iterator[Finding]:
        placed = self._placed[index]
        meaning = placed.token.meaning
        if not (meaning.good or meaning.bad or meaning.says) or self._only_a_degree(index):
            return
        start, denied, force = self._force(index)
        for complaint, strength in meaning.says:
            yield self._finding(start, placed, -strength * force, denied, complaint)
        if meaning.good:
            yield self._finding(start, placed, _strongest(meaning.good) * force, denied, self._of(meaning.good, index))
        if not meaning.bad:
            return
        if meaning.bad[0][0] == "lack":
            yield from self._lacking(index, force)
        else:
            yield self._finding(start, placed, -_strongest(meaning.bad) * force, denied, self._of(meaning.bad, index))

    def _only_a_degree(self, index: int) -> bool:
        """Say whether a word that can praise only adds weight to the next one ("hao man", "pretty slow")."""
        token = self._placed[index].token
        if "very" not in token.meaning.words or index + 1 == len(self._placed):
            return False
        after = self._placed[index + 1].token
        return after.start - token.end <= 1 and bool(after.meaning.good or after.meaning.bad or after.meaning.says)

    def _lacking(self, index: int, force: float) -> Iterator[Finding]:
        """Yield the complaint that something is not there, when the next word names something that should be."""
        placed = self._placed[index]
        for after in self._placed[index + 1 : index + 3]:
            if after.clause != placed.clause or not self._close(placed.token, after.token):
                return
            if after.token.meaning.topics:
                complaint = self._fitting("lack", after.token.meaning.topics)
                if complaint:
                    weight = -_strongest(placed.token.meaning.bad) * force
                    span = _Placed(
                        Token(placed.token.start, after.token.end, after.token.meaning, placed.token.han), placed.clause
                    )
                    yield self._finding(placed.token.start, span, weight, False, complaint)
                return

    def _force(self, index: int) -> tuple[int, bool, float]:
        """Return where the denials and degrees before a word begin, whether it is denied, and its weight."""
        here = self._placed[index]
        start, denied, force = here.token.start, False, 1.0
        for before in reversed(self._placed[max(0, index - MOST_LOOKED_BACK) : index]):
            words = before.token.meaning.words
            if before.clause != here.clause or start - before.token.end > _near(here.token, NEAR_HAN, NEAR_LATIN):
                break
            if "not" in words:
                denied = not denied
            elif "very" in words or "slightly" in words:
                force *= VERY if "very" in words else SLIGHTLY
            else:
                break
            start = before.token.start
        return start, denied, force

    def _finding(self, start: int, placed: _Placed, weight: float, denied: bool, complaint: str | None) -> Finding:
        weight = (-DENIED * weight if denied else weight) * self._emphasis(placed.clause)
        aspect = complaint.partition(".")[0] if complaint else None
        return Finding(start, placed.token.end, weight, placed.clause, complaint if weight < 0 else None, aspect)

    def _emphasis(self, at: int) -> float:
        """Weigh what follows a `but` more than what stands before it."""
        if self._clauses[at].turned:
            return AFTER_TURN
        turned = any(clause.turned for clause in self._clauses[at + 1 : at + 3])
        return BEFORE_TURN if turned else 1.0

    def _of(self, verdicts: tuple[Verdict, ...], index: int) -> str | None:
        """Return the complaint that a verdict makes with what is spoken of around it."""
        topics = self._topics_around(index)
        default = None
        for kind, _ in verdicts:
            complaint = self._fitting(kind, topics)
            if complaint:
                return complaint
            default = default or self._lexicon.kinds[kind].get("*")
        return default

    def _fitting(self, kind: str, topics: Iterable[str]) -> str | None:
        table = self._lexicon.kinds[kind]
        for topic in topics:
            for name in (topic, *self._lexicon.topics[topic]):
                if name in table:
                    return table[name]
        return None

    def _topics_around(self, index: int) -> list[str]:
        """Return what is named near a word: in its clause, then in its sentence, then just before it."""
        low, high = max(0, index - TOPICS_LOOKED_AT), index + TOPICS_LOOKED_AT + 1
        near = [
            (self._distance(index, at), topic)
            for at in range(low, min(high, len(self._placed)))
            for topic in self._placed[at].token.meaning.topics
        ]
        return [topic for distance, topic in sorted(near) if distance[0] < 4]

    def _distance(self, index: int, other: int) -> tuple[int, int]:
        here, there = self._placed[index], self._placed[other]
        apart = abs(here.token.start - there.token.start)
        if here.clause == there.clause:
            return 0, apart
        if self._clauses[here.clause].sentence == self._clauses[there.clause].sentence:
            return (1 if there.clause < here.clause else 2), apart
        return (3 if there.clause < here.clause else 4), apart

    def _patterns(self) -> Iterator[tuple[str, Finding]]:
        for index, placed in enumerate(self._placed):
            for name in _classes(placed.token):
                for pattern in self._lexicon.patterns.get(name, ()):
                    last = self._follow(index, pattern) if pattern.han == placed.token.han else None
                    if last is not None:
                        yield from ((pattern.kind, each) for each in self._patterned(index, last, pattern))

    def _follow(self, index: int, pattern: Pattern) -> int | None:
        """Return where a pattern that begins at a word ends, none where it does not hold."""
        at = index
        for name in pattern.classes[1:]:
            following = at + 1
            while following < len(self._placed) and self._follows(at, following):
                if name in _classes(self._placed[following].token):
                    break
                following += 1
            else:
                return None
            at = following
        return at

    def _follows(self, at: int, following: int) -> bool:
        here, there = self._placed[at], self._placed[following]
        same = self._clauses[here.clause].sentence == self._clauses[there.clause].sentence
        return same and there.token.start - here.token.end <= _near(here.token, PATTERN_HAN, PATTERN_LATIN)

    def _patterned(self, first: int, last: int, pattern: Pattern) -> Iterator[Finding]:
        if not (self._meant(self._placed[first]) and self._meant(self._placed[last])):
            return
        start, end = self._placed[first].token, self._placed[last]
        between = self._placed[max(0, first - 1) : last]
        short = any("under" in each.token.meaning.words and each.token.end >= start.start - 2 for each in between)
        span = _Placed(Token(start.start, end.token.end, end.token.meaning, start.han), end.clause)
        complaint = self._of(((pattern.kind, 0),), first)
        yield self._finding(start.start, span, -float(pattern.strength), short, complaint)

    def _close(self, one: Token, other: Token) -> bool:
        return other.start - one.end <= _near(one, NEAR_HAN, NEAR_LATIN)


def _specific(patterned: Iterable[tuple[str, Finding]]) -> Iterator[Finding]:
    """Yield what patterns found, without "waiting" where the same words say what was waited or searched for."""
    found = list(patterned)
    telling = [finding for kind, finding in found if kind != "waiting"]
    for kind, finding in found:
        if kind != "waiting" or not any(_overlap(finding, other) for other in telling[:MOST_COMPARED]):
            yield finding


def _overlap(one: Finding, other: Finding) -> bool:
    return one.start < other.end and other.start < one.end


def _classes(token: Token) -> Iterator[str]:
    yield from token.meaning.words
    for topic in token.meaning.topics:
        yield f"topic:{topic}"


def _strongest(verdicts: tuple[Verdict, ...]) -> int:
    return max(strength for _, strength in verdicts)


def _near(token: Token, han: int, latin: int) -> int:
    return han if token.han else latin
