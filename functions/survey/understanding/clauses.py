"""Cuts a text into clauses and says how each is meant: stated, asked, or wished for.

A question or a wish names what somebody wants to know or have; it complains only when it is no real question ("why is
it always this slow?"). Requirement S3: questions and neutral remarks are left alone.
"""

from dataclasses import dataclass, field

from functions.survey.understanding.matching import Token
from functions.survey.understanding.script import is_han

PARTICLE_ROOM = 2
"""How many characters may follow what makes a clause a question."""
_SENTENCE_ENDS = frozenset("。.!?…\n;；")
_CLAUSE_ENDS = _SENTENCE_ENDS | frozenset(",:~()（）【】—|/")


@dataclass(slots=True)
class Clause:
    """A stretch between commas, or up to a `but`.

    Attributes:
        sentence: the number of the sentence it is part of.
        mark: the punctuation that ends it, or a blank.
        turned: begins with `but` or the like.
    """

    start: int
    end: int
    sentence: int
    mark: str = " "
    turned: bool = False
    tokens: list[Token] = field(default_factory=list)

    def first(self, word: str) -> int:
        """Return where a class of words first occurs, -1 where it does not."""
        return next((token.start for token in self.tokens if word in token.meaning.words), -1)

    def has(self, word: str) -> bool:
        """Say whether a class of words occurs."""
        return self.first(word) >= 0

    def complains(self) -> bool:
        """Say whether a word in it blames anything."""
        return any(token.meaning.bad or token.meaning.says for token in self.tokens)

    def asks_in_earnest(self) -> bool:
        """Say whether somebody wants to know, rather than complains in the form of a question."""
        if self.has("why"):
            return False
        if self.mark == "?" or self.first("inverted") == self.start_of_words():
            return True
        opened = self.has("ask") or self.first("opener") == self.start_of_words()
        return opened and (not self.complains() or self.asks_by_form())

    def asks_by_form(self) -> bool:
        """Say whether its form makes it a question, whatever it says: "good or not good", a `ma` at its end."""
        return any("particle" in each.meaning.words and each.end >= self.end - PARTICLE_ROOM for each in self.tokens)

    def start_of_words(self) -> int:
        """Return where the first known word stands, -2 where there is none."""
        return self.tokens[0].start if self.tokens else -2


def clauses_of(text: str, tokens: list[Token]) -> list[Clause]:
    """Return the clauses of a readable text with their tokens."""
    clauses: list[Clause] = []
    waiting = iter(tokens)
    token = next(waiting, None)
    for clause in _stretches(text):
        current, end = clause, clause.end
        while token and token.start < end:
            if "but" in token.meaning.words and current.tokens:
                current = _turn(clauses, current, token)
            current.tokens.append(token)
            current.turned = current.turned or ("but" in token.meaning.words and len(current.tokens) == 1)
            token = next(waiting, None)
        clauses.append(current)
    return clauses


def _turn(clauses: list[Clause], current: Clause, at: Token) -> Clause:
    """End a clause where it turns, and return the one that begins there."""
    rest = Clause(at.start, current.end, current.sentence, current.mark, turned=True)
    current.end, current.mark = at.start, " "
    clauses.append(current)
    return rest


def _stretches(text: str) -> list[Clause]:
    found: list[Clause] = []
    start = sentence = 0
    for position, character in enumerate(text):
        if not _ends(text, position, character):
            continue
        if position > start:
            found.append(Clause(start, position, sentence, character))
        elif found and character in "?!":
            found[-1].mark = "?" if "?" in (character, found[-1].mark) else character
        start = position + 1
        sentence += character in _SENTENCE_ENDS
    if start < len(text):
        found.append(Clause(start, len(text), sentence))
    return found


def _ends(text: str, position: int, character: str) -> bool:
    before, after = text[position - 1 : position], text[position + 1 : position + 2]
    if character == " ":
        return bool(before and after) and is_han(before) and is_han(after)
    if character in ".,:/":
        return not (before.isdigit() and after.isdigit())
    return character in _CLAUSE_ENDS
