"""Measures the model on sentences it was not trained on: how often right, how sure, how fast."""

import statistics
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from functions.survey.understanding.analysis import Analysis, analyse
from training.understanding.sentences import DATA, SECOND_AUTHOR, Sentence, own_sentences, plainly_said, read

SAME_AS = {"product": "goods", "membership": "points"}
"""What the second author calls what we call otherwise."""
BANDS = ((0, 50), (50, 65), (65, 80), (80, 90), (90, 101))
"""Percent of confidence by which the report compares what was promised with what was right."""


@dataclass(frozen=True)
class Score:
    """How good a model is on some sentences.

    Attributes:
        sentiment: share with the right one of three sentiments.
        aspect: of the complaints, the share whose primary aspect is among those found.
        precision: of the aspects found in complaints, the share that people named too.
        recall: of the aspects people named in complaints, the share found.
        complaint: of the complaints, the share whose first complaint code is among those found.
    """

    sentences: int
    complaints: int
    sentiment: float
    aspect: float
    precision: float
    recall: float
    complaint: float

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def score(sentences: Sequence[Sentence]) -> Score:
    """Return how good the committed model is."""
    pairs = [(each, analyse(each.text, each.locale)) for each in sentences]
    complaining = [(gold, found) for gold, found in pairs if gold.complaints]
    shared = sum(len(set(gold.aspects) & set(found.aspects)) for gold, found in complaining)
    return Score(
        sentences=len(pairs),
        complaints=len(complaining),
        sentiment=_share(found.sentiment == gold.sentiment for gold, found in pairs),
        aspect=_share(gold.aspects[0] in found.aspects for gold, found in complaining),
        precision=shared / max(1, sum(len(found.aspects) for _, found in complaining)),
        recall=shared / max(1, sum(len(gold.aspects) for gold, _ in complaining)),
        complaint=_share(gold.complaints[0] in found.complaints for gold, found in complaining),
    )


def milliseconds_each(sentences: Sequence[Sentence]) -> float:
    """Return the median time per text."""
    taken = []
    for each in sentences:
        begun = time.perf_counter()
        analyse(each.text, each.locale)
        taken.append(time.perf_counter() - begun)
    return 1000 * statistics.median(taken)


def report(*, with_second_author: bool = False) -> str:
    """Return all figures of the model card as text."""
    test = own_sentences("test")
    lines = [_line(name, own_sentences(name)) for name in ("train", "dev", "test")]
    lines += [_line(f"test {locale}", [each for each in test if each.locale == locale]) for locale in ("zh", "en")]
    plain = plainly_said(test)
    lines.append(_line("test, plain", plain))
    lines.append(_line("test, implied", [each for each in test if each not in plain]))
    if with_second_author:
        second = [_in_our_codes(each) for each in read(DATA / SECOND_AUTHOR)]
        lines.append(_line("second author", second))
        for locale in ("zh", "en"):
            lines.append(_line(f"second author {locale}", [each for each in second if each.locale == locale]))
    lines += ["", *_by_sentiment(test), "", *_by_aspect(test), "", *_by_confidence(test), ""]
    lines.append(f"median time over {len(test)} test texts: {milliseconds_each(test):.2f} ms")
    return "\n".join(lines)


def _in_our_codes(sentence: Sentence) -> Sentence:
    return replace(sentence, aspects=tuple(SAME_AS.get(each, each) for each in sentence.aspects))


def _line(name: str, sentences: Sequence[Sentence]) -> str:
    found = score(sentences)
    return (
        f"{name:16} {found.sentences:4} sentences, sentiment {found.sentiment:.3f} | {found.complaints:3} complaints: "
        f"aspect {found.aspect:.3f}, precision {found.precision:.3f}, F1 {found.f1:.3f}, code {found.complaint:.3f}"
    )


def _by_sentiment(sentences: Sequence[Sentence]) -> list[str]:
    cells = Counter((each.sentiment, str(analyse(each.text, each.locale).sentiment)) for each in sentences)
    names = ("negative", "neutral", "positive")
    head = "gold \\ found  " + " ".join(f"{name:>9}" for name in names)
    return [head, *(f"{gold:13} " + " ".join(f"{cells[gold, name]:9}" for name in names) for gold in names)]


def _by_aspect(sentences: Sequence[Sentence]) -> list[str]:
    total: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for each in sentences:
        if each.complaints:
            total[each.aspects[0]] += 1
            right[each.aspects[0]] += each.aspects[0] in analyse(each.text, each.locale).aspects
    return [f"complaints about {aspect:12} {right[aspect]:3} of {total[aspect]:3}" for aspect in sorted(total)]


def _by_confidence(sentences: Sequence[Sentence]) -> list[str]:
    verdicts: list[tuple[Sentence, Analysis]] = [(each, analyse(each.text, each.locale)) for each in sentences]
    lines = []
    for low, high in BANDS:
        within = [(gold, found) for gold, found in verdicts if low <= found.confidence < high]
        if within:
            said = statistics.mean(found.confidence for _, found in within)
            right = 100 * _share(found.sentiment == gold.sentiment for gold, found in within)
            lines.append(
                f"confidence {low:3} to {high - 1:3}: {len(within):3} texts, said {said:.0f}, right {right:.0f}"
            )
    return lines


def _share(verdicts: Iterable[bool]) -> float:
    counted = list(verdicts)
    return sum(counted) / len(counted) if counted else 0.0
