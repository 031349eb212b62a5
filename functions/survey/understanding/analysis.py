"""The one question others ask: what does this text say?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from functions.survey.understanding.clauses import Clause, clauses_of
from functions.survey.understanding.findings import Finding, Reading
from functions.survey.understanding.labels import ASPECTS, LABELS, Aspect, Sentiment
from functions.survey.understanding.lexicon import lexicon
from functions.survey.understanding.matching import tokens_of
from functions.survey.understanding.model import SENTIMENTS, likelihoods, ngram_scores, ngrams_of, weights
from functions.survey.understanding.script import readable
from functions.survey.understanding.signs import signs_of

__all__ = ["LABELS", "Analysis", "Aspect", "Sentiment", "analyse"]

MOST_REASONS = 5
LONGEST_REASON = 60
UNSURE = 34
"""Percent: no better than guessing among three."""
MOST_SURE = 99
POOR = ".poor"
"""How the codes end that only say that something is not good."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """What a text says (requirement S3).

    Attributes:
        sentiment: of the text as a whole.
        confidence: how often such a verdict is right, in percent (0 to 100).
        aspects: what it is about, complaints first; codes of `Aspect`.
        complaints: what it complains of, the gravest first; codes of `COMPLAINTS`.
        because: the words of the text that decided, most decisive first, at most five.
    """

    sentiment: Sentiment
    confidence: int
    aspects: tuple[str, ...]
    complaints: tuple[str, ...]
    because: tuple[str, ...]


NOTHING_SAID = Analysis(Sentiment.NEUTRAL, UNSURE, (), (), ())


def analyse(text: str, locale: str | None = None) -> Analysis:  # noqa: ARG001 - both languages are read in every text
    """Return what a text says.

    Args:
        text: what somebody wrote, of any length and in any script.
        locale: `zh` or `en` where it is known. Every text is read for both languages by its characters, so that mixed
            ones are understood; the locale is accepted for languages that characters alone cannot tell apart.
    """
    plain = readable(text)
    if not any(map(str.isalnum, plain)) and not plain.strip():
        return NOTHING_SAID
    clauses = clauses_of(plain, tokens_of(plain))
    found = Reading(clauses).findings()
    known = weights()
    chances = likelihoods(signs_of(clauses, found), ngram_scores(ngrams_of(plain), known), known)
    best = max(range(3), key=chances.__getitem__)
    complaints = _complaints(found, SENTIMENTS[best])
    return Analysis(
        sentiment=SENTIMENTS[best],
        confidence=min(MOST_SURE, round(100 * chances[best])),
        aspects=_aspects(complaints, clauses, found),
        complaints=complaints,
        because=_because(text, SENTIMENTS[best], clauses, found),
    )


def _complaints(found: Iterable[Finding], sentiment: Sentiment) -> tuple[str, ...]:
    """Return the complaints, the gravest first.

    "Poor" is no complaint where something particular is said of the same aspect, nor in a text that praises.
    """
    weights_of: dict[str, float] = {}
    for each in found:
        if each.complaint:
            weights_of[each.complaint] = weights_of.get(each.complaint, 0.0) + each.weight
    particular = {code.partition(".")[0] for code in weights_of if not code.endswith(POOR)}
    idle = particular if sentiment is not Sentiment.POSITIVE else set(ASPECTS)
    kept = [code for code in weights_of if not (code.endswith(POOR) and code.partition(".")[0] in idle)]
    return tuple(sorted(kept, key=weights_of.__getitem__))


def _aspects(complaints: Sequence[str], clauses: Iterable[Clause], found: Iterable[Finding]) -> tuple[str, ...]:
    known = lexicon()
    first = [code.partition(".")[0] for code in complaints]
    further = [aspect for code in complaints for aspect in known.also.get(code, ())]
    praised = [each.aspect for each in found if each.aspect]
    named = [
        aspect
        for clause in clauses
        for token in clause.tokens
        for topic in token.meaning.topics
        for aspect in known.topics[topic]
    ]
    return tuple(dict.fromkeys([*first, *further, *praised, *named]))


def _because(text: str, sentiment: Sentiment, clauses: Iterable[Clause], found: Sequence[Finding]) -> tuple[str, ...]:
    sign = {Sentiment.NEGATIVE: -1, Sentiment.POSITIVE: 1}.get(sentiment, 0)
    deciding = sorted((each for each in found if each.weight * sign > 0), key=lambda each: -abs(each.weight))
    spans = [(each.start, each.end) for each in deciding] or list(_reserved(clauses))
    words = (text[start:end].strip()[:LONGEST_REASON] for start, end in spans)
    return tuple(dict.fromkeys(filter(None, words)))[:MOST_REASONS]


def _reserved(clauses: Iterable[Clause]) -> Iterator[tuple[int, int]]:
    """Yield the words that ask, wish or shrug: why a text was left alone."""
    for clause in clauses:
        for token in clause.tokens:
            if token.meaning.words & {"ask", "wish", "soso", "better", "tone"}:
                yield token.start, token.end
