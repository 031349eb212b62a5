"""How often texts nobody trained on are understood, and that the committed weights are what training gives."""

import json
from collections.abc import Iterable

from functions.survey.understanding.analysis import analyse
from functions.survey.understanding.labels import ASPECTS, COMPLAINTS
from functions.survey.understanding.model import WEIGHTS
from functions.survey.understanding.script import readable
from training.understanding.evaluate import score
from training.understanding.sentences import Sentence, own_sentences, plainly_said, split_of
from training.understanding.train import train

GOAL = 0.85
NEAR_COPY = 0.6


def test_sentences_held_out_are_understood() -> None:
    found = score(plainly_said(own_sentences("test")))
    assert found.sentences >= 150
    assert found.sentiment >= GOAL
    assert found.aspect >= GOAL


def test_most_sentences_held_out_are_understood_even_where_complaints_are_only_implied() -> None:
    found = score(own_sentences("test"))
    assert found.sentences >= 500
    assert found.sentiment >= GOAL
    assert found.aspect >= GOAL


def test_confidence_is_what_it_says() -> None:
    verdicts = [(each, analyse(each.text, each.locale)) for each in own_sentences("test")]
    sure = [found.sentiment == gold.sentiment for gold, found in verdicts if found.confidence >= 90]
    unsure = [found.sentiment == gold.sentiment for gold, found in verdicts if found.confidence < 65]
    assert sum(sure) / len(sure) >= 0.9
    assert sum(unsure) / len(unsure) <= 0.75


def test_questions_and_neutral_remarks_are_left_alone() -> None:
    neutral = [each for each in own_sentences("test") if each.sentiment == "neutral"]
    found = [analyse(each.text, each.locale) for each in neutral]
    assert sum(each.sentiment == "neutral" for each in found) >= GOAL * len(found)
    assert sum(not each.complaints for each in found) >= GOAL * len(found)


def test_the_committed_weights_are_what_training_gives() -> None:
    assert train() == WEIGHTS.read_text("utf-8"), "run: python -m training.understanding"


def test_weights_are_whole_numbers_of_a_byte() -> None:
    stored = json.loads(WEIGHTS.read_text("utf-8"))
    assert all(-127 <= value <= 127 for row in stored["ngrams"].values() for value in row)


def test_there_are_enough_sentences_of_all_kinds() -> None:
    sentences = own_sentences()
    assert len(sentences) >= 900
    assert len({each.text for each in sentences}) == len(sentences)
    assert {aspect for each in sentences for aspect in each.aspects} == set(ASPECTS)
    assert {code for each in sentences for code in each.complaints} <= set(COMPLAINTS)
    assert 0.5 < sum(each.locale == "zh" for each in sentences) / len(sentences) < 0.7
    assert sum(each.split == "test" for each in sentences) >= 0.3 * len(sentences)


def test_the_split_follows_from_the_id_alone() -> None:
    assert all(each.split == split_of(each.sentence_id) for each in own_sentences())


def test_complaints_are_labelled_with_their_aspects_and_neutral_texts_with_none() -> None:
    for each in own_sentences():
        assert bool(each.complaints) <= (each.sentiment == "negative"), each.sentence_id
        assert {code.partition(".")[0] for code in each.complaints} <= set(each.aspects), each.sentence_id


def test_no_sentence_held_out_is_nearly_one_that_was_trained_on() -> None:
    trained = [_trigrams(each) for each in own_sentences("train", "dev")]
    for held_out in own_sentences("test"):
        grams = _trigrams(held_out)
        assert not any(_alike(grams, other) for other in trained), held_out.sentence_id


def _trigrams(sentence: Sentence) -> frozenset[str]:
    plain = readable(sentence.text)
    return frozenset(plain[at : at + 3] for at in range(max(1, len(plain) - 2)))


def _alike(grams: frozenset[str], other: Iterable[str]) -> bool:
    both = grams & frozenset(other)
    return len(both) > NEAR_COPY * len(grams | frozenset(other))
