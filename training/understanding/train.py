"""Trains the model: the same sentences and lexicon give the same weights, byte for byte.

Two linear models are stacked. The first knows n-grams only; what it says of sentences it has not seen (five folds)
is given, together with the signs of the rules, to the second, which thereby learns how far to trust each. Plain
stochastic gradient descent on the logistic loss, in pure Python, with a fixed seed.
"""

import hashlib
import json
import random
from collections import Counter
from collections.abc import Sequence

from functions.survey.understanding import model
from functions.survey.understanding.clauses import clauses_of
from functions.survey.understanding.findings import Reading
from functions.survey.understanding.labels import Sentiment
from functions.survey.understanding.matching import tokens_of
from functions.survey.understanding.script import readable
from functions.survey.understanding.signs import NAMES, signs_of
from training.understanding.sentences import own_sentences

SEED = 20261122
TRAINED_ON = ("train", "dev")
"""What the committed weights are made from; choices are made with `train` alone, measured on `dev`."""
FOLDS = 5
LEAST_SEEN = 2
"""An n-gram must occur in so many sentences to be weighed."""
NGRAM_ROUNDS, NGRAM_RATE, NGRAM_DECAY = 12, 0.6, 1e-3
BALANCE = 1.0
"""How far rarer sentiments are given the weight of frequent ones: 0 not at all, 1 fully."""
HIDDEN = 64
"""Of 256: how many of the words of the lexicon that help one sentence only are hidden from the second model."""
SIGN_ROUNDS, SIGN_RATE, SIGN_DECAY = 60, 0.05, 1e-3
LARGEST = 127
"""Weights of n-grams are stored as whole numbers of one byte."""
PLACES = 4

Matrix = list[list[float]]


def train(*splits: str) -> str:
    """Return the weights as the text of `weights.json`, made from some splits (`train` and `dev` if none is named)."""
    sentences = own_sentences(*(splits or TRAINED_ON))
    texts = [readable(each.text) for each in sentences]
    hidden = _seldom([_words_of(text) for text in texts])
    grams = [model.ngrams_of(text) for text in texts]
    goals = [model.SENTIMENTS.index(Sentiment(each.sentiment)) for each in sentences]
    seen = Counter(gram for each in grams for gram in each)
    known = {gram for gram, count in seen.items() if count >= LEAST_SEEN}
    unseen_scores = _scores_unseen(grams, goals, known)
    given = [[*_signs(text, hidden), *scores] for text, scores in zip(texts, unseen_scores, strict=True)]
    signs = _fit_rows(given, goals)
    ngrams, scale = _in_bytes(_fit_ngrams(grams, goals, known, SEED))
    return _written(ngrams, scale, signs)


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text[token.start : token.end] for token in tokens_of(text))


def _seldom(words: Sequence[frozenset[str]]) -> frozenset[str]:
    """Return some of the words of the lexicon that occur in one sentence only.

    The lexicon was extended while looking at these sentences, so that it knows more of their words than of others'.
    Hiding some of the words that help here only shows the second model how often the lexicon is silent elsewhere.
    """
    seen = Counter(word for each in words for word in each)
    return frozenset(
        word for word, count in seen.items() if count == 1 and hashlib.sha256(word.encode()).digest()[0] < HIDDEN
    )


def _signs(text: str, hidden: frozenset[str]) -> tuple[float, ...]:
    tokens = [token for token in tokens_of(text) if text[token.start : token.end] not in hidden]
    clauses = clauses_of(text, tokens)
    return signs_of(clauses, Reading(clauses).findings())


def _scores_unseen(grams: Sequence[set[str]], goals: Sequence[int], known: set[str]) -> list[model.Row]:
    """Return the n-gram scores of each sentence by a model that was trained without it."""
    scores: list[model.Row] = [(0.0, 0.0, 0.0)] * len(grams)
    for fold in range(FOLDS):
        rest = [at for at in range(len(grams)) if at % FOLDS != fold]
        weights = _fit_ngrams([grams[at] for at in rest], [goals[at] for at in rest], known, SEED + fold)
        rows, scale = _in_bytes(weights)
        stored = model.Weights(rows, scale, ())
        for at in range(fold, len(grams), FOLDS):
            scores[at] = model.ngram_scores(grams[at], stored)
    return scores


def _fit_ngrams(grams: Sequence[set[str]], goals: Sequence[int], known: set[str], seed: int) -> dict[str, list[float]]:
    """Fit the first model."""
    weights = {gram: [0.0, 0.0, 0.0] for gram in sorted(known)}
    samples = [(sorted(each & known), len(each) ** -0.5 if each else 0.0, goal)
               for each, goal in zip(grams, goals, strict=True)]  # fmt: skip
    order = list(range(len(samples)))
    chance = random.Random(seed)
    for turn in range(NGRAM_ROUNDS):
        chance.shuffle(order)
        rate = NGRAM_RATE / (1 + turn / 4)
        for at in order:
            present, share, goal = samples[at]
            rows = [weights[gram] for gram in present]
            likely = model.softmax(*(sum(row[label] for row in rows) * share for label in range(3)))
            for label in range(3):
                step = rate * ((label == goal) - likely[label]) * share
                for row in rows:
                    row[label] += step - rate * NGRAM_DECAY * row[label]
    return weights


def _fit_rows(given: Sequence[Sequence[float]], goals: Sequence[int]) -> Matrix:
    """Fit the second model: one row of three weights per sign."""
    rows = [[0.0, 0.0, 0.0] for _ in given[0]]
    counts = Counter(goals)
    fair = [(len(goals) / (3 * counts[label])) ** BALANCE for label in range(3)]
    order = list(range(len(given)))
    chance = random.Random(SEED)
    for turn in range(SIGN_ROUNDS):
        chance.shuffle(order)
        rate = SIGN_RATE / (1 + turn / 10)
        for at in order:
            values, goal = given[at], goals[at]
            weight = fair[goal]
            sums = [sum(value * row[label] for value, row in zip(values, rows, strict=True)) for label in range(3)]
            likely = model.softmax(*sums)
            for label in range(3):
                step = rate * weight * ((label == goal) - likely[label])
                for value, row in zip(values, rows, strict=True):
                    row[label] += step * value - rate * SIGN_DECAY * row[label]
    return rows


def _in_bytes(weights: dict[str, list[float]]) -> tuple[dict[str, tuple[int, int, int]], float]:
    """Return weights as whole numbers of one byte and the scale; what rounds to nothing is left out."""
    top = max(abs(value) for row in weights.values() for value in row)
    scale = top / LARGEST
    rounded = {gram: (round(r[0] / scale), round(r[1] / scale), round(r[2] / scale)) for gram, r in weights.items()}
    return {gram: row for gram, row in rounded.items() if any(row)}, scale


def _written(ngrams: dict[str, tuple[int, int, int]], scale: float, signs: Matrix) -> str:
    names = [*NAMES, *(f"n-grams {each}" for each in model.SENTIMENTS)]
    stored = {
        "names": names,
        "signs": [[round(value, PLACES) for value in row] for row in signs],
        "scale": round(scale, 8),
        "ngrams": {gram: list(row) for gram, row in sorted(ngrams.items())},
    }
    return json.dumps(stored, ensure_ascii=False, separators=(",", ":")) + "\n"
