"""A small linear model: n-grams of the text and signs of the rules to how likely each sentiment is.

The weights are made by `python -m training.understanding` and committed as `weights.json`; they are whole numbers of
one byte each, times a scale. Reading them takes a few milliseconds, once.
"""

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from functions.survey.understanding.labels import Sentiment

HERE = Path(__file__).parent
WEIGHTS = HERE / "weights.json"
SENTIMENTS = (Sentiment.NEGATIVE, Sentiment.NEUTRAL, Sentiment.POSITIVE)
MOST_CHARACTERS = 2000
"""N-grams are taken from the beginning of a text: what a page says shows in its first two thousand characters."""

_RUNS = re.compile(r"[\u4e00-\u9fff]+|[a-z0-9']+|[!?]|[^\s\w,.:;'\"()\-。、]")
_DIGITS = re.compile(r"\d+")
Row = tuple[float, float, float]


@dataclass(frozen=True)
class Weights:
    """What training leaves behind.

    Attributes:
        ngrams: weight of an n-gram for each sentiment, before the scale.
        scale: what one step of those weights is worth.
        signs: weight of each sign, then of each sentiment's n-gram score, for each sentiment.
    """

    ngrams: dict[str, tuple[int, int, int]]
    scale: float
    signs: tuple[Row, ...]


@cache
def weights() -> Weights:
    """Return the committed weights; read at the first text, then kept."""
    stored = json.loads(WEIGHTS.read_text("utf-8"))
    return Weights(
        ngrams={name: tuple(row) for name, row in stored["ngrams"].items()},
        scale=stored["scale"],
        signs=tuple(tuple(row) for row in stored["signs"]),
    )


def ngrams_of(text: str) -> set[str]:
    """Return the n-grams of a readable text: one to three Chinese characters, words and pairs of them, their parts."""
    found: set[str] = set()
    before = ""
    for run in _RUNS.findall(_DIGITS.sub("0", text[:MOST_CHARACTERS])):
        if run[0] >= "\u4e00" and run[0] <= "\u9fff":
            found.update(_pieces(run, 1), _pieces(run, 2), _pieces(run, 3))
            before = ""
        else:
            found.add(run)
            if before:
                found.add(f"{before} {run}")
            found.update(f"#{piece}" for piece in _pieces(run, 4) if len(run) > 4)
            before = run
    return found


def _pieces(run: str, size: int) -> Iterator[str]:
    return (run[at : at + size] for at in range(len(run) - size + 1))


def ngram_scores(ngrams: set[str], known: Weights) -> Row:
    """Return how much the n-grams speak for each sentiment."""
    rows = [known.ngrams[each] for each in ngrams if each in known.ngrams]
    share = known.scale / math.sqrt(len(ngrams) or 1)
    first, second, third = (sum(row[at] for row in rows) * share for at in range(3))
    return first, second, third


def likelihoods(signs: Sequence[float], scores: Row, known: Weights) -> Row:
    """Return how likely each sentiment is; they add up to 1."""
    given = (*signs, *scores)
    sums = [sum(value * row[at] for value, row in zip(given, known.signs, strict=True)) for at in range(3)]
    return softmax(sums[0], sums[1], sums[2])


def softmax(first: float, second: float, third: float) -> Row:
    """Return the shares of three scores; they add up to 1."""
    top = max(first, second, third)
    powers = (math.exp(first - top), math.exp(second - top), math.exp(third - top))
    total = sum(powers)
    return powers[0] / total, powers[1] / total, powers[2] / total
